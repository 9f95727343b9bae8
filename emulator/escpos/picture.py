"""Picture of a slip: the paper as a person would see it, half size, drawn with the font that comes with Pillow.

Codes are frames with their text in them: nothing here can be scanned. The font has the letters of ASCII; accents are
left out, and a letter without a likeness is a box.
"""

import unicodedata
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from emulator.escpos.marks import Code, Item, Line, Picture, Run
from emulator.escpos.paper import Mark
from emulator.escpos.slip import Slip

EDGE_DOTS = 32
LENGTH_MAX_DOTS = 8000  # a metre; of a longer slip the end is shown
WHITE, BLACK, FRAME_DOTS = 255, 0, 3
_CODE_FONT_DOTS = 20


def drawn(slip: Slip) -> Image.Image:
    """Return a slip's picture: grey values, 2 dots to a pixel."""
    length = max(1, min(slip.piece.length_dots, LENGTH_MAX_DOTS))
    hidden = slip.piece.length_dots - length if slip.piece.length_dots > length else 0
    paper = Image.new("L", (slip.paper_dots + 2 * EDGE_DOTS, length), WHITE)
    for mark in slip.piece.marks:
        if mark.end_dots > hidden:
            paper.paste(_strip(mark, slip.paper_dots), (EDGE_DOTS, mark.at_dots - hidden))
    return paper.reduce(2)


def _strip(mark: Mark, paper_dots: int) -> Image.Image:
    """Draw what of a line is on this piece of paper."""
    strip = _line(mark.line, paper_dots)
    return strip.crop((0, mark.skipped_dots, paper_dots, mark.skipped_dots + mark.shown_dots))


def _line(line: Line, paper_dots: int) -> Image.Image:
    strip = Image.new("L", (paper_dots, line.height_dots), WHITE)
    for item in line.items:
        ink = _item(item)
        ink = ink.rotate(180) if line.upside_down else ink
        left = paper_dots - item.right_dots if line.upside_down else item.left_dots
        top = 0 if line.upside_down else line.height_dots - item.height_dots
        strip.paste(BLACK, (left, top), ImageOps.invert(ink))
    return strip


def _item(item: Item) -> Image.Image:
    match item:
        case Run():
            return _run(item)
        case Picture():
            return _dots(item)
        case Code():
            return _code(item)


def _run(run: Run) -> Image.Image:
    style = run.style
    cell = (style.cell_width_dots, style.cell_height_dots)
    ink = Image.new("L", (run.right_dots - run.left_dots, run.height_dots), WHITE)
    for index, letter in enumerate(run.text):
        glyph = _glyph(letter, *cell, bold=style.bold)
        ink.paste(
            glyph.resize((cell[0] * style.width, run.height_dots), Image.Resampling.NEAREST),
            (index * run.advance_dots, 0),
        )
    if style.underline_dots:
        top = run.height_dots - style.underline_dots
        ink.paste(BLACK, (0, top, ink.width, run.height_dots))
    return ImageOps.invert(ink) if style.reverse else ink


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@cache
def _glyph(letter: str, width: int, height: int, *, bold: bool) -> Image.Image:
    """Draw one letter into its cell."""
    font = _font(height - 6)
    cell = Image.new("L", (width, height), WHITE)
    wide = Image.new("L", (height * 2, height), WHITE)
    likeness = unicodedata.normalize("NFKD", letter)[0]
    ImageDraw.Draw(wide).text((0, 0), likeness, BLACK, font, stroke_width=int(bold))
    box = ImageOps.invert(wide).getbbox()
    if box is not None:
        letter_width = min(box[2] - box[0], width)
        ink = wide.crop((box[0], 0, box[2], height)).resize((letter_width, height))
        cell.paste(ink, ((width - letter_width) // 2, 0))
    return cell


def _dots(picture: Picture) -> Image.Image:
    size = (picture.right_dots - picture.left_dots, picture.height_dots)
    if not picture.columns:
        return Image.new("L", size, WHITE)
    packed = np.frombuffer(b"".join(picture.rows), np.uint8).reshape(len(picture.rows), -1)
    ink = np.unpackbits(packed, axis=1)[:, : picture.columns]
    return Image.fromarray(np.where(ink, BLACK, WHITE).astype(np.uint8)).resize(
        size, Image.Resampling.NEAREST
    )


def _code(code: Code) -> Image.Image:
    ink = Image.new("L", (code.width_dots, code.height_dots), WHITE)
    pen = ImageDraw.Draw(ink)
    pen.rectangle(
        (0, 0, code.width_dots - 1, code.height_dots - 1), outline=BLACK, width=FRAME_DOTS
    )
    columns = max(1, (code.width_dots - 4 * FRAME_DOTS) // (_CODE_FONT_DOTS // 2 + 1))
    words = f"{code.kind}: {code.text}"
    rows = [words[at : at + columns] for at in range(0, len(words), columns)]
    pen.multiline_text((2 * FRAME_DOTS, FRAME_DOTS), "\n".join(rows), BLACK, _font(_CODE_FONT_DOTS))
    return ink
