"""Faces that cost little and still are each record's own: one picture for all, and the record's mark in its resin.

The picture is encoded once by the real driver. A card differs from it only in the first column of the K panel, so its
job is that one job with 81 bytes changed, byte for byte what the driver would have made (a test compares them). The
mark is read back from the ink the emulator put on the card. With full pictures the real layout draws and the real
driver encodes each face, and a card is known by its whole K panel.
"""

import functools
import hashlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardDesign, CardFace, PrintRequest
from drivers.evolis.codec import ESC
from drivers.evolis.driver import EvolisDriver
from emulator.machine.card import Face
from emulator.machine.picture import composite
from prr.record import PrintReadyRecord, Right
from simulation.records import number_of, right_of
from station.layout import Layout

NUMBER_BITS = 32
ISSUE_FACTOR = 100  # number * 100 + issue number is one mark
LINE_BYTES = CARD_HEIGHT_PX // 8
LEVELS = 256

Ink = npt.NDArray[np.uint8]


@functools.cache
def _ground() -> CardFace:
    """Return the one picture: a yellow field, and some resin away from the mark."""
    colour = np.full((CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), 255, np.uint8)
    colour[200:400, 300:600, 2] = 40
    resin = np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), np.bool_)
    resin[500:520, 100:900] = True
    return CardFace(colour, resin)


@functools.cache
def _job() -> tuple[bytes, int, bytes]:
    """Return the ground's job, where in it the K panel begins, and that panel."""
    data = EvolisDriver().encode(CardDesign(_ground())).job_data
    head = ESC + b"Db;k;2;"
    begins = data.index(head) + len(head)
    return data, begins, data[begins : begins + LINE_BYTES * CARD_WIDTH_PX]


@functools.cache
def _digests() -> tuple[Callable[[], "hashlib._Hash"], bytes]:
    """Return the digest of the planes before K, to be copied, and what follows K's bytes."""
    data, _begins, _panel = _job()
    head = ESC + f"Db;y;{LEVELS};".encode()
    begins = data.index(head) + len(head)
    before = hashlib.sha256(f"y;{LEVELS};".encode())
    before.update(data[begins : begins + CARD_WIDTH_PX * CARD_HEIGHT_PX])
    before.update(b"k;2;")
    return before.copy, b"o;2;" + bytes([0xFF]) * (LINE_BYTES * CARD_WIDTH_PX)


class Faces:
    """Draws the faces of a run and knows them again; in the place of a layout."""

    def __init__(self, *, pictures: bool) -> None:
        self._layout = Layout.load(None) if pictures else None
        self._drawn: dict[bytes, Right] = {}
        self.panels = set("ymcko") if pictures else set("yko")

    def face(self, record: PrintReadyRecord) -> CardFace:
        """Draw a record's face."""
        if self._layout is None:
            return marked(record.right)
        face = self._layout.face(record)
        self._drawn[_digest(face.resin)] = record.right
        return face

    def right_on(self, face: Face) -> Right | None:
        """Return whose card this is, None if nobody could tell."""
        ink = face.planes.get("k")
        if ink is None:
            return None
        if self._layout is None:
            return read_mark(ink)
        return self._drawn.get(_digest(ink > 127))

    def is_whole(self, face: Face) -> bool:
        """Tell whether every panel is on it; in full pictures it is composed as the eye would see it."""
        if self._layout is not None:
            composite(face)
        return set(face.panels_used) == self.panels


def marked(right: Right) -> CardFace:
    """Return the ground with a right's mark in its first column."""
    ground = _ground()
    resin = ground.resin.copy()
    mark = number_of(right) * ISSUE_FACTOR + right.issue_no
    bits = f"{mark:0{NUMBER_BITS}b}{~mark & (2**NUMBER_BITS - 1):0{NUMBER_BITS}b}"
    resin[: 2 * NUMBER_BITS, 0] = [bit == "1" for bit in bits]
    return CardFace(ground.colour, resin)


def read_mark(ink: Ink) -> Right | None:
    """Read a mark back; None where its complement does not stand beside it."""
    bits = "".join("1" if shade > 127 else "0" for shade in ink[: 2 * NUMBER_BITS, 0])
    mark, complement = int(bits[:NUMBER_BITS], 2), int(bits[NUMBER_BITS:], 2)
    if mark ^ complement != 2**NUMBER_BITS - 1 or not mark:
        return None
    return right_of(mark // ISSUE_FACTOR, mark % ISSUE_FACTOR)


class QuickDriver(EvolisDriver):
    """The real driver, which does not encode the same picture twice."""

    def encode(self, design: CardDesign) -> PrintRequest:
        """Make a print request; of a marked face without looking at what is not the mark."""
        face = design.front
        if not design.raw_colour or face.colour is not _ground().colour:
            return super().encode(design)
        data, begins, panel = _job()
        line = np.packbits(face.resin[::-1, 0]).tobytes()
        digest_before, after = _digests()
        digest = digest_before()
        digest.update(line)
        digest.update(panel[LINE_BYTES:])
        digest.update(after)
        job = b"".join((data[:begins], line, data[begins + LINE_BYTES :]))
        return PrintRequest(job, digest.hexdigest())


def _digest(resin: npt.NDArray[np.bool_]) -> bytes:
    return hashlib.sha256(np.packbits(resin).tobytes()).digest()
