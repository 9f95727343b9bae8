"""USB on loopback: how fast a job's bytes go through our transport, pyusb and the backend, against a bare socket.

The bare client speaks USB/IP itself, with the same server, the same 262 144 bytes a transfer and nothing between; both
send what a printer reads past, turn by turn, so that both meet the machine in the same mood.
"""

import json
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figure import Figure
from drivers.transport import Deadline
from drivers.transports import open_transport

TRANSFER_BYTES = 262_144
TRANSFERS = 64  # 16 MiB a turn
TURNS = 5
ANSWER_S = 30.0
VERSION, IMPORT = 0x0111, 0x8003
BUS_ID_BYTES, DEVICE_BYTES = 32, 312
OUT_ENDPOINT = 1
_HEAD = struct.Struct(">IIIII")
_SUBMIT = struct.Struct(">IIIII8s")
ANSWER_BYTES = 48


def figures() -> list[Figure]:
    """Measure both in turns."""
    with _emulator() as (address, serial):
        bare = _Bare(address)
        bare_s, ours_s = [], []
        for _ in range(TURNS):
            bare_s.append(bare.turn())
            bare.close()
            ours_s.append(_ours(address, serial))
            bare = _Bare(address)
        bare.close()
    share = 100 * statistics.median(bare_s) / statistics.median(ours_s)
    return [Figure("USB/IP on loopback, of a bare client's rate", share, 80, "%", at_least=True)]


def _ours(address: str, serial: str) -> float:
    transport = open_transport(f"usb://0f49:*?serial={serial}&via=usbip:{address}")
    data = bytes(TRANSFER_BYTES * TRANSFERS)
    try:
        transport.finish_request(Deadline.after(ANSWER_S))  # opens, as a session does once
        began_s = time.perf_counter()
        transport.write(data, Deadline.after(ANSWER_S))
        return time.perf_counter() - began_s
    finally:
        transport.close()


class _Bare:
    """A USB/IP client of two messages."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), ANSWER_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bus_id = b"1-1".ljust(BUS_ID_BYTES, b"\x00")
        self._socket.sendall(struct.pack(">HHI", VERSION, IMPORT, 0) + bus_id)
        head = self._read(8)
        assert head[4:] == bytes(4), "the device is in other hands"
        self._read(DEVICE_BYTES)

    def turn(self) -> float:
        """Send a turn's transfers, one after the other; return the seconds."""
        data = bytes(TRANSFER_BYTES)
        began_s = time.perf_counter()
        for number in range(1, TRANSFERS + 1):
            head = _HEAD.pack(1, number, 0x0001_0002, 0, OUT_ENDPOINT)
            self._socket.sendall(head + _SUBMIT.pack(0, TRANSFER_BYTES, 0, 0, 0, bytes(8)) + data)
            self._read(ANSWER_BYTES)
        return time.perf_counter() - began_s

    def close(self) -> None:
        """Let go of the device."""
        self._socket.close()

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += self._socket.recv(size - len(found))
        return found


@contextmanager
def _emulator() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="ktp-bench-") as folder:
        command = [
            str(Path(sys.executable).with_name("ktp-emulator")), "run", "--cards", folder,
            "--listen", "usbip:127.0.0.1:0",
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                assert process.stdout is not None
                ready = json.loads(process.stdout.readline())
                yield ready["listen"][0].removeprefix("usbip:"), ready["serial"]
            finally:
                process.terminate()
