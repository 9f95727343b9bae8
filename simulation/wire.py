"""The wire between a simulated process and its printer: the Transport of drivers, without a socket.

As the real ones (drivers/tcp_socket.py, drivers/usb_bulk.py) do: TCP is one connection an exchange, USB one stream that
outlives whoever opened it. A large write goes in pieces with time between them, so that anything can happen inside a
plane. Each piece, each end of a request and each read is a frame, and a process may die at it.
"""

from typing import Protocol

from drivers.errors import DeadlineError, LinkLostError, NotReachableError
from drivers.transport import WRITE_RATE_MIN, Deadline
from emulator.evolis.dialogue import Stream
from emulator.firmware import Medium
from simulation.errors import ProcessKilledError
from simulation.printer import VirtualPrinter
from simulation.scheduler import Scheduler

PIECE_BYTES = 256 * 1024
BYTES_A_SECOND = 4_000_000.0
FRAME_S = 0.001
LOOK_S = 0.5
FEED = b"\x1bSs\r"


class Guard(Protocol):
    """Who watches a process on the wire."""

    def frame(self, what: str, size: int) -> int | None:
        """Count a frame; return how many of its bytes get out before the process dies, None if it lives."""

    def before_feed(self) -> None:
        """Hear that bytes which feed a card go out now."""

    def check_alive(self) -> None:
        """Raise ProcessKilledError if the process died while it waited."""


class _Wire:
    """What both media have in common."""

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(
        self, uri: str, printer: VirtualPrinter, scheduler: Scheduler, guard: Guard
    ) -> None:
        self.uri = uri
        self._printer = printer
        self._scheduler = scheduler
        self._guard = guard
        self._stream: Stream | None = None
        self._boots = 0
        self._ended = False

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`. A card may move if the bytes say so."""
        self._begin_request(deadline)
        if FEED in data[:4096]:
            self._guard.before_feed()
        for start in range(0, len(data), PIECE_BYTES):
            self._send(data[start : start + PIECE_BYTES], deadline)

    def _send(self, piece: bytes, deadline: Deadline) -> None:
        gets_out = self._guard.frame("write", len(piece))
        self._take(piece if gets_out is None else piece[:gets_out], deadline)
        if gets_out is not None:
            raise ProcessKilledError
        self._pass(FRAME_S + len(piece) / BYTES_A_SECOND)

    def _take(self, piece: bytes, deadline: Deadline) -> None:
        stream = self._living()
        stream.receive(piece)
        while stream.waiting:
            if stream.has_room:
                stream.execute(self._scheduler.now_s)
            else:
                self._wait(deadline, "take")
                stream = self._living()

    def _read_answer(self, deadline: Deadline) -> bytes:
        if self._guard.frame("read", 0) is not None:
            raise ProcessKilledError
        self._pass(FRAME_S)
        while True:
            self._printer.advance()
            stream = self._living()
            if stream.readable and not self._printer.silent:
                return stream.read(self._scheduler.now_s)
            self._wait(deadline, "answer")

    def _wait(self, deadline: Deadline, doing: str) -> None:
        if deadline.expired:
            self.close()
            raise DeadlineError(f"{self.uri} did not {doing} in time")
        next_s = self._printer.advance()
        until_next_s = LOOK_S if next_s is None else next_s - self._scheduler.now_s
        self._pass(max(FRAME_S, min(LOOK_S, until_next_s, deadline.remaining_s)))

    def _living(self) -> Stream:
        """Return the stream while it is that of a printer that can be reached and has not been off meanwhile."""
        printer = self._printer
        printer.advance()
        if self._stream is None or not printer.reachable or printer.firmware.boots != self._boots:
            self.close()
            raise LinkLostError(f"{self.uri} went away")
        return self._stream

    def _open(self, stream: Stream) -> None:
        self._stream = stream
        self._boots = self._printer.firmware.boots

    def _reach(self) -> None:
        self._printer.advance()
        if not self._printer.reachable:
            self._pass(FRAME_S)
            raise NotReachableError(f"{self.uri} is not there; see that the printer is on")

    def _pass(self, duration_s: float) -> None:
        self._scheduler.sleep(duration_s)
        self._guard.check_alive()

    def finish_request(self, deadline: Deadline) -> None:
        """Say that the request is complete."""
        raise NotImplementedError

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return the answer, then b""."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the device."""
        raise NotImplementedError

    def _begin_request(self, deadline: Deadline) -> None:
        raise NotImplementedError


class TcpWire(_Wire):
    """One connection an exchange."""

    def __init__(
        self, uri: str, printer: VirtualPrinter, scheduler: Scheduler, guard: Guard
    ) -> None:
        super().__init__(uri, printer, scheduler, guard)
        self._half_closed = False

    def finish_request(self, deadline: Deadline) -> None:
        """Half-close: the printer sees the end of the request."""
        self._begin_request(deadline)
        if self._guard.frame("finish", 0) is not None:
            raise ProcessKilledError
        self._living().finish()
        self._half_closed = True

    def read(self, size_max: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - answers are short
        """Return the answer, then b""."""
        if self._ended:
            self.close()
            return b""
        data = self._read_answer(deadline)
        self._ended = True
        return data

    def close(self) -> None:
        """Drop the connection; half a plane is forgotten with it."""
        if self._stream is not None:
            self._stream.finish()
        self._stream = None
        self._half_closed = self._ended = False

    def _begin_request(self, deadline: Deadline) -> None:  # noqa: ARG002 - an interface
        if self._half_closed:
            self.close()
        if self._stream is None:
            self._reach()
            self._open(self._printer.firmware.dialogue(Medium.TCP))


class UsbWire(_Wire):
    """One stream for all who ever open the device."""

    def finish_request(self, deadline: Deadline) -> None:
        """Open the device."""
        self._begin_request(deadline)

    def read(self, size_max: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - answers are short
        """Return the standing answer, then b"" once."""
        if self._ended:
            self._ended = False
            return b""
        data = self._read_answer(deadline)
        self._ended = True
        return data

    def close(self) -> None:
        """Let go of the device; the stream stays as it is."""
        self._stream = None
        self._ended = False

    def _begin_request(self, deadline: Deadline) -> None:  # noqa: ARG002 - an interface
        self._ended = False
        if self._stream is None:
            self._reach()
            self._open(self._printer.usb_stream())


WIRES = {Medium.TCP: TcpWire, Medium.USB: UsbWire}
