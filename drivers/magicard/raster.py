"""A card face as the planes an Enduro takes. Pure numpy, no wire.

The head has 672 dots across (y), the card 1016 lines (x). The image of 642 rows begins at dot 15: the middle of the
648 rows of a face, three rows are lost at either long edge. A row of 96 bytes holds the dots interleaved:

    y < 288     word 6 + y div 16,         bit 2 (y mod 16)
    y >= 288    word (y - 288) div 16,     bit 2 ((y - 288) mod 16) + 1
    place       byte 4 word + bit div 8,   mask 80h >> bit mod 8

    colour   1016 lines x 6 rows x 96 bytes, least significant bit first, 0 no dye to 63 most
    resin    1016 lines x 96 bytes, 1 prints

Ink is what white lacks: B holds yellow (255 - B), G magenta, R cyan. Under resin there is no dye unless asked for. A
plane without ink is left out; a side without any carries one blank K plane, or no card would be fed
(docs/protocols/magicard.md, 2 and 4).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace

LINES = CARD_WIDTH_PX
IMAGE_DOTS, FIRST_DOT = 642, 15
ROW_BYTES = 96
COLOUR_ROWS = 6
COLOUR_BYTES = LINES * COLOUR_ROWS * ROW_BYTES
RESIN_BYTES = LINES * ROW_BYTES
ROWS_LOST = (CARD_HEIGHT_PX - IMAGE_DOTS) // 2  # at either long edge

_SHADES_MAX = 63
_COLOURS = (
    ("B", 2),
    ("G", 1),
    ("R", 0),
)  # the plane's letter and the channel of the picture that it prints


def _places() -> npt.NDArray[np.intp]:
    """Return, for each dot of the image from the top, which of the 768 bits of a row it is, highest first."""
    y = np.arange(FIRST_DOT, FIRST_DOT + IMAGE_DOTS)
    low = y < 288
    word = np.where(low, 6 + y // 16, (y - 288) // 16)
    bit = np.where(low, 2 * (y % 16), 2 * ((y - 288) % 16) + 1)
    return 32 * word + bit


PLACES = _places()


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of one side in the order of the wire (B G R K), by letter; `overcoat` has no plane of its own."""

    planes: tuple[tuple[str, bytes], ...]
    overcoat: bool

    @property
    def letters(self) -> str:
        """Return the letters of the planes."""
        return "".join(letter for letter, _ in self.planes)

    @property
    def panels(self) -> int:
        """Return how many panels of the film the side uses."""
        return len(self.planes) + self.overcoat


def planes_of(face: CardFace) -> Planes:
    """Make the planes of a face."""
    rows = slice(ROWS_LOST, ROWS_LOST + IMAGE_DOTS)
    resin = face.resin[rows]
    found = []
    for letter, channel in _COLOURS:
        bare = resin & (not face.underlay)
        ink = np.where(bare, 0, 255 - face.colour[rows, :, channel]).astype(np.uint16)
        shades = ((ink * _SHADES_MAX + 127) // 255).astype(np.uint8)
        if shades.any():
            found.append((letter, colour_plane(shades)))
    if resin.any() or not found:
        found.append(("K", resin_plane(resin)))
    return Planes(tuple(found), face.overlay)


def colour_plane(shades: npt.NDArray[np.uint8]) -> bytes:
    """Pack 642 x 1016 shades of 0 to 63, row 0 at the top, into a plane."""
    lines = np.zeros((LINES, ROW_BYTES * 8), np.uint8)
    lines[:, PLACES] = shades.T
    rows = np.empty((LINES, COLOUR_ROWS, ROW_BYTES), np.uint8)
    for number in range(COLOUR_ROWS):
        rows[:, number] = np.packbits(lines & (1 << number), axis=1)
    return rows.tobytes()


def resin_plane(resin: npt.NDArray[np.bool_]) -> bytes:
    """Pack 642 x 1016 dots, row 0 at the top, into a plane."""
    lines = np.zeros((LINES, ROW_BYTES * 8), np.bool_)
    lines[:, PLACES] = resin.T
    return np.packbits(lines, axis=1).tobytes()
