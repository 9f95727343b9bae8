"""A printer on a serial line, held open between exchanges, for this process alone.

A line marks neither the end of a request nor of a reply: the script says what a whole reply is. What still comes of an
older reply is thrown away when the next request begins. Parity and byte size are set once, at open: some devices refuse
a change later. None of these calls can tell whether a card moved.
"""

import termios
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EBUSY, EWOULDBLOCK

import serial

from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    LinkLostError,
    NotReachableError,
    TransportError,
)
from drivers.transport import Deadline
from drivers.uri import SerialUri

READ_SLICE_S = 0.3
TIMEOUT_S_MIN = 0.001  # zero would make the port non-blocking
PARITIES = {
    "none": serial.PARITY_NONE,
    "even": serial.PARITY_EVEN,
    "odd": serial.PARITY_ODD,
}
WRITE_CHUNK_BYTES = 4096  # a third of a second at 115200 baud
BITS_PER_BYTE = 10  # start, eight data, stop
RATE_SHARE = 0.8  # of the line's rate: a printer may hold the flow for a moment


class SerialPort:
    """Transport over one serial port."""

    def __init__(self, uri: SerialUri) -> None:
        self._uri = uri
        self._port: serial.Serial | None = None
        self._answered = True

    @property
    def uri(self) -> str:
        """The device URI."""
        return str(self._uri)

    @property
    def write_rate_min(self) -> float:
        """The line's own rate, less a share for flow control."""
        bits_per_byte = BITS_PER_BYTE + (self._uri.parity != "none")
        return self._uri.baud / bits_per_byte * RATE_SHARE

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`. A card may move if the bytes say so."""
        port = self._open()
        with self._failures("writing to"):
            if self._answered:
                port.reset_input_buffer()
                self._answered = False
            for start in range(0, len(data), WRITE_CHUNK_BYTES):
                self._refuse_late(deadline)
                port.write_timeout = max(deadline.remaining_s, TIMEOUT_S_MIN)
                port.write(data[start : start + WRITE_CHUNK_BYTES])

    def finish_request(self, deadline: Deadline) -> None:
        """Open the port if it is not; nothing goes over the wire."""
        self._refuse_late(deadline)
        self._open()

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return what has come, at least one byte."""
        port = self._open()
        self._answered = True
        while True:
            self._refuse_late(deadline)
            with self._failures("reading from"):
                port.timeout = min(READ_SLICE_S, deadline.remaining_s)
                first = port.read(1)
                if first:
                    return first + port.read(min(port.in_waiting, size_max - 1))

    def close(self) -> None:
        """Give the port back, if it is held."""
        port, self._port = self._port, None
        self._answered = True
        if port is not None:
            try:
                port.close()
            except (OSError, termios.error):
                return  # it was pulled while open; there is nothing left to give back

    def _open(self) -> serial.Serial:
        if self._port is None:
            try:
                self._port = serial.Serial(
                    self._uri.path,
                    self._uri.baud,
                    parity=PARITIES[self._uri.parity],
                    rtscts=self._uri.flow == "rtscts",
                    exclusive=True,
                )
            except (serial.SerialException, termios.error, OSError, ValueError) as exc:
                raise self._unopened(exc) from exc
        return self._port

    def _unopened(self, exc: Exception) -> TransportError:
        number = getattr(exc, "errno", None)
        if number in (EBUSY, EAGAIN, EWOULDBLOCK):
            return DeviceBusyError(f"{self.uri} is in use by another program; end it and try again")
        if number == EACCES:
            return NotReachableError(
                f"{self.uri} may not be opened; add this user to the group of the device"
            )
        return NotReachableError(
            f"{self.uri} can't be opened ({exc}); see that the printer is on and the cable in"
        )

    @contextmanager
    def _failures(self, doing: str) -> Iterator[None]:
        """Turn what the port raises into the errors of a transport, and let go of it."""
        try:
            yield
        except DeadlineError:
            raise
        except serial.SerialTimeoutException as exc:
            self.close()
            raise DeadlineError(f"{doing} {self.uri} took too long") from exc
        except (serial.SerialException, termios.error, OSError, TypeError) as exc:
            # pyserial raises TypeError when the port was closed under a blocked read.
            self.close()
            raise LinkLostError(f"{doing} {self.uri} failed: {exc}") from exc

    def _refuse_late(self, deadline: Deadline) -> None:
        if deadline.expired:
            raise DeadlineError(f"{self.uri} did not answer in time")
