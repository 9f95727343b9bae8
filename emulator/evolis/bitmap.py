"""Bitmaps of the wire: how many bytes they have, and how they lie on the card.

Theory of operation. The card is landscape, 1016 x 648, (0, 0) top left as the reader sees it. A bitmap is a run of
lines; line r is the column x = r, and its first dot is the bottom edge: dot c lies at y = 647 - c. Dots are one
continuous bit stream, most significant bit first, without padding between lines, 1, 5, 6, 7 or 8 bits each; 0 = no
ink. Sizes and orientation: docs/protocols/evolis.md, "Bitmaps". Not a parser: `parser.py` finds them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Ink

PANELS = "ymckolsfhi"
RESIN_PANELS = "ko"  # printed or not, no shades


@dataclass(frozen=True, slots=True)
class Raster:
    """Dots a line (across the card) and lines (along it)."""

    dots: int
    lines: int


CARD_RASTER = Raster(CARD_HEIGHT_PX, CARD_WIDTH_PX)

# The two resolution numbers of `Dbx`; models with a finer head only have more lines.
RASTERS = {
    (300, 300): CARD_RASTER,
    (300, 260): Raster(562, 1016),
    (600, 300): Raster(648, 2032),
    (1200, 300): Raster(648, 4064),
    (600, 600): Raster(1296, 2032),
}

LEVEL_BITS = {2: 1, 32: 5, 64: 6, 128: 7, 256: 8}


@dataclass(frozen=True, slots=True)
class Bitmap:
    """One downloaded plane, decompressed but still packed as on the wire."""

    panel: str
    levels: int
    raster: Raster
    payload: bytes


def payload_bytes(raster: Raster, levels: int) -> int:
    """Return the length of an uncompressed bitmap in bytes."""
    return raster.dots * raster.lines * LEVEL_BITS[levels] // 8


def ink_of(bitmap: Bitmap) -> Ink:
    """Unpack a bitmap into card orientation: rows from the top, columns from the left, 0..255 ink.

    A finer raster is averaged and a coarser one repeated to 1016 x 648; one-bit panels stay 0 or 255.
    """
    raster = bitmap.raster
    dots = _unpack(bitmap).reshape(raster.lines, raster.dots)
    ink = np.ascontiguousarray(dots[:, ::-1].T)
    if raster == CARD_RASTER:
        return ink
    ink = _to_card(ink)
    return np.where(ink >= 128, 255, 0).astype(np.uint8) if bitmap.levels == 2 else ink


def _unpack(bitmap: Bitmap) -> NDArray[np.uint8]:
    packed = np.frombuffer(bitmap.payload, dtype=np.uint8)
    bits = LEVEL_BITS[bitmap.levels]
    if bits == 8:
        return packed
    stream = np.unpackbits(packed)
    if bits == 1:
        return stream * np.uint8(255)
    dots = stream[: len(stream) // bits * bits].reshape(-1, bits)
    value = np.zeros(len(dots), dtype=np.uint8)
    for place in range(bits):
        np.bitwise_or(np.left_shift(value, 1), dots[:, place], out=value)
    full = bitmap.levels - 1
    shades = np.array([(shade * 255 + full // 2) // full for shade in range(bitmap.levels)])
    return shades.astype(np.uint8)[value]


def _to_card(ink: Ink) -> Ink:
    rows, columns = ink.shape
    if rows % CARD_HEIGHT_PX == 0 and columns % CARD_WIDTH_PX == 0:
        blocks = ink.reshape(
            CARD_HEIGHT_PX, rows // CARD_HEIGHT_PX, CARD_WIDTH_PX, columns // CARD_WIDTH_PX
        )
        mean: NDArray[np.float64] = blocks.mean(axis=(1, 3))
        return np.rint(mean).astype(np.uint8)
    nearest_row = np.arange(CARD_HEIGHT_PX) * rows // CARD_HEIGHT_PX
    nearest_column = np.arange(CARD_WIDTH_PX) * columns // CARD_WIDTH_PX
    return np.ascontiguousarray(ink[nearest_row[:, None], nearest_column[None, :]])


def decompress_resin(packed: bytes) -> bytes | None:
    """Undo the old one-bit line compression; None if the bytes are not one.

    Each line: 00 = blank, FF = solid, else a count N of 1..81 and N bytes, the rest of the line blank.
    """
    line_bytes = CARD_RASTER.dots // 8
    lines = bytearray()
    at = 0
    for _line in range(CARD_RASTER.lines):
        if at >= len(packed):
            return None
        count = packed[at]
        at += 1
        if count == 0xFF:
            lines += b"\xff" * line_bytes
        elif count > line_bytes or at + count > len(packed):
            return None
        else:
            lines += packed[at : at + count].ljust(line_bytes, b"\x00")
            at += count
    return bytes(lines) if at == len(packed) else None
