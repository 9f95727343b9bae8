"""An emulated printer inside the test process, on real sockets, and what a plain host says to it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.appliance import Appliance
from emulator.control_client import ControlClient
from emulator.evolis.models import MODELS
from emulator.plan import Plan
from emulator.ports.address import Address

CLAIM = 0x80000000


@dataclass(frozen=True, slots=True)
class Status:
    """A status block, read by hand."""

    config: int
    information: int
    warning: int
    error: int
    session: int

    @property
    def claimed(self) -> bool:
        return bool(self.information & CLAIM)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: text without its line end, and the status behind the NUL."""

    text: str
    status: Status


def half_close(host: socket.socket) -> None:
    """Say that the request is complete; a connection that was reset meanwhile is reported as what it is."""
    try:
        host.shutdown(socket.SHUT_WR)
    except OSError as exc:
        if exc.errno != errno.ENOTCONN:
            raise
        raise ConnectionResetError(errno.ECONNRESET, "reset before the half-close") from exc


def read_answer(data: bytes) -> Reply:
    """Take an answer apart, strictly."""
    text, nul, block = data.partition(b"\x00")
    assert nul, f"no NUL in {data!r}"
    assert len(block) == 23 - 1, f"a block of {len(block)} bytes"
    assert block[:3] == b"\x00\x14\x10"
    assert block[19:20] == b"\x02"
    config, info, warning, error = (
        int.from_bytes(block[at : at + 4], "big") for at in (3, 7, 11, 15)
    )
    assert not text or text.endswith(b"\r\n")
    session = int.from_bytes(block[20:], "big")
    return Reply(text.removesuffix(b"\r\n").decode(), Status(config, info, warning, error, session))


@dataclass(slots=True)
class Bench:
    """A running emulated printer, its TCP address, control link and folder."""

    appliance: Appliance
    control: ControlClient
    cards: Path

    @property
    def address(self) -> tuple[str, int]:
        found = next(one for one in self.appliance.listen if one.scheme == "tcp")
        return found.host, found.port

    @property
    def usb_address(self) -> str:
        found = next(one for one in self.appliance.listen if one.scheme == "usbip")
        return f"{found.host}:{found.port}"

    @property
    def serial_path(self) -> Path:
        """Where the serial port is, of a printer that has one."""
        return Path(next(one.host for one in self.appliance.listen if one.scheme == "pty"))

    @property
    def control_address(self) -> str:
        return str(self.appliance.control)

    def raw(self, data: bytes) -> bytes:
        """Run one exchange: connect, send, half-close, read to the end."""
        with socket.create_connection(self.address, 10) as host:
            host.sendall(data)
            half_close(host)
            answer = b""
            while chunk := host.recv(65_536):
                answer += chunk
        return answer

    def ask(self, text: str) -> Reply:
        """Send one command and its lone NUL."""
        return read_answer(self.raw(b"\x1b" + text.encode() + b"\r\x00"))

    def poll(self) -> Status:
        """Ask for the status without a command."""
        return read_answer(self.raw(b"")).status

    def truth(self) -> dict[str, Any]:
        return self.control.truth()

    def print_card(self, part_one: bytes, part_two: bytes) -> Status:
        """Run a claimed job to the end of its claim and return the status then."""
        assert read_answer(self.raw(part_one)).text == "OK"
        self.raw(part_two)
        self.control.do("wait-idle")
        return self.poll()


LOOPBACK = "127.0.0.1"


@contextmanager
def emulated(folder: Path, *, pty: Path | None = None, **plan: Any) -> Iterator[Bench]:
    """Run a printer on free ports, with a serial port if it is given a path; very fast unless told."""
    ports = [Address("tcp", LOOPBACK, 0), Address("usbip", LOOPBACK, 0)]
    if pty is not None:
        ports.append(Address("pty", str(pty), 0))
    settings: dict[str, Any] = {"speed": 2000.0, "blanks": 20, **plan}
    wanted = Plan(
        model=settings.pop("model", MODELS["primacy2"]),
        listen=tuple(ports),
        cards=folder,
        control=Address("tcp", LOOPBACK, 0),
        **settings,
    )
    with Appliance(wanted) as appliance, ControlClient(str(appliance.control)) as control:
        yield Bench(appliance, control, folder)
