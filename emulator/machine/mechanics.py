"""The machine: hopper, card path, ribbon, head, bins, cover and counters. No wire, no firmware, no thread, no clock.

Theory of operation. The firmware asks for one small motion at a time and says at which machine instant it ends; the
machine does it at once or raises a Stoppage and leaves everything as it was, except where the doc says that the card
got stuck. One card at most is inside. After every change the law of conservation is asserted and the lasting state is
saved: every blank ever received is in the hopper, inside, in the output bin, in the reject bin, or was taken back.

A power cut leaves the card where it is; the counters keep what the firmware had written to them.
"""

from collections.abc import Callable
from enum import StrEnum

from emulator.machine.card import (
    Bin,
    Card,
    Departed,
    Departure,
    Face,
    Ink,
    Position,
    Side,
    Track,
    chip_uid,
)
from emulator.machine.head import Head
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.outlet import Outlet
from emulator.machine.ribbon import Ribbon, RibbonKind
from emulator.machine.ribbon_bay import RibbonBay
from emulator.machine.stoppage import Cause, JamPlace, Stoppage
from emulator.machine.transfer import Flaws, transfer
from emulator.machine.wear import dead_rows
from emulator.moment import Moment, Unwatched, Watcher

BLANKS_MAX = 10_000  # more than any office stacks up; keeps the state file small


class CounterMoves(StrEnum):
    """When the card counter moves; which one a real model does is not established."""

    FEED = "feed"
    PRINT = "print"
    EJECT = "eject"


class CounterKept(StrEnum):
    """When the card counter's value is safe from a power cut; which one a real model does is not established."""

    AT_ONCE = "at-once"
    AT_EXIT = "at-exit"  # a card still inside when the power fails was never counted


class Machine:
    """One card printer's mechanics."""

    def __init__(
        self,
        state: MachineState,
        store: StateStore,
        outlet: Outlet,
        head: Head | None = None,
        *,
        seed: str,
        counter_moves: CounterMoves = CounterMoves.FEED,
        counter_kept: CounterKept = CounterKept.AT_ONCE,
        departed: tuple[Departed, ...] = (),
    ) -> None:
        self.state = state
        self.head = head or Head()
        self.head.hot_s = state.head_hot_s
        self.bay = RibbonBay(state)
        self.misregistration_px = 0.0  # worn rollers: how far off a card may lie under a panel
        self.cover_open = False
        self.output_capacity: int | None = None  # None: somebody always empties the tray
        self.output_in_tray = 0
        self.departed = list(departed)
        self.jam_ahead: JamPlace | None = None
        self.jammed = False
        self.on_departure: Callable[[Departure], None] = lambda _departure: None
        self.watcher: Watcher = Unwatched()
        self.shown_serial = state.serial  # what the firmware says; an incident may make it lie
        self.clock_offset_s = 0.0  # how wrong its clock is
        self._store = store
        self._outlet = outlet
        self._seed = seed
        self._counter_moves = counter_moves
        self._counter_kept = counter_kept
        self.lose_power()
        self._drawing = False
        self._changed()

    # --- what a person does -----------------------------------------------------------------

    def add_blanks(self, count: int) -> None:
        """Put blanks into the hopper, each with a chip UID of its own."""
        assert 0 <= count <= BLANKS_MAX - len(self.state.hopper), "the hopper holds no more"
        first = self.state.received
        self.state.hopper += [chip_uid(self._seed, first + index) for index in range(count)]
        self.state.received += count
        self._changed()

    def empty_hopper(self) -> int:
        """Take all blanks back out of the hopper and return how many."""
        count = len(self.state.hopper)
        self.state.hopper.clear()
        self.state.withdrawn += count
        self._changed()
        return count

    def fit_ribbon(self, kind: RibbonKind, remaining: int | None = None) -> None:
        """Put in the cassette of a kind, with so many segments left; see `RibbonBay.fit`."""
        self.bay.fit(kind, remaining)
        self._changed()

    def remove_ribbon(self) -> None:
        """Take the cassette out."""
        self.state.ribbon = None
        self._changed()

    def mend_ribbon(self) -> None:
        """Tape a torn strip together, which costs two segments; nothing if it is not torn."""
        self.bay.mend()
        self._changed()

    def fit_head(self, hot_s: float = 0.0) -> None:
        """Put in a new head, or one that was so many seconds too hot already."""
        self.head.hot_s = self.state.head_hot_s = hot_s
        self._changed()

    @property
    def dead_rows(self) -> tuple[int, ...]:
        """Return the rows of a card whose dot is burnt out, in the order they went."""
        return dead_rows(self._seed, self.state.head_hot_s)

    def clear_jam(self, now_s: float) -> None:
        """Let a person free the path: a card that is stuck goes to the reject bin by hand, the jam is gone."""
        self.jam_ahead = None
        if self.jammed:
            self.take_card(now_s)

    def take_card(self, now_s: float) -> None:
        """Let a person take the card out of the path, stuck or not; it goes to the reject bin by hand."""
        self.jammed = False
        if self.state.inside is not None:
            self.leave(Bin.REJECT, now_s, by_hand=True)

    def empty_output(self) -> None:
        """Take the finished cards out of the output tray; they stay counted as output."""
        self.output_in_tray = 0

    def lose_power(self) -> None:
        """Forget what only the firmware's memory knew; the card stays where it is."""
        if self._counter_kept is CounterKept.AT_EXIT:
            self.state.counters.inserted = self.state.counters.kept

    # --- motions ----------------------------------------------------------------------------

    @property
    def ribbon(self) -> Ribbon | None:
        """Return the cassette that is in, as a copy to ask."""
        return self.bay.ribbon

    @property
    def inside(self) -> Card | None:
        """Return the card in the path."""
        return self.state.inside

    @property
    def output_full(self) -> bool:
        """Say whether the output tray takes no more cards."""
        return self.output_capacity is not None and self.output_in_tray >= self.output_capacity

    def check_feed(self) -> None:
        """Raise a Stoppage if a blank could not be fed now; nothing moves."""
        self.check_closed()
        if not self.state.hopper:
            raise Stoppage(Cause.FEEDER_EMPTY)

    def check_closed(self) -> None:
        """Raise a Stoppage if the cover is open or the path jammed; nothing moves."""
        if self.cover_open:
            raise Stoppage(Cause.COVER_OPEN)
        if self.jammed:
            raise Stoppage(Cause.JAM)

    def check_ribbon(self) -> None:
        """Raise a Stoppage if there is no ribbon to start a card with; nothing moves."""
        if self.bay.whole().remaining == 0:
            raise Stoppage(Cause.RIBBON_ENDED)

    def pick(self, begun_s: float) -> None:
        """Take the lowest blank out of the hopper into the path. The moment a counter "at feed" moves.

        Args:
            begun_s: when the feeding began; the card's print seconds count from there.
        """
        assert self.state.inside is None, "a card is already inside"
        self.check_feed()
        if self.jam_ahead is JamPlace.BEFORE_FEED:
            raise Stoppage(Cause.FEED_JAM)
        uid = self.state.hopper.pop(0)
        self.state.fed += 1
        self.state.inside = Card(uid, Position.FEEDER, begun_s)
        self._drawing = False
        self._count(CounterMoves.FEED)
        self.bay.synchronise()
        self._changed()

    def move(self, position: Position) -> None:
        """Move the card inside to a position; an armed jam holds it there.

        A jam "inside" meets a card that lies there already, not one just coming from the hopper.
        """
        card = self.need_card()
        self.check_closed()
        just_fed = card.position is Position.FEEDER
        card.position = position
        place = JamPlace.AT_EXIT if position is Position.EJECT else JamPlace.INSIDE
        if self.jam_ahead is place and not just_fed:
            self._jam()
        self._changed()

    def turn(self) -> None:
        """Turn the card over; it comes back to the print position."""
        card = self.need_card()
        self.check_closed()
        card.side = Side.BACK if card.side is Side.FRONT else Side.FRONT
        card.position = Position.PRINT
        self._drawing = False
        self._changed()

    def panels_skipped(self, panel: str) -> int:
        """Return how far the ribbon must be wound for a panel; raises a Stoppage if it is not there."""
        armed = self.bay.out_ahead
        try:
            return self.bay.panels_skipped(panel)
        finally:
            if self.bay.out_ahead != armed:
                self._changed()

    def print_panel(self, panel: str, ink: Ink, now_s: float, done: float = 1.0) -> None:
        """Transfer one panel to the face under the head. The card can never be a blank again.

        Args:
            panel: its letter.
            ink: what the firmware wants on the card; what arrives may be worse (`transfer.py`).
            now_s: when it is done or was interrupted.
            done: share of the card that came under the head, for a motion that was interrupted.

        Raises:
            Stoppage: there is no card or no such panel, and nothing moved; or the ribbon tore, and the ink up to
                there is on the card.
        """
        card = self.need_card()
        self.panels_skipped(panel)
        if not card.heated:
            self._count(CounterMoves.PRINT)
        ribbon = self.state.ribbon
        assert ribbon is not None, "panels_skipped has found one"
        torn_at = self.bay.spend(panel, done)
        flaws = Flaws(
            self.head.overheat(now_s),
            self.dead_rows,
            self.misregistration_px,
            self.bay.fade,
            done,
            torn_at,
        )
        ink = transfer(ink, flaws, f"{self._seed}:{card.uid}:{card.side}:{panel}")
        face = card.faces.setdefault(card.side, Face(ribbon))
        # A second transfer of the same panel adds to the first, as dye does.
        face.planes[panel] = ink if panel not in face.planes else ink | face.planes[panel]
        face.panels_used.append(panel)
        self._drawing = False
        self.state.counters.panels += 1
        self.head.warm_panel(now_s)
        self.state.head_hot_s = self.head.hot_s
        self._store.save_plane(card.side, panel, face.planes[panel])
        self._changed()
        if torn_at is not None:
            raise Stoppage(Cause.RIBBON_TORN)

    def encode(self, tracks: dict[int, Track]) -> None:
        """Write magnetic tracks; tracks not named keep what they hold."""
        self.need_card().tracks.update(tracks)
        self._changed()

    def tell(self, what: str, at_s: float) -> None:
        """Tell whoever watches that something begins with the card inside, or else with the next one."""
        self.watcher.begins(Moment(self.next_card, what, at_s))

    @property
    def next_card(self) -> int:
        """Return the running number of the card inside, or else of the next one."""
        return self.state.fed + (self.inside is None)

    def begin_exit(self) -> None:
        """Say that nothing more will be printed on the card, so that its picture can be drawn."""
        if not self._drawing:
            self._drawing = True
            self._outlet.begin(self.need_card(), self.state.last_number + 1)

    @property
    def exit_ready(self) -> bool:
        """Say whether the picture of the leaving card is drawn."""
        return self._outlet.ready()

    def leave(self, bin_: Bin, now_s: float, *, by_hand: bool = False) -> Departure:
        """Let the card fall into a bin and show it to the world."""
        card = self.need_card()
        self.begin_exit()
        if not by_hand:
            self.check_closed()
            if bin_ is Bin.OUTPUT and self.output_full:
                raise Stoppage(Cause.OUTPUT_FULL)
            self._count(CounterMoves.EJECT)
        self.tell("departed", now_s)
        state = self.state
        state.inside = None
        state.counters.kept = state.counters.inserted
        state.last_number += 1
        if bin_ is Bin.OUTPUT:
            state.output += 1
            self.output_in_tray += 1
        else:
            state.reject += 1
        seconds = max(0.0, now_s - card.fed_at_s)
        departure = Departure(
            state.last_number, card, bin_, by_hand, state.counters.inserted, seconds, state.serial
        )
        # Order matters for a kill between two lines: complete files, then the state, then the sign.
        self._outlet.stage(departure)
        self._changed()
        self._outlet.publish(departure)
        self._store.drop_planes()
        self._drawing = False
        self.departed.append(Departed(departure.number, card.uid, bin_))
        self.on_departure(departure)
        return departure

    def clean(self) -> None:
        """Run a cleaning: the counters start a new period."""
        counters = self.state.counters
        counters.inserted_at_cleaning = counters.inserted
        counters.panels_at_cleaning = counters.panels
        counters.cleanings += 1
        self._changed()

    # --- inside -----------------------------------------------------------------------------

    def need_card(self) -> Card:
        """Return the card inside or raise a Stoppage."""
        if self.state.inside is None:
            raise Stoppage(Cause.NO_CARD)
        return self.state.inside

    def _jam(self) -> None:
        self.jammed = True
        self.jam_ahead = None
        self._changed()
        raise Stoppage(Cause.JAM)

    def _count(self, moment: CounterMoves) -> None:
        if self._counter_moves is moment:
            self.state.counters.inserted += 1

    def _changed(self) -> None:
        state = self.state
        left = len(state.hopper) + (state.inside is not None) + state.output + state.reject
        assert state.received - state.withdrawn == left, "a card was lost or made from nothing"
        assert len(set(state.hopper)) == len(state.hopper), "two blanks with one chip"
        self._store.save(state)
