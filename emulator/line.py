"""The line between host and printer, and its faults. One object for all endpoints of a printer.

It decides, it moves no bytes; the caller holds the printer's lock. Faults of answers are counted: each befalls so many
of the answers to come. A drop is a cable pulled and put back: before the next request, inside it, or after it was
carried out and before its answer.
"""

import random
from dataclasses import dataclass, field
from enum import StrEnum

GARBAGE_BYTES = 64


class AnswerFault(StrEnum):
    """What can befall an answer."""

    SILENCE = "silence"  # it never comes
    GARBAGE = "garbage"  # noise instead
    GARBAGE_AROUND = "garbage-around"  # noise before and after it
    GARBAGE_INSIDE = "garbage-inside"  # noise in the middle of it
    HALF = "half-reply"  # its first half only
    STALE = "stale-reply"  # the answer before it once more
    DUPLICATE = "duplicate-reply"  # twice
    DELAY = "delay"  # late


class DropPlace(StrEnum):
    """Where in an exchange the link goes away."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"


@dataclass(slots=True)
class Line:
    """State of the cable and of the faults on it.

    Attributes:
        plugged: the cable is in.
        bytes_left: the cable is pulled after this many more bytes from the host; None: never.
        pulled_at_answer: the cable is pulled when the next answer is about to leave.
        away_host_s: after being pulled this way the cable is put back after so many seconds of the host's; None: never.
        faults: how many of the answers to come each fault befalls.
        delay_host_s: how late a delayed answer comes, in seconds of the host's.
        stalled: USB endpoints ("in", "out") that answer STALL until the host clears the halt.
        busy: the printer takes and gives nothing: NAK on USB, an unread socket on TCP, an unread line on a serial port.
    """

    noise: random.Random
    plugged: bool = True
    bytes_left: int | None = None
    pulled_at_answer: bool = False
    away_host_s: float | None = None
    faults: dict[AnswerFault, int] = field(default_factory=dict)
    delay_host_s: float = 0.0
    stalled: set[str] = field(default_factory=set)
    busy: bool = False
    _last: bytes = b""

    # --- the cable --------------------------------------------------------------------------

    def arriving(self, byte_count: int) -> int:
        """Return how many of the bytes get through; the cable is out when it is fewer or the last one did."""
        if self.bytes_left is None:
            return byte_count
        taken = min(byte_count, self.bytes_left)
        self.bytes_left -= taken
        if self.bytes_left == 0:
            self.bytes_left = None
            self.plugged = False
        return taken

    def unplug(self) -> None:
        """Pull the cable; it stays out."""
        self.plugged = False
        self.away_host_s = None

    def unplug_after(self, byte_count: int) -> None:
        """Pull the cable after so many more bytes from the host; it stays out."""
        self.bytes_left = byte_count
        self.pulled_at_answer = False
        self.away_host_s = None

    def replug(self) -> None:
        """Put the cable back in."""
        self.plugged = True
        self.bytes_left = None
        self.pulled_at_answer = False
        self.away_host_s = None

    def drop(self, place: DropPlace, byte_count: int, away_host_s: float) -> None:
        """Arm a drop: the link goes away at a place and comes back by itself.

        Args:
            place: where in the exchange.
            byte_count: with `INSIDE`, after so many more bytes from the host.
            away_host_s: how long it stays away.
        """
        self.away_host_s = away_host_s
        self.pulled_at_answer = place is DropPlace.AFTER
        if place is not DropPlace.AFTER:
            self.bytes_left = 0 if place is DropPlace.BEFORE else byte_count

    # --- answers ----------------------------------------------------------------------------

    def arm(self, fault: AnswerFault, answers: int) -> None:
        """Have a fault befall so many of the answers to come."""
        self.faults[fault] = answers

    @property
    def silent(self) -> bool:
        """Say whether the next answer will be swallowed."""
        return self.faults.get(AnswerFault.SILENCE, 0) > 0

    def swallow(self) -> None:
        """Count one swallowed answer."""
        self._befalls(AnswerFault.SILENCE)

    def take_delay(self) -> float:
        """Return by how many seconds of the host's the next answer is late, and count it."""
        return self.delay_host_s if self._befalls(AnswerFault.DELAY) else 0.0

    def leaving(self, answer: bytes) -> bytes:
        """Return what arrives of an answer at the host; nothing if the cable is pulled in that moment."""
        if self.pulled_at_answer:
            self.pulled_at_answer = False
            self.plugged = False
            return b""
        last, self._last = self._last, answer
        if self._befalls(AnswerFault.STALE):
            answer = last or answer
        if self._befalls(AnswerFault.GARBAGE):
            return self._noise()
        if self._befalls(AnswerFault.HALF):
            return answer[: len(answer) // 2]
        if self._befalls(AnswerFault.GARBAGE_AROUND):
            answer = self._noise() + answer + self._noise()
        if self._befalls(AnswerFault.GARBAGE_INSIDE):
            middle = len(answer) // 2
            answer = answer[:middle] + self._noise() + answer[middle:]
        return answer * 2 if self._befalls(AnswerFault.DUPLICATE) else answer

    def _noise(self) -> bytes:
        return self.noise.randbytes(GARBAGE_BYTES)

    def _befalls(self, fault: AnswerFault) -> bool:
        left = self.faults.get(fault, 0)
        if left > 0:
            self.faults[fault] = left - 1
        return left > 0
