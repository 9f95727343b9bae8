"""`ktp-printer`: the technician's tool. Looks at one printer and needs no station; only `certify` moves cards.

Exit codes are sysexits': 64 a wrong command line or URI, 65 a certification without a profile, 69 not reachable, 75
busy or too late (try again), 76 it answers and what it says is no proper answer. An operating error is one sentence on
stderr.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, cast

import typer
from rich.console import Console

from drivers.certify.press_lock import STATE_DIR
from drivers.errors import (
    CertificationError,
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
    help="Looks at a card printer: who it is, what it says, what it has left. Only certify moves cards.",
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


@app.command()
def certify(
    device: Device,
    by: Annotated[str, typer.Option(help="The technician's short sign.")],
    out: Annotated[Path, typer.Option(help="The profile's file, new.")],
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: Annotated[
        Path, typer.Option(help="The station's state directory, whose press must not run.")
    ] = STATE_DIR,
    watch_s: Annotated[
        int, typer.Option("--watch", min=1, max=3600, help="Seconds a lost job is watched.")
    ] = 60,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
) -> None:
    """Measure with five blanks what a model's counter, sensors and memory do; a person follows the screen."""
    from drivers.certify.command import Clocks, Wanted
    from drivers.certify.command import certify as measure
    from drivers.certify.conversation import Patience

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", by):
        raise typer.BadParameter("a name is letters, digits, dot, dash: the person's short sign")
    wanted = Wanted(device, driver, by, out, state_dir, as_json, Patience(watch_s=watch_s))
    measure(wanted, Clocks(lambda: datetime.now(UTC), time.monotonic, time.sleep))


def exit_code(error: PrinterError) -> int:
    """Return the sysexits code of an operating error."""
    match error:
        case UriError() | DriverNotFoundError():
            return os.EX_USAGE
        case CertificationError():
            return os.EX_DATAERR
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
