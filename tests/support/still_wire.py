"""A printer's wire without a socket: the driver's Transport straight onto the emulator's firmware, in still time.

Nothing moves while a test looks: time goes on only when somebody waits. Each request, each end of a request and each
answer is a frame, and whoever watches may end the process at it.
"""

from collections.abc import Callable

from drivers.errors import DeadlineError, LinkLostError
from drivers.transport import WRITE_RATE_MIN, Deadline
from emulator.evolis.dialogue import Stream
from emulator.firmware import Medium
from support.rig import Rig

STEP_S = 0.05
FEED = b"\x1bSs\r"  # the command that takes a blank out of the hopper


class StillTime:
    """One time for stations, hub and machines; everything that has a clock of its own is moved along."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.followers: list[Callable[[float], None]] = []

    def advance(self, duration_s: float) -> None:
        """Let time pass."""
        self.now_s += duration_s
        for follow in self.followers:
            follow(duration_s)


class StillWire:
    """One connection an exchange, as on TCP.

    Args:
        rig: the printer.
        time: passes while an answer is awaited.
        watch: hears of each frame before it goes out, by its bytes; what it raises ends the process there.
    """

    uri = "tcp://127.0.0.1:1"
    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, rig: Rig, time: StillTime, watch: Callable[[bytes], None]) -> None:
        self._rig = rig
        self._time = time
        self._watch = watch
        self._stream: Stream | None = None
        self._half_closed = self._answered = False

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`."""
        stream = self._connected()
        self._watch(data)
        stream.receive(data)
        while stream.waiting:
            if stream.has_room:
                stream.execute(self._rig.clock.now_s())
            else:
                self._wait(deadline)

    def finish_request(self, deadline: Deadline) -> None:
        """Half-close."""
        stream = self._connected()
        self._watch(b"")
        stream.finish()
        self._half_closed = True

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return the whole answer, then the end."""
        assert self._stream is not None
        if self._answered:
            self.close()
            return b""
        while not self._stream.readable:
            self._wait(deadline)
        self._answered = True
        return self._stream.read(self._rig.clock.now_s())

    def close(self) -> None:
        """Drop the connection."""
        self._stream = None
        self._half_closed = self._answered = False

    def _connected(self) -> Stream:
        if self._half_closed:
            self.close()
        if not self._rig.firmware.online:
            self.close()
            raise LinkLostError(f"{self.uri} is not there")
        if self._stream is None:
            self._stream = self._rig.firmware.dialogue(Medium.TCP)
        return self._stream

    def _wait(self, deadline: Deadline) -> None:
        if deadline.expired:
            self.close()
            raise DeadlineError(f"{self.uri} did not answer in time")
        if not self._rig.firmware.online:
            self.close()
            raise LinkLostError(f"{self.uri} went away")
        self._time.advance(STEP_S)
