"""A printer behind the kernel's usblp driver, `/dev/usb/lp0`: a second way to USB where libusb can't be had.

usblp reads ahead: it fetches a reply when the file is opened and after each read, and hands out what it fetched then.
So the file is open for one exchange only: a status poll, which opens it, is of that moment. A reply ends with a short
read; then `read` returns b"" once, as on `usb_bulk`. Nothing waits inside the kernel, where it could not be given up.
None of these calls can tell whether a card moved.
"""

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EBUSY, EPERM

from drivers.errors import DeadlineError, DeviceBusyError, LinkLostError, NotReachableError
from drivers.transport import WRITE_RATE_MIN, Deadline
from drivers.uri import UsbLpUri

WRITE_CHUNK_BYTES = 8192  # usblp's own buffer: it takes no more at a time
POLL_SLICE_S = 0.3
# Not to become the controlling terminal of a daemon if somebody named a terminal by mistake.
OPEN_HOW = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


class UsbLp:
    """Transport over one usblp device file."""

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, uri: UsbLpUri) -> None:
        self._uri = uri
        self._number: int | None = None
        self._ended = False

    @property
    def uri(self) -> str:
        """The device URI."""
        return str(self._uri)

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`. A card may move if the bytes say so."""
        number = self._open()
        self._ended = False
        left = memoryview(data)
        while left:
            self._wait(number, select.POLLOUT, deadline, "did not take the data")
            with self._failures("writing to"):
                left = left[_written(number, left[:WRITE_CHUNK_BYTES]) :]

    def finish_request(self, deadline: Deadline) -> None:
        """Open the device if it is not; nothing goes over the wire."""
        if deadline.expired:
            raise DeadlineError(f"{self.uri} did not answer in time")
        self._open()

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return some bytes of the reply, or b"" after its short packet."""
        if self._ended:
            self.close()
            return b""
        number = self._open()
        self._wait(number, select.POLLIN, deadline, "did not answer")
        with self._failures("reading from"):
            data = os.read(number, size_max)
            self._ended = len(data) < size_max
            return data

    def close(self) -> None:
        """Let go of the device file, if it is held."""
        number, self._number = self._number, None
        self._ended = False
        if number is not None:
            os.close(number)

    def _open(self) -> int:
        if self._number is None:
            try:
                self._number = os.open(self._uri.path, OPEN_HOW)
            except OSError as exc:
                if exc.errno == EBUSY:
                    raise DeviceBusyError(
                        f"{self.uri} is in use by another program; end it and try again"
                    ) from exc
                if exc.errno in (EACCES, EPERM):
                    raise NotReachableError(
                        f"{self.uri} may not be opened; install the udev rule or join the group lp"
                    ) from exc
                raise NotReachableError(
                    f"{self.uri} can't be opened ({exc.strerror}); see that the printer is on and the cable in"
                ) from exc
        return self._number

    def _wait(self, number: int, events: int, deadline: Deadline, complaint: str) -> None:
        poll = select.poll()
        poll.register(number, events)
        while True:
            if deadline.expired:
                raise DeadlineError(f"{self.uri} {complaint} in time")
            found = poll.poll(max(1, int(min(POLL_SLICE_S, deadline.remaining_s) * 1000)))
            if not found:
                continue
            if found[0][1] & events:
                return
            self.close()
            raise LinkLostError(f"{self.uri} is gone; see that the printer is on and the cable in")

    @contextmanager
    def _failures(self, doing: str) -> Iterator[None]:
        """Turn what the kernel says into the errors of a transport, and let go of the file."""
        try:
            yield
        except OSError as exc:
            self.close()
            raise LinkLostError(f"{doing} {self.uri} failed: {exc.strerror or exc}") from exc


def _written(number: int, data: memoryview) -> int:
    """Write what is taken now; 0 if the device was ready a moment ago and is no more."""
    try:
        return os.write(number, data)
    except BlockingIOError:
        return 0
