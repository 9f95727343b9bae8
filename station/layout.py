"""From a print-ready record to a card face: what the layout file says, drawn with what the record says.

Text goes in resin (K panel), photos in dye (YMC), a signature's strokes in resin. The same record gives the same
bytes. What is alike on every card is drawn once, when the layout is loaded. No printer is known here.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from drivers.card import CardFace, MaskArray
from prr import image
from prr.record import PrintReadyRecord
from station import layout_file
from station.layout_file import (
    LayoutError,
    LayoutFile,
    LayoutGlyphError,
    LayoutOverflowError,
    Picture,
    PixelBox,
    TextElement,
    pixels,
)
from station.layout_ground import FACE_PX, Ground, drawn, inked, set_or_refused
from station.layout_text import Typeface
from station.layout_words import Wording

__all__ = ["Layout", "LayoutError", "LayoutGlyphError", "LayoutOverflowError"]

STROKE_CONTRAST_MIN = 48  # grey levels between paper and ink; less is an empty sheet


@dataclass(frozen=True, slots=True)
class _Line:
    """A text element with its wording read."""

    key: str
    element: TextElement
    wording: Wording


@dataclass(frozen=True, slots=True)
class Layout:
    """A loaded layout: makes one face after another. Not to be shared between threads, its fonts are not."""

    file: LayoutFile
    _typeface: Typeface = field(repr=False)
    _ground: Ground = field(repr=False)
    _lines: tuple[_Line, ...] = field(repr=False)

    @classmethod
    def load(cls, path: Path | None) -> "Layout":
        """Load a layout file, or the SPECIMEN that comes with the station.

        Raises:
            LayoutError: the file cannot be used; the sentence names file, key and remedy.
        """
        file = layout_file.read(path)
        try:
            typeface = Typeface(file.font)
            ground = drawn(file, typeface)
        except LayoutError as error:
            shown = path or layout_file.SPECIMEN
            raise type(error)(f"{shown}: {error}") from error
        lines = tuple(
            _Line(key, element, Wording.parse(element.text))
            for key, element in file.written()
            if isinstance(element, TextElement)
        )
        return cls(file, typeface, ground, lines)

    def face(self, record: PrintReadyRecord) -> CardFace:
        """Draw the front of a record's card.

        Raises:
            LayoutGlyphError: a text holds a letter that the font does not have.
            LayoutOverflowError: a text does not fit its box at the smallest size; it is never cut.
            ImageRefusedError: photo or signature is not an image that can be printed.
        """
        colour = self._ground.colour.copy()
        written = Image.new("L", FACE_PX, 0)
        pen = ImageDraw.Draw(written)
        for line in self._lines:
            text = line.wording.of(record)
            placed = set_or_refused(line.key, line.element, text, self.file, self._typeface)
            placed.draw(pen, self._typeface)
        resin = inked(written)
        resin |= self._ground.resin
        for picture in self.file.image:
            data, box = getattr(record, picture.field), pixels(picture.box_mm)
            scaled, place = _scaled(image.load(data, box.width, box.height), picture, box)
            if picture.panel == "colour":
                self._paste(colour, scaled, place)
            else:
                resin[place.slices] |= _strokes(scaled)
        return CardFace(np.array(colour), resin, self.file.overlay)

    def _paste(self, colour: Image.Image, photo: Image.Image, place: PixelBox) -> None:
        """Lay a photo under the watermark's veil. What it leaves of its box is white already."""
        veil = self._ground.veil
        if veil is not None:
            photo.paste("white", mask=veil.crop(place.bounds))
        colour.paste(photo, place.bounds)


def _scaled(source: Image.Image, picture: Picture, box: PixelBox) -> tuple[Image.Image, PixelBox]:
    """Scale an image and say where it lies: the middle of it over the whole box, or all of it in the box's middle."""
    across, down = box.width / source.width, box.height / source.height
    if picture.fit == "fill":
        scale = max(across, down)
        width, height = box.width / scale, box.height / scale
        left, top = (source.width - width) / 2, (source.height - height) / 2
        part = (left, top, left + width, top + height)
        size = (box.width, box.height)
        return source.resize(size, Image.Resampling.LANCZOS, part), box
    scale = min(across, down)
    size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    left_px = box.left + (box.width - size[0]) // 2
    top_px = box.top + (box.height - size[1]) // 2
    place = PixelBox(left_px, top_px, left_px + size[0], top_px + size[1])
    return source.resize(size, Image.Resampling.LANCZOS), place


def _strokes(sheet: Image.Image) -> MaskArray:
    """Return the dark strokes on a sheet: what is nearer to its darkest ink than to its paper.

    Halfway between the two, so that a thin stroke that scaling made grey is kept.
    """
    grey = np.asarray(sheet.convert("L"))
    ink, paper = int(grey.min()), int(grey.max())
    if paper - ink < STROKE_CONTRAST_MIN:
        return np.zeros(grey.shape, np.bool_)
    return grey < (ink + paper) / 2
