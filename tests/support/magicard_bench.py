"""An Enduro inside the test process on real ports: TCP, USB/IP and a serial line."""

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from emulator.clock import MachineClock
from emulator.line import Line
from emulator.machine.card_files import CardFiles
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.ribbon import KINDS
from emulator.magicard.firmware import MagicardFirmware
from emulator.ports.address import Address
from emulator.ports.pty_endpoint import PtyEndpoint
from emulator.ports.tcp_endpoint import TcpEndpoint
from emulator.ports.usbip import UsbIpServer
from emulator.printer import Printer
from support.magicard_job import ask
from support.magicard_rig import ENDURO, Info, read_info

SPEED = 500.0
WITHIN_S = 20.0


class Host:
    """A host on a TCP connection."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, WITHIN_S)
        self._reader = self.socket.makefile("rb")

    def send(self, data: bytes, chunk: int = 8192) -> None:
        for low in range(0, len(data), chunk):
            self.socket.sendall(data[low : low + chunk])

    def reply(self) -> bytes:
        """Read up to the 03 that ends a reply."""
        found = b""
        while not found.endswith(b"\x03"):
            byte = self._reader.read(1)
            if not byte:
                raise ConnectionResetError("the line ended in a reply")
            found += byte
        return found

    def info(self) -> Info:
        self.send(ask("REQ,INF"))
        return read_info(self.reply())

    def close(self) -> None:
        self._reader.close()
        self.socket.close()


@dataclass(slots=True)
class MagicardBench:
    """A running printer, its ports and the folder of its cards."""

    printer: Printer
    tcp: TcpEndpoint
    usb: UsbIpServer
    serial: Path
    cards: Path

    @contextmanager
    def host(self) -> Iterator[Host]:
        host = Host((self.tcp.address.host, self.tcp.address.port))
        try:
            yield host
        finally:
            host.close()

    def wait_for(self, until: Callable[[], bool]) -> None:
        """Wait until something holds of the printer."""
        with self.printer.changed:
            assert self.printer.wait(until, WITHIN_S)

    def wait_cards(self, count: int) -> None:
        self.wait_for(lambda: self.printer.firmware.made >= count)

    def change(self, act: Callable[[float], None]) -> None:
        """Do something to the printer from outside."""
        self.printer.change(act)


@contextmanager
def enduro(folder: Path) -> Iterator[MagicardBench]:
    """Run an Enduro, very fast."""
    with ExitStack() as stack:
        files = stack.enter_context(CardFiles(folder / "cards", planes=True))
        machine = Machine(
            MachineState(ENDURO.default_serial), StateStore(folder / "state.json"), files, seed="t"
        )
        machine.fit_ribbon(KINDS[0])
        machine.add_blanks(20)
        firmware = MagicardFirmware(machine, ENDURO, host_second_s=SPEED)
        printer = Printer(firmware, Line(random.Random("t")), MachineClock(SPEED))
        files.drawn = printer.poke
        serial = folder / "serial"
        tcp = TcpEndpoint(printer, Address("tcp", "127.0.0.1", 0))
        usb = UsbIpServer(printer, Address("usbip", "127.0.0.1", 0))
        pty = PtyEndpoint(printer, Address("pty", str(serial), 0))
        printer.start()
        stack.callback(printer.stop)
        for endpoint in (tcp, usb, pty):
            endpoint.start()
            stack.callback(endpoint.stop)
        stack.callback(printer.request_stop)
        yield MagicardBench(printer, tcp, usb, serial, folder / "cards")
