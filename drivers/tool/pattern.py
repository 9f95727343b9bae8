"""The technician's test card: what is wrong with a printer shows on it without a magnifying glass.

    frame, corners, ruler    the card's edges and its scale: 1 dot wide, a tick each 5 mm
    patches                  each dye, each pair of dyes, and four skin tones
    K over colour            black hairlines on each dye: where they do not lie, the passes are not in register
    grey steps               sixteen, of dye alone: tinted steps mean another ribbon than the driver thinks
    bars                     1, 2, 3 and 4 dots of resin: a dead heating dot is a white line along the card

It carries no person and says that it is no document.
"""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drivers.card import CARD_DPI, CARD_HEIGHT_PX, CARD_WIDTH_PX, CardDesign, CardFace

_DYES = ((255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255))
_SKINS = ((255, 219, 188), (224, 172, 130), (168, 112, 74), (96, 62, 42))
GREY_STEPS = 16
MARGIN_PX = 40
TICK_MM = 5
MM_PER_INCH = 25.4
_RIGHT, _BOTTOM = CARD_WIDTH_PX - 1, CARD_HEIGHT_PX - 1


@cache
def pattern_card() -> CardDesign:
    """Return the test card: one side, YMCKO."""
    size = (CARD_WIDTH_PX, CARD_HEIGHT_PX)
    colour, resin = Image.new("RGB", size, "white"), Image.new("L", size, 0)
    dye, black = ImageDraw.Draw(colour), ImageDraw.Draw(resin)
    _edges(black)
    _title(black)
    _row(dye, 150, 230, (*_DYES, *_SKINS))
    _hairlines(dye, black, 250, 330)
    _row(dye, 350, 430, [(level,) * 3 for level in _levels()])
    _bars(black, 450, 530)
    face = CardFace(np.asarray(colour).copy(), np.asarray(resin) >= 128)
    return CardDesign(front=face)


def _levels() -> list[int]:
    return [round(255 * step / (GREY_STEPS - 1)) for step in range(GREY_STEPS)]


def _row(
    draw: ImageDraw.ImageDraw,
    top: int,
    bottom: int,
    fills: list[tuple[int, ...]] | tuple[tuple[int, ...], ...],
) -> None:
    """Draw patches beside each other, margin to margin."""
    width = (CARD_WIDTH_PX - 2 * MARGIN_PX) / len(fills)
    for number, fill in enumerate(fills):
        left, right = (round(MARGIN_PX + (number + end) * width) for end in (0, 1))
        draw.rectangle((left, top, right - 1, bottom), fill=fill)


def _edges(black: ImageDraw.ImageDraw) -> None:
    """Draw a frame one dot wide, crosses near the corners, and a ruler along two edges."""
    black.rectangle((0, 0, _RIGHT, _BOTTOM), outline=255, width=1)
    for x in (MARGIN_PX, _RIGHT - MARGIN_PX):
        for y in (MARGIN_PX, _BOTTOM - MARGIN_PX):
            black.line((x - 14, y, x + 14, y), fill=255)
            black.line((x, y - 14, x, y + 14), fill=255)
    step_px = TICK_MM / MM_PER_INCH * CARD_DPI
    for tick in range(1, int(CARD_WIDTH_PX / step_px) + 1):
        at = round(tick * step_px)
        length = 16 if tick % 2 == 0 else 8
        black.line((at, 0, at, length), fill=255)
        black.line((0, at, length, at), fill=255)


def _title(black: ImageDraw.ImageDraw) -> None:
    middle = CARD_WIDTH_PX // 2
    big, small = ImageFont.load_default(44), ImageFont.load_default(24)
    black.text((middle, 66), "KARTU UJI / TEST CARD", fill=255, font=big, anchor="mm")
    note = "bukan dokumen, tidak sah / not a document"
    black.text((middle, 114), note, fill=255, font=small, anchor="mm")


def _hairlines(dye: ImageDraw.ImageDraw, black: ImageDraw.ImageDraw, top: int, bottom: int) -> None:
    """Draw each dye again with black lines on it, one to three dots wide."""
    _row(dye, top, bottom, _DYES[:3])
    width = (CARD_WIDTH_PX - 2 * MARGIN_PX) / 3
    for patch in range(3):
        for line in range(1, 10):
            x = round(MARGIN_PX + patch * width + line * width / 10)
            black.line((x, top, x, bottom), fill=255, width=1 + line % 3)
        y = (top + bottom) // 2
        left = round(MARGIN_PX + patch * width)
        black.line((left, y, round(left + width) - 1, y), fill=255)


def _bars(black: ImageDraw.ImageDraw, top: int, bottom: int) -> None:
    """Draw lines across and along, each group as wide as its gaps."""
    width = (CARD_WIDTH_PX - 2 * MARGIN_PX) // 4
    for group, dots in enumerate((1, 2, 3, 4)):
        left = MARGIN_PX + group * width
        for x in range(left, left + width // 2 - 10, 2 * dots):
            black.rectangle((x, top, x + dots - 1, bottom), fill=255)
        for y in range(top, bottom, 2 * dots):
            black.rectangle((left + width // 2, y, left + width - 20, y + dots - 1), fill=255)
