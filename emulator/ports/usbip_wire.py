"""USB/IP messages, packed and unpacked: protocol version 1.1.1, all fields big-endian. No socket, no device.

Source: the Linux kernel's documentation of the USB/IP protocol. Only what a device with control and bulk endpoints
needs; isochronous transfers are not spoken.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION = 0x0111


class Op(IntEnum):
    """Codes of the messages before a device is attached."""

    REQ_DEVLIST = 0x8005
    REP_DEVLIST = 0x0005
    REQ_IMPORT = 0x8003
    REP_IMPORT = 0x0003


class Status(IntEnum):
    """Status of an answer to an import."""

    OK = 0
    NOT_AVAILABLE = 1
    DEVICE_BUSY = 2


class Cmd(IntEnum):
    """Codes of the messages of an attached device."""

    SUBMIT = 1
    UNLINK = 2
    RET_SUBMIT = 3
    RET_UNLINK = 4


OUT = 0
IN = 1
SPEED_FULL = 2
SPEED_HIGH = 3

EPIPE = -32  # stall
ECONNRESET = -104  # taken back by an unlink before it was done
EPROTO = -71

_OP = struct.Struct(">HHI")
_DEVICE = struct.Struct(">256s32sIIIHHHBBBBBB")
_INTERFACE = struct.Struct(">BBBx")
_HEADER = struct.Struct(">IIIII")
_SUBMIT = struct.Struct(">IiIII8s")
_RET_SUBMIT = struct.Struct(">iiIII8x")
_UNLINK = struct.Struct(">I24x")
_RET_UNLINK = struct.Struct(">i24x")

OP_BYTES = _OP.size
BUSID_BYTES = 32
DEVICE_BYTES = _DEVICE.size
INTERFACE_BYTES = _INTERFACE.size
CMD_BYTES = _HEADER.size + _SUBMIT.size
NOT_ISOCHRONOUS = 0xFFFFFFFF

assert CMD_BYTES == _HEADER.size + _RET_SUBMIT.size == _HEADER.size + _UNLINK.size == 48


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """What a server says of a device before anybody has attached it."""

    busid: str
    bus: int
    address: int
    speed: int
    vendor_id: int
    product_id: int
    release_bcd: int
    device_class: tuple[int, int, int]
    configuration: int
    configuration_count: int
    interfaces: tuple[tuple[int, int, int], ...]

    def pack(self) -> bytes:
        """Pack without the interfaces."""
        path = f"/sys/devices/emulated/{self.busid}"
        return _DEVICE.pack(
            path.encode(), self.busid.encode(), self.bus, self.address, self.speed,
            self.vendor_id, self.product_id, self.release_bcd, *self.device_class,
            self.configuration, self.configuration_count, len(self.interfaces),
        )  # fmt: skip

    def pack_interfaces(self) -> bytes:
        """Pack the interfaces."""
        return b"".join(_INTERFACE.pack(*interface) for interface in self.interfaces)


def unpack_device(data: bytes) -> tuple[DeviceRecord, int]:
    """Unpack a device; return it without interfaces and how many of them follow."""
    (_path, busid, bus, address, speed, vendor, product, release, class_, subclass, protocol,
     configuration, configurations, interfaces) = _DEVICE.unpack(data)  # fmt: skip
    record = DeviceRecord(
        busid.rstrip(b"\x00").decode("ascii", "replace"), bus, address, speed, vendor, product,
        release, (class_, subclass, protocol), configuration, configurations, (),
    )  # fmt: skip
    return record, interfaces


def pack_op(code: Op, status: int = 0) -> bytes:
    """Pack the head of a message before attachment."""
    return _OP.pack(VERSION, code, status)


def unpack_op(data: bytes) -> tuple[int, int, int]:
    """Return version, code and status."""
    version, code, status = _OP.unpack(data)
    return version, code, status


def pack_busid(busid: str) -> bytes:
    """Pack a bus id."""
    return busid.encode().ljust(BUSID_BYTES, b"\x00")


@dataclass(frozen=True, slots=True)
class Submit:
    """A transfer asked for. `setup` counts for endpoint 0 only; OUT data follows the header."""

    seqnum: int
    devid: int
    direction: int
    endpoint: int
    length: int
    setup: bytes = bytes(8)

    def pack(self) -> bytes:
        """Pack the header."""
        return _HEADER.pack(
            Cmd.SUBMIT, self.seqnum, self.devid, self.direction, self.endpoint
        ) + _SUBMIT.pack(0, self.length, 0, NOT_ISOCHRONOUS, 0, self.setup)


@dataclass(frozen=True, slots=True)
class Unlink:
    """A transfer to be taken back."""

    seqnum: int
    devid: int
    victim: int

    def pack(self) -> bytes:
        """Pack the header."""
        return _HEADER.pack(Cmd.UNLINK, self.seqnum, self.devid, 0, 0) + _UNLINK.pack(self.victim)


def unpack_command(data: bytes) -> Submit | Unlink | None:
    """Unpack what a host sends to an attached device; None if it is neither."""
    code, seqnum, devid, direction, endpoint = _HEADER.unpack_from(data)
    if code == Cmd.SUBMIT:
        _flags, length, _start, packets, _interval, setup = _SUBMIT.unpack_from(data, _HEADER.size)
        if packets not in (0, NOT_ISOCHRONOUS) or length < 0 or direction not in (IN, OUT):
            return None
        return Submit(seqnum, devid, direction, endpoint, length, setup)
    if code == Cmd.UNLINK:
        return Unlink(seqnum, devid, _UNLINK.unpack_from(data, _HEADER.size)[0])
    return None


def pack_ret_submit(seqnum: int, status: int, length: int, data: bytes = b"") -> bytes:
    """Pack the end of a transfer; `data` is what came in, `length` what went over in either direction."""
    header = _HEADER.pack(Cmd.RET_SUBMIT, seqnum, 0, 0, 0)
    return header + _RET_SUBMIT.pack(status, length, 0, NOT_ISOCHRONOUS, 0) + data


def pack_ret_unlink(seqnum: int, status: int) -> bytes:
    """Pack the answer to an unlink: ECONNRESET if it was taken back, 0 if it had ended before."""
    return _HEADER.pack(Cmd.RET_UNLINK, seqnum, 0, 0, 0) + _RET_UNLINK.pack(status)


@dataclass(frozen=True, slots=True)
class Returned:
    """The end of a transfer or of an unlink, as a host reads it."""

    code: int
    seqnum: int
    status: int
    length: int


def unpack_returned(data: bytes) -> Returned:
    """Unpack what a device sends."""
    code, seqnum, _devid, _direction, _endpoint = _HEADER.unpack_from(data)
    status, length, _start, _packets, _errors = _RET_SUBMIT.unpack_from(data, _HEADER.size)
    return Returned(code, seqnum, status, length if code == Cmd.RET_SUBMIT else 0)
