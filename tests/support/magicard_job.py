"""Enduro jobs for tests, built byte by byte from the sheet: independent of the emulator's parser and of the drivers."""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

LINES, DOTS, CANVAS = 1016, 642, 672
COLOUR_BYTES, RESIN_BYTES = 585_216, 97_536
Shades = NDArray[np.uint8]  # 642 rows from the top, 1016 columns from the left

LEAD_IN = b"\x05" * 64
SZ = {"B": COLOUR_BYTES, "G": COLOUR_BYTES, "R": COLOUR_BYTES, "K": RESIN_BYTES}


def place(y: int) -> tuple[int, int]:
    """Return byte and mask of a canvas dot in one row."""
    if y < 288:
        word, bit = 6 + y // 16, 2 * (y % 16)
    else:
        word, bit = (y - 288) // 16, 2 * ((y - 288) % 16) + 1
    return 4 * word + bit // 8, 0x80 >> (bit % 8)


def colour_plane(shades: Shades) -> bytes:
    """Make a plane of values 0..63."""
    plane = np.zeros((LINES, 6, 96), dtype=np.uint8)
    for row in range(DOTS):
        byte, mask = place(15 + row)
        for k in range(6):
            plane[:, k, byte] |= ((shades[row] >> k) & 1) * np.uint8(mask)
    return plane.tobytes()


@cache
def flat_colour(value: int) -> bytes:
    """Make a plane of one value."""
    return colour_plane(np.full((DOTS, LINES), value, dtype=np.uint8))


def resin_plane(dots: Iterable[tuple[int, int]]) -> bytes:
    """Make a plane with some pixels set, (x, y) from the upper left of the image."""
    plane = bytearray(RESIN_BYTES)
    for x, y in dots:
        byte, mask = place(15 + y)
        plane[96 * x + byte] |= mask
    return bytes(plane)


FRONT = (
    "NOC1", "VER1.0", "LANENG", "TDT66000000", "KGE2", "DPXOFF", "PAG1", "IMFBGRK", "XCO0", "YCO0", "WID1016",
    "HGT642", "OVRON", "NNNOFF", "USFOFF", "PCT0,0,1015,641", "ICC1",
)  # fmt: skip
WITHOUT_ON_BACK = ("VER", "LAN", "TDT", "RSP", "COE")


def head(tokens: Iterable[str], planes: Mapping[str, bytes]) -> bytes:
    """Frame a header: the tokens, then the lengths of the planes."""
    sizes = [f"SZ{letter}{len(planes[letter])}" for letter in "BGRK" if letter in planes]
    return b"\x01\x2c" + ",".join([*tokens, *sizes]).encode() + b"\x1c"


def page(planes: Mapping[str, bytes], tokens: Iterable[str] = FRONT) -> bytes:
    """Frame one side of a card."""
    body = b"".join(
        planes[letter] + b"\x1c" + letter.encode() + b"\x3a"
        for letter in "BGRK"
        if letter in planes
    )
    return LEAD_IN + head(tokens, planes) + body + b"\x03"


def changed(tokens: Iterable[str], **values: str | None) -> tuple[str, ...]:
    """Replace the values of tokens by name; None leaves one out, a new name comes last."""
    left = dict(values)
    found = []
    for token in tokens:
        value = left.pop(token[:3], token[3:])
        if value is not None:
            found.append(token[:3] + value)
    return (*found, *(name + value for name, value in left.items() if value is not None))


def colour_planes(value: int = 20, dots: Iterable[tuple[int, int]] = ((5, 5),)) -> dict[str, bytes]:
    """Make the planes of a flat colour face with some resin."""
    plane = flat_colour(value)
    return {"B": plane, "G": plane, "R": plane, "K": resin_plane(dots)}


def simplex_job(copies: int = 1) -> bytes:
    """Make a job with all four planes and overcoat."""
    return page(colour_planes(), changed(FRONT, NOC=str(copies)))


def mono_job(dots: Iterable[tuple[int, int]] = ((7, 9),), **tokens: str | None) -> bytes:
    """Make a job of resin alone."""
    return page({"K": resin_plane(dots)}, changed(FRONT, IMF="K", OVR="OFF", **tokens))


def duplex_pages() -> tuple[bytes, bytes]:
    """Make a colour front and a black back."""
    front = changed(FRONT, DPX="ON", BAC="K")
    back = [token for token in front if token[:3] not in (*WITHOUT_ON_BACK, "BAC")]
    return (
        page(colour_planes(), front),
        page({"K": resin_plane([(1, 2)])}, changed(back, PAG="2", IMF="K", OVR="OFF")),
    )


def ask(request: str, *, framing: str = "A", comma: bool = True) -> bytes:
    """Frame a request in one of the two ways, its last token with or without a comma behind."""
    text = (request + ("," if comma else "")).encode()
    begin = b"\x01\x2c" if framing == "A" else b"\x05" * 9 + b"\x01"
    return begin + text + b"\x1c\x03"
