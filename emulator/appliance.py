"""Appliance: a whole emulated printer at work: inside, the thread of its time, endpoints, control link, scenario."""

import random
from contextlib import ExitStack
from typing import Self

from emulator.assembly import assemble
from emulator.clock import MachineClock
from emulator.control import ControlEndpoint, Desk
from emulator.line import Line
from emulator.plan import Plan
from emulator.ports.address import PTY, Address
from emulator.ports.pty_endpoint import PtyEndpoint
from emulator.ports.tcp_endpoint import TcpEndpoint
from emulator.ports.usbip import UsbIpServer
from emulator.printer import Printer

Endpoint = TcpEndpoint | UsbIpServer | PtyEndpoint


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

    @property
    def serial(self) -> str:
        """Return the printer's serial number."""
        return self._plan.serial_number

    def _start(self, stack: ExitStack) -> None:
        plan = self._plan
        inside = assemble(plan, stack)
        noise = random.Random(f"{self.serial} noise")  # noqa: S311 - faults, not secrets
        self.printer = Printer(inside.firmware, Line(noise), MachineClock(plan.speed))
        self.printer.cards_dir = str(plan.cards.absolute())
        if inside.files is not None:
            inside.files.drawn = self.printer.poke
        desk = Desk(self.printer)
        endpoints: list[Endpoint] = []
        for address in plan.listen:
            endpoints.append(self._endpoint(address))
            stack.callback(endpoints[-1].stop)
        control = None
        if plan.control is not None:
            control = ControlEndpoint(desk, plan.control)
            stack.callback(control.stop)
        self.printer.start()
        stack.callback(self.printer.stop)
        # Before anything else stops, so that nobody waits for the machine.
        stack.callback(self.printer.request_stop)
        for endpoint in [*endpoints, *([control] if control else [])]:
            endpoint.start()
        if plan.scenario is not None:
            desk.play(plan.scenario)
        self.listen = [endpoint.address for endpoint in endpoints]
        self.control = None if control is None else control.address

    def _endpoint(self, address: Address) -> Endpoint:
        match address.scheme:
            case "usbip":
                return UsbIpServer(self.printer, address)
            case scheme if scheme == PTY:
                return PtyEndpoint(self.printer, address)
            case _:
                return TcpEndpoint(self.printer, address)
