"""The usblp transport's own rules: where a reply ends, deadlines, and a device that goes away.

A terminal in raw mode stands in for the device file: it polls, reads and writes as one, and it can be hung up. What
only the kernel's usblp driver does, such as reading ahead, is not tested here.
"""

import os
import pty
import struct
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from drivers.errors import DeadlineError, LinkLostError, NotReachableError
from drivers.transport import Deadline
from drivers.uri import UsbLpUri
from drivers.usb_lp import WRITE_CHUNK_BYTES, UsbLp

# Not in `termios`: unlock the other end of a new terminal, and ask for its number (linux/asm-generic/ioctls.h).
TIOCSPTLCK, TIOCGPTN = 0x40045431, 0x80045430


def soon() -> Deadline:
    return Deadline.after(10.0)


class Device:
    """A printer's end of a terminal whose other end is opened as the device file, by a name that goes with it."""

    def __init__(self, folder: Path) -> None:
        self.end, self._host = pty.openpty()
        tty.setraw(self._host)
        self.path = folder / "lp0"
        self.path.symlink_to(os.ttyname(self._host))
        self._plugged = True

    def send(self, data: bytes) -> None:
        os.write(self.end, data)

    def take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += os.read(self.end, size - len(data))
        return data

    def unplug(self) -> None:
        if self._plugged:
            self._plugged = False
            self.path.unlink()
            os.close(self._host)
            os.close(self.end)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    made = Device(tmp_path)
    yield made
    made.unplug()


@pytest.fixture
def transport(device: Device) -> Iterator[UsbLp]:
    made = UsbLp(UsbLpUri(str(device.path)))
    yield made
    made.close()


def files_open() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_reply_ends_with_a_short_read_and_the_file_is_closed_then(
    device: Device, transport: UsbLp
) -> None:
    before = files_open()
    transport.write(b"\x1bRfv\r\x00", soon())
    assert device.take(6) == b"\x1bRfv\r\x00"
    device.send(b"1450")
    transport.finish_request(soon())
    assert transport.read(4096, soon()) == b"1450"
    assert files_open() == before + 1
    assert transport.read(4096, soon()) == b""
    assert (
        files_open() == before
    )  # so that the next exchange reads nothing that was fetched in this one


def test_a_full_read_is_not_the_end(device: Device, transport: UsbLp) -> None:
    transport.write(b"?", soon())
    device.send(b"abcdef")
    assert transport.read(4, soon()) == b"abcd"
    assert transport.read(4, soon()) == b"ef"
    assert transport.read(4, soon()) == b""


def test_a_poll_opens_the_file_and_writes_nothing(device: Device, transport: UsbLp) -> None:
    before = files_open()
    transport.finish_request(soon())
    assert files_open() == before + 1
    device.send(b"idle")
    assert transport.read(4096, soon()) == b"idle"
    transport.close()
    transport.close()
    transport.write(b"x", soon())
    assert device.take(1) == b"x"


def test_a_write_after_a_reply_begins_a_new_one(device: Device, transport: UsbLp) -> None:
    transport.write(b"a", soon())
    device.send(b"1")
    assert transport.read(4096, soon()) == b"1"
    transport.write(b"b", soon())
    device.send(b"2")
    assert transport.read(4096, soon()) == b"2"


def test_a_large_request_goes_out_as_it_is_taken(device: Device, transport: UsbLp) -> None:
    data = bytes(range(256)) * (20 * WRITE_CHUNK_BYTES // 256) + b"end"
    came: list[bytes] = []
    printer = threading.Thread(target=lambda: came.append(device.take(len(data))))
    printer.start()
    transport.write(data, soon())
    printer.join()
    assert came == [data]


def test_deadlines(device: Device, transport: UsbLp) -> None:
    with pytest.raises(DeadlineError, match="did not take the data in time"):
        transport.write(bytes(1 << 20), Deadline.after(0.1))
    with pytest.raises(DeadlineError, match="did not answer in time"):
        transport.read(1, Deadline.after(0.05))
    with pytest.raises(DeadlineError, match="did not answer in time"):
        transport.finish_request(Deadline.after(0.0))
    transport.close()


def test_a_device_unplugged_before_a_write_is_a_lost_link(device: Device, transport: UsbLp) -> None:
    transport.finish_request(soon())
    before = files_open()
    device.unplug()
    with pytest.raises(LinkLostError, match="writing to usblp://"):
        transport.write(b"x", soon())
    assert files_open() == before - 3  # the device's two ends and the transport's own
    with pytest.raises(NotReachableError):
        transport.write(b"x", soon())


def test_a_device_unplugged_while_it_is_waited_for_is_a_lost_link() -> None:
    """Nothing but a hang-up to be seen: the transport holds the other end here, which is told of it that way."""
    transport = UsbLp(UsbLpUri("/dev/ptmx"))
    transport.finish_request(soon())
    end = transport._number
    assert end is not None
    printer = os.open(other_end(end), os.O_RDWR | os.O_NOCTTY)
    puller = threading.Timer(0.05, os.close, [printer])
    puller.start()
    with pytest.raises(
        LinkLostError, match=r"is gone; see that the printer is on and the cable in$"
    ):
        transport.read(1, soon())
    puller.join()
    assert transport._number is None


def other_end(end: int) -> str:
    """Unlock the other end of a new terminal and return its name."""
    ioctl(end, TIOCSPTLCK, struct.pack("i", 0))
    (number,) = struct.unpack("I", ioctl(end, TIOCGPTN, bytes(4)))
    return f"/dev/pts/{number}"


OPENS = """
import sys
from pathlib import Path
from drivers.transport import Deadline
from drivers.uri import UsbLpUri
from drivers.usb_lp import UsbLp
UsbLp(UsbLpUri(sys.argv[1])).finish_request(Deadline.after(10))
print(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[4])
"""


def test_a_terminal_named_by_mistake_does_not_become_the_daemons_own(device: Device) -> None:
    """A hang-up of a daemon's own terminal would end the daemon."""
    opened = subprocess.run(
        (sys.executable, "-c", OPENS, str(device.path)),
        start_new_session=True, capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    assert int(opened.stdout) == 0, "the number of its controlling terminal"


@pytest.mark.parametrize("name", ["lp0", "."])
def test_what_is_no_device_is_not_reachable(tmp_path: Path, name: str) -> None:
    transport = UsbLp(UsbLpUri(str(tmp_path / name)))
    with pytest.raises(NotReachableError, match=r"can't be opened .* the cable in$"):
        transport.write(b"x", soon())
    with pytest.raises(NotReachableError):
        transport.read(1, soon())
