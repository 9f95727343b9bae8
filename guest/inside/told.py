"""What the guest tells the host: one JSON line after another, through to the host's disk at once."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guest import plan
from guest.clock import TooLateError, now_s


class CheckFailedError(Exception):
    """What was seen is not what must be; the message says both."""


class Seen:
    """What a check has to say for itself, gathered while it goes on."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def note(self, words: str) -> None:
        """Add to what stands in the report."""
        self.words.append(words)


def tell(**line: Any) -> None:
    """Append one line."""
    number = os.open(plan.SHARE / plan.RESULTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(number, json.dumps(line).encode() + b"\n")
    finally:
        os.close(number)


def expect(met: object, words: str) -> None:
    """See that something is so.

    Raises:
        CheckFailedError: it is not.
    """
    if not met:
        raise CheckFailedError(words)


@contextmanager
def check(name: str) -> Iterator[Seen]:
    """Time a check and tell its outcome. A failed one lets the next begin; anything unforeseen ends the run."""
    seen = Seen()
    began_s = now_s()
    tell(begin=name)
    try:
        yield seen
    except (CheckFailedError, TooLateError) as exc:
        _end(name, began_s, str(exc), ok=False)
    except BaseException as exc:
        _end(name, began_s, f"{type(exc).__name__}: {exc}", ok=False)
        raise
    else:
        _end(name, began_s, "; ".join(seen.words), ok=True)


def _end(name: str, began_s: float, told: str, *, ok: bool) -> None:
    tell(end=name, ok=ok, seconds=round(now_s() - began_s, 1), told=told)
