"""A slip: paper that was cut or torn off, read back as lines of text.

Letters come in the columns of font A, without the breadth of wide ones; gaps become spaces. What is printed over other
letters hides them. An image is `[gambar 384x120]`, in dots as it stands on the paper, a code `[QR: its text]`, a line
of which a part is missing `[baris terpotong]`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from emulator.escpos.charset import NO_LETTER
from emulator.escpos.marks import Code, Item, Line, Picture, Run
from emulator.escpos.paper import Mark, Piece
from emulator.escpos.settings import LINE_SPACING_DOTS

CELL_DOTS = 12
CUT_LINE = "[baris terpotong]"


class Ending(StrEnum):
    """How a slip came off."""

    CUT = "cut"
    PARTIAL_CUT = "partial-cut"
    TORN = "torn"


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip.

    Attributes:
        number: 1 for the first this printer ever made.
        piece: the paper.
        length_mm: how long it is.
    """

    number: int
    ending: Ending
    piece: Piece
    length_mm: float
    paper_dots: int
    dpi: int

    @property
    def text(self) -> str:
        """Return what can be read on it."""
        return text_of(self.piece)


def text_of(piece: Piece) -> str:
    """Return what can be read on a piece of paper, a line each; no empty lines at its ends."""
    lines = _lines(piece)
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if piece.marks_lost:
        lines.insert(0, f"[{piece.marks_lost} baris di atas tidak disimpan]")
    return "".join(f"{line}\n" for line in lines)


def _lines(piece: Piece) -> list[str]:
    lines: list[str] = []
    foot_dots = 0
    for marks in _images_joined(piece.marks):
        head_dots = marks[0].at_dots
        lines += [""] * ((head_dots - foot_dots) // LINE_SPACING_DOTS)
        lines.append(_image_text(marks) if len(marks) > 1 else _text_of_mark(marks[0]))
        foot_dots = max(marks[-1].end_dots, head_dots + LINE_SPACING_DOTS)
    return lines


def _images_joined(marks: tuple[Mark, ...]) -> Iterator[list[Mark]]:
    """Give the marks, those together that are one image to the eye."""
    group: list[Mark] = []
    for mark in marks:
        if group and not _goes_on(group[-1], mark):
            yield group
            group = []
        group.append(mark)
    if group:
        yield group


def _goes_on(above: Mark, below: Mark) -> bool:
    one, two = _only_picture(above.line), _only_picture(below.line)
    if one is None or two is None or above.end_dots != below.at_dots:
        return False
    return (one.left_dots, one.right_dots) == (two.left_dots, two.right_dots)


def _only_picture(line: Line) -> Picture | None:
    picture = line.items[0] if len(line.items) == 1 else None
    return picture if isinstance(picture, Picture) else None


def _text_of_mark(mark: Mark) -> str:
    if _only_picture(mark.line) is not None:
        return _image_text([mark])
    return line_text(mark.line) if mark.whole else CUT_LINE


def _image_text(marks: list[Mark]) -> str:
    picture = _only_picture(marks[0].line)
    assert picture is not None, "only images are joined"
    height_dots = sum(mark.shown_dots for mark in marks)
    width_dots = picture.right_dots - picture.left_dots
    return f"{' ' * (picture.left_dots // CELL_DOTS)}[gambar {width_dots}x{height_dots}]"


def line_text(line: Line) -> str:
    """Return one line as text."""
    words: list[tuple[int, int, str]] = []  # from, to, what
    for item in line.items:
        for new in _words(item):
            words = [old for old in words if old[1] <= new[0] or new[1] <= old[0]]
            words.append(new)
    text, reached_dots = "", 0
    for left_dots, right_dots, word in sorted(words):
        text += " " * ((left_dots - reached_dots) // CELL_DOTS) + word
        reached_dots = right_dots
    return text.rstrip()


def _words(item: Item) -> Iterator[tuple[int, int, str]]:
    match item:
        case Run(text, left_dots, advance_dots):
            for index, letter in enumerate(text):
                at_dots = left_dots + index * advance_dots
                yield at_dots, at_dots + advance_dots, letter
        case Picture():
            size = f"{item.right_dots - item.left_dots}x{item.height_dots}"
            yield item.left_dots, item.right_dots, f"[gambar {size}]"
        case Code():
            shown = "".join(one if one.isprintable() else NO_LETTER for one in item.text)
            yield item.left_dots, item.right_dots, f"[{item.kind}: {shown}]"
