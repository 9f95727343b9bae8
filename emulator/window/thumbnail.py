"""Thumbnail: a small picture in half-block characters, two pixels a character, with 24-bit colour or without.

Not the pictures themselves (`machine/card_files.py` writes them): pixels come in, text goes out.
"""

from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

UPPER_HALF = "▀"
SHADES = "█▓▒░ "  # from dark to light, for a terminal without colour; paper is blank


def thumbnail(picture: Image.Image, columns: int, rows: int, *, colour: bool = True) -> Text:
    """Draw a picture.

    Args:
        picture: RGB, of any size.
        columns: width in characters; shrunk where the picture is taller than the room for it.
        rows: the most lines; a character is about twice as high as wide.
        colour: False: shades of blocks instead of colours.
    """
    width, height = _fitted(picture, columns, rows)
    if not colour:
        return _shaded(picture.convert("L").resize((width, height // 2)))
    small = picture.convert("RGB").resize((width, height), Image.Resampling.BOX)
    pixels = small.tobytes()
    drawn = Text(no_wrap=True, end="")
    for row in range(0, height, 2):
        for column in range(width):
            upper, lower = (_pixel(pixels, width, column, line) for line in (row, row + 1))
            drawn.append(UPPER_HALF, Style(color=upper, bgcolor=lower))
        if row + 2 < height:
            drawn.append("\n")
    return drawn


def _fitted(picture: Image.Image, columns: int, rows: int) -> tuple[int, int]:
    """Return columns, and pixel rows (an even number), that keep the picture's shape."""
    shape = picture.width / picture.height
    width = max(1, min(columns, round(2 * rows * shape)))
    half_rows = max(1, min(rows, round(width / shape / 2)))
    return width, 2 * half_rows


def _pixel(pixels: bytes, width: int, column: int, row: int) -> Color:
    at = 3 * (row * width + column)
    return Color.from_rgb(*pixels[at : at + 3])


def _shaded(small: Image.Image) -> Text:
    levels = small.tobytes()
    signs = "".join(SHADES[level * len(SHADES) // 256] for level in levels)
    lines = [signs[at : at + small.width] for at in range(0, len(signs), small.width)]
    return Text("\n".join(lines), no_wrap=True, end="")
