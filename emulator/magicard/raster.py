"""Raster of the Enduro head: how the dots of a plane lie in its bytes, and on the card.

Theory of operation. The canvas is 672 dots across the head (y) by 1016 lines along the card (x = line, left to right).
Inside one row of 96 bytes the dots of the two halves of the head alternate: with word w and bit b

    y <  288:  w = 6 + y // 16,  b = 2 * (y % 16)
    y >= 288:  t = y - 288,  w = t // 16,  b = 2 * (t % 16) + 1
    byte = 4 w + b // 8,  mask = 80 hex >> b % 8

so 96 of the 768 bits are never used. A colour line is six such rows, the least significant bit of all dots first, for
values 0 (no dye) to 63; a resin line is one row, 1 = print. The image is 642 dots high and begins at dot 15, which is
where it lies when the head position is 50. The card here has 648 rows: the image is put in their middle, three blank
rows above and below, which is ours, no fact. Not a parser: `parser.py` finds the planes.
"""

import numpy as np
from numpy.typing import NDArray

from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Ink

CANVAS_DOTS = 672
IMAGE_DOTS = 642
IMAGE_LINES = CARD_WIDTH_PX
FIRST_DOT = 15
ROW_BYTES = 96
COLOUR_BITS = 6
COLOUR_LINE_BYTES = COLOUR_BITS * ROW_BYTES
COLOUR_BYTES = COLOUR_LINE_BYTES * IMAGE_LINES
RESIN_BYTES = ROW_BYTES * IMAGE_LINES
FIRST_ROW = (CARD_HEIGHT_PX - IMAGE_DOTS) // 2

_HALF = 288


def bit_of(y: int) -> int:
    """Return where dot `y` lies in a row of 768 bits, counted from the most significant bit of its first byte."""
    assert 0 <= y < CANVAS_DOTS, "no such dot"
    if y < _HALF:
        return 32 * (6 + y // 16) + 2 * (y % 16)
    t = y - _HALF
    return 32 * (t // 16) + 2 * (t % 16) + 1


_BITS = np.array([bit_of(FIRST_DOT + y) for y in range(IMAGE_DOTS)])


def _unused() -> NDArray[np.uint8]:
    used = np.zeros(8 * ROW_BYTES, dtype=np.uint8)
    used[[bit_of(y) for y in range(CANVAS_DOTS)]] = 1
    return ~np.packbits(used)


_UNUSED = _unused()
_SHADES = np.array([(value * 255 + 31) // 63 for value in range(64)], dtype=np.uint8)


def plane_bytes(panel: str) -> int:
    """Return how long the plane of a panel is on the wire."""
    return RESIN_BYTES if panel == "k" else COLOUR_BYTES


def ink_of(panel: str, plane: bytes) -> Ink:
    """Unpack a plane into card orientation: 648 rows from the top, 1016 columns from the left, 0..255 ink."""
    assert len(plane) == plane_bytes(panel), "a plane of another raster"
    bits = 1 if panel == "k" else COLOUR_BITS
    rows = np.frombuffer(plane, dtype=np.uint8).reshape(IMAGE_LINES, bits, ROW_BYTES)
    value = np.zeros((IMAGE_LINES, IMAGE_DOTS), dtype=np.uint8)
    for place in range(bits):
        dots = np.unpackbits(rows[:, place, :], axis=1)[:, _BITS]
        np.bitwise_or(value, dots << place, out=value)
    ink = np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), dtype=np.uint8)
    shades = value * np.uint8(255) if panel == "k" else _SHADES[value]
    ink[FIRST_ROW : FIRST_ROW + IMAGE_DOTS] = shades.T
    return ink


def uses_no_dots(plane: bytes) -> bool:
    """Say whether bits are set that belong to no dot of the head: a sign of another model's raster."""
    rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, ROW_BYTES)
    return bool((rows & _UNUSED).any())
