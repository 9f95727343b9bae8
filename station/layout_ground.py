"""What a layout puts on every card alike: tints, frames, watermarks, labels. Drawn once, never changed afterwards."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, MaskArray
from station.layout_file import (
    Label,
    LayoutFile,
    LayoutGlyphError,
    LayoutOverflowError,
    PixelBox,
    TextElement,
    Watermark,
    bled,
    dots,
    pixels,
    spot,
)
from station.layout_text import SetText, Typeface, set_text, stroke

FACE_PX = (CARD_WIDTH_PX, CARD_HEIGHT_PX)
INK_LEVEL = 128  # resin is all or nothing: a dot that a letter covers by half or more

Coverage = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ground:
    """The part of the face that no record changes.

    Attributes:
        colour: RGB, what lies in dye below the images.
        resin: labels and watermarks in resin; written to by nobody.
        veil: how much white lies over a colour image, as a mask of the whole face; None for none.
    """

    colour: Image.Image
    resin: MaskArray
    veil: Image.Image | None


def drawn(layout: LayoutFile, typeface: Typeface) -> Ground:
    """Draw a layout's ground.

    Raises:
        LayoutGlyphError, LayoutOverflowError: a label or watermark does not suit the font or its box.
    """
    colour = Image.new("RGB", FACE_PX, layout.background)
    pen = ImageDraw.Draw(colour)
    for tint in layout.tint:
        _rectangle(pen, bled(tint.box_mm), tint.colour)
    veil = Image.new("L", FACE_PX, 0)
    resin = Image.new("L", FACE_PX, 0)
    for watermark in layout.watermark:
        mask = _word(watermark, typeface)
        if watermark.panel == "resin":
            resin.paste(255, mask=mask)
        else:
            colour.paste(watermark.colour, mask=mask)
            veil.paste(round(255 * watermark.veil), mask=mask)
    for picture in layout.image:
        box = pixels(picture.box_mm)
        if picture.frame_mm:
            _rectangle(pen, box.grown(max(1, dots(picture.frame_mm))), picture.frame_colour)
        if picture.panel == "colour":
            _rectangle(pen, box, "white")
            resin.paste(0, box.bounds)  # a watermark keeps clear of a photo
    if layout.labels == "printed":
        _labels(layout, typeface, ImageDraw.Draw(resin))
    ink = inked(resin)
    ink.flags.writeable = False
    return Ground(colour, ink, veil if veil.getbbox() else None)


def inked(coverage: Image.Image) -> MaskArray:
    """Return which dots of a drawing become resin, 648 x 1016 for a whole face."""
    return np.asarray(coverage) >= INK_LEVEL


def set_or_refused(
    key: str, element: TextElement | Label, text: str, layout: LayoutFile, typeface: Typeface
) -> SetText:
    """Set a text in its element's box.

    Raises:
        LayoutGlyphError: the font lacks a letter of it.
        LayoutOverflowError: it does not fit. Neither sentence repeats the text, which is a person's data.
    """
    named = f"layout {layout.name}: {key} ({element.text})"
    if not typeface.draws(text):
        raise LayoutGlyphError(
            f"{named}: a letter is not in the font: name a font file that has it with the layout's key font"
        )
    placed = set_text(text, pixels(element.box_mm), layout.style[element.style], typeface)
    if placed is None:
        raise LayoutOverflowError(
            f"{named}: the text does not fit its box: enlarge box_mm, or allow more lines_max or a smaller size_mm_min"
        )
    return placed


def _labels(layout: LayoutFile, typeface: Typeface, pen: ImageDraw.ImageDraw) -> None:
    for key, element in layout.written():
        if isinstance(element, Label):
            set_or_refused(key, element, element.text, layout, typeface).draw(pen, typeface)


def _word(watermark: Watermark, typeface: Typeface) -> Image.Image:
    """Draw a watermark's word as coverage of the whole face; what leaves the face is lost, it is no one's data."""
    if not typeface.draws(watermark.text):
        raise LayoutGlyphError(
            "watermark.text: a letter is not in the font: write another word or name another font"
        )
    size_px = dots(watermark.size_mm)
    side_px = 2 * max(FACE_PX)
    sheet = Image.new("L", (side_px, side_px), 0)
    ImageDraw.Draw(sheet).text(
        (side_px // 2, side_px // 2), watermark.text, 255, typeface.at(size_px), "mm",
        stroke_width=stroke(size_px, bold=True),
    )  # fmt: skip
    turned = sheet.rotate(watermark.angle_deg, Image.Resampling.BICUBIC)
    x, y = spot(*watermark.middle_mm)
    face = Image.new("L", FACE_PX, 0)
    face.paste(turned, (x - side_px // 2, y - side_px // 2))
    return face


def _rectangle(pen: ImageDraw.ImageDraw, box: PixelBox, colour: str) -> None:
    pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=colour)
