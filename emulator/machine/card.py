"""Card: one blank with its chip, on its way through the machine, and the record of one that has left.

Not the picture (`picture.py`) and not the files (`card_files.py`): only what is physically true of the card.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CARD_WIDTH_PX = 1016
CARD_HEIGHT_PX = 648

# rows y = 0..647 from the top, columns x = 0..1015 from the left, as the reader sees the landscape card;
# 0 = no ink, 255 = full
Ink = NDArray[np.uint8]


class Position(StrEnum):
    """Where in the path a card is."""

    FEEDER = "feeder"
    PRINT = "print"
    FLIP = "flip"
    CONTACT = "contact"
    CONTACTLESS = "contactless"
    EJECT = "eject"


class Side(StrEnum):
    """The face under the print head. A blank comes front first; turning it twice brings the front back."""

    FRONT = "front"
    BACK = "back"


class Bin(StrEnum):
    """Where a card ends."""

    OUTPUT = "output"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Track:
    """One magnetic track as encoded: the format number of the wire and the text without sentinels."""

    format_number: int
    text: str


@dataclass(slots=True)
class Face:
    """What was put on one face: the ribbon it came from, planes by panel letter, and every panel spent on it."""

    ribbon: int
    planes: dict[str, Ink] = field(default_factory=dict)
    panels_used: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Card:
    """One blank inside the machine."""

    uid: str
    position: Position
    fed_at_s: float
    side: Side = Side.FRONT
    faces: dict[Side, Face] = field(default_factory=dict)
    tracks: dict[int, Track] = field(default_factory=dict)

    @property
    def heated(self) -> bool:
        """Say whether the head has touched this card: such a blank can never be used again."""
        return any(face.panels_used for face in self.faces.values())


@dataclass(frozen=True, slots=True)
class Departure:
    """The record of a card that has left the machine; `number` runs on over restarts."""

    number: int
    card: Card
    bin: Bin
    by_hand: bool
    counter: int
    print_seconds: float
    printer_serial: str


@dataclass(frozen=True, slots=True)
class Departed:
    """What is remembered of a card once its files are written."""

    number: int
    uid: str
    bin: Bin


def chip_uid(seed: str, index: int) -> str:
    """Return the chip UID of blank `index`: 7 bytes in hex, ISO 14443 style with the maker's byte 04 first.

    Made of seed and running index alone, so a restarted emulator never gives one UID twice.
    """
    return "04" + hashlib.sha256(f"{seed}:{index}".encode()).hexdigest()[:12].upper()
