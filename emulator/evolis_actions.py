"""Actions: what the firmware lets the machine do, one at a time, each with its machine time.

An action is checked before it starts, takes its time, and changes the machine when it is finished; an interrupted one
leaves the card where a power cut would. Which action comes next is the engine's business (`evolis_engine.py`).

Times are split so that a simplex YMCKO card takes 12.9 s, a duplex YMCKOK card 25.7 s and a mono K card 3.6 s; the sums
come from resellers' figures and recollection, the split is ours (docs/protocols/evolis.md, "Speeds").
"""

from emulator import evolis_words as words
from emulator.card import CARD_WIDTH_PX, Bin, Position, Track
from emulator.evolis_bitmap import Bitmap, ink_of
from emulator.evolis_ram import Ram
from emulator.mechanics import Machine
from emulator.ribbon import RibbonKind
from emulator.stoppage import Cause, Stoppage

FEED_S = 1.0
ALIGN_S = 0.3  # a card already inside goes to its place
COLOUR_PANEL_S = 2.6
RESIN_PANEL_S = 1.6
OVERLAY_PANEL_S = 1.5
SECOND_RESIN_PANEL_S = 6.8  # the back of a duplex card: what is left of 25.7 s
WIND_PANEL_S = 0.5  # passing over a panel that is not printed
TURN_S = 6.0
EJECT_S = 1.0
STATION_S = 0.8
ENCODE_S = 2.5
READ_S = 2.0
CLEAN_S = 12.0
CLEAR_S = 2.0


class Action:
    """One motion. The base does nothing and takes no time.

    Attributes:
        info: INFORMATION bits that are up while it runs.
        passing: where the card is shown while it runs, if not where it lies.
        prints: it heats the head and therefore waits for a head that rests.
        forbidden_after_error: it is refused until a standing error is cleared.
    """

    info = 0
    passing: Position | None = None
    prints = False
    forbidden_after_error = False

    def check(self, machine: Machine, *, in_job: bool) -> None:
        """Raise a Stoppage if it can't start now."""

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002 - an interface
        """Return how long it will take."""
        return 0.0

    def start(self, machine: Machine) -> None:
        """Begin; changes nothing that a power cut would show."""

    def ready(self, machine: Machine) -> bool:  # noqa: ARG002
        """Say whether it can finish once its time is over."""
        return True

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Change the machine; return the reply. Raises a Stoppage if the motion failed at its end."""
        return words.OK

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave the machine as it is when this stops with a share `done` (0..1) of its time over."""


class TakeCard(Action):
    """A card to the print position: the one inside if there is one, else the next blank from the hopper."""

    passing = Position.FEEDER
    forbidden_after_error = True

    def check(self, machine: Machine, *, in_job: bool) -> None:
        """Ask for a closed cover and a blank, and in a print job for a ribbon, before anything moves."""
        machine.check_closed()
        if in_job:
            machine.check_ribbon()
        if machine.inside is None:
            machine.check_feed()

    def duration_s(self, machine: Machine) -> float:
        """Return the time to feed or to align."""
        return FEED_S if machine.inside is None else ALIGN_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Let the card lie under the head."""
        if machine.inside is None:
            machine.pick(now_s - FEED_S)
        machine.move(Position.PRINT)
        return words.OK

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave a blank half drawn in once the rollers had it."""
        if machine.inside is None and done >= 0.4 and machine.state.hopper:
            machine.pick(now_s - done * FEED_S)


class MoveCard(Action):
    """The card inside to another station."""

    forbidden_after_error = True

    def __init__(self, position: Position) -> None:
        self._position = position

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of the way."""
        return STATION_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Put the card there."""
        machine.move(self._position)
        return words.OK


class TurnCard(Action):
    """The card inside turned over."""

    passing = Position.FLIP
    forbidden_after_error = True

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a turn."""
        return TURN_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Show the other face to the head."""
        machine.turn()
        return words.OK

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:  # noqa: ARG002
        """Leave the card in the flip station."""
        if done >= 0.2:
            machine.move(Position.FLIP)


class PrintPanel(Action):
    """One plane transferred from its panel to the face under the head."""

    info = words.INF_PRINTING_RUNNING
    prints = True
    forbidden_after_error = True

    def __init__(self, bitmap: Bitmap) -> None:
        self.bitmap = bitmap

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for a card and the panel."""
        machine.need_card()
        machine.check_closed()
        machine.panels_skipped(self.bitmap.panel)

    def duration_s(self, machine: Machine) -> float:
        """Return the time to wind to the panel and to print it."""
        skipped = machine.panels_skipped(self.bitmap.panel)
        return skipped * WIND_PANEL_S + self._print_s(machine)

    def _print_s(self, machine: Machine) -> float:
        card = machine.need_card()
        match self.bitmap.panel:
            case "k":
                ribbon = machine.ribbon
                colour = ribbon is not None and "y" in ribbon.kind.panels
                other_side_done = any(side is not card.side for side in card.faces)
                return SECOND_RESIN_PANEL_S if colour and other_side_done else RESIN_PANEL_S
            case "o" | "l":
                return OVERLAY_PANEL_S
            case _:
                return COLOUR_PANEL_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Put the ink on the card; a jam holds it after that, heated and half done."""
        machine.print_panel(self.bitmap.panel, ink_of(self.bitmap), now_s)
        machine.move(Position.PRINT)
        return words.OK

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        """Leave the columns printed so far; lines go left to right."""
        if done > 0:
            ink = ink_of(self.bitmap).copy()
            ink[:, int(done * CARD_WIDTH_PX) :] = 0
            machine.print_panel(self.bitmap.panel, ink, now_s)


class EjectCard(Action):
    """The card inside into a bin; nothing if there is none."""

    passing = Position.EJECT

    def __init__(self, bin_: Bin) -> None:
        self._bin = bin_

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for a closed cover and room in the tray."""
        if machine.inside is not None:
            machine.check_closed()
            if self._bin is Bin.OUTPUT and machine.output_full:
                raise Stoppage(Cause.OUTPUT_FULL)

    def duration_s(self, machine: Machine) -> float:
        """Return the time to eject."""
        return 0.0 if machine.inside is None else EJECT_S

    def start(self, machine: Machine) -> None:
        """Let the picture be drawn while the card moves."""
        if machine.inside is not None:
            machine.begin_exit()

    def ready(self, machine: Machine) -> bool:
        """Wait for the picture: a card that has left can be looked at."""
        return machine.inside is None or machine.exit_ready

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Let the card fall."""
        if machine.inside is not None:
            machine.move(Position.EJECT)
            machine.leave(self._bin, now_s)
        return words.OK

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:  # noqa: ARG002
        """Leave the card between the exit rollers."""
        if machine.inside is not None and done >= 0.5:
            machine.move(Position.EJECT)


class ClearError(EjectCard):
    """`Scs`: the error is forgotten if its cause is gone; a card of the failed job goes to the reject bin."""

    def __init__(self) -> None:
        super().__init__(Bin.REJECT)

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask a person to have removed the cause."""
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:
        """Return the time to run the path empty."""
        return 0.0 if machine.inside is None else CLEAR_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:
        """Run the path empty and drop the ERR bits."""
        super().finish(machine, ram, now_s)
        ram.errors = 0
        return words.OK


class EncodeTracks(Action):
    """Magnetic tracks written on the card inside."""

    info = words.INF_ENCODING_RUNNING
    forbidden_after_error = True

    def __init__(self, tracks: dict[int, Track]) -> None:
        self._tracks = tracks

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a pass with verification."""
        return ENCODE_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Leave the tracks on the card."""
        machine.encode(self._tracks)
        return words.OK


class ReadTracks(Action):
    """Magnetic tracks read from the card inside into RAM."""

    info = words.INF_ENCODING_RUNNING
    forbidden_after_error = True

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for a card."""
        machine.need_card()
        machine.check_closed()

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a pass."""
        return READ_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Keep what was read for `Rmb`."""
        ram.magnetic_read = dict(machine.need_card().tracks)
        return words.OK


class Clean(Action):
    """A cleaning card through the path; it is no blank and is not counted as one."""

    info = words.INF_CLEANING_RUNNING

    def check(self, machine: Machine, *, in_job: bool) -> None:  # noqa: ARG002
        """Ask for an empty path."""
        machine.check_closed()
        if machine.inside is not None:
            raise Stoppage(Cause.JAM)

    def duration_s(self, machine: Machine) -> float:  # noqa: ARG002
        """Return the time of a cleaning."""
        return CLEAN_S

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Start a new cleaning period."""
        machine.clean()
        return words.OK


class RaiseClaim(Action):
    """`Pcla;1` when the queue gets there."""

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Raise the CLAIM bit."""
        ram.claimed = True
        return words.OK


class DropClaim(Action):
    """`Pcla;0` when the queue gets there: everything before it is done."""

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Drop the CLAIM bit."""
        ram.claimed = False
        return words.OK


class FitRibbon(Action):
    """`Pr`: a job names its ribbon. An attentive operator changes the cassette unless told to keep it."""

    def __init__(self, kind: RibbonKind, *, keep: bool) -> None:
        self._kind = kind
        self._keep = keep

    def finish(self, machine: Machine, ram: Ram, now_s: float) -> str:  # noqa: ARG002
        """Have the right ribbon or stop."""
        fitted = machine.state.ribbon
        if fitted is not None and fitted != self._kind.number:
            if self._keep:
                raise Stoppage(Cause.RIBBON_WRONG)
            machine.fit_ribbon(self._kind)
        return words.OK
