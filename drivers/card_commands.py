"""Commands of `ktp-printer` that move cards. Each keeps a station's press away for as long as it lasts."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from drivers.certify.press_lock import STATE_DIR
from drivers.command_options import (
    AsJson,
    Device,
    DriverName,
    StateDir,
    TraceTo,
)
from drivers.registry import DRIVER_DEFAULT


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    for command in (clean, certify):
        app.command()(command)


def clean(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Draw the cleaning card through the printer; on a terminal the screen says when to put it in."""
    from rich.console import Console

    from drivers.certify.interrupt import Interrupt
    from drivers.clock import system_clocks
    from drivers.report import PrinterReport, facts_of
    from drivers.tool import cleaning
    from drivers.tool.ownership import STOP_FIRST, has_station, held
    from drivers.tool.scripts import require_cleaner
    from drivers.tool.session import Target, session

    console = Console()
    with (
        held(state_dir, STOP_FIRST),
        session(Target(device, driver, trace), system_clocks()) as opened,
    ):
        require_cleaner(opened.driver, driver)
        if sys.stdin.isatty():
            console.print("\n".join(cleaning.CARD_IN))
            console.input()
        found = cleaning.clean(opened, Interrupt())
        report = PrinterReport(opened.link.uri, found)
        _say_trouble(opened.trace_trouble)
    if as_json:
        print(json.dumps(facts_of(report)))
        return
    console.print("\n".join(cleaning.CLEANED))
    if has_station(state_dir):
        console.print("\n".join(cleaning.COUNTER))


def certify(
    device: Device,
    by: Annotated[str, typer.Option(help="The technician's short sign.")],
    out: Annotated[Path, typer.Option(help="The profile's file, new.")],
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    watch_s: Annotated[
        int, typer.Option("--watch", min=1, max=3600, help="Seconds a lost job is watched.")
    ] = 60,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
) -> None:
    """Measure with five blanks what a model's counter, sensors and memory do; a person follows the screen."""
    from drivers.certify.command import Wanted
    from drivers.certify.command import certify as measure
    from drivers.certify.conversation import Patience
    from drivers.clock import system_clocks

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", by):
        raise typer.BadParameter("a name is letters, digits, dot, dash: the person's short sign")
    wanted = Wanted(device, driver, by, out, state_dir, as_json, Patience(watch_s=watch_s))
    measure(wanted, system_clocks())


def _say_trouble(sentence: str) -> None:
    if sentence:
        print(f"ktp-printer: {sentence}", file=sys.stderr)
