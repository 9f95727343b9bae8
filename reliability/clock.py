"""The harness's clocks: time taken, waiting, and today's date. The only file of the package that asks the machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

POLL_S = 0.01


def monotonic_s() -> float:
    """Return seconds that never go back."""
    return time.monotonic()


def sleep(duration_s: float) -> None:
    """Block the calling thread."""
    time.sleep(duration_s)


def today() -> str:
    """Return today's date as ISO text, UTC."""
    return datetime.now(UTC).date().isoformat()


def now_text() -> str:
    """Return the wall clock as the station writes it, UTC."""
    return datetime.now(UTC).isoformat()


def wait_until(met: Callable[[], Any], what: str, within_s: float, poll_s: float = POLL_S) -> Any:
    """Poll until `met()` is truthy; returns what it gave.

    Raises:
        AssertionError: not within the time.
    """
    until_s = monotonic_s() + within_s
    while monotonic_s() < until_s:
        if answer := met():
            return answer
        sleep(poll_s)
    raise AssertionError(f"not within {within_s} s: {what}")
