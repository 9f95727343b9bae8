"""What a receipt printer can leave on paper, line by line: letters, dots, codes. Lengths in dots, from the left."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look.

    Attributes:
        cell_width_dots, cell_height_dots: of a letter of the font, unmagnified.
        width, height: how many times as wide and high, 1 to 8.
        underline_dots: 0, 1 or 2.
    """

    cell_width_dots: int = 12
    cell_height_dots: int = 24
    width: int = 1
    height: int = 1
    bold: bool = False
    underline_dots: int = 0
    reverse: bool = False

    @property
    def height_dots(self) -> int:
        """Return how high its letters are."""
        return self.cell_height_dots * self.height


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one style, each `advance_dots` after the one before."""

    text: str
    left_dots: int
    advance_dots: int
    style: Style

    @property
    def right_dots(self) -> int:
        """Return where it ends."""
        return self.left_dots + self.advance_dots * len(self.text)

    @property
    def height_dots(self) -> int:
        """Return how high it is."""
        return self.style.height_dots


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of dots, the highest bit of a byte leftmost; each dot is `across` wide and `down` high."""

    left_dots: int
    columns: int
    rows: tuple[bytes, ...]
    across: int = 1
    down: int = 1

    @property
    def right_dots(self) -> int:
        """Return where it ends."""
        return self.left_dots + self.columns * self.across

    @property
    def height_dots(self) -> int:
        """Return how high it is."""
        return len(self.rows) * self.down


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code or a bar code, kept as what it says; `kind` is QR, EAN13 and so on."""

    kind: str
    text: str
    left_dots: int
    width_dots: int
    height_dots: int

    @property
    def right_dots(self) -> int:
        """Return where it ends."""
        return self.left_dots + self.width_dots


Item = Run | Picture | Code


@dataclass(frozen=True, slots=True)
class Line:
    """What is printed in one go, items from left to right, all standing on the same foot."""

    items: tuple[Item, ...] = ()
    upside_down: bool = False

    @property
    def height_dots(self) -> int:
        """Return how high its highest item is."""
        return max((item.height_dots for item in self.items), default=0)

    @property
    def right_dots(self) -> int:
        """Return where its last item ends."""
        return max((item.right_dots for item in self.items), default=0)

    def moved(self, by_dots: int) -> "Line":
        """Return it further to the right."""
        items = tuple(replace(item, left_dots=item.left_dots + by_dots) for item in self.items)
        return replace(self, items=items)

    @property
    def byte_count(self) -> int:
        """Return about how much memory it takes."""
        return 200 + sum(_byte_count(item) for item in self.items)


def _byte_count(item: Item) -> int:
    if isinstance(item, Picture):
        return sum(len(row) + 40 for row in item.rows)
    return 100 + 4 * len(item.text)
