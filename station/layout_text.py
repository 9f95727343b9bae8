"""Sets a text in a box: the largest size at which all of it fits, on as few lines as that takes, never cut.

    1  on one line, down to four fifths of the style's size: a little smaller reads better than a wrapped word
    2  the largest size down to the style's smallest, words whole, up to the style's number of lines
    3  the same with words broken between letters, for a word longer than the box
    4  otherwise it does not fit, and the caller refuses the card

"Fits" is judged by the ink that the font really leaves, strokes and marks included, not by the font's own metrics.
Letters are placed one after another from left to right: a script that needs shaping (Arabic, Javanese) is refused.
Text is placed by the heads of its capitals, so that label and value stand level whatever their sizes.
"""

import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageDraw, ImageFont

from station.layout_file import LayoutError, PixelBox, TextStyle, dots

BOLD_EM = 0.02  # stroke around a letter that makes it bold
ONE_LINE_SHRINK = 0.8
PITCH_EM = 1.06  # from one line to the next: capitals need no more
_NO_CHARACTER = "\uffff"  # never a character, so a font shows its sign for "I have none"
_RIGHT_TO_LEFT = ("R", "AL", "AN")


class Typeface:
    """One font at every size, with what was measured of it. Placed without the shaping library: the same anywhere."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        self._advances: dict[int, dict[str, float]] = {}
        self._capitals: dict[int, int] = {}
        self._drawable: dict[str, bool] = {" ": True}
        self._missing = bytes(self.at(32).getmask(_NO_CHARACTER))

    def at(self, size_px: int) -> ImageFont.FreeTypeFont:
        """Return the font at a size.

        Raises:
            LayoutError: its file can't be read as a font.
        """
        if size_px not in self._sizes:
            self._sizes[size_px] = self._opened(size_px)
        return self._sizes[size_px]

    def width(self, text: str, size_px: int) -> float:
        """Return how far a text runs, in dots, pairs not considered."""
        advances = self._advances.setdefault(size_px, {})
        total = 0.0
        for letter in text:
            if letter not in advances:
                advances[letter] = self.at(size_px).getlength(letter)
            total += advances[letter]
        return total

    def capital(self, size_px: int) -> int:
        """Return how high a capital stands above the base line, in dots."""
        if size_px not in self._capitals:
            self._capitals[size_px] = -round(self.at(size_px).getbbox("H", anchor="ls")[1])
        return self._capitals[size_px]

    def draws(self, text: str) -> bool:
        """Tell whether the font has every letter of a text."""
        return all(self._draws_letter(letter) for letter in set(text))

    def _draws_letter(self, letter: str) -> bool:
        if letter not in self._drawable:
            mask = bytes(self.at(32).getmask(letter))
            self._drawable[letter] = (
                mask != self._missing
                and any(mask)
                and unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT
            )
        return self._drawable[letter]

    def _opened(self, size_px: int) -> ImageFont.FreeTypeFont:
        if self._file is None:
            font = ImageFont.load_default(size_px)
            assert isinstance(font, ImageFont.FreeTypeFont), "Pillow without FreeType"
            return font
        try:
            return ImageFont.truetype(self._file, size_px, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise LayoutError(
                f"font: {self._file} cannot be read as a font: name another, or leave the key out"
            ) from error


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a set text: its words, and where it begins on the base line."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class SetText:
    """A text as it will stand."""

    lines: tuple[Line, ...]
    size_px: int
    stroke_px: float

    def draw(self, draw: ImageDraw.ImageDraw, typeface: Typeface) -> None:
        """Draw it in full."""
        font = typeface.at(self.size_px)
        for line in self.lines:
            draw.text((line.x, line.y), line.text, 255, font, "ls", stroke_width=self.stroke_px)


def stroke(size_px: int, *, bold: bool) -> float:
    """Return the stroke around a letter of a size, in dots."""
    return size_px * BOLD_EM if bold else 0.0


def set_text(text: str, box: PixelBox, style: TextStyle, typeface: Typeface) -> SetText | None:
    """Set a text in a box, or return None where it does not fit at any size."""
    largest = dots(style.size_mm)
    smallest = largest if style.size_mm_min is None else dots(style.size_mm_min)
    on_one_line = max(smallest, round(largest * ONE_LINE_SHRINK))
    for lowest, lines_max, breaking in (
        (on_one_line, 1, False),
        (smallest, style.lines_max, False),
        (smallest, style.lines_max, True),
    ):
        for size_px in range(largest, lowest - 1, -1):
            # Strokes stand out on both sides, and some letters hang over by a dot.
            room_px = box.width - 2 * math.ceil(stroke(size_px, bold=style.bold)) - 1
            lines = _wrapped(text, room_px, size_px, typeface, breaking=breaking)
            if 0 < len(lines) <= lines_max:
                placed = _placed(lines, box, style, size_px, typeface)
                if placed is not None:
                    return placed
    return None


def _wrapped(
    text: str, width_px: int, size_px: int, typeface: Typeface, *, breaking: bool
) -> list[str]:
    """Split a text into lines of words; a word that is too long alone is broken, or there are no lines."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if typeface.width(longer, size_px) <= width_px:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while typeface.width(line, size_px) > width_px:
            if not breaking:
                return []
            # At least one letter: a box narrower than that still comes to an end; its ink is judged later.
            count = _letters_within(line, width_px, size_px, typeface)
            lines.append(line[:count])
            line = line[count:]
    return [*lines, line]


def _letters_within(word: str, width_px: int, size_px: int, typeface: Typeface) -> int:
    run_px = typeface.width(word[0], size_px)
    for count, letter in enumerate(word[1:], start=1):
        run_px += typeface.width(letter, size_px)
        if run_px > width_px:
            return count
    return len(word)


def _placed(
    lines: list[str], box: PixelBox, style: TextStyle, size_px: int, typeface: Typeface
) -> SetText | None:
    """Place lines in the middle of a box's height; None where ink would leave the box."""
    font, stroke_px = typeface.at(size_px), stroke(size_px, bold=style.bold)
    capital_px = typeface.capital(size_px)
    pitch_px = size_px * PITCH_EM
    block_px = capital_px + pitch_px * (len(lines) - 1)
    if block_px > box.height:
        return None
    first_y = box.top + (box.height - block_px) / 2 + capital_px
    placed = []
    for place, text in enumerate(lines):
        ink = font.getbbox(text, anchor="ls", stroke_width=stroke_px)
        left, right = math.floor(ink[0]), math.ceil(ink[2])
        spare = box.width - (right - left)
        y = round(first_y + place * pitch_px)
        if spare < 0 or y + math.floor(ink[1]) < box.top or y + math.ceil(ink[3]) > box.bottom:
            return None
        shift = {"left": 0, "centre": spare // 2, "right": spare}[style.align]
        placed.append(Line(text, box.left + shift - left, y))
    return SetText(tuple(placed), size_px, stroke_px)
