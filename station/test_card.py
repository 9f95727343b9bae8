"""The test card's face: grey steps, the three dyes, a resin grid and a border, so that a person sees what is wrong.

It carries no record and says so; it is heated and takes a blank like any card, so it counts against the cap.
"""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace

_DYES = ((255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 0, 0), (0, 160, 0), (0, 0, 255))
GREY_STEPS = 12


@cache
def face() -> CardFace:
    """Return the test card."""
    colour = Image.new("RGB", (CARD_WIDTH_PX, CARD_HEIGHT_PX), "white")
    resin = Image.new("L", (CARD_WIDTH_PX, CARD_HEIGHT_PX), 0)
    _steps(ImageDraw.Draw(colour))
    _lines(ImageDraw.Draw(resin))
    return CardFace(colour=np.asarray(colour).copy(), resin=np.asarray(resin) >= 128, overlay=True)


def _steps(draw: ImageDraw.ImageDraw) -> None:
    width = (CARD_WIDTH_PX - 80) // GREY_STEPS
    for step in range(GREY_STEPS):
        grey = round(255 * step / (GREY_STEPS - 1))
        left = 40 + step * width
        draw.rectangle((left, 240, left + width - 1, 360), fill=(grey, grey, grey))
    width = (CARD_WIDTH_PX - 80) // len(_DYES)
    for number, dye in enumerate(_DYES):
        left = 40 + number * width
        draw.rectangle((left, 380, left + width - 1, 500), fill=dye)


def _lines(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((8, 8, CARD_WIDTH_PX - 9, CARD_HEIGHT_PX - 9), outline=255, width=2)
    for x in range(40, CARD_WIDTH_PX - 39, 52):
        draw.line((x, 530, x, 610), fill=255, width=1)
    for y in range(530, 611, 16):
        draw.line((40, y, CARD_WIDTH_PX - 40, y), fill=255, width=1)
    font = ImageFont.load_default(64)
    draw.text((CARD_WIDTH_PX // 2, 110), "KARTU UJI / TEST CARD", fill=255, font=font, anchor="mm")
    small = ImageFont.load_default(30)
    note = "bukan dokumen, tidak sah / not a document"
    draw.text((CARD_WIDTH_PX // 2, 180), note, fill=255, font=small, anchor="mm")
