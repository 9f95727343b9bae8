"""A printer on USB: bulk OUT and bulk IN of a printer-class interface, held open between exchanges.

A reply ends with a short packet; then `read` returns b"" once. Reading waits in slices, so that a deadline is kept
whatever a backend makes of long time-outs. There is no request to finish: `finish_request` only opens the device. How
long to wait between a command and its answer is the driver's matter, see `drivers.evolis.exchange`.
"""

import time
from collections.abc import Callable

from drivers.errors import DeadlineError, DeviceBusyError, EndpointStalledError
from drivers.transport import WRITE_RATE_MIN, Deadline
from drivers.uri import UsbUri
from drivers.usb_device import UsbDevice, usb_failures

READ_SLICE_S = 0.3
BUSY_PAUSE_S = 0.1
WRITE_CHUNK_BYTES = 262_144  # what the vendor's host writes at a time


class UsbBulk:
    """Transport over a USB printer interface."""

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, uri: UsbUri, sleep: Callable[[float], None] = time.sleep) -> None:
        self._uri = uri
        self._sleep = sleep
        self._device: UsbDevice | None = None
        self._ended = False
        self._left_over = b""

    @property
    def uri(self) -> str:
        """The device URI."""
        return str(self._uri)

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`. A card may move if the bytes say so."""
        device = self._open(deadline)
        self._left_over, self._ended = b"", False
        sent = 0
        while sent < len(data):
            chunk = data[sent : sent + WRITE_CHUNK_BYTES]
            sent += self._write_chunk(device, chunk, deadline)

    def finish_request(self, deadline: Deadline) -> None:
        """Open the device if it is not; nothing goes over the wire."""
        self._refuse_late(deadline)
        self._open(deadline)

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return some bytes of the reply, or b"" after its short packet."""
        if not self._left_over:
            if self._ended:
                self._ended = False
                return b""
            self._read_packets(size_max, deadline)
        data, self._left_over = self._left_over[:size_max], self._left_over[size_max:]
        if not data:
            self._ended = False
        return data

    def close(self) -> None:
        """Release the interface, if it is held."""
        if self._device is not None:
            self._device.close()
            self._device = None
        self._left_over, self._ended = b"", False

    def _open(self, deadline: Deadline) -> UsbDevice:
        """Take the device; one in other hands is waited for as long as there is time.

        A person's `lp`, a backend of CUPS or a tool's look hold it for a moment, and nothing has been sent yet.
        """
        while self._device is None:
            try:
                self._device = UsbDevice.open(self._uri)
            except DeviceBusyError:
                if deadline.remaining_s <= BUSY_PAUSE_S:
                    raise
                self._sleep(BUSY_PAUSE_S)
        return self._device

    def _write_chunk(self, device: UsbDevice, chunk: bytes, deadline: Deadline) -> int:
        self._refuse_late(deadline)
        try:
            with usb_failures(self.uri):
                return device.write(chunk, _milliseconds(deadline.remaining_s))
        except EndpointStalledError:
            self._clear_halts(device)
            raise

    def _read_packets(self, size_max: int, deadline: Deadline) -> None:
        """Fill `_left_over` with one transfer and note whether it ended the reply."""
        device = self._open(deadline)
        packet = device.endpoints.in_packet_bytes
        size = max(packet, size_max - size_max % packet)  # a broken packet would be lost
        while True:
            self._refuse_late(deadline)
            try:
                with usb_failures(self.uri):
                    data = device.read(size, _milliseconds(min(READ_SLICE_S, deadline.remaining_s)))
                break
            except DeadlineError:
                continue
            except EndpointStalledError:
                self._clear_halts(device)
                raise
        self._left_over = data
        self._ended = len(data) < size

    def _clear_halts(self, device: UsbDevice) -> None:
        with usb_failures(self.uri):
            device.clear_halts()

    def _refuse_late(self, deadline: Deadline) -> None:
        if deadline.expired:
            raise DeadlineError(f"{self.uri} did not answer in time")


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))  # zero would mean for ever
