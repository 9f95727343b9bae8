"""One emulated printer on virtual time: real mechanics, real firmware, no thread, and everything a person can see.

It works on when the PC is dead. What left it is looked at once, as it leaves, and kept as a row.
"""

from collections.abc import Callable
from dataclasses import dataclass

from emulator.evolis.dialogue import Stream
from emulator.evolis.firmware import Firmware
from emulator.evolis.models import MODELS
from emulator.evolis.parser import Command
from emulator.firmware import Medium
from emulator.machine.card import Bin, Departure, Side
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import YMCKO
from prr.record import Right
from simulation.face import Faces
from simulation.scheduler import Scheduler
from simulation.settings import StationSettings

MODEL = MODELS["primacy2"]


@dataclass(frozen=True, slots=True)
class SeenCard:
    """A card that left, as a person would describe it.

    Attributes:
        right: whose it is, None where nobody can tell.
        good: whole, and fallen into the output tray by itself.
        blank: nothing was ever printed on it.
        strange: it was made behind the station's back.
    """

    number: int
    right: Right | None
    good: bool
    blank: bool
    strange: bool
    uid: str
    at_s: float


class VirtualPrinter:
    """Machine, firmware, cable and mains of one printer.

    Attributes:
        cards: what left it, oldest first.
        strange_numbers: which cards were made behind the station's back.
        silent_until_s: it takes everything and answers nothing until then.
        counter_anew: its counter was begun anew, which its people know.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        settings: StationSettings,
        serial: str,
        faces: Faces,
        on_card: Callable[[SeenCard], None],
    ) -> None:
        self.serial = serial
        self.plugged = True
        self.counter_anew = False
        self.cards: list[SeenCard] = []
        self.strange_numbers: set[int] = set()
        self._strange_ahead: int | None = None
        self.silent_until_s = 0.0
        self._scheduler = scheduler
        self._faces = faces
        self._on_card = on_card
        self.machine = Machine(
            MachineState(serial),
            StateStore(None),
            NoOutlet(),
            seed=serial,
            counter_moves=settings.counter_moves,
            counter_kept=settings.counter_kept,
        )
        self.machine.fit_ribbon(YMCKO)
        self.machine.on_departure = self._look_at
        self.firmware = Firmware(self.machine, MODEL, whole_jobs=settings.whole_jobs)
        self._usb = self.firmware.dialogue(Medium.USB)
        self._usb_boots = self.firmware.boots

    # --- time and line ----------------------------------------------------------------------

    def advance(self) -> float | None:
        """Let the machine come up to now; return the next instant something will be."""
        next_s = self.firmware.step(self._scheduler.now_s)
        if self._strange_ahead is not None and not self.firmware.busy:
            if (
                self.machine.state.fed < self._strange_ahead
            ):  # it was refused or never left the hopper
                self.strange_numbers.discard(self._strange_ahead)
            self._strange_ahead = None
        return next_s

    @property
    def reachable(self) -> bool:
        """Tell whether a host can reach it."""
        return self.plugged and self.firmware.online

    @property
    def silent(self) -> bool:
        """Tell whether it answers nothing now."""
        return self._scheduler.now_s < self.silent_until_s

    def usb_stream(self) -> Stream:
        """Return the one stream of its USB side; a boot empties it."""
        if self._usb_boots != self.firmware.boots:
            self._usb_boots = self.firmware.boots
            self._usb.reset()
        return self._usb

    # --- what a person sees -----------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Tell whether anything moves; a job that waits for its own end moves nothing."""
        self.advance()
        if not self.firmware.online:
            return False
        resting = self.machine.head.resting(self._scheduler.now_s)
        return resting or self.firmware._context.engine.sequencer.running is not None

    @property
    def claimed(self) -> bool:
        """Tell whether it waits for the rest of a job."""
        return self.firmware.online and self.firmware.ram.claimed

    @property
    def fed(self) -> int:
        """Return how many cards were ever fed."""
        self.advance()
        return self.machine.state.fed

    def newest_card(self) -> SeenCard | None:
        """Return the card that left last."""
        self.advance()
        return self.cards[-1] if self.cards else None

    # --- what a person does -----------------------------------------------------------------

    def order(self, name: str, **arguments: object) -> None:
        """Do something to the machine, by the emulator's own orders."""
        self.advance()
        self.firmware.orders()[name](dict(arguments), self._scheduler.now_s)
        self.advance()

    def power_off(self) -> None:
        """Cut its power."""
        self.firmware.power_off(self._scheduler.now_s)

    def power_on(self) -> None:
        """Give it power."""
        self.firmware.power_on(self._scheduler.now_s)
        self.advance()

    def open_cover(self) -> None:
        """Open the cover."""
        self.firmware.open_cover(self._scheduler.now_s)

    def close_cover(self) -> None:
        """Close the cover."""
        self.firmware.close_cover(self._scheduler.now_s)
        self.advance()

    def make_strange_card(self) -> bool:
        """Make a card of nobody's at the printer itself, if it is free; return whether."""
        self.advance()
        free = self.firmware.online and self.firmware.at_rest and self.machine.inside is None
        if not free or not self.machine.state.hopper or self.machine.cover_open:
            return False
        number = self._strange_ahead = self.machine.state.last_number + 1
        self.strange_numbers.add(number)
        self.firmware.carry_out(Command("St"), self._scheduler.now_s)
        self.advance()
        return number in self.strange_numbers

    # --- inside -----------------------------------------------------------------------------

    def _look_at(self, departure: Departure) -> None:
        face = departure.card.faces.get(Side.FRONT)
        good = (
            face is not None
            and departure.bin is Bin.OUTPUT
            and not departure.by_hand
            and self._faces.is_whole(face)
        )
        card = SeenCard(
            departure.number,
            None if face is None else self._faces.right_on(face),
            good,
            face is None,
            departure.number in self.strange_numbers,
            departure.card.uid,
            self._scheduler.now_s,
        )
        self.cards.append(card)
        self._on_card(card)
