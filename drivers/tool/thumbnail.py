"""A card in half-block characters, two pixels a character: so that the person sees which side goes on the card."""

from PIL import Image
from rich.color import Color
from rich.console import Console, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardDesign, CardFace

COLUMNS = 40
UPPER_HALF = "▀"
SHADES = "█▓▒░ "  # dark to light, on a terminal without colour


def pictures(design: CardDesign, console: Console) -> RenderableType:
    """Return the sides of a card beside each other, small."""
    table = Table.grid(padding=(0, 3))
    faces = design.faces
    table.add_row(*(Text(words) for words in ("depan / front", "belakang / back")[: len(faces)]))
    colour = console.color_system not in (None, "standard")
    table.add_row(*(thumbnail(face, colour=colour) for face in faces))
    return table


def thumbnail(face: CardFace, *, colour: bool) -> Text:
    """Draw one side; without colour in shades of blocks."""
    rows = round(COLUMNS * CARD_HEIGHT_PX / CARD_WIDTH_PX / 2)
    small = picture_of(face).resize((COLUMNS, 2 * rows), Image.Resampling.BOX)
    lines = [_line(small, 2 * row) if colour else _shaded(small, 2 * row) for row in range(rows)]
    return Text("\n", no_wrap=True).join(lines)


def picture_of(face: CardFace) -> Image.Image:
    """Return a side as the eye will see it: dye with black resin on top, RGB."""
    pixels = face.colour.copy()
    pixels[face.resin] = 0
    return Image.fromarray(pixels)


def _line(small: Image.Image, top: int) -> Text:
    line = Text(no_wrap=True)
    for column in range(small.width):
        upper, lower = (_colour(small, column, row) for row in (top, top + 1))
        line.append(UPPER_HALF, Style(color=upper, bgcolor=lower))
    return line


def _shaded(small: Image.Image, top: int) -> Text:
    grey = small.convert("L").crop((0, top, small.width, top + 2)).resize((small.width, 1))
    return Text("".join(SHADES[level * len(SHADES) // 256] for level in grey.tobytes()))


def _colour(small: Image.Image, column: int, row: int) -> Color:
    red, green, blue = small.tobytes()[3 * (row * small.width + column) :][:3]
    return Color.from_rgb(red, green, blue)
