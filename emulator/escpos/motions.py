"""What the machine of a receipt printer does one after the other: move the paper on, printing or not, and cut it."""

from dataclasses import dataclass

from emulator.escpos.marks import Line


@dataclass(frozen=True, slots=True)
class Advance:
    """The paper moves on; with a line, that is printed while it does. `by_key`: a person holds the feed key."""

    length_dots: int
    line: Line | None = None
    by_key: bool = False

    @property
    def name(self) -> str:
        """Return what scenarios call it."""
        return "feed" if self.line is None else "print"


@dataclass(frozen=True, slots=True)
class Cut:
    """The blade comes down; a partial cut leaves a bridge that a person tears."""

    partial: bool

    name = "cut"


Motion = Advance | Cut
