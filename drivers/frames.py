"""The last frames that went over a link, for a failure's report. Never a plane, never a whole job."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

FRAMES_MAX = 64
HEAD_BYTES_MAX = (
    48  # a command or a status block whole; of a job its header, long before the first plane
)


class Direction(StrEnum):
    """Which way a frame went, seen from the host."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: when (monotonic seconds), which way, how long, and its first bytes as hex."""

    at_s: float
    direction: Direction
    length: int
    head_hex: str


class FrameRing:
    """Keeps the last 64 frames."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=FRAMES_MAX)

    def add(self, at_s: float, direction: Direction, data: bytes | bytearray) -> None:
        """Note a frame; of its bytes only the head is kept."""
        head = bytes(data[:HEAD_BYTES_MAX]).hex()
        self._frames.append(Frame(at_s, direction, len(data), head))

    def __iter__(self) -> Iterator[Frame]:
        return iter(tuple(self._frames))
