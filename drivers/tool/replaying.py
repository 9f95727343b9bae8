"""Replays a trace against a driver: the printer's replies as recorded, the driver of today, and where the two part.

Nothing is opened and no printer is needed; time stands still and pauses take none of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from drivers.card import CardOutcome, Evidence, PrintRequest
from drivers.clock import Clocks
from drivers.errors import InputFileError, PrinterError
from drivers.link import Link
from drivers.registry import driver_for
from drivers.status import PrinterIdentity, PrinterStatus
from drivers.tool.difference import Difference
from drivers.tool.replayed import ReplayedTransport
from drivers.tool.scripts import CLEAN, LOOKS, PRINT, RELEASE, require_cleaner
from drivers.tool.session import Session
from drivers.tool.trace import Trace, inflated

STILL = Clocks(lambda: datetime.fromtimestamp(0, UTC), lambda: 0.0, lambda _duration_s: None)


@dataclass(frozen=True, slots=True)
class ReplayedScript:
    """How one script went this time.

    Attributes:
        name: the script.
        result: what it returned, in words, or the sentence it raised.
        astray: where it went another way than recorded, "" if it did not.
        differences: frames it sent otherwise.
    """

    name: str
    result: str
    astray: str
    differences: tuple[Difference, ...]


def replay(trace: Trace, driver_name: str | None = None) -> Iterator[ReplayedScript]:
    """Run each script of a trace again; ends after the first that goes another way.

    Raises:
        InputFileError: the trace names a script no driver has, or a print without its request.
        DriverNotFoundError: no such driver, or one that cannot do what was recorded.
        UriError: the trace's device is none.
    """
    name = driver_name or trace.header.driver
    driver = driver_for(trace.header.device, name)
    if CLEAN in trace.scripts:
        require_cleaner(driver, name)
    transport = ReplayedTransport(trace)
    session = Session(Link(transport, STILL.monotonic), driver, STILL, None)
    while (begun := transport.next_script()) is not None:
        known = len(transport.differences)
        try:
            result = in_words(_again(session, transport, begun.name))
        except PrinterError as error:
            if isinstance(error, InputFileError):
                raise
            result = f"{type(error).__name__}: {error}"
        astray = transport.astray or _rest(transport, begun.name)
        yield ReplayedScript(begun.name, result, astray, tuple(transport.differences[known:]))
        if astray:
            return


def in_words(result: object) -> str:
    """Say what a script returned in one line."""
    match result:
        case PrinterIdentity():
            return f"{result.make_and_model}, {result.serial}, firmware {result.firmware}"
        case PrinterStatus():
            reasons = ", ".join(sorted(map(str, result.reasons)))
            return f"{result.state.name.lower()} {reasons} {result.device_words}".replace("  ", " ")
        case Evidence():
            inside = {True: "inside", False: "none inside", None: "can't tell"}[result.card_inside]
            return f"{result.serial}, counter {result.counter}, card {inside}"
        case CardOutcome():
            return f"{result.verdict} {result.reason}".strip()
        case _:
            return "-" if result is None else str(result)


def _again(session: Session, transport: ReplayedTransport, name: str) -> Any:
    if name == PRINT:
        recorded = transport.request()
        if recorded is None:
            raise InputFileError("the trace has a print without its request")
        request = PrintRequest(inflated(recorded.data), recorded.name)
        return session.act(PRINT, request, lambda _before: transport.commit())
    if name not in (*LOOKS, CLEAN, RELEASE):
        raise InputFileError(f"the trace has a script {name!r}, which this tool does not know")
    return session.look(name)


def _rest(transport: ReplayedTransport, name: str) -> str:
    left = transport.left_over()
    return f"{name}: the driver ended {left} steps before the recording" if left else ""
