"""Assembly: puts a printer's inside together from its plan: lasting state, machine, pictures, firmware."""

from contextlib import ExitStack
from dataclasses import dataclass

from emulator.escpos.firmware import EscposFirmware
from emulator.escpos.models import ReceiptModel
from emulator.escpos.paper import PaperPath
from emulator.escpos.slip_files import SlipFiles
from emulator.evolis.firmware import Firmware as EvolisFirmware
from emulator.firmware import Firmware
from emulator.machine.card_files import CardFiles
from emulator.machine.head import Head
from emulator.machine.machine_state import MachineState, StateFileError, StateStore
from emulator.machine.mechanics import Machine
from emulator.magicard.firmware import MagicardFirmware
from emulator.magicard.models import MagicardModel
from emulator.plan import Plan


@dataclass(frozen=True, slots=True)
class Inside:
    """A firmware over its machine, and the pictures a card printer waits for."""

    firmware: Firmware
    files: CardFiles | None = None


def assemble(plan: Plan, stack: ExitStack) -> Inside:
    """Put the inside together; the stack takes it apart again.

    Raises:
        StateFileError: the state is unreadable, in use, or of another printer.
    """
    if isinstance(plan.model, ReceiptModel):
        return Inside(_receipt_printer(plan, plan.model))
    files = CardFiles(plan.cards, planes=plan.planes)
    stack.enter_context(files)
    store = StateStore(plan.state or plan.cards / "printer-state.json")
    stack.enter_context(store.held())
    return Inside(_firmware(plan, _machine(plan, store, files)), files)


def _receipt_printer(plan: Plan, model: ReceiptModel) -> Firmware:
    paper = PaperPath(model.roll_mm, dpi=model.dpi)
    return EscposFirmware(paper, model, SlipFiles(plan.cards), serial=plan.serial_number)


def _firmware(plan: Plan, machine: Machine) -> Firmware:
    if isinstance(plan.model, MagicardModel):
        return MagicardFirmware(machine, plan.model, host_second_s=plan.speed)
    assert not isinstance(plan.model, ReceiptModel), "it prints no cards"
    return EvolisFirmware(
        machine,
        plan.model,
        host_second_s=plan.speed,
        keep_ribbon=plan.keep_ribbon,
        whole_jobs=plan.whole_jobs,
    )


def _machine(plan: Plan, store: StateStore, files: CardFiles) -> Machine:
    serial = plan.serial_number
    found = store.load()
    if found is not None and found.serial != serial:
        raise StateFileError(
            f"{store} is the state of printer {found.serial}, not {serial}; "
            f"give --serial {found.serial} or another --state"
        )
    state = MachineState(serial) if found is None else found
    machine = Machine(
        state,
        store,
        files,
        Head(plan.room_c),
        seed=plan.seed or serial,
        counter_moves=plan.counter_moves,
        counter_kept=plan.counter_kept,
        departed=files.recover(state.last_number),
    )
    if found is None:
        machine.fit_ribbon(plan.ribbon)
        machine.add_blanks(plan.blanks)
    return machine
