"""Commands of `ktp-printer` that look: list, status, probe, supplies, watch. No card moves by any of them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drivers.certify.press_lock import STATE_DIR
from drivers.command_options import (
    AsJson,
    DeadlineS,
    Device,
    DriverName,
    JsonLines,
    StateDir,
    TraceTo,
)
from drivers.registry import DRIVER_DEFAULT

if TYPE_CHECKING:
    from rich.console import RenderableType

    from drivers.report import Facts, PrinterReport
    from drivers.tool.session import Session, Target
    from drivers.transport import Deadline

    Look = Callable[[Session, Deadline], PrinterReport]


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.command("list")(list_printers)
    for command in (status, probe, supplies, watch):
        app.command()(command)


def list_printers(
    tcp: Annotated[
        list[str] | None, typer.Option("--tcp", help="HOST[:PORT] to ask too; repeatable.")
    ] = None,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    *,
    watching: Annotated[
        bool, typer.Option("--watch", help="Go on, and tell who comes and who goes, until Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """List the printers on USB, serial ports and in CUPS, and ask the hosts that are named; opens nothing else."""
    from drivers.clock import system_clocks
    from drivers.tool.listing import ask_hosts, listed, listed_facts, listed_table
    from drivers.tool.ownership import require_free

    if watching:
        from drivers.tool.arrivals import watch_arrivals

        watch_arrivals(as_json=as_json)
        return
    lines = listed()
    if tcp:
        require_free(state_dir)
        lines += ask_hosts(tcp, driver, deadline_s, system_clocks())
    if not as_json and not lines:
        print("tidak ada printer / no printer found", file=sys.stderr)
        return
    _show({"printers": listed_facts(lines)}, listed_table(lines), as_json=as_json)


def status(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Poll the printer's state; sends no command."""
    from drivers.report import facts_of, tables_of
    from drivers.tool import looking
    from drivers.tool.session import Target

    report = _look(looking.status, Target(device, driver, trace), state_dir, deadline_s)
    _show(facts_of(report), tables_of(report), as_json=as_json)


def probe(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Ask who the printer is, what it has left and counted, and read its status words bit by bit."""
    from drivers.report import facts_of, tables_of
    from drivers.tool import looking
    from drivers.tool.session import Target

    report = _look(looking.probe, Target(device, driver, trace), state_dir, deadline_s)
    _show(facts_of(report), tables_of(report), as_json=as_json)


def supplies(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    as_json: AsJson = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Ask what is left of ribbon, film and cleaner."""
    from drivers.report import supplies_table, supply_facts
    from drivers.tool import looking
    from drivers.tool.session import Target

    report = _look(looking.supplies, Target(device, driver, trace), state_dir, deadline_s)
    facts: Facts = {"device": report.device, "supplies": supply_facts(report.status)}
    _show(facts, supplies_table(report.status), as_json=as_json)


def watch(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    interval_s: Annotated[
        float, typer.Option("--interval", min=0.1, max=3600, help="Seconds between two looks.")
    ] = 1.0,
    looks: Annotated[int, typer.Option(min=0, help="End after so many looks; 0: Ctrl-C.")] = 0,
    *,
    as_json: JsonLines = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Watch the printer live, and what changes; Ctrl-C ends it."""
    import contextlib

    from rich.console import Console

    from drivers.clock import system_clocks
    from drivers.tool.session import Target, session
    from drivers.tool.watching import Watch
    from drivers.tool.watching import watch as look_on
    from drivers.tool.windows import LineWindow, LiveWindow

    clocks, console = system_clocks(), Console()
    wanted = Watch(interval_s, deadline_s, looks, state_dir)
    with (
        session(Target(device, driver, trace), clocks) as opened,
        contextlib.suppress(KeyboardInterrupt),
    ):
        if as_json or not console.is_terminal:
            look_on(opened, wanted, clocks, LineWindow(as_json=as_json))
        else:
            with LiveWindow(console, device) as window:
                look_on(opened, wanted, clocks, window)
    _say_trouble(opened.trace_trouble)


def _look(look: "Look", target: "Target", state_dir: Path, deadline_s: float) -> "PrinterReport":
    from drivers.clock import system_clocks
    from drivers.tool.ownership import require_free
    from drivers.tool.session import session
    from drivers.transport import Deadline

    require_free(state_dir)
    clocks = system_clocks()
    with session(target, clocks) as opened:
        report = look(opened, Deadline.after(deadline_s, clocks.monotonic))
        _say_trouble(opened.trace_trouble)
    return report


def _show(facts: "Facts", tables: "RenderableType", *, as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        print(json.dumps(facts))
    else:
        Console().print(tables)


def _say_trouble(sentence: str) -> None:
    if sentence:
        print(f"ktp-printer: {sentence}", file=sys.stderr)
