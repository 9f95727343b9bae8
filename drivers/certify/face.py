"""What a measuring card shows: bars of all dyes and a grid of resin. Nobody can take it for a document."""

import numpy as np

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace

BARS = ((255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 0, 0), (0, 160, 0), (0, 0, 255))
GRID_PX = 72


def measuring_face() -> CardFace:
    """Return it."""
    colour = np.full((CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), 255, np.uint8)
    width = CARD_WIDTH_PX // len(BARS)
    for number, dye in enumerate(BARS):
        colour[:, number * width : (number + 1) * width] = dye
    resin = np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), np.bool_)
    resin[::GRID_PX] = True
    resin[:, ::GRID_PX] = True
    return CardFace(colour, resin)
