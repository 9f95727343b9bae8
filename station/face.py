"""A record drawn as a card face: text and signature in resin, photo and ground in dye.

What is the same on every card (tint, watermark, labels) is drawn once. Text that is too long takes more lines, then
makes the whole block smaller; if it does not fit even so that is an error, never a cut.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from drivers.card import CARD_DPI, CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace
from prr import image
from prr.record import PrintReadyRecord
from station.errors import StationError
from station.layout_file import IMAGE_FIELDS, LayoutFile, Picture, Row, Rows, Text, Watermark

MM_PER_INCH = 25.4
RESIN_THRESHOLD = 128
LINE_HEIGHT = 1.16  # of the text size
SHRINK_STEP = 0.94
TEXT_SIZE_MM_MIN = 1.0

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class TextOverflowError(StationError):
    """A record has more text than the layout can carry; it waits for a person."""


def px(length_mm: float) -> int:
    """Return a length in dots of 300 to the inch."""
    return round(length_mm * CARD_DPI / MM_PER_INCH)


@cache
def _font(path: str, size_px: int) -> Font:
    if path:
        return ImageFont.truetype(path, size_px)
    return ImageFont.load_default(size_px)


class Painter:
    """Draws records onto one layout."""

    def __init__(self, layout: LayoutFile) -> None:
        self._layout = layout
        self._ground = self._draw_ground()
        self._labels = self._draw_labels()

    def face(self, record: PrintReadyRecord) -> CardFace:
        """Draw one record; see `station.layout.Layout.face`."""
        values = _values(record)
        resin = self._labels.copy()
        colour = self._ground.copy()
        draw = ImageDraw.Draw(resin)
        for text in self._layout.text:
            if not text.label:
                self._draw_text(draw, text, text.value.format_map(values))
        self._draw_rows(draw, values)
        for picture in self._layout.image:
            self._draw_picture(colour, resin, picture, getattr(record, picture.field))
        return CardFace(
            colour=np.array(colour), resin=np.asarray(resin) >= RESIN_THRESHOLD, overlay=True
        )

    # -- the same on every card --------------------------------------------------------------------------

    def _draw_ground(self) -> Image.Image:
        ground = Image.new("RGB", (CARD_WIDTH_PX, CARD_HEIGHT_PX), self._layout.style.tint)
        if self._layout.watermark is not None:
            _draw_watermark(ground, self._layout.watermark, self._layout.style.font)
        line = self._layout.style.colour_line
        draw = ImageDraw.Draw(ground)
        draw.rectangle((14, 14, CARD_WIDTH_PX - 15, CARD_HEIGHT_PX - 15), outline=line, width=2)
        for picture in self._layout.image:
            if picture.onto == "colour":
                draw.rectangle(_box(picture, margin_px=3), outline=line, width=3)
        return ground

    def _draw_labels(self) -> Image.Image:
        resin = Image.new("L", (CARD_WIDTH_PX, CARD_HEIGHT_PX), 0)
        draw = ImageDraw.Draw(resin)
        watermark = self._layout.watermark
        if watermark is not None and watermark.note:
            font = _font(self._layout.style.font, px(1.6))
            place = (CARD_WIDTH_PX // 2, CARD_HEIGHT_PX - px(2.6))
            draw.text(place, watermark.note, fill=255, font=font, anchor="mm")
        if self._layout.labels == "blank":
            for text in self._layout.text:
                if text.label:
                    self._draw_text(draw, text, text.value)
        return resin

    # -- one record --------------------------------------------------------------------------------------

    def _draw_text(self, draw: ImageDraw.ImageDraw, text: Text, value: str) -> None:
        """Draw one line, as large as it may be."""
        size_mm = text.size_mm
        while True:
            font = _font(self._layout.style.font, px(size_mm))
            if font.getlength(value) <= px(text.width_mm):
                break
            size_mm *= SHRINK_STEP
            if size_mm < TEXT_SIZE_MM_MIN:
                raise TextOverflowError(
                    f"a line of layout {self._layout.name} is too short for its text"
                )
        anchor = "ma" if text.align == "center" else "la"
        draw.text((px(text.x_mm), px(text.y_mm)), value, fill=255, font=font, anchor=anchor)

    def _draw_rows(self, draw: ImageDraw.ImageDraw, values: dict[str, str]) -> None:
        """Draw the block of labelled lines, all at one size: the largest at which the block fits."""
        rows = self._layout.rows
        if rows is None:
            return
        texts = [row.value.format_map(values) for row in self._layout.row]
        size_mm = rows.size_mm
        while size_mm >= rows.size_mm_min:
            block = self._fit(rows, texts, size_mm)
            if block is not None:
                self._draw_block(draw, rows, block, size_mm)
                return
            size_mm *= SHRINK_STEP
        raise TextOverflowError(
            f"the record has more text than layout {self._layout.name} can carry"
        )

    def _fit(self, rows: Rows, texts: list[str], size_mm: float) -> list[list[str]] | None:
        """Return the lines of each row at this size, or None where they do not fit."""
        font = _font(self._layout.style.font, px(size_mm))
        width_px = px(rows.right_mm) - px(rows.value_mm)
        block = [_wrapped(text, font, width_px) for text in texts]
        extra = sum(len(lines) - 1 for lines in block)
        scale = size_mm / rows.size_mm
        height_mm = rows.step_mm * scale * len(block) + size_mm * LINE_HEIGHT * extra
        return block if rows.y_mm + height_mm <= rows.bottom_mm else None

    def _draw_block(
        self, draw: ImageDraw.ImageDraw, rows: Rows, block: list[list[str]], size_mm: float
    ) -> None:
        font = _font(self._layout.style.font, px(size_mm))
        y_mm = rows.y_mm
        for row, lines in zip(self._layout.row, block, strict=True):
            if self._layout.labels == "blank":
                self._draw_label(draw, rows, row, y_mm, font)
            for number, line in enumerate(lines):
                place = (px(rows.value_mm), px(y_mm + number * size_mm * LINE_HEIGHT))
                draw.text(place, line, fill=255, font=font, anchor="la")
            y_mm += rows.step_mm * size_mm / rows.size_mm + (len(lines) - 1) * size_mm * LINE_HEIGHT

    @staticmethod
    def _draw_label(
        draw: ImageDraw.ImageDraw, rows: Rows, row: Row, y_mm: float, font: Font
    ) -> None:
        draw.text(
            (px(rows.x_mm + row.indent_mm), px(y_mm)), row.label, fill=255, font=font, anchor="la"
        )
        draw.text((px(rows.colon_mm), px(y_mm)), ":", fill=255, font=font, anchor="la")

    @staticmethod
    def _draw_picture(
        colour: Image.Image, resin: Image.Image, picture: Picture, data: bytes
    ) -> None:
        width_px, height_px = px(picture.width_mm), px(picture.height_mm)
        place = (px(picture.x_mm), px(picture.y_mm))
        loaded = image.load(data, width_px, height_px)
        if picture.onto == "colour":
            size = (width_px, height_px)
            colour.paste(ImageOps.fit(loaded, size, Image.Resampling.BICUBIC), place)
            return
        strokes = ImageOps.invert(loaded.convert("L"))
        strokes = ImageOps.contain(strokes, (width_px, height_px), Image.Resampling.BICUBIC)
        left = place[0] + (width_px - strokes.width) // 2
        resin.paste(strokes, (left, place[1] + (height_px - strokes.height) // 2))


def _values(record: PrintReadyRecord) -> dict[str, str]:
    """Return a record's fields as the card writes them: capitals, days as DD-MM-YYYY."""
    return {
        name: _written(getattr(record, name))
        for name in type(record).model_fields
        if name not in IMAGE_FIELDS
    }


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    return str(value).upper()


def _wrapped(text: str, font: Font, width_px: int) -> list[str]:
    """Break text into lines at spaces; a word wider than a line is broken between letters."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if font.getlength(joined) <= width_px:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width_px:
                lines.append("")
            lines[-1] += letter
    return lines


def _draw_watermark(ground: Image.Image, watermark: Watermark, font_path: str) -> None:
    layer = Image.new("L", ground.size, 0)
    font = _font(font_path, px(watermark.size_mm))
    centre = (CARD_WIDTH_PX // 2, CARD_HEIGHT_PX // 2)
    ImageDraw.Draw(layer).text(centre, watermark.text, fill=255, font=font, anchor="mm")
    layer = layer.rotate(watermark.angle_deg, Image.Resampling.BICUBIC)
    ground.paste(Image.new("RGB", ground.size, watermark.colour), mask=layer)


def _box(picture: Picture, margin_px: int) -> tuple[int, int, int, int]:
    left, top = px(picture.x_mm) - margin_px, px(picture.y_mm) - margin_px
    return (
        left, top, left + px(picture.width_mm) + 2 * margin_px - 1,
        top + px(picture.height_mm) + 2 * margin_px - 1,
    )  # fmt: skip
