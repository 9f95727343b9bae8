"""Engine of a receipt printer: what waits in the receive buffer becomes motions, one after the other, on machine time.

Theory of operation. A motion begins at the end of the one before, so a late step never makes a slip slower:

    IDLE --event--> typesetter --motions--> RUNNING --time over--> done, next motion or next event
    RUNNING --cover, power--> the paper stands where it is, the line is half printed
    offline (cover, paper end, cutter): nothing is begun and nothing is taken out of the buffer

A line the cover interrupted in its letters is printed again; after a power cut nobody knows of it. Nothing happens
past the watcher's horizon. No clock, no thread.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from emulator.escpos.commands import SELECT
from emulator.escpos.models import ReceiptModel
from emulator.escpos.motions import Advance, Cut, Motion
from emulator.escpos.paper import PaperPath, Piece
from emulator.escpos.parser import Command, Event
from emulator.escpos.settings import LINE_SPACING_DOTS
from emulator.escpos.status import Condition
from emulator.escpos.typesetter import Typesetter
from emulator.moment import Moment

BUFFER_BYTES = 4096


class Host(Protocol):
    """Whoever sent an event, for answers that come in their turn."""

    def reply(self, data: bytes) -> None:
        """Hear an answer."""

    def watch_status(self, mask: int) -> None:
        """Be told changes from now on."""


class Shop(Protocol):
    """Whoever the engine works for."""

    def answer(self, host: Host, command: Command) -> bool:
        """Do a command that is not about paper; False if it is none of those."""

    def parted(self, piece: Piece, cut: Cut, now_s: float) -> None:
        """Hear that a slip was cut off."""

    @property
    def next_piece(self) -> int:
        """Return the number of the slip under way."""


class Engine:
    """The buffer, the line and the motion under way, from one power-on to the next."""

    def __init__(
        self, paper: PaperPath, model: ReceiptModel, shop: Shop, note: Callable[[str], None]
    ) -> None:
        self._paper, self._model, self._shop = paper, model, shop
        self.typesetter = Typesetter(model.paper_dots, model.dpi, paper.blade_dots, note)
        self.buffer: deque[tuple[Host, Event]] = deque()
        self.buffer_bytes = 0
        self.cutter_error = paper.cutter_jammed  # it tries the blade when it is switched on
        self._selected = True
        self._motions: deque[Motion] = deque()
        self._running: Motion | None = None
        self._began_s = self._ends_s = self._reached_s = 0.0

    # --- what can be seen -------------------------------------------------------------------

    @property
    def running(self) -> Motion | None:
        """Return the motion under way."""
        return self._running

    @property
    def busy(self) -> bool:
        """Say whether anything moves or waits to."""
        return self._running is not None or bool(self._motions) or bool(self.buffer)

    @property
    def condition(self) -> Condition:
        """Return how the machine stands."""
        return Condition(
            self._paper.cover_open,
            self._paper.near_end,
            self._paper.ended,
            self.cutter_error,
            isinstance(self._running, Advance) and self._running.by_key,
        )

    # --- what comes in ----------------------------------------------------------------------

    def accept(self, host: Host, event: Event) -> None:
        """Put an event into the receive buffer."""
        self.buffer.append((host, event))
        self.buffer_bytes += event.byte_count

    def clear(self) -> None:
        """Forget everything that is not yet printed; a motion under way ends by itself."""
        self.buffer.clear()
        self.buffer_bytes = 0
        self._motions.clear()
        self.typesetter.clear()

    def feed_by_key(self, now_s: float) -> bool:
        """Feed a line because a person holds the key; False if the printer does not listen to it now."""
        if self.busy or self.condition.offline:
            return False
        self._reached_s = now_s
        self._motions.append(Advance(LINE_SPACING_DOTS, by_key=True))
        return True

    # --- time -------------------------------------------------------------------------------

    def step(self, now_s: float) -> float | None:
        """Do everything that is due; return the instant of the next thing, None if only an event can bring one."""
        while True:
            until_s = min(now_s, self._paper.watcher.horizon_s)
            if self._running is not None:
                if self._ends_s > until_s:
                    return self._ends_s
                self._finish(self._running)
            elif self.condition.offline:
                self._reached_s = max(self._reached_s, until_s)
                return None
            elif self._motions:
                if self._reached_s > until_s:
                    return self._reached_s
                self._begin(self._motions.popleft())
            elif self.buffer:
                self._take_next()
            else:
                self._reached_s = max(self._reached_s, until_s)
                return None

    def interrupt(self, now_s: float) -> None:
        """Stop what moves, where it is; a cut and a line half printed are begun anew, a feed goes on."""
        motion, self._running = self._running, None
        if motion is None:
            return
        self._reached_s = now_s
        if isinstance(motion, Cut):
            self._motions.appendleft(motion)
            return
        share = (now_s - self._began_s) / (self._ends_s - self._began_s)
        done = int(motion.length_dots * min(1.0, max(0.0, share)))
        self._paper.advance(done, motion.line)
        if motion.line is not None and done < motion.line.height_dots:
            self._motions.appendleft(motion)
        elif done < motion.length_dots and not motion.by_key:
            self._motions.appendleft(Advance(motion.length_dots - done))

    # --- inside -----------------------------------------------------------------------------

    def _take_next(self) -> None:
        host, event = self.buffer.popleft()
        self.buffer_bytes -= event.byte_count
        if isinstance(event, Command) and event.name == SELECT:
            self._selected = bool(event.params[0] & 1)
        elif self._selected and not self._answered(host, event):
            self._motions.extend(self.typesetter.set(event))

    def _answered(self, host: Host, event: Event) -> bool:
        return isinstance(event, Command) and self._shop.answer(host, event)

    def _begin(self, motion: Motion) -> None:
        if isinstance(motion, Cut) and self._paper.cutter_jammed:
            self._motions.appendleft(motion)
            self.cutter_error = True
            return
        duration_s = self._model.cut_s
        if isinstance(motion, Advance):
            duration_s = self._paper.mm(motion.length_dots) / self._model.print_mm_s
        self._running = motion
        self._began_s = self._reached_s
        self._ends_s = self._began_s + duration_s
        self._paper.watcher.begins(Moment(self._shop.next_piece, motion.name, self._began_s))

    def _finish(self, motion: Motion) -> None:
        self._running = None
        self._reached_s = self._ends_s
        if isinstance(motion, Advance):
            self._paper.advance(motion.length_dots, motion.line)
            return
        piece = self._paper.part()
        if piece is not None:
            self._shop.parted(piece, motion, self._ends_s)
