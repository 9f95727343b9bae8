"""A plain host on each of the printer's wires: TCP, USB/IP and the serial port, one way to use all three."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
import serial
import usb.core
import usb.util

from emulator.ports.pyusb_backend import open_backend
from emulator.printer import Printer
from support.emulated import Bench, Reply, emulated, half_close, read_answer

OUT, IN = 0x01, 0x82
BLOCK_BYTES = 22  # what follows the 00 of an answer
WITHIN_S = 10.0
A_WHILE_S = 0.15  # long enough to see that nothing comes
USB_CHUNK_BYTES = 262_144

# Answers of an idle printer of this serial number.
IDLE = bytes.fromhex("00 0014 10 82122000 00000000 00000000 00000000 02 0000")
FIRMWARE, MODEL, SERIAL = b"1450\r\n" + IDLE, b"Evolis Primacy 2\r\n" + IDLE, b"UJI1\r\n" + IDLE

# What a host sees when the line goes dead under it.
LINE_DEAD = (ConnectionError, usb.core.USBError, serial.SerialException, OSError)


def command(text: str) -> bytes:
    """Frame a command as every host does; the lone 00 after it is left out."""
    return b"\x1b" + text.encode() + b"\r"


class Wire(Protocol):
    """A host's end of a wire."""

    def say(self, data: bytes) -> None:
        """Send a request."""

    def hear(self, size: int) -> bytes:
        """Return the answer; a wire that marks no end gives `size` bytes of it."""

    def hears_nothing(self) -> bool:
        """Say whether no answer has come after a while."""


class TcpWire:
    """A connection for each request."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._host: socket.socket | None = None

    def say(self, data: bytes) -> None:
        self.close()
        self._host = socket.create_connection(self._bench.address, WITHIN_S)
        self._host.sendall(data)
        half_close(self._host)

    def hear(self, size: int) -> bytes:
        assert self._host is not None
        self._host.settimeout(WITHIN_S)
        return b"".join(iter(lambda: self._connected.recv(65_536), b""))

    def hears_nothing(self) -> bool:
        self._connected.settimeout(A_WHILE_S)
        try:
            return self._connected.recv(1, socket.MSG_PEEK) is None
        except TimeoutError:
            return True

    @property
    def _connected(self) -> socket.socket:
        assert self._host is not None
        return self._host

    def close(self) -> None:
        if self._host is not None:
            self._host.close()


class UsbWire:
    """The bulk endpoints of the device."""

    def __init__(self, bench: Bench) -> None:
        self.device: Any = usb.core.find(backend=open_backend(bench.usb_address))
        assert self.device is not None
        self.device.set_configuration()

    def say(self, data: bytes) -> None:
        for start in range(0, len(data), USB_CHUNK_BYTES):
            self.device.write(OUT, data[start : start + USB_CHUNK_BYTES], int(WITHIN_S * 1000))

    def hear(self, size: int) -> bytes:
        return bytes(self.device.read(IN, 4096, int(WITHIN_S * 1000)))

    def hears_nothing(self) -> bool:
        try:
            self.device.read(IN, 4096, int(A_WHILE_S * 1000))
        except usb.core.USBTimeoutError:
            return True
        return False

    def close(self) -> None:
        usb.util.dispose_resources(self.device)


class SerialWire:
    """The serial port."""

    def __init__(self, path: Path) -> None:
        self.port = serial.Serial(
            str(path), timeout=WITHIN_S, write_timeout=WITHIN_S, exclusive=True
        )

    def say(self, data: bytes) -> None:
        self.port.write(data)

    def hear(self, size: int) -> bytes:
        data: bytes = self.port.read(size)
        return data

    def hear_reply(self) -> Reply:
        """Read one answer, strictly."""
        text: bytes = self.port.read_until(b"\x00")
        return read_answer(text + self.hear(BLOCK_BYTES))

    def hears_nothing(self) -> bool:
        self.port.timeout = A_WHILE_S
        nothing = self.port.read(1) == b""
        self.port.timeout = WITHIN_S
        return nothing

    def close(self) -> None:
        self.port.close()


MEDIA = ("tcp", "usb", "serial")


@contextmanager
def wire(bench: Bench, medium: str) -> Iterator[Wire]:
    """Put a host on a wire of the printer."""
    host: TcpWire | UsbWire | SerialWire
    if medium == "tcp":
        host = TcpWire(bench)
    elif medium == "usb":
        host = UsbWire(bench)
    else:
        host = SerialWire(bench.serial_path)
    try:
        yield host
    finally:
        host.close()


@contextmanager
def wired(folder: Path, **plan: Any) -> Iterator[Bench]:
    """Run a printer that can be reached over all of them."""
    with emulated(folder, pty=folder / "port", serial="UJI1", **plan) as bench:
        yield bench


def hears(host: Wire, text: str, size: int) -> bytes:
    host.say(command(text))
    return host.hear(size)


def assert_healthy(host: Wire) -> None:
    """Hold the next answers against what was asked: nothing of a fault is left on the line."""
    assert hears(host, "Rsn", len(SERIAL)) == SERIAL
    assert hears(host, "Rfv", len(FIRMWARE)) == FIRMWARE


def say_into_a_drop(host: Wire, data: bytes) -> None:
    """Send a request and wait for an answer that can't come."""
    with pytest.raises(LINE_DEAD):  # noqa: PT012 - where the host notices is the system's choice
        host.say(data)
        assert host.hear(1) == b"", "an answer came"
        raise ConnectionResetError


def told(printer: Printer) -> bool:
    """Say whether the printer is there and its endpoints know."""
    return printer.reachable and printer._told_reachable


def wait_back(bench: Bench) -> None:
    """Wait until a link that went away has come back by itself and the endpoints know of it."""
    printer = bench.appliance.printer
    with printer.changed:
        assert printer.wait(lambda: told(printer), WITHIN_S)
