"""Records what goes over a transport, byte for byte, without changing it: a transport around a transport."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from drivers.clock import Clocks
from drivers.errors import OutputFileError, TransportError
from drivers.tool.trace import Event, Header, Kind, event_line, head_line
from drivers.transport import Deadline, Monotonic, Transport


class Recorder:
    """Writes events to a file as they happen, so that a trace is whole up to the moment a host died.

    Attributes:
        failed: why it stopped recording, "" while it goes on. A full disk ends the trace, never the card.
    """

    def __init__(self, file: TextIO, header: Header, monotonic: Monotonic) -> None:
        self.failed = ""
        self._file = file
        self._monotonic = monotonic
        self._began_s = monotonic()
        self._write(head_line(header))

    def note(self, kind: Kind, data: bytes = b"", *, name: str = "", text: str = "") -> None:
        """Write one event, stamped with the time of now."""
        self._write(event_line(Event(self._monotonic() - self._began_s, kind, data, name, text)))

    def _write(self, line: str) -> None:
        if self.failed:
            return
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            self.failed = f"the trace ends early: it could not be written ({error.strerror})"


@contextmanager
def recording(sink: Path | io.StringIO, header: Header, clocks: Clocks) -> Iterator[Recorder]:
    """Record into a new file for its owner's eyes alone, or into memory.

    Raises:
        OutputFileError: the file is there already, or can't be made.
    """
    if isinstance(sink, io.StringIO):
        yield Recorder(sink, header, clocks.monotonic)
        return
    try:
        number = os.open(sink, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise OutputFileError(f"{sink} is there already: name another file") from error
    except OSError as error:
        raise OutputFileError(f"{sink} cannot be made ({error.strerror})") from error
    with straight_through(number) as file:
        yield Recorder(file, header, clocks.monotonic)


def straight_through(number: int) -> TextIO:
    """Return a text file that keeps nothing back: what could not be written is not tried again at its end."""
    raw = cast("BinaryIO", os.fdopen(number, "wb", buffering=0))
    return io.TextIOWrapper(raw, "ascii", write_through=True)


class RecordedTransport:
    """A transport whose every call is noted; adds nothing, hides nothing."""

    def __init__(self, inner: Transport, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    @property
    def uri(self) -> str:
        """The inner one's."""
        return self._inner.uri

    @property
    def write_rate_min(self) -> float:
        """The inner one's."""
        return self._inner.write_rate_min

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Note and send; noted first, because a write that fails may have sent. A card may move if the bytes say so."""
        self._recorder.note(Kind.SENT, data)
        with self._failures():
            self._inner.write(data, deadline)

    def finish_request(self, deadline: Deadline) -> None:
        """Note and finish."""
        self._recorder.note(Kind.FINISHED)
        with self._failures():
            self._inner.finish_request(deadline)

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Read and note what came."""
        with self._failures():
            data = self._inner.read(size_max, deadline)
        self._recorder.note(Kind.RECEIVED, data)
        return data

    def close(self) -> None:
        """Close and note."""
        self._inner.close()
        self._recorder.note(Kind.CLOSED)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except TransportError as error:
            self._recorder.note(Kind.FAILED, name=type(error).__name__, text=str(error))
            raise
