"""Ink for tests of the emulated machine: planes as they lie on a card, 648 rows x 1016 columns."""

import numpy as np

from emulator.machine.card import Ink

INK: Ink = np.full((648, 1016), 120, np.uint8)
INK.setflags(write=False)


def bars(*columns: int) -> Ink:
    """Make full lines across the card, four columns wide, from each column on."""
    ink = np.zeros((648, 1016), np.uint8)
    for column in columns:
        ink[:, column : column + 4] = 255
    return ink


def portrait() -> Ink:
    """Make something with soft tones, full ink and bare card, unlike itself when it is moved."""
    rows, columns = np.mgrid[0:648, 0:1016]
    tone = 110 + 90 * np.sin(columns / 61 + 1) * np.cos(rows / 47)
    ink: Ink = tone.astype(np.uint8)
    ink[100:200, 100:300] = 255
    ink[300:400, 500:900] = 0
    return ink
