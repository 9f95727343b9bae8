"""Plan: how an emulated printer is to be; what the command line says, checked."""

from dataclasses import dataclass
from pathlib import Path

from emulator.escpos.models import RECEIPT_MODELS, ReceiptModel
from emulator.evolis.models import MODELS, Model
from emulator.machine.head import ROOM_C
from emulator.machine.mechanics import CounterKept, CounterMoves
from emulator.machine.ribbon import YMCKO, RibbonKind
from emulator.magicard.models import MAGICARD_MODELS, MagicardModel
from emulator.ports.address import Address
from emulator.scenario import Scenario

AnyModel = Model | MagicardModel | ReceiptModel

ALL_MODELS: dict[str, AnyModel] = {**MODELS, **MAGICARD_MODELS, **RECEIPT_MODELS}


@dataclass(frozen=True, slots=True)
class Plan:
    """How an emulated printer is to be.

    Attributes:
        listen: printer ports, `tcp`, `usbip` or `pty`.
        control: the control link, None for none.
        seed: makes chip UIDs and noise; None: made of the serial number.
        planes: write each plane as a picture too.
        state: the lasting state; None: `printer-state.json` in the cards folder.
        counter_moves: when the card counter moves.
        counter_kept: when its value becomes safe from a power cut.
        ribbon: cassette of a new machine; with `keep_ribbon` a job for another one is refused.
        whole_jobs: a job that is not yet all here feeds no card.
        room_c: warmth of the room it stands in.
        scenario: what happens to it from the start.
    """

    model: AnyModel
    listen: tuple[Address, ...]
    cards: Path
    control: Address | None = None
    serial: str | None = None
    seed: str | None = None
    speed: float = 1.0
    planes: bool = False
    blanks: int = 100
    state: Path | None = None
    counter_moves: CounterMoves = CounterMoves.FEED
    counter_kept: CounterKept = CounterKept.AT_ONCE
    ribbon: RibbonKind = YMCKO
    keep_ribbon: bool = False
    whole_jobs: bool = False
    room_c: float = ROOM_C
    scenario: Scenario | None = None

    @property
    def serial_number(self) -> str:
        """Return the printer's serial number."""
        return self.serial or self.model.default_serial
