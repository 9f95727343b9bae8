"""USB/IP server: lends the emulated printer to a host, be it the kernel's vhci_hcd or `pyusb_backend.py`.

The listener stays up while the printer is away, as a host controller does: an unplugged or switched-off printer is not
listed, can't be imported, and its attached connection is dead. One host at a time has the device.

Threads of one attached connection: the listener's thread reads requests and queues them; "usb" completes them in order
of the endpoints and sends everything, so two answers never mix.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable

from emulator.ports import usbip_wire as wire
from emulator.ports.address import Address
from emulator.ports.listener import Connection, Listener
from emulator.ports.usb_device import PRINTER_INTERFACE, RELEASE_BCD, UsbPrinter
from emulator.printer import Printer

BUSID = "1-1"
BUS = 1
FULL_SPEED_BYTES = 64  # the largest bulk packet at full speed
IMPORT_WAIT_S = 1.0  # a host that just closed may not yet be seen as gone
TRANSFER_BYTES_MAX = 4 * 1024 * 1024
PENDING_BYTES_MAX = 8 * 1024 * 1024
PENDING_MAX = 512


class UsbIpServer:
    """The USB bus of one printer."""

    def __init__(self, printer: Printer, address: Address) -> None:
        self._printer = printer
        self._device = UsbPrinter(printer)
        self._attached: Connection | None = None
        self._plugged_count = (
            1  # the device's address on the bus, new at each return as on a real one
        )
        self._listener = Listener(address, self._serve)
        self.address = self._listener.address
        printer.on_reach(self._reach)

    def start(self) -> None:
        """Listen."""
        self._listener.start()

    def stop(self) -> None:
        """End every connection and listen no more."""
        self._listener.stop()

    def _reach(self, up: bool) -> None:
        if up:
            self._plugged_count = self._plugged_count % 126 + 1
            return
        with self._printer.changed:
            attached = self._attached
        if attached is not None:
            attached.abort()

    def _record(self) -> wire.DeviceRecord:
        identity = self._device.identity
        speed = wire.SPEED_HIGH if identity.packet_bytes > FULL_SPEED_BYTES else wire.SPEED_FULL
        return wire.DeviceRecord(
            BUSID, BUS, self._plugged_count, speed, identity.vendor, identity.product,
            RELEASE_BCD, (0, 0, 0), 1, 1, (PRINTER_INTERFACE,),
        )  # fmt: skip

    def _serve(self, connection: Connection) -> None:
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = _exactly(connection, wire.OP_BYTES)
        if head is None:
            return
        _version, code, _status = wire.unpack_op(head)
        if code == wire.Op.REQ_DEVLIST:
            self._list(connection)
        elif code == wire.Op.REQ_IMPORT:
            self._import(connection)

    def _list(self, connection: Connection) -> None:
        with self._printer.changed:
            records = [self._record()] if self._printer.reachable else []
        body = b"".join(record.pack() + record.pack_interfaces() for record in records)
        count = len(records).to_bytes(4, "big")
        connection.socket.sendall(wire.pack_op(wire.Op.REP_DEVLIST) + count + body)

    def _import(self, connection: Connection) -> None:
        busid = _exactly(connection, wire.BUSID_BYTES)
        if busid is None:
            return
        status = self._attach(connection, busid.rstrip(b"\x00").decode("ascii", "replace"))
        answer = wire.pack_op(wire.Op.REP_IMPORT, status)
        if status != wire.Status.OK:
            connection.socket.sendall(answer)
            return
        try:
            connection.socket.sendall(answer + self._record().pack())
            _Attachment(self._printer, self._device, connection).run()
        finally:
            with self._printer.changed:
                self._attached = None
                self._printer.changed.notify_all()

    def _attach(self, connection: Connection, busid: str) -> wire.Status:
        printer = self._printer
        with printer.changed:
            printer.wait(lambda: self._attached is None, IMPORT_WAIT_S)
            if busid != BUSID or not printer.reachable:
                return wire.Status.NOT_AVAILABLE
            if self._attached is not None:
                return wire.Status.DEVICE_BUSY
            self._attached = connection
            return wire.Status.OK


class _Attachment:
    """The device in a host's hands: requests pending on the bulk endpoints, and answers to send."""

    def __init__(self, printer: Printer, device: UsbPrinter, connection: Connection) -> None:
        self._printer = printer
        self._device = device
        self._connection = connection
        self._reads: deque[wire.Submit] = deque()
        self._writes: deque[tuple[wire.Submit, bytes]] = deque()
        self._answers: deque[bytes] = deque()
        self._ended = False

    def run(self) -> None:
        """Serve until the host goes away or the printer does."""
        sender = threading.Thread(target=self._send_answers, name="usb")
        sender.start()
        try:
            while self._receive():
                pass
        finally:
            with self._printer.changed:
                self._ended = True
                self._printer.changed.notify_all()
            sender.join()

    # --- host to device ---------------------------------------------------------------------

    def _receive(self) -> bool:
        header = _exactly(self._connection, wire.CMD_BYTES)
        command = None if header is None else wire.unpack_command(header)
        if isinstance(command, wire.Unlink):
            self._locked(lambda: self._unlink(command))
            return True
        if command is None or command.length > TRANSFER_BYTES_MAX:
            return False
        data: bytes | None = b""
        if command.direction == wire.OUT and command.length:
            data = _exactly(self._connection, command.length)
        if data is None:
            return False
        with self._printer.changed:
            self._printer.wait(lambda: self._dead or self._has_room, None)
            if self._dead:
                return False
            self._submit(command, data)
            self._printer.changed.notify_all()
        return True

    def _locked(self, act: Callable[[], None]) -> None:
        with self._printer.changed:
            act()
            self._printer.changed.notify_all()

    @property
    def _has_room(self) -> bool:
        pending_bytes = sum(len(data) for _command, data in self._writes)
        pending = len(self._reads) + len(self._writes) + len(self._answers)
        return pending < PENDING_MAX and pending_bytes < PENDING_BYTES_MAX

    @property
    def _dead(self) -> bool:
        connection, printer = self._connection, self._printer
        return self._ended or connection.cut or printer.stopping or not printer.reachable

    def _submit(self, command: wire.Submit, data: bytes) -> None:
        if command.endpoint == 0:
            self._control(command)
        elif command.direction == wire.IN and command.endpoint == 2:
            self._reads.append(command)
        elif command.direction == wire.OUT and command.endpoint == 1:
            self._writes.append((command, data))
        else:
            self._answers.append(wire.pack_ret_submit(command.seqnum, wire.EPIPE, 0))

    def _control(self, command: wire.Submit) -> None:
        answer = self._device.control(command.setup)
        if answer is None:
            self._answers.append(wire.pack_ret_submit(command.seqnum, wire.EPIPE, 0))
        elif command.direction == wire.IN:
            answer = answer[: command.length]
            self._answers.append(wire.pack_ret_submit(command.seqnum, 0, len(answer), answer))
        else:
            self._answers.append(wire.pack_ret_submit(command.seqnum, 0, command.length))

    def _unlink(self, command: wire.Unlink) -> None:
        """Take a transfer back if it has not ended; it is then never answered itself."""
        status = 0
        for read in self._reads:
            if read.seqnum == command.victim:
                self._reads.remove(read)
                if self._printer.line.silent:
                    self._printer.line.swallow()  # the host gave up on this answer
                status = wire.ECONNRESET
                break
        for write in self._writes:
            if write[0].seqnum == command.victim:
                self._writes.remove(write)
                status = wire.ECONNRESET
                break
        self._answers.append(wire.pack_ret_unlink(command.seqnum, status))

    # --- device to host ---------------------------------------------------------------------

    def _send_answers(self) -> None:
        try:
            while True:
                with self._printer.changed:
                    self._printer.wait(lambda: self._dead or self._complete(), None)
                    if self._dead:
                        break
                    data = b"".join(self._answers)
                    self._answers.clear()
                    self._printer.changed.notify_all()
                self._connection.socket.sendall(data)
        except OSError:
            pass  # the host is gone; the reading side sees it too
        finally:
            self._connection.abort()

    def _complete(self) -> bool:
        """End the transfers that can end now; say whether there is anything to send."""
        line = self._printer.line
        self._device.carry_out()
        while self._writes and ("out" in line.stalled or self._device.takes_data):
            command, data = self._writes.popleft()
            if "out" in line.stalled:
                self._answers.append(wire.pack_ret_submit(command.seqnum, wire.EPIPE, 0))
            elif self._device.write(data):
                self._answers.append(wire.pack_ret_submit(command.seqnum, 0, len(data)))
            else:
                self._printer.changed.notify_all()  # pulled in the middle: no answer, ever
                return False
        while self._reads and ("in" in line.stalled or self._device.has_data):
            command = self._reads.popleft()
            if "in" in line.stalled:
                self._answers.append(wire.pack_ret_submit(command.seqnum, wire.EPIPE, 0))
            else:
                data = self._device.read(command.length)
                self._answers.append(wire.pack_ret_submit(command.seqnum, 0, len(data), data))
        return bool(self._answers)


def _exactly(connection: Connection, count: int) -> bytes | None:
    """Read so many bytes; None if the connection ended or was cut before."""
    data = bytearray()
    while len(data) < count:
        chunk = connection.socket.recv(min(count - len(data), 1 << 18))
        if not chunk or connection.cut:
            return None
        data += chunk
    return bytes(data)
