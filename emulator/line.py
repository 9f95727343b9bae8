"""The line between host and printer, and its faults: cut after N bytes, silence, garbage, half answers, stall, busy.

One object for all endpoints of a printer. It decides, it moves no bytes; the caller holds the printer's lock.
"""

import random
from dataclasses import dataclass, field

GARBAGE_BYTES = 64


@dataclass(slots=True)
class Line:
    """State of the cable and of the faults on it.

    Attributes:
        plugged: the cable is in.
        bytes_left: the cable is pulled after this many more bytes from the host; None: never.
        silent_answers: how many answers are still to be swallowed.
        garbage_answers: how many answers are still to be replaced by noise.
        half_answers: how many answers are still to be cut in the middle.
        stalled: USB endpoints ("in", "out") that answer STALL until the host clears the halt.
        busy: USB endpoints take and give nothing (NAK).
    """

    noise: random.Random
    plugged: bool = True
    bytes_left: int | None = None
    silent_answers: int = 0
    garbage_answers: int = 0
    half_answers: int = 0
    stalled: set[str] = field(default_factory=set)
    busy: bool = False

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

    def replug(self) -> None:
        """Put the cable back in."""
        self.plugged = True
        self.bytes_left = None

    @property
    def silent(self) -> bool:
        """Say whether the next answer will be swallowed."""
        return self.silent_answers > 0

    def swallow(self) -> None:
        """Count one swallowed answer."""
        self.silent_answers = max(0, self.silent_answers - 1)

    def leaving(self, answer: bytes) -> bytes:
        """Return what arrives of an answer at the host."""
        if self.garbage_answers > 0:
            self.garbage_answers -= 1
            return self.noise.randbytes(GARBAGE_BYTES)
        if self.half_answers > 0:
            self.half_answers -= 1
            return answer[: len(answer) // 2]
        return answer
