"""Appliance: a whole emulated printer put together: state, machine, firmware, pictures, endpoints, control link."""

import random
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from emulator.address import Address
from emulator.card_files import CardFiles
from emulator.clock import MachineClock
from emulator.control import ControlEndpoint, Desk
from emulator.evolis_firmware import Firmware
from emulator.line import Line
from emulator.machine_state import MachineState, StateFileError, StateStore
from emulator.mechanics import CounterMoves, Machine
from emulator.models import Model
from emulator.printer import Printer
from emulator.pty_endpoint import PtyEndpoint
from emulator.ribbon import YMCKO, RibbonKind
from emulator.scenario import Scenario
from emulator.tcp_endpoint import TcpEndpoint
from emulator.usbip import UsbIpServer


@dataclass(frozen=True, slots=True)
class Plan:
    """How an emulated printer is to be.

    Attributes:
        listen: printer ports, `tcp`, `usbip` or `pty`.
        control: the control link, None for none.
        seed: makes chip UIDs and noise; None: made of the serial number.
        state: the lasting state; None: `printer-state.json` in the cards folder.
        ribbon: cassette of a new machine; with `keep_ribbon` a job for another one is refused.
        whole_jobs: a job that is not yet all here feeds no card.
        scenario: what happens to it from the start.
    """

    model: Model
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
    ribbon: RibbonKind = YMCKO
    keep_ribbon: bool = False
    whole_jobs: bool = False
    scenario: Scenario | None = None


class Appliance:
    """A printer that runs between entering and leaving the context."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stack = ExitStack()
        self.listen: list[Address] = []
        self.control: Address | None = None

    def __enter__(self) -> Self:
        """Put together and listen; what failed half-way is taken down again.

        Raises:
            AddressError: an address can't be listened on.
            StateFileError: the state is unreadable or of another printer.
        ScenarioError: the scenario orders what can't be done.
        """
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop everything in reverse order; all threads have ended."""
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        plan = self._plan
        files = CardFiles(plan.cards, planes=plan.planes)
        stack.enter_context(files)
        store = StateStore(plan.state or plan.cards / "printer-state.json")
        stack.enter_context(store.held())
        machine = self._machine(store, files)
        clock = MachineClock(plan.speed)
        firmware = Firmware(
            machine,
            plan.model,
            host_second_s=plan.speed,
            keep_ribbon=plan.keep_ribbon,
            whole_jobs=plan.whole_jobs,
        )
        noise = random.Random(f"{self.serial} noise")  # noqa: S311 - faults, not secrets
        self.printer = Printer(firmware, Line(noise), clock)
        files.drawn = self.printer.poke
        endpoints = [self._endpoint(address) for address in plan.listen]
        desk = Desk(self.printer)
        control = None if plan.control is None else ControlEndpoint(desk, plan.control)
        self.printer.start()
        stack.callback(self.printer.stop)
        for endpoint in [*endpoints, *([control] if control else [])]:
            endpoint.start()
            stack.callback(endpoint.stop)
        stack.callback(
            self.printer.request_stop
        )  # first of all, so that nobody waits for the machine
        if plan.scenario is not None:
            desk.play(plan.scenario)
        self.listen = [endpoint.address for endpoint in endpoints]
        self.control = None if control is None else control.address

    @property
    def serial(self) -> str:
        """Return the printer's serial number."""
        return self._plan.serial or self._plan.model.default_serial

    def _endpoint(self, address: Address) -> "TcpEndpoint | UsbIpServer | PtyEndpoint":
        if address.scheme == "usbip":
            return UsbIpServer(self.printer, address)
        if address.scheme == "pty":
            return PtyEndpoint(self.printer, address)
        return TcpEndpoint(self.printer, address)

    def _machine(self, store: StateStore, files: CardFiles) -> Machine:
        plan = self._plan
        state = store.load()
        fresh = state is None
        if state is None:
            state = MachineState(self.serial)
        elif state.serial != self.serial:
            raise StateFileError(
                f"{store} is the state of printer {state.serial}, not {self.serial}; "
                f"give --serial {state.serial} or another --state"
            )
        machine = Machine(
            state,
            store,
            files,
            seed=plan.seed or self.serial,
            counter_moves=plan.counter_moves,
            departed=files.recover(state.last_number),
        )
        if fresh:
            machine.fit_ribbon(plan.ribbon)
            machine.add_blanks(plan.blanks)
        return machine
