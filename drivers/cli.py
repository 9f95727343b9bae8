"""`ktp-printer`: the technician's tool. Looks at one printer; needs no station, moves no card.

Exit codes are sysexits': 64 a wrong command line or URI, 69 not reachable, 75 busy or too late (try again), 76 it
answers and what it says is no proper answer. An operating error is one sentence on stderr.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Annotated, NoReturn, cast

import typer
from rich.console import Console

from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    DriverNotFoundError,
    PrinterError,
    PrinterNotReadyError,
    SessionHeldError,
    TransportError,
    UriError,
)
from drivers.link import Link
from drivers.registry import DRIVER_DEFAULT, driver_for
from drivers.report import PrinterReport, facts_of, tables_of
from drivers.transport import Deadline
from drivers.transports import open_transport

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Looks at a card printer: who it is, what it says, what it has left. Moves no card.",
)

# click's UsageError; newer releases of typer carry a copy of click instead of using it
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])

Device = Annotated[
    str, typer.Option("--device", help="tcp://HOST[:PORT] or usb://0f49:*[?serial=TEXT]")
]
DriverName = Annotated[str, typer.Option("--driver", help="The printer family's driver.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
DeadlineS = Annotated[
    float, typer.Option("--deadline", min=0.1, max=600, help="Seconds the printer has to answer.")
]


def main() -> NoReturn:
    """Run a command; the only way out is an exit code."""
    try:
        code = app(standalone_mode=False)
    except _USAGE_ERROR as error:
        words = getattr(error, "format_message", lambda: "")() or "no command"
        _say(f"{words.rstrip('.')}: see `ktp-printer --help`")
        code = os.EX_USAGE
    except PrinterError as error:
        _say(str(error))
        code = exit_code(error)
    except (KeyboardInterrupt, BrokenPipeError, typer.Abort):
        code = 130
    raise SystemExit(code or 0)


@app.command()
def status(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    *,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Poll the printer's state; sends no command."""

    def ask(link: Link, limit: Deadline) -> PrinterReport:
        found = link.complete(driver_for(device, driver).status(), time.sleep, limit)
        return PrinterReport(link.uri, found)

    _show(device, ask, deadline_s, as_json=as_json)


@app.command()
def probe(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    *,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Ask who the printer is, what it has left and counted, and read its status words bit by bit."""

    def ask(link: Link, limit: Deadline) -> PrinterReport:
        family = driver_for(device, driver)
        identity = link.complete(family.identify(), time.sleep, limit)
        evidence = link.complete(family.evidence(), time.sleep, limit)
        supplies = link.complete(family.supplies(), time.sleep, limit)
        return PrinterReport(link.uri, supplies, identity, evidence)

    _show(device, ask, deadline_s, as_json=as_json)


def exit_code(error: PrinterError) -> int:
    """Return the sysexits code of an operating error."""
    match error:
        case UriError() | DriverNotFoundError():
            return os.EX_USAGE
        case DeviceBusyError() | DeadlineError() | SessionHeldError() | PrinterNotReadyError():
            return os.EX_TEMPFAIL
        case TransportError():
            return os.EX_UNAVAILABLE
        case _:
            return os.EX_PROTOCOL


def _show(
    device: str, ask: Callable[[Link, Deadline], PrinterReport], deadline_s: float, *, as_json: bool
) -> None:
    link = Link(open_transport(device), time.monotonic)
    try:
        report = ask(link, Deadline.after(deadline_s))
    finally:
        link.close()
    if as_json:
        print(json.dumps(facts_of(report)))
    else:
        Console().print(tables_of(report))


def _say(sentence: str) -> None:
    print(f"ktp-printer: {sentence}", file=sys.stderr)
