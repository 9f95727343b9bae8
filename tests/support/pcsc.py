"""A real pcscd with vpcd's virtual reader, away from everything else, and cards that speak APDUs from the test.

vpcd listens on every interface, so pcscd lives in a network namespace of its own; its /run is a folder of the test, so
its socket is there and this machine's pcscd, where one runs, is not touched. Needs root, as the namespaces do.

vpcd's wire: two bytes of length, big-endian, then so many bytes. One byte is an order: 0 power off, 1 power on,
2 reset, 4 tell the ATR, which is answered. Anything longer is a command for the card.
"""

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from smartcard import scard

from support.office import wait_until

SLOTS = (0x8C7B, 0x8C7C)  # one TCP port a slot
OVER_THE_AIR = bytes.fromhex("3B80800101")
IN_A_SLOT = bytes.fromhex("3B6500002063CBA000")
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
STOP_S_MAX = 10.0
CONF = """\
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID    0x8C7B
"""
START = (
    'mount --bind "$1" /run && ip link set lo up && exec pcscd --foreground --config "$1/reader"'
)


@dataclass
class NamedChip:
    """A chip with numbers: one for each time it gets power, the last for ever; notes what it was asked."""

    uids: list[str]
    status: str = "9000"
    asked: list[bytes] = field(default_factory=list)

    def __call__(self, command: bytes) -> bytes:
        self.asked.append(command)
        if command[:4] != bytes.fromhex("FFCA0000"):
            return bytes.fromhex("6D00")
        return bytes.fromhex(self.uids[0] + self.status)

    def power_on(self) -> None:
        """Take the next number, if there is one."""
        if len(self.uids) > 1:
            self.uids.pop(0)


class Pcsc:
    """A pcscd that runs, and its reader's slots."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.socket = folder / "pcscd" / "pcscd.comm"
        self.process = process

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a program finds this pcscd."""
        return os.environ | {"PCSCLITE_CSOCK_NAME": str(self.socket)}

    @contextmanager
    def card(self, chip: NamedChip, atr: bytes = OVER_THE_AIR, slot: int = 0) -> Iterator[None]:
        """Let a card lie in a slot; it is noticed before this begins, and its going before it ends."""
        wire = self._wire(SLOTS[slot])
        speaking = threading.Thread(target=_speak, args=(wire, chip, atr))
        speaking.start()
        try:
            wait_until(lambda: _occupied(slot), "pcscd sees the card")
            yield
        finally:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            speaking.join(STOP_S_MAX)
            wire.close()
            wait_until(lambda: not _occupied(slot), "pcscd sees that the card is gone")

    def _wire(self, port: int) -> socket.socket:
        """Connect inside pcscd's network; a thread alone changes sides, and a socket stays where it was made."""
        made: list[socket.socket] = []

        def connect() -> None:
            with Path(f"/proc/{self.process.pid}/ns/net").open() as network:
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.setns(network.fileno(), NEW_NETWORK) == 0, os.strerror(
                    ctypes.get_errno()
                )
            made.append(socket.create_connection(("127.0.0.1", port)))

        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()
        return made[0]


def _occupied(slot: int) -> bool:
    """Ask pcscd, which looks into its slots every 0.4 s."""
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        asked = [(f"Virtual PCD 00 {slot:02}", scard.SCARD_STATE_UNAWARE)]
        _, told = scard.SCardGetStatusChange(context, 0, asked)
        return bool(told[0][1] & scard.SCARD_STATE_PRESENT)
    finally:
        scard.SCardReleaseContext(context)


def _speak(wire: socket.socket, chip: NamedChip, atr: bytes) -> None:
    with suppress(OSError, EOFError):
        while True:
            said = _take(wire, int.from_bytes(_take(wire, 2), "big"))
            answer = None
            if len(said) > 1:
                answer = chip(said)
            elif said == b"\x04":
                answer = atr
            elif said == b"\x01":
                chip.power_on()
            if answer is not None:
                wire.sendall(len(answer).to_bytes(2, "big") + answer)


def _take(wire: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = wire.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


@contextmanager
def pcscd(folder: Path, conf: str = CONF) -> Iterator[Pcsc]:
    """Run a pcscd in a folder, with the virtual reader or with what `conf` tells."""
    folder.mkdir(exist_ok=True)
    (folder / "reader").write_text(conf)
    command = ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", START, "sh"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([*command, str(folder)], stdout=log, stderr=log) as process,
    ):
        try:
            running = Pcsc(folder, process)
            wait_until(lambda: _listens(running.socket), "pcscd listens")
            yield running
        finally:
            process.terminate()
            process.wait(STOP_S_MAX)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
