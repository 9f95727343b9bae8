"""Gathers a support bundle: looks at what may be looked at, and says why where it may not."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from drivers.clock import Clocks
from drivers.errors import DeviceBusyError, PrinterError
from drivers.report import facts_of
from drivers.tool import looking
from drivers.tool.bundle import Findings, about_here, write_bundle
from drivers.tool.listing import listed, listed_facts
from drivers.tool.ownership import has_station, require_free
from drivers.tool.session import Target, session
from drivers.tool.trace import Trace, read_trace, trace_of
from drivers.transport import Deadline


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says."""

    out: Path
    device: str | None
    driver: str
    state_dir: Path
    trace: Path | None
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is in the bundle, and why the printer's own words are not, "" where they are or were not wanted."""

    files: list[str]
    why: str


def gather(wanted: Wanted, clocks: Clocks) -> Gathered:
    """Write the bundle. No card moves; a printer that does not answer is part of the picture, not an error.

    Raises:
        InputFileError: the given trace is none.
        OutputFileError: the bundle can't be written.
        UriError: the URI names no device.
        DriverNotFoundError: no such driver.
    """
    given = None if wanted.trace is None else read_trace(wanted.trace)
    press = _press(wanted.state_dir)
    printer, asked, why = _ask(wanted, clocks, press)
    about = about_here(
        wanted.device, clocks, station_here=_station_here(wanted.state_dir), press=press or "none"
    )
    findings = Findings(listed_facts(listed()), printer, asked, given)
    return Gathered(write_bundle(wanted.out, findings, about), why)


def _press(state_dir: Path) -> str:
    """Return the sentence of why the printer may not be opened, "" where it may."""
    try:
        require_free(state_dir)
    except DeviceBusyError as error:
        return str(error)
    return ""


def _station_here(state_dir: Path) -> bool | None:
    try:
        return has_station(state_dir)
    except PermissionError:
        return None  # this user can't see it; `press` says so


def _ask(wanted: Wanted, clocks: Clocks, press: str) -> tuple[object, Trace | None, str]:
    """Return what the printer says, the trace of asking it, and why it says nothing."""
    if wanted.device is None:
        return {"asked": False}, None, ""
    if press:
        return {"asked": False, "why": press}, None, press
    memory = StringIO()
    why = ""
    with session(Target(wanted.device, wanted.driver, memory), clocks) as opened:
        try:
            report = looking.probe(opened, Deadline.after(wanted.deadline_s, clocks.monotonic))
            printer: object = facts_of(report)
        except PrinterError as error:
            why = str(error)
            printer = {"error": type(error).__name__, "sentence": why}
    return printer, trace_of(memory.getvalue().splitlines(), "this trace"), why
