"""A card face as the planes an Evolis printer takes. Pure numpy, no wire.

Line r of a plane is column x = r of the landscape face; the first dot of a line is the bottom of the card, so dot c is
row y = 647 - c. Ink is what white lacks, Y = 255 - B, M = 255 - G, C = 255 - R, or what the ribbon's tone curve makes
of that. Under resin there is no dye unless the face asks for it, or the two would mix to a smear at the edges of the
letters. A plane without ink is left out.

    8 bit   offset x*648 + (647 - y)
    7 bit   value >> 1, one bit stream over the whole plane, first bit highest
    1 bit   byte x*81 + (647 - y)//8, mask 0x80 >> (647 - y) % 8; 1 transfers
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace
from drivers.tone import Curve, toned

PIXELS = CARD_WIDTH_PX * CARD_HEIGHT_PX
MONO_LEVELS = 2
VARNISH = bytes([0xFF]) * (PIXELS // 8)  # overlay over the whole side

_BITS_DROPPED = {256: 0, 128: 1}


@dataclass(frozen=True, slots=True)
class Plane:
    """One panel's download: its letter, its number of levels, its packed bytes."""

    panel: str
    levels: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Planes:
    """The planes of one side in download order (y m c k o), and what the printer is told of its colour.

    Attributes:
        colour: the dye planes that have ink.
        mono: resin and overlay, those that have ink.
        uncoloured_percent: how many of a hundred pixels have no dye at all, rounded.
        means: mean ink of Y, M and C, 0 to 255, rounded.
    """

    colour: tuple[Plane, ...]
    mono: tuple[Plane, ...]
    uncoloured_percent: int
    means: tuple[int, int, int]


def planes_of(face: CardFace, levels: int, curve: Curve | None = None) -> Planes:
    """Make the planes of a face. `levels` is what the model's dye panels take, 256 or 128; None for `curve` is raw."""
    resin = np.ascontiguousarray(face.resin[::-1].T)
    dye = _dye_planes(face, resin)
    if curve is not None:
        dye = toned(dye, curve)
    colour: list[Plane] = []
    means: list[int] = []
    for panel, ink in zip("ymc", dye[::-1], strict=True):
        total = int(ink.sum(dtype=np.uint32))  # at most 168 million
        means.append(round(total / PIXELS))
        if total:
            colour.append(Plane(panel, levels, _pack_dye(ink, levels)))
    mono = [Plane("k", MONO_LEVELS, np.packbits(resin).tobytes())] if resin.any() else []
    if face.overlay:
        mono.append(Plane("o", MONO_LEVELS, VARNISH))
    coloured = int(np.count_nonzero(dye[0] | dye[1] | dye[2]))
    percent = round(100 * (PIXELS - coloured) / PIXELS)
    return Planes(tuple(colour), tuple(mono), percent, (means[0], means[1], means[2]))


def _dye_planes(face: CardFace, resin: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return C, M, Y (what R, G, B lack) as 3 x 1016 x 648: turned, inverted, cleared where resin goes alone."""
    dye = np.ascontiguousarray(face.colour[::-1].transpose(2, 1, 0))
    np.invert(dye, out=dye)
    if not face.underlay:
        keep = np.subtract(resin.view(np.uint8), 1)  # 0 where resin goes, 255 elsewhere
        np.bitwise_and(dye, keep, out=dye)
    return dye


def _pack_dye(ink: npt.NDArray[np.uint8], levels: int) -> bytes:
    dropped = _BITS_DROPPED[levels]
    if not dropped:
        return ink.tobytes()
    bits = np.unpackbits(ink.reshape(-1, 1), axis=1)
    return np.packbits(bits[:, : 8 - dropped]).tobytes()
