"""The line a receipt printer is putting together: letters and columns of dots, until something prints it.

Positions are dots from the left margin. Not more is kept than a line can sensibly hold.
"""

from dataclasses import replace

from emulator.escpos.marks import Item, Line, Picture, Run
from emulator.escpos.settings import Align, Settings

LETTERS_MAX = 1024  # printing over and over the same place is possible, but not for ever
PICTURES_MAX = 64


class PrintLine:
    """The line buffer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.clear()

    def clear(self) -> None:
        """Forget what is in it."""
        self._items: list[Item] = []
        self._letters = self._pictures = 0
        self.next_dots = 0

    @property
    def empty(self) -> bool:
        """Say whether nothing is in it and the next letter would stand at its beginning."""
        return not self._items and self.next_dots == 0

    @property
    def room_dots(self) -> int:
        """Return how much of the print area is left behind the last item."""
        return self._settings.area_dots - self.next_dots

    def add_letter(self, letter: str) -> bool:
        """Put a letter behind the last item; False if it can't stand there."""
        advance, style = self._settings.advance_dots, self._settings.style
        if advance > self.room_dots or self._letters >= LETTERS_MAX:
            return False
        last = self._items[-1] if self._items else None
        if (
            isinstance(last, Run)
            and (last.style, last.advance_dots) == (style, advance)
            and last.right_dots == self.next_dots
        ):
            self._items[-1] = replace(last, text=last.text + letter)
        else:
            self._items.append(Run(letter, self.next_dots, advance, style))
        self._letters += 1
        self.next_dots += advance
        return True

    def add_picture(self, picture: Picture) -> bool:
        """Put columns of dots behind the last item, as many as there is room for; False if there is none."""
        columns = min(picture.columns, self.room_dots // picture.across)
        if columns <= 0 or self._pictures >= PICTURES_MAX:
            return False
        picture = replace(picture, left_dots=self.next_dots, columns=columns)
        last = self._items[-1] if self._items else None
        if isinstance(last, Picture) and _goes_on(last, picture):
            rows = tuple(left + right for left, right in zip(last.rows, picture.rows, strict=True))
            self._items[-1] = replace(last, columns=last.columns + columns, rows=rows)
        else:
            self._items.append(picture)
            self._pictures += 1
        self.next_dots += columns * picture.across
        return True

    def take(self) -> Line | None:
        """Return the line where it stands on the paper, and begin a new one; None if it is empty."""
        items, self._items = self._items, []
        self.clear()
        return self.placed(Line(tuple(items), self._settings.upside_down)) if items else None

    def placed(self, line: Line) -> Line:
        """Return a line moved to where margin and alignment want it."""
        spare = max(0, self._settings.area_dots - line.right_dots)
        lead = {Align.LEFT: 0, Align.CENTER: spare // 2, Align.RIGHT: spare}[self._settings.align]
        return line.moved(self._settings.margin_dots + lead)


def _goes_on(left: Picture, right: Picture) -> bool:
    """Say whether two pictures can be put into one: side by side, alike, on a border of bytes."""
    alike = (left.across, left.down, len(left.rows)) == (right.across, right.down, len(right.rows))
    return alike and left.right_dots == right.left_dots and left.columns % 8 == 0
