"""Time of the machine test, on the host and in the guest: the one place that calls a clock or waits."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

Met = TypeVar("Met")

POLL_S = 0.1


class TooLateError(Exception):
    """Something awaited did not come; the message says what and how long was waited."""


def now_s() -> float:
    """Return seconds that only grow."""
    return time.monotonic()


def today() -> str:
    """Return the date of now in UTC as YYYY-MM-DD."""
    return datetime.now(UTC).date().isoformat()


def pause(seconds: float = POLL_S) -> None:
    """Wait."""
    time.sleep(seconds)


def wait_until(met: Callable[[], Met | None], what: str, within_s: float) -> Met:
    """Poll until `met()` is truthy; returns what it gave.

    Raises:
        TooLateError: it was not within that time.
    """
    until_s = now_s() + within_s
    while now_s() < until_s:
        if answer := met():
            return answer
        pause()
    raise TooLateError(f"not within {within_s:g} s: {what}")
