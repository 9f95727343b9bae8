"""Transport: moves bytes to one device and back, under a deadline. Nothing else: no retry, no logging, no meaning.

    write(data)          all of it or an error; a write that succeeded says nothing about the card
    finish_request()     the request is complete: half-closes TCP, has no effect elsewhere
    read(size_max)       some bytes, or b"" once at the end of a reply (TCP: the peer closed; USB: a short packet)
    close()              always safe; the next write connects anew

A short read is normal. None of these calls can tell whether a card moved.
"""

import time
from collections.abc import Callable
from typing import Protocol, Self

Monotonic = Callable[[], float]

WRITE_RATE_MIN = 40_000  # bytes/s: a 2.1 MB job gets 58 s; a printer may take planes no faster than it prints them


class Deadline:
    """A point in monotonic time by which something must be done. Made once, passed down, never re-made below."""

    __slots__ = ("_at_s", "_monotonic")

    def __init__(self, at_s: float, monotonic: Monotonic) -> None:
        self._at_s = at_s
        self._monotonic = monotonic

    @classmethod
    def after(cls, duration_s: float, monotonic: Monotonic = time.monotonic) -> Self:
        """Make a deadline `duration_s` seconds from now."""
        return cls(monotonic() + duration_s, monotonic)

    @property
    def remaining_s(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self._at_s - self._monotonic())

    @property
    def expired(self) -> bool:
        """Tell whether it has passed."""
        return self._monotonic() >= self._at_s


class Transport(Protocol):
    """What every medium implements. All calls raise only subclasses of TransportError."""

    @property
    def uri(self) -> str:
        """The device URI it was made from, for messages."""

    @property
    def write_rate_min(self) -> float:
        """The slowest rate, in bytes a second, at which a link in order takes data."""

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`, connecting first where needed."""

    def finish_request(self, deadline: Deadline) -> None:
        """Say that the request is complete; connects first where nothing was written (a status poll)."""

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return 1 to `size_max` bytes, or b"" at the end of the reply."""

    def close(self) -> None:
        """Let go of the device. Raises nothing, may be called twice."""
