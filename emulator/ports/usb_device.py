"""The printer as a USB device: descriptors, control requests, one bulk OUT and one bulk IN endpoint.

Printer class 7/1/2. The stream goes on over many opens: it belongs to the device, not to a connection, and a half-sent
plane still swallows what comes next until a SOFT_RESET or a power cut. What a read gives, and when the IN endpoint has
nothing to give (NAK), is the firmware's dialogue. No socket here: `usbip.py` carries it.
Callers hold the printer's lock.
"""

import struct

from emulator.firmware import Medium, UsbIdentity
from emulator.printer import Printer

RELEASE_BCD = 0x0100
PRINTER_INTERFACE = (7, 1, 2)  # printer, bidirectional
ENDPOINT_OUT = 0x01
ENDPOINT_IN = 0x82

_DESCRIPTOR_DEVICE, _DESCRIPTOR_CONFIG, _DESCRIPTOR_STRING, _DESCRIPTOR_QUALIFIER = 1, 2, 3, 6
_LANGUAGE = 0x0409

PORT_STATUS_OK = 0x18  # selected, no error
PORT_STATUS_EMPTY = 0x20


class UsbPrinter:
    """One printer's USB side."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self._configuration = 0
        self._boots = printer.firmware.boots
        self._dialogue = printer.firmware.dialogue(Medium.USB)
        self._forget()

    @property
    def identity(self) -> UsbIdentity:
        """Return how the printer shows itself."""
        return self.printer.firmware.usb_identity()

    def _forget(self) -> None:
        self._dialogue.reset()
        self._left = b""  # of an answer longer than the read that fetched it
        self._end_due = False  # an answer ended on a full packet: an empty one closes it

    def _follow_boot(self) -> None:
        """A power cut or reset empties the stream."""
        if self._boots != self.printer.firmware.boots:
            self._boots = self.printer.firmware.boots
            self._forget()

    # --- bulk -------------------------------------------------------------------------------

    @property
    def takes_data(self) -> bool:
        """Say whether the OUT endpoint takes anything now (else NAK)."""
        return not self._dialogue.waiting and self.printer.takes(self._dialogue)

    def carry_out(self) -> None:
        """Carry out what has arrived, as far as there is room."""
        if not self._dialogue.waiting:
            return
        self._left, self._end_due = b"", False
        while (
            self._dialogue.waiting
            and self.printer.firmware.online
            and self.printer.takes(self._dialogue)
        ):
            self.printer.execute(self._dialogue)
        self.printer.changed.notify_all()

    def write(self, data: bytes) -> bool:
        """Take data from the host; False if the cable was pulled in it."""
        self._follow_boot()
        self._dialogue.receive(data[: self.printer.line.arriving(len(data))])
        self.carry_out()
        return self.printer.line.plugged

    @property
    def has_data(self) -> bool:
        """Say whether the IN endpoint has anything to give now (else NAK)."""
        self._follow_boot()
        if self.printer.line.busy or self.printer.line.silent:
            return False
        return bool(self._left) or self._end_due or self.printer.readable(self._dialogue)

    def read(self, length: int) -> bytes:
        """Give the host up to `length` bytes of the answer."""
        if self._end_due:
            self._end_due = False
            return b""
        if not self._left:
            self._left = self.printer.read(self._dialogue)
        taken, self._left = self._left[:length], self._left[length:]
        full = len(taken) == length and length > 0 and length % self.identity.packet_bytes == 0
        self._end_due = not self._left and full
        return taken

    # --- control ----------------------------------------------------------------------------

    def control(self, setup: bytes) -> bytes | None:
        """Answer a request on endpoint 0: data of an IN request, b"" for done, None for STALL."""
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        match kind, request:
            case 0x80, 0x06:
                answer = self._descriptor(value >> 8, value & 0xFF)
            case 0x80, 0x08:
                answer = bytes((self._configuration,))
            case 0x00, 0x09:
                answer = self._configure(value)
            case 0x81, 0x0A:
                answer = b"\x00"
            case ((0x80 | 0x81 | 0x82), 0x00):
                answer = self._halted(index) if kind == 0x82 else b"\x01\x00"
            case 0x02, 0x01:
                answer = self._clear_halt(index)
            case (0x00, 0x05) | (0x01, 0x0B):
                answer = b""
            case ((0xA1 | 0x21 | 0x23), _):
                answer = self._class_request(request)
            case _:
                answer = None
        return None if answer is None else answer[:length]

    def _class_request(self, request: int) -> bytes | None:
        match request:
            case 0:  # GET_DEVICE_ID
                return self._device_id()
            case 1:  # GET_PORT_STATUS
                empty = self.printer.firmware.media_empty
                return bytes((PORT_STATUS_OK | (PORT_STATUS_EMPTY if empty else 0),))
            case 2:  # SOFT_RESET
                self._forget()
                return b""
        return None

    def _device_id(self) -> bytes:
        text = self.identity.device_id
        return (len(text) + 2).to_bytes(2, "big") + text.encode("ascii")

    def _configure(self, value: int) -> bytes | None:
        if value > 1:
            return None
        self._configuration = value
        return b""

    def _halted(self, endpoint: int) -> bytes:
        side = "in" if endpoint & 0x80 else "out"
        return bytes((side in self.printer.line.stalled, 0))

    def _clear_halt(self, endpoint: int) -> bytes | None:
        if endpoint not in (ENDPOINT_IN, ENDPOINT_OUT):
            return None
        self.printer.line.stalled.discard("in" if endpoint == ENDPOINT_IN else "out")
        return b""

    def _descriptor(self, kind: int, index: int) -> bytes | None:
        match kind, index:
            case 1, 0:
                return struct.pack(
                    "<BBHBBBBHHHBBBB", 18, _DESCRIPTOR_DEVICE, 0x0200, 0, 0, 0, 64,
                    self.identity.vendor, self.identity.product, RELEASE_BCD, 1, 2, 3, 1,
                )  # fmt: skip
            case 2, 0:
                return _configuration_descriptor(self.identity.packet_bytes)
            case 3, 0:
                return struct.pack("<BBH", 4, _DESCRIPTOR_STRING, _LANGUAGE)
            case 3, _ if index <= 3:
                found = self.identity
                text = (found.manufacturer, found.name, found.serial)[index - 1].encode("utf-16-le")
                return bytes((len(text) + 2, _DESCRIPTOR_STRING)) + text
            case 6, 0:  # at full speed it would look the same
                return struct.pack(
                    "<BBHBBBBBB", 10, _DESCRIPTOR_QUALIFIER, 0x0200, 0, 0, 0, 64, 1, 0
                )
        return None


def _configuration_descriptor(packet_bytes: int) -> bytes:
    interface = struct.pack("<BBBBBBBBB", 9, 4, 0, 0, 2, *PRINTER_INTERFACE, 0)
    endpoints = b"".join(
        struct.pack("<BBBBHB", 7, 5, address, 2, packet_bytes, 0)
        for address in (ENDPOINT_OUT, ENDPOINT_IN)
    )
    total = 9 + len(interface) + len(endpoints)
    # self-powered, 2 mA from the bus
    head = struct.pack("<BBHBBBBB", 9, _DESCRIPTOR_CONFIG, total, 1, 1, 0, 0xC0, 1)
    return head + interface + endpoints
