"""One printer under a technician's hands: a link, a driver, and the trace of it if one is wanted."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

from drivers.card import Evidence, PrintRequest
from drivers.clock import Clocks
from drivers.driver import Commit, Driver, Pause
from drivers.link import Finished, Link
from drivers.registry import driver_for
from drivers.tool.recorder import RecordedTransport, Recorder, recording
from drivers.tool.scripts import script_named
from drivers.tool.trace import Header, Kind, deflated
from drivers.transport import Deadline
from drivers.transports import open_transport

DISTRIBUTION = "ktp-station"


@dataclass(frozen=True, slots=True)
class Target:
    """What the command line says of the printer; `trace` is a file to be made, or memory."""

    device: str
    driver: str
    trace: Path | StringIO | None = None


class Session:
    """Runs a driver's scripts by name. Belongs to one thread."""

    def __init__(
        self, link: Link, driver: Driver, clocks: Clocks, recorder: Recorder | None
    ) -> None:
        self.link = link
        self.driver = driver
        self._clocks = clocks
        self._recorder = recorder

    def look(self, name: str, limit: Deadline | None = None) -> Any:
        """Run a script without Commit, by a deadline; returns what it returns. No blank is fed.

        Raises:
            PrinterError: what the script let through.
        """
        self._note(Kind.SCRIPT, name=name)
        script = script_named(self.driver, name)
        return self.link.complete(script, self._clocks.sleep, limit)

    def act(
        self,
        name: str,
        request: PrintRequest | None,
        on_commit: Callable[[Evidence], None],
        on_step: Callable[[], None] = lambda: None,
    ) -> Any:
        """Run a script that may move a card, after its Commit only; returns what it returns.

        `on_commit` is called at the Commit, `on_step` before each step: what either raises before the Commit closes the
        script, and nothing that can move a card was sent.

        Raises:
            PrinterError: what the script raises before its Commit.
        """
        self._note(Kind.SCRIPT, name=name)
        if request is not None:
            self._note(Kind.REQUEST, deflated(request.job_data), name=request.image_sha256)
        script = script_named(self.driver, name, request)
        run = self.link.start(script)
        try:
            while True:
                on_step()
                step = run.advance()
                if isinstance(step, Finished):
                    return step.value
                if isinstance(step, Commit):
                    self._note(Kind.COMMIT)
                    on_commit(step.before)
                elif isinstance(step, Pause):
                    self._clocks.sleep(step.duration_s)
        finally:
            script.close()

    @property
    def trace_trouble(self) -> str:
        """Return why the trace is not whole, "" where it is or none is wanted."""
        return "" if self._recorder is None else self._recorder.failed

    def _note(self, kind: Kind, data: bytes = b"", *, name: str = "") -> None:
        if self._recorder is not None:
            self._recorder.note(kind, data, name=name)


def header_of(target: Target, clocks: Clocks) -> Header:
    """Return a trace's first line for a printer, begun now."""
    at = clocks.now().isoformat(timespec="seconds")
    return Header(target.device, target.driver, at, version(DISTRIBUTION))


@contextmanager
def session(target: Target, clocks: Clocks) -> Iterator[Session]:
    """Make a link and a driver and let go of them; nothing is opened before the first script.

    Raises:
        UriError: the URI names no device.
        DriverNotFoundError: no such driver.
        OutputFileError: the trace can't be made.
    """
    driver = driver_for(target.device, target.driver)
    transport = open_transport(target.device)
    with ExitStack() as stack:
        recorder = None
        if target.trace is not None:
            header = header_of(target, clocks)
            recorder = stack.enter_context(recording(target.trace, header, clocks))
            transport = RecordedTransport(transport, recorder)
        link = Link(transport, clocks.monotonic)
        stack.callback(link.close)
        yield Session(link, driver, clocks, recorder)
