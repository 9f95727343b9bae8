"""A receipt printer for tests: on a clock only the test moves, or on real sockets, USB/IP and a pseudo-terminal."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.clock import MachineClock, VirtualClock
from emulator.control import ControlEndpoint, Desk
from emulator.control_client import ControlClient
from emulator.escpos.dialogue import Stream
from emulator.escpos.firmware import EscposFirmware
from emulator.escpos.models import RECEIPT_MODELS, ReceiptModel
from emulator.escpos.paper import PaperPath
from emulator.escpos.slip import Slip
from emulator.escpos.slip_files import SlipFiles
from emulator.firmware import Answer, Medium
from emulator.line import Line
from emulator.ports.address import Address
from emulator.ports.pty_endpoint import PtyEndpoint
from emulator.ports.tcp_endpoint import TcpEndpoint
from emulator.ports.usbip import UsbIpServer
from emulator.printer import Printer

WIDE = RECEIPT_MODELS["receipt-80"]
NARROW = RECEIPT_MODELS["receipt-58"]
FEED_AND_CUT = b"\x1dVA\x00"


class Kept:
    """An outlet that keeps the slips."""

    def __init__(self) -> None:
        self.last_number = 0
        self.slips: list[Slip] = []

    def publish(self, slip: Slip, serial: str) -> None:
        self.last_number = slip.number
        self.slips.append(slip)


class ReceiptRig:
    """Firmware, paper, clock, and one stream to talk on; no thread, no socket."""

    def __init__(self, model: ReceiptModel = WIDE, *, roll_mm: float | None = None) -> None:
        self.paper = PaperPath(model.roll_mm if roll_mm is None else roll_mm, dpi=model.dpi)
        self.outlet = Kept()
        self.clock = VirtualClock()
        self.firmware = EscposFirmware(self.paper, model, self.outlet)
        self.line = self.stream()

    @property
    def now_s(self) -> float:
        return self.clock.now_s()

    def stream(self) -> Stream:
        return self.firmware.dialogue(Medium.TCP)

    def send(self, data: bytes, line: Stream | None = None) -> None:
        """Send as much as there is room for; the rest waits in the stream."""
        line = line or self.line
        line.receive(data)
        self.push(line)

    def push(self, line: Stream) -> None:
        while line.waiting and line.has_room and self.firmware.online:
            line.execute(self.now_s)

    def replies(self, line: Stream | None = None) -> list[bytes]:
        line = line or self.line
        found = []
        while line.readable:
            found.append(line.read(self.now_s))
        return found

    def ask(self, data: bytes) -> bytes:
        """Ask on a stream of its own; the answer must be there at once."""
        line = self.stream()
        self.send(data, line)
        (reply,) = self.replies(line)
        return reply

    def status(self, n: int) -> int:
        (byte,) = self.ask(bytes((0x10, 0x04, n)))
        return byte

    def wait(self, seconds: float) -> None:
        """Let time pass from one due thing to the next; what waits outside comes in as soon as there is room."""
        end_s = self.now_s + seconds
        while True:
            self.push(self.line)
            next_s = self.firmware.step(self.now_s)
            if next_s is None or next_s >= end_s:
                break
            self.clock.advance(next_s - self.now_s)
        self.clock.advance(end_s - self.now_s)
        self.firmware.step(end_s)
        self.push(self.line)

    def finish(self) -> None:
        """Let time pass until nothing moves and nothing waits outside, or nothing can."""
        while True:
            self.push(self.line)
            next_s = self.firmware.step(self.now_s)
            if next_s is None:
                return
            self.clock.advance(max(0.0, next_s - self.now_s))

    def printed(self, data: bytes) -> str:
        """Send, let it be printed, feed and cut; return what the slip says."""
        self.send(data + FEED_AND_CUT)
        self.finish()
        return self.outlet.slips[-1].text

    def order(self, name: str, **arguments: object) -> Answer | None:
        answer = self.firmware.orders()[name]({"do": name, **arguments}, self.now_s)
        self.firmware.step(self.now_s)
        return answer

    @property
    def truth(self) -> Answer:
        return self.firmware.truth(self.now_s)

    @property
    def remarks(self) -> list[str]:
        return [text for text in self.truth["commands"] if text.startswith("?")]


@dataclass(frozen=True, slots=True)
class Counter:
    """A running receipt printer: where it listens, and its control link."""

    port: int
    usb_address: str
    tty: str
    control: ControlClient
    folder: Path

    def text(self, number: int) -> str:
        return (self.folder / f"{number:06d}.txt").read_text(encoding="utf-8")

    def slip(self, number: int) -> str:
        """Wait for a slip and return what it says."""
        self.control.do("wait-cards", count=number)
        return self.text(number)

    def truth(self) -> dict[str, Any]:
        return self.control.truth()


@contextmanager
def receipt_printer(
    folder: Path, model: ReceiptModel = WIDE, *, speed: float = 500.0
) -> Iterator[Counter]:
    """Run one with TCP, USB/IP, a serial port and control link."""
    with ExitStack() as stack:
        slips = folder / "slips"
        firmware = EscposFirmware(PaperPath(model.roll_mm, dpi=model.dpi), model, SlipFiles(slips))
        printer = Printer(firmware, Line(random.Random(1)), MachineClock(speed))
        free = Address("tcp", "127.0.0.1", 0)
        tcp = TcpEndpoint(printer, free)
        usb = UsbIpServer(printer, Address("usbip", "127.0.0.1", 0))
        tty = PtyEndpoint(printer, Address("pty", str(folder / "port"), 0))
        control = ControlEndpoint(Desk(printer), free)
        printer.start()
        stack.callback(printer.stop)
        for endpoint in (tcp, usb, tty, control):
            endpoint.start()
            stack.callback(endpoint.stop)
        stack.callback(printer.request_stop)
        client = stack.enter_context(ControlClient(str(control.address)))
        yield Counter(
            tcp.address.port,
            f"{usb.address.host}:{usb.address.port}",
            str(folder / "port"),
            client,
            slips,
        )
