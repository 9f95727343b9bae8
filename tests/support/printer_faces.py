"""Card faces for printer tests: blank, random, and one a person could look at."""

import numpy as np

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace


def blank_face() -> CardFace:
    """Return a white face without resin; its arrays may be drawn on."""
    colour = np.full((CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), 255, np.uint8)
    return CardFace(colour, np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), np.bool_))


def random_face(seed: int) -> CardFace:
    """Return noise in every dot, a tenth of it resin."""
    random = np.random.default_rng(seed)
    colour = random.integers(0, 256, (CARD_HEIGHT_PX, CARD_WIDTH_PX, 3), dtype=np.uint8)
    return CardFace(colour, random.random((CARD_HEIGHT_PX, CARD_WIDTH_PX)) < 0.1)


def drawn_face(number: int = 0) -> CardFace:
    """Return a gradient with a dark block of resin that differs by number: asymmetric in both directions."""
    face = blank_face()
    face.colour[:, :, 0] = np.linspace(40, 255, CARD_WIDTH_PX).astype(np.uint8)
    face.colour[:, :, 1] = np.linspace(255, 90, CARD_HEIGHT_PX).astype(np.uint8)[:, None]
    face.colour[100:300, 60:260, 2] = 10
    left = 400 + 20 * number
    face.resin[500:560, left : left + 300] = True
    face.resin[40:60, 900:1000] = True
    return face
