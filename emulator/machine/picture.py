"""Picture: the planes on a face as the eye sees them.

Dye is subtractive over the white of the card: yellow takes the blue away, magenta the green, cyan the red. Resin lies
on top and hides what is under it. The overlay is clear; where it lies dark tones get a faint gloss, and where a face
has it in part only, the rest is mat. What went wrong on the way to the card is in the planes already (`transfer.py`).

A face that still is in the machine can be looked at as well: a plane on it is replaced by a new one, never changed.
"""

import numpy as np
from numpy.typing import NDArray

from emulator.machine.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, Face, Ink

Rgb = NDArray[np.uint8]  # rows, columns, red-green-blue

DYES = (("c", 0), ("m", 1), ("y", 2))  # panel, and the channel it takes away
GLOSS_SHIFT = 6  # overlay lifts a tone by 1/64 of its distance to white
MAT_SHIFT = 4  # beside an overlay that lies in part only a tone is 1/16 darker

BLACK = (16, 16, 18)  # resin is not quite black
RESINS = {
    101: (24, 48, 140), 102: (16, 112, 56), 103: (176, 24, 32), 105: (250, 250, 250),
    106: (190, 155, 70), 107: (170, 172, 176), 108: (150, 150, 150),
}  # fmt: skip


def composite(face: Face | None) -> Rgb:
    """Return the face, 648 rows x 1016 columns, as RGB; a face nothing was printed on is white."""
    if face is None:
        return np.full((CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), 255, dtype=np.uint8)
    planes = face.planes
    channels: list[Ink] = [
        np.full((CARD_HEIGHT_PX, CARD_WIDTH_PX), 255, dtype=np.uint8) for _ in range(3)
    ]
    for panel, channel in DYES:
        if panel in planes:
            np.subtract(255, planes[panel], out=channels[channel])
    resin = _covered(face, "k")
    gloss = _covered(face, "o") if "o" in planes else _covered(face, "l")
    mat = None if gloss is None or gloss.all() else ~gloss
    colour = RESINS.get(face.ribbon, BLACK)
    for tone, shade in zip(channels, colour, strict=True):
        if resin is not None:
            tone[resin] = shade
        if gloss is not None:
            np.add(tone, (255 - tone) >> GLOSS_SHIFT, out=tone, where=gloss)
        if mat is not None:
            np.subtract(tone, tone >> MAT_SHIFT, out=tone, where=mat)
    return np.stack(channels, axis=-1)


def _covered(face: Face, panel: str) -> NDArray[np.bool_] | None:
    plane = face.planes.get(panel)
    return None if plane is None else plane >= 128
