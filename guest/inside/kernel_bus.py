"""The kernel's side of USB: lend it the emulated printer through vhci_hcd, and look at what it made of it.

The lender's own protocol is USB/IP; after the import the socket itself is handed to the kernel by its number.
"""

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from guest import plan
from guest.clock import wait_until
from guest.inside.told import expect

VHCI = Path("/sys/devices/platform/vhci_hcd.0")
USB_DEVICES = Path("/sys/bus/usb/devices")
VENDOR = "0f49"
BUSID = b"1-1"
APPEAR_S_MAX = 30.0
_VERSION, _REQ_IMPORT = 0x0111, 0x8003
_REPLY = struct.Struct(">HHI256s32sIIIHHHBBBBBB")
_HIGH_SPEED_PORTS = "hs"


def attach() -> None:
    """Give the kernel the printer that listens here; its node follows.

    Raises:
        CheckFailedError: the lender refused, or the kernel has no port free.
    """
    with socket.create_connection(("127.0.0.1", plan.USBIP_PORT), 20.0) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(struct.pack(">HHI32s", _VERSION, _REQ_IMPORT, 0, BUSID))
        reply = b""
        while len(reply) < _REPLY.size:
            part = link.recv(_REPLY.size - len(reply))
            expect(part, f"the lender refused the printer: {reply.hex()}")
            reply += part
        _, _, status, _, _, bus, address, speed, *_ = _REPLY.unpack(reply)
        expect(status == 0, f"the lender refused the printer with {status}")
        link.settimeout(None)
        order = f"{_free_port()} {link.fileno()} {bus << 16 | address} {speed}"
        (VHCI / "attach").write_text(order)


def _free_port() -> int:
    lines = (line.split() for line in (VHCI / "status").read_text().splitlines()[1:])
    free = [int(words[1]) for words in lines if words[0] == _HIGH_SPEED_PORTS and words[2] == "004"]
    expect(free, "vhci_hcd has no port free")
    return free[0]


@dataclass(frozen=True, slots=True)
class Device:
    """The printer as sysfs shows it."""

    path: Path

    def fact(self, name: str) -> str:
        """Return an attribute of the device."""
        return (self.path / name).read_text().strip()

    @property
    def interface(self) -> Path:
        """Its one interface."""
        return self.path / f"{self.path.name}:1.0"

    @property
    def driver(self) -> str:
        """Who has the interface: usblp, usbfs or nobody."""
        link = self.interface / "driver"
        return link.readlink().name if link.is_symlink() else "nobody"

    @property
    def node(self) -> Path:
        """Its file under /dev/bus/usb."""
        return Path(f"/dev/bus/usb/{int(self.fact('busnum')):03d}/{int(self.fact('devnum')):03d}")


def find() -> Device | None:
    """Return the printer if the kernel has one."""
    for path in USB_DEVICES.iterdir():
        vendor = path / "idVendor"
        if vendor.exists() and vendor.read_text().strip() == VENDOR:
            return Device(path)
    return None


def appeared() -> Device:
    """Wait until the kernel has the printer and udev has given its node to the press; who has the interface is open."""
    device = wait_until(find, "the kernel has the printer", APPEAR_S_MAX)
    link = Path("/dev/ktp-printer") / plan.USB_SERIAL
    wait_until(link.exists, f"udev made {link}", APPEAR_S_MAX)
    return device


def bound() -> Device:
    """Wait until usblp has the printer too, as it has when nobody uses it."""
    device = appeared()
    wait_until(lambda: device.driver == "usblp", "usblp has the printer", APPEAR_S_MAX)
    wait_until(Path("/dev/usb/lp0").exists, "/dev/usb/lp0 is there", APPEAR_S_MAX)
    return device


def gone() -> None:
    """Wait until the kernel has no printer."""
    wait_until(lambda: find() is None, "the kernel has dropped the printer", APPEAR_S_MAX)


def character_device(path: Path) -> os.stat_result:
    """Return the status of a device node.

    Raises:
        CheckFailedError: it is none.
    """
    expect(path.is_char_device(), f"{path} is no device node")
    return path.stat()
