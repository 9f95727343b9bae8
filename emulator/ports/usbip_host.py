"""The host's side of USB/IP: list devices, attach one, run transfers on it. Knows no pyusb.

Theory of operation. A thread of each attached device reads what ends and wakes whoever waits for it by sequence number,
so a read may wait while a write goes on. A transfer that is not done in time is taken back with an unlink, and the
answer to that settles the matter: either it was taken back, or it had ended just before and its data is delivered.
"""

import socket
import struct
import threading
from dataclasses import dataclass, field

from emulator.ports import usbip_wire as wire

CONNECT_S = 5.0
UNLINK_S = 5.0
_SEND_LIMIT = struct.pack("ll", 10, 0)  # seconds, microseconds: a server that stands still is gone


class HostError(Exception):
    """Base of what can go wrong here."""


class GoneError(HostError):
    """The device, its bus or the server is not there, or no longer."""


class BusyError(HostError):
    """Another host has the device."""


class StallError(HostError):
    """The endpoint answered STALL."""


class LateError(HostError):
    """The transfer was not done in time and has been taken back."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a USB/IP server listens."""

    host: str
    port: int

    def connect(self) -> socket.socket:
        """Connect; raises GoneError."""
        try:
            connected = socket.create_connection((self.host, self.port), CONNECT_S)
        except OSError as exc:
            raise GoneError(f"no USB/IP server at {self.host}:{self.port}") from exc
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def devices(self) -> list[wire.DeviceRecord]:
        """Return what the server lends; raises GoneError."""
        with self.connect() as connected:
            try:
                connected.sendall(wire.pack_op(wire.Op.REQ_DEVLIST))
                _exactly(connected, wire.OP_BYTES)
                count = int.from_bytes(_exactly(connected, 4), "big")
                records = []
                for _index in range(count):
                    record, interfaces = wire.unpack_device(_exactly(connected, wire.DEVICE_BYTES))
                    _exactly(connected, interfaces * wire.INTERFACE_BYTES)
                    records.append(record)
            except OSError as exc:
                raise GoneError("the USB/IP server broke off its list") from exc
        return records

    def attach(self, busid: str) -> "Attached":
        """Take a device; raises GoneError, BusyError."""
        connected = self.connect()
        try:
            connected.sendall(wire.pack_op(wire.Op.REQ_IMPORT) + wire.pack_busid(busid))
            _version, _code, status = wire.unpack_op(_exactly(connected, wire.OP_BYTES))
            if status == wire.Status.DEVICE_BUSY:
                raise BusyError(f"USB device {busid} is attached to another host")
            if status != wire.Status.OK:
                raise GoneError(f"USB device {busid} is not there")
            record, _interfaces = wire.unpack_device(_exactly(connected, wire.DEVICE_BYTES))
        except OSError as exc:
            connected.close()
            raise GoneError("the USB/IP server broke off") from exc
        except HostError:
            connected.close()
            raise
        return Attached(connected, record)


@dataclass(slots=True, eq=False)
class _Transfer:
    """One transfer under way, or an unlink of one."""

    incoming: bool
    ended: threading.Event = field(default_factory=threading.Event)
    status: int = 0
    length: int = 0
    data: bytes = b""
    taken_back: bool = False
    gone: bool = False


class Attached:
    """A device in our hands. Threads: "usb host" reads; any other may call `transfer`."""

    def __init__(self, connected: socket.socket, record: wire.DeviceRecord) -> None:
        self._socket = connected
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_LIMIT)
        self._devid = record.bus << 16 | record.address
        self._lock = threading.Lock()
        self._under_way: dict[int, _Transfer] = {}
        self._unlinks: dict[int, _Transfer] = {}
        self._seqnum = 0
        self._gone = False
        self._thread = threading.Thread(target=self._read, name="usb host", daemon=True)
        self._thread.start()

    @property
    def gone(self) -> bool:
        """Say whether the device was lost."""
        return self._gone

    def close(self) -> None:
        """Give the device back."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._gone = True  # it was lost before
        self._thread.join()
        self._socket.close()

    def transfer(
        self,
        endpoint: int,
        *,
        incoming: bool,
        length: int,
        data: bytes | memoryview = b"",
        setup: bytes = bytes(8),
        timeout_s: float | None = None,
    ) -> tuple[int, bytes]:
        """Run one transfer and return how many bytes went over and what came in.

        Raises:
            LateError: not done in time; nothing that came in is lost.
            StallError: STALL.
            GoneError: the device is lost.
        """
        wanted = _Transfer(incoming)
        seqnum = self._submit(wanted, endpoint, length, data, setup)
        if not wanted.ended.wait(timeout_s):
            self._take_back(seqnum, wanted)
        if wanted.gone:
            raise GoneError("the USB device is gone")
        if wanted.taken_back:
            raise LateError("the USB transfer was not done in time")
        if wanted.status == wire.EPIPE:
            raise StallError(f"USB endpoint {endpoint} stalled")
        if wanted.status != 0:
            raise GoneError(f"the USB transfer ended with status {wanted.status}")
        return wanted.length, wanted.data

    def _submit(
        self, wanted: _Transfer, endpoint: int, length: int, data: bytes | memoryview, setup: bytes
    ) -> int:
        direction = wire.IN if wanted.incoming else wire.OUT
        with self._lock:
            seqnum = self._next_seqnum()
            self._under_way[seqnum] = wanted
            header = wire.Submit(seqnum, self._devid, direction, endpoint, length, setup).pack()
            self._send(header)
            if data:
                self._send(data)
            return seqnum

    def _take_back(self, seqnum: int, wanted: _Transfer) -> None:
        with self._lock:
            unlink = self._next_seqnum()
            self._unlinks[unlink] = wanted
            self._send(wire.Unlink(unlink, self._devid, seqnum).pack())
        if not wanted.ended.wait(UNLINK_S):
            self._lose()

    def _next_seqnum(self) -> int:
        if self._gone:
            raise GoneError("the USB device is gone")
        self._seqnum = self._seqnum % 0x7FFFFFFF + 1
        return self._seqnum

    def _send(self, data: bytes | memoryview) -> None:
        try:
            self._socket.sendall(data)
        except OSError as exc:
            self._gone = True
            raise GoneError("the USB device is gone") from exc

    # --- the reading thread -----------------------------------------------------------------

    def _read(self) -> None:
        try:
            while True:
                returned = wire.unpack_returned(_exactly(self._socket, wire.CMD_BYTES))
                if returned.code == wire.Cmd.RET_SUBMIT:
                    self._ended(returned)
                elif returned.code == wire.Cmd.RET_UNLINK:
                    self._unlinked(returned)
                else:
                    break
        except OSError:
            pass  # the connection is over, which `_lose` tells everybody
        self._lose()

    def _ended(self, returned: wire.Returned) -> None:
        with self._lock:
            wanted = self._under_way.pop(returned.seqnum, None)
        if wanted is None:
            raise OSError("an answer to nothing")
        if wanted.incoming and returned.length > 0:
            wanted.data = _exactly(self._socket, returned.length)
        wanted.status, wanted.length = returned.status, returned.length
        wanted.ended.set()

    def _unlinked(self, returned: wire.Returned) -> None:
        with self._lock:
            wanted = self._unlinks.pop(returned.seqnum, None)
            if wanted is not None and returned.status == wire.ECONNRESET:
                self._under_way = {n: t for n, t in self._under_way.items() if t is not wanted}
        if wanted is not None and not wanted.ended.is_set():
            wanted.taken_back = True
            wanted.ended.set()

    def _lose(self) -> None:
        with self._lock:
            self._gone = True
            lost = [*self._under_way.values(), *self._unlinks.values()]
            self._under_way.clear()
            self._unlinks.clear()
        for wanted in lost:
            if not wanted.ended.is_set():
                wanted.gone = True
                wanted.ended.set()


def _exactly(connected: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = connected.recv(min(count - len(data), 1 << 18))
        if not chunk:
            raise ConnectionResetError("the USB/IP server ended the connection")
        data += chunk
    return bytes(data)
