"""The paper path of a receipt printer: roll, sensors, print head, cutter, cover, and the paper that hangs out.

Theory of operation. The strip runs from the roll past the paper-end sensor under the head and past the blade, which is
also the edge where a person tears; a line just printed is still inside. Lengths are whole dots, so nothing is lost:

    received = left on the roll + hanging (from the head to the free edge) + departed as slips + removed with old rolls

holds always and is asserted. What is printed on the hanging strip is kept as marks. No time, no words of any protocol.
Where head, blade and sensors sit is ours, and so is that a roll is changed in no time.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from emulator.escpos.marks import Line
from emulator.moment import Unwatched, Watcher

HEAD_TO_BLADE_MM = 14.0
SENSOR_TO_HEAD_MM = 33.0  # more than any line of letters; a tall code may still run off the end
NEAR_END_MM = 5000.0
MARKS_MAX = 4000
MARK_BYTES_MAX = 2 << 20
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Mark:
    """A line on the paper.

    Attributes:
        at_dots: where its visible part begins, from the free edge.
        skipped_dots: how much of its top is missing: it is on another piece.
        shown_dots: how much is to be seen.
    """

    line: Line
    at_dots: int
    shown_dots: int
    skipped_dots: int = 0

    @property
    def end_dots(self) -> int:
        """Return where its visible part ends."""
        return self.at_dots + self.shown_dots

    @property
    def whole(self) -> bool:
        """Say whether all of it is there."""
        return self.shown_dots == self.line.height_dots


@dataclass(frozen=True, slots=True)
class Piece:
    """Paper that has left; `marks_lost` of the first marks were too many to be kept."""

    length_dots: int
    marks: tuple[Mark, ...]
    marks_lost: int = 0


class PaperPath:
    """One printer's paper.

    Args:
        roll_mm: length of the first roll; its edge is at the blade.
        dpi: dots in an inch, along as across.
    """

    def __init__(self, roll_mm: float, *, dpi: int = 203) -> None:
        self.dpi = dpi
        self.watcher: Watcher = Unwatched()
        self.cover_open = False
        self.cutter_jammed = False
        self.received_dots = self.left_dots = self.hanging_dots = 0
        self.departed_dots = self.removed_dots = 0
        self._marks: deque[Mark] = deque()
        self._mark_bytes = 0
        self._marks_lost = 0
        self._put_in(self.dots(roll_mm))

    # --- what can be seen -------------------------------------------------------------------

    def dots(self, length_mm: float) -> int:
        """Return a length in dots."""
        return round(length_mm * self.dpi / MM_PER_INCH)

    def mm(self, length_dots: int) -> float:
        """Return a length in millimetres."""
        return length_dots * MM_PER_INCH / self.dpi

    @property
    def blade_dots(self) -> int:
        """Return how far the blade is from the head."""
        return self.dots(HEAD_TO_BLADE_MM)

    @property
    def near_end(self) -> bool:
        """Say whether the roll is nearly used up."""
        return self.left_dots < self.dots(NEAR_END_MM)

    @property
    def ended(self) -> bool:
        """Say whether the sensor before the head sees no paper."""
        return self.left_dots < self.dots(SENSOR_TO_HEAD_MM)

    @property
    def hanging(self) -> Piece:
        """Return the strip from the free edge to the head."""
        return Piece(self.hanging_dots, tuple(self._marks), self._marks_lost)

    # --- what the motor, the blade and hands do ---------------------------------------------

    def advance(self, length_dots: int, line: Line | None = None) -> None:
        """Move the paper on; a line is printed on it from here, as far as the paper moves."""
        moved = min(length_dots, self.left_dots)
        assert moved >= 0, "the paper does not go back"
        shown = 0 if line is None else min(moved, line.height_dots)
        if line is not None and shown:
            self._remember(Mark(line, self.hanging_dots, shown))
        self.left_dots -= moved
        self.hanging_dots += moved
        self._assert_conserved()

    def part(self) -> Piece | None:
        """Part what is past the blade from the rest; None if nothing is."""
        return self._part(self.hanging_dots - self.blade_dots)

    def change_roll(self, roll_mm: float) -> Piece | None:
        """Take the roll out with all that hangs on it, and put another in; return the old end if it is printed on."""
        printed = self._part(self.hanging_dots) if self._marks else None
        self.removed_dots += self.left_dots + self.hanging_dots
        self.left_dots = self.hanging_dots = 0
        self._put_in(self.dots(roll_mm))
        return printed

    # --- inside -----------------------------------------------------------------------------

    def _put_in(self, length_dots: int) -> None:
        self.received_dots += length_dots
        self.hanging_dots = min(length_dots, self.blade_dots)
        self.left_dots = length_dots - self.hanging_dots
        self._assert_conserved()

    def _remember(self, mark: Mark) -> None:
        self._marks.append(mark)
        self._mark_bytes += mark.line.byte_count
        while len(self._marks) > MARKS_MAX or self._mark_bytes > MARK_BYTES_MAX:
            self._mark_bytes -= self._marks.popleft().line.byte_count
            self._marks_lost += 1

    def _part(self, at_dots: int) -> Piece | None:
        if at_dots <= 0:
            return None
        before = [part for mark in self._marks for part in _above(mark, at_dots)]
        after = [part for mark in self._marks for part in _below(mark, at_dots)]
        piece = Piece(at_dots, tuple(before), self._marks_lost)
        self._marks = deque(after)
        self._mark_bytes = sum(mark.line.byte_count for mark in after)
        self._marks_lost = 0
        self.hanging_dots -= at_dots
        self.departed_dots += at_dots
        self._assert_conserved()
        return piece

    def _assert_conserved(self) -> None:
        places = (self.left_dots, self.hanging_dots, self.departed_dots, self.removed_dots)
        assert min(places) >= 0, "there is less than no paper somewhere"
        assert sum(places) == self.received_dots, "paper came from nowhere or went nowhere"


def _above(mark: Mark, cut_dots: int) -> Iterator[Mark]:
    """Give what of a mark is on the piece that leaves."""
    if mark.at_dots < cut_dots:
        yield replace(mark, shown_dots=min(mark.shown_dots, cut_dots - mark.at_dots))


def _below(mark: Mark, cut_dots: int) -> Iterator[Mark]:
    """Give what of a mark stays, measured from the new edge."""
    gone = max(0, cut_dots - mark.at_dots)
    if gone < mark.shown_dots:
        yield Mark(
            mark.line,
            max(0, mark.at_dots - cut_dots),
            mark.shown_dots - gone,
            mark.skipped_dots + gone,
        )
