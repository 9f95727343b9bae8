"""Motions: what a firmware lets the machine do, one at a time, each with its machine time.

A motion is checked before it starts, takes its time, and changes the machine when it is finished; an interrupted one
leaves the card where a power cut would. Which motion comes next is the sequencer's business (`sequencer.py`); how a
family words its commands and replies is the family's own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from emulator.machine.card import Bin, Ink, Position, Track
from emulator.machine.mechanics import Machine
from emulator.machine.stoppage import Cause, Stoppage

FEED_GRIP_SHARE = 0.4  # of the feeding time, after which the rollers have the blank
TURN_GRIP_SHARE = 0.2
EXIT_GRIP_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """How long motions take, in machine seconds.

    The defaults are split so that a simplex YMCKO card takes 12.9 s, a duplex YMCKOK card 25.7 s and a mono K card
    3.6 s; the sums come from resellers' figures and recollection, the split is ours (docs/protocols/evolis.md,
    "Speeds").

    Attributes:
        align_s: a card already inside goes to its place.
        second_resin_panel_s: the back of a duplex card, what is left of 25.7 s.
        wind_panel_s: passing over a panel that is not printed.
    """

    feed_s: float = 1.0
    align_s: float = 0.3
    colour_panel_s: float = 2.6
    resin_panel_s: float = 1.6
    overlay_panel_s: float = 1.5
    second_resin_panel_s: float = 6.8
    wind_panel_s: float = 0.5
    turn_s: float = 6.0
    eject_s: float = 1.0
    station_s: float = 0.8
    encode_s: float = 2.5
    read_s: float = 2.0
    clean_s: float = 12.0
    clear_s: float = 2.0


PACE = Pace()


class Motion:
    """One motion. The base does nothing and takes no time.

    Attributes:
        passing: where the card is shown while it runs, if not where it lies.
        prints: it heats the head and therefore waits for a head that rests.
        forbidden_after_error: it is refused until a standing error is cleared.
        silent: nothing moves, so nobody is told of it.
    """

    passing: Position | None = None
    prints = False
    forbidden_after_error = False
    silent = False

    def name(self, machine: Machine) -> str:  # noqa: ARG002 - an interface
        """Return what it is called in a window or a scenario: feed, align, print y, turn, move, eject, clean."""
        return "rest"

    def check(self, machine: Machine) -> None:
        """Raise a Stoppage if it can't start now."""

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002 - an interface
        """Return how long it will take."""
        return 0.0

    def start(self, machine: Machine) -> None:
        """Begin; changes nothing that a power cut would show."""

    def ready(self, machine: Machine) -> bool:  # noqa: ARG002
        """Say whether it can finish once its time is over."""
        return True

    def finish(self, machine: Machine, now_s: float) -> None:
        """Change the machine. Raises a Stoppage if the motion failed at its end."""

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave the machine as it is when this stops with a share `done` (0..1) of its time over."""


class TakeCard(Motion):
    """A card to the print position: the one inside if there is one, else the next blank from the hopper.

    Args:
        pace: durations.
        needs_ribbon: a print job checks for a ribbon before it feeds.
    """

    passing = Position.FEEDER
    forbidden_after_error = True

    def __init__(self, pace: Pace = PACE, *, needs_ribbon: bool = False) -> None:
        self._pace = pace
        self._needs_ribbon = needs_ribbon

    def name(self, machine: Machine) -> str:
        """Tell feeding from aligning."""
        return "feed" if machine.inside is None else "align"

    def check(self, machine: Machine) -> None:
        """Ask for a closed cover and a blank, and in a print job for a ribbon, before anything moves."""
        machine.check_closed()
        if self._needs_ribbon:
            machine.check_ribbon()
        if machine.inside is None:
            machine.check_feed()

    def duration_s(self, machine: Machine) -> float:
        """Return the time to feed or to align."""
        return self._pace.feed_s if machine.inside is None else self._pace.align_s

    def finish(self, machine: Machine, now_s: float) -> None:
        """Let the card lie under the head."""
        if machine.inside is None:
            machine.pick(now_s - self._pace.feed_s)
        machine.move(Position.PRINT)

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave a blank half drawn in once the rollers had it."""
        if machine.inside is None and done >= FEED_GRIP_SHARE and machine.state.hopper:
            machine.pick(now_s - done * self._pace.feed_s)


class MoveCard(Motion):
    """The card inside to another station."""

    forbidden_after_error = True

    def __init__(self, position: Position, pace: Pace = PACE) -> None:
        self._position = position
        self._pace = pace

    def name(self, machine: Machine) -> str:  # noqa: ARG002
        """Return its name."""
        return "move"

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of the way."""
        return self._pace.station_s

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Put the card there."""
        machine.move(self._position)


class TurnCard(Motion):
    """The card inside turned over."""

    passing = Position.FLIP
    forbidden_after_error = True

    def __init__(self, pace: Pace = PACE) -> None:
        self._pace = pace

    def name(self, machine: Machine) -> str:  # noqa: ARG002
        """Return its name."""
        return "turn"

    def check(self, machine: Machine) -> None:
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a turn."""
        return self._pace.turn_s

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Show the other face to the head."""
        machine.turn()

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:  # noqa: ARG002
        """Leave the card in the flip station."""
        if done >= TURN_GRIP_SHARE:
            machine.move(Position.FLIP)


class PrintPanel(Motion):
    """One plane transferred from its panel to the face under the head.

    Args:
        panel: the panel's letter.
        ink: makes the plane when it is needed, so that waiting planes stay as small as they came.
        byte_count: how much of the receive buffer the waiting plane takes.
        pace: durations.
    """

    prints = True
    forbidden_after_error = True

    def __init__(
        self, panel: str, ink: Callable[[], Ink], byte_count: int = 0, pace: Pace = PACE
    ) -> None:
        self.panel = panel
        self.byte_count = byte_count
        self._ink = ink
        self._pace = pace

    def name(self, machine: Machine) -> str:  # noqa: ARG002
        """Name the panel."""
        return f"print {self.panel}"

    def check(self, machine: Machine) -> None:
        """Ask for a card and the panel."""
        machine.need_card()
        machine.check_closed()
        machine.panels_skipped(self.panel)

    def duration_s(self, machine: Machine) -> float:
        """Return the time to wind to the panel and to print it."""
        return machine.panels_skipped(self.panel) * self._pace.wind_panel_s + self._print_s(machine)

    def _print_s(self, machine: Machine) -> float:
        pace, card = self._pace, machine.need_card()
        match self.panel:
            case "k":
                ribbon = machine.ribbon
                colour = ribbon is not None and "y" in ribbon.kind.panels
                other_side_done = any(side is not card.side for side in card.faces)
                return (
                    pace.second_resin_panel_s if colour and other_side_done else pace.resin_panel_s
                )
            case "o" | "l":
                return pace.overlay_panel_s
            case _:
                return pace.colour_panel_s

    def finish(self, machine: Machine, now_s: float) -> None:
        """Put the ink on the card; a jam holds it after that, heated and half done."""
        machine.print_panel(self.panel, self._ink(), now_s)
        machine.move(Position.PRINT)

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave the columns printed so far; lines go left to right."""
        if done > 0:
            machine.print_panel(self.panel, self._ink(), now_s, done)


class EjectCard(Motion):
    """The card inside into a bin; nothing if there is none."""

    passing = Position.EJECT

    def __init__(self, bin_: Bin, pace: Pace = PACE) -> None:
        self._bin = bin_
        self._pace = pace

    def name(self, machine: Machine) -> str:
        """Tell ejecting from having nothing to eject."""
        if machine.inside is None:
            return "rest"
        return "eject" if self._bin is Bin.OUTPUT else "reject"

    def check(self, machine: Machine) -> None:
        """Ask for a closed cover and room in the tray."""
        if machine.inside is not None:
            machine.check_closed()
            if self._bin is Bin.OUTPUT and machine.output_full:
                raise Stoppage(Cause.OUTPUT_FULL)

    def duration_s(self, machine: Machine) -> float:
        """Return the time to eject."""
        return 0.0 if machine.inside is None else self._pace.eject_s

    def start(self, machine: Machine) -> None:
        """Let the picture be drawn while the card moves."""
        if machine.inside is not None:
            machine.begin_exit()

    def ready(self, machine: Machine) -> bool:
        """Wait for the picture: a card that has left can be looked at."""
        return machine.inside is None or machine.exit_ready

    def finish(self, machine: Machine, now_s: float) -> None:
        """Let the card fall."""
        if machine.inside is not None:
            machine.move(Position.EJECT)
            machine.leave(self._bin, now_s)

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:  # noqa: ARG002
        """Leave the card between the exit rollers."""
        if machine.inside is not None and done >= EXIT_GRIP_SHARE:
            machine.move(Position.EJECT)


class EncodeTracks(Motion):
    """Magnetic tracks written on the card inside."""

    forbidden_after_error = True

    def __init__(self, tracks: dict[int, Track], pace: Pace = PACE) -> None:
        self._tracks = tracks
        self._pace = pace

    def name(self, machine: Machine) -> str:  # noqa: ARG002
        """Return its name."""
        return "encode"

    def check(self, machine: Machine) -> None:
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a pass with verification."""
        return self._pace.encode_s

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Leave the tracks on the card."""
        machine.encode(self._tracks)


class Clean(Motion):
    """A cleaning card through the path; it is no blank and is not counted as one."""

    def __init__(self, pace: Pace = PACE) -> None:
        self._pace = pace

    def name(self, machine: Machine) -> str:  # noqa: ARG002
        """Return its name."""
        return "clean"

    def check(self, machine: Machine) -> None:
        """Ask for an empty path."""
        machine.check_closed()
        if machine.inside is not None:
            raise Stoppage(Cause.JAM)

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a cleaning."""
        return self._pace.clean_s

    def finish(self, machine: Machine, now_s: float) -> None:  # noqa: ARG002
        """Start a new cleaning period."""
        machine.clean()
