"""docs/images/colour_*.png: what was sent beside what the emulated card shows, raw and by the tone curve.

The test card, and a portrait in the public domain (NASA, as scikit-image ships it), each printed by the real driver on
the emulator as a process of its own.
"""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from bench.emulator import FASTEST, Running, emulator_running
from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardDesign, CardFace
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.job import opening
from drivers.tool.pattern import pattern_card

CHART, PORTRAIT = Path("docs/images/colour_chart.png"), Path("docs/images/colour_portrait.png")
GAP_PX = 12
PLACE = (252, 68)
COLOURS = 200


def draw() -> tuple[Path, Path]:
    """Print and put side by side; returns where the pictures are."""
    with emulator_running(FASTEST, 4) as printer:
        _side_by_side(printer, 1, pattern_card().front, CHART)
        _side_by_side(printer, 3, portrait(), PORTRAIT)
    return CHART, PORTRAIT


def portrait() -> CardFace:
    """Return a card with nothing but the portrait."""
    card = Image.new("RGB", (CARD_WIDTH_PX, CARD_HEIGHT_PX), "white")
    card.paste(Image.fromarray(data.astronaut()), PLACE)
    return CardFace(np.asarray(card).copy(), np.zeros((CARD_HEIGHT_PX, CARD_WIDTH_PX), np.bool_))


def _side_by_side(printer: Running, number: int, face: CardFace, path: Path) -> None:
    sent = Image.fromarray(np.where(face.resin[:, :, None], np.uint8(0), face.colour))
    cards = [
        _printed(printer, number + more, CardDesign(face, raw_colour=raw_colour))
        for more, raw_colour in enumerate((True, False))
    ]
    width, height = CARD_WIDTH_PX // 2, CARD_HEIGHT_PX // 2
    sheet = Image.new("RGB", (3 * width + 4 * GAP_PX, height + 2 * GAP_PX), (120, 124, 130))
    for place, card in enumerate((sent, *cards)):
        sheet.paste(card.reduce(2), (GAP_PX + place * (width + GAP_PX), GAP_PX))
    sheet.quantize(COLOURS).save(path, "PNG", optimize=True)


def _printed(printer: Running, number: int, design: CardDesign) -> Image.Image:
    printer.print_card(opening(0) + EvolisDriver().encode(design).job_data, number)
    with Image.open(printer.cards / f"{number:06d}.front.png") as card:
        return card.convert("RGB")
