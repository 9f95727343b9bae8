"""Commands of `ktp-printer` for what is told to somebody else: `trace record|show|replay` and `support-bundle`."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drivers.certify.press_lock import STATE_DIR
from drivers.command_options import AsJson, DeadlineS, Device, DriverName, JsonLines, StateDir
from drivers.registry import DRIVER_DEFAULT

if TYPE_CHECKING:
    from drivers.tool.trace import Trace

TraceFile = Annotated[Path, typer.Argument(help="A trace, as --trace makes it.")]


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    trace = typer.Typer(
        no_args_is_help=True, help="Record every byte to a file, show it, replay it."
    )
    trace.command()(record)
    trace.command()(show)
    trace.command()(replay)
    app.add_typer(trace, name="trace")
    app.command("support-bundle")(support_bundle)


def record(
    out: Annotated[Path, typer.Argument(help="The trace's file, new.")],
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    *,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Record a probe; with --trace every other command records itself. No card moves."""
    from drivers.clock import system_clocks
    from drivers.tool import looking
    from drivers.tool.ownership import require_free
    from drivers.tool.session import Target, session
    from drivers.transport import Deadline

    require_free(state_dir)
    clocks = system_clocks()
    with session(Target(device, driver, out), clocks) as opened:
        looking.probe(opened, Deadline.after(deadline_s, clocks.monotonic))
        trouble = opened.trace_trouble
    print(f"{out}: {trouble or 'selesai / done'}")


def show(file: TraceFile, *, as_json: JsonLines = False) -> None:
    """Show a trace as a table: when, which way, how much, and the first bytes as text."""
    from rich.console import Console

    from drivers.tool.trace import event_line, read_trace
    from drivers.tool.trace_table import trace_table

    trace = read_trace(file)
    if as_json:
        print("\n".join(map(event_line, trace.events)))
    else:
        Console().print(trace_table(trace))


def replay(
    file: TraceFile,
    driver: Annotated[
        str | None, typer.Option("--driver", help="Another driver than the recorded one.")
    ] = None,
    device: Annotated[
        str | None, typer.Option("--device", help="Send it to this emulator instead.")
    ] = None,
    state_dir: StateDir = STATE_DIR,
    *,
    emulator: Annotated[
        bool, typer.Option("--emulator", help="The device is an emulator, no printer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Feed the recorded replies to the driver of today and show where it differs; opens nothing.

    With --device and --emulator: send the recorded bytes to an emulator and compare its replies.
    """
    from drivers.tool.trace import read_trace

    if (device is not None) != emulator:
        raise typer.BadParameter(
            "a recording is sent to an emulator only: give --device and --emulator both, or none"
        )
    trace = read_trace(file)
    if device is not None:
        _resend(trace, device, state_dir, as_json=as_json)
        return
    from rich.console import Console

    from drivers.tool.replaying import replay as again
    from drivers.tool.trace_table import replayed_facts, replayed_table

    scripts = list(again(trace, driver))
    if as_json:
        print(json.dumps({"scripts": replayed_facts(scripts)}))
    else:
        Console().print(replayed_table(scripts))
    if any(script.astray for script in scripts):
        raise typer.Exit(os.EX_DATAERR)


def support_bundle(
    out: Annotated[Path, typer.Argument(help="The zip, new.")],
    device: Annotated[str | None, typer.Option("--device", help="The printer to ask.")] = None,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: Annotated[Path | None, typer.Option(help="A trace whose end goes in, redacted.")] = None,
    *,
    deadline_s: DeadlineS = 5.0,
    as_json: AsJson = False,
) -> None:
    """Gather what somebody far away needs, without any person's data. No card moves.

    While a station's press runs the printer is left alone, and the bundle says so.
    """
    from drivers.clock import system_clocks
    from drivers.tool.support import Wanted, gather

    wanted = Wanted(out, device, driver, state_dir, trace, deadline_s)
    gathered = gather(wanted, system_clocks())
    if as_json:
        print(json.dumps({"bundle": str(out), "files": gathered.files, "why": gathered.why}))
        return
    print(f"{out}: {', '.join(gathered.files)}")
    if gathered.why:
        print(f"ktp-printer: {gathered.why}", file=sys.stderr)


def _resend(trace: "Trace", device: str, state_dir: Path, *, as_json: bool) -> None:
    from rich.console import Console

    from drivers.clock import system_clocks
    from drivers.tool.ownership import STOP_FIRST, held
    from drivers.tool.resending import require_emulated, resend
    from drivers.tool.trace_table import resent_facts, resent_table

    require_emulated(device)
    with held(state_dir, STOP_FIRST):
        resent = resend(trace, device, system_clocks())
    if as_json:
        print(json.dumps(resent_facts(resent)))
    else:
        Console().print(resent_table(resent))
    if resent.stopped:
        raise typer.Exit(os.EX_UNAVAILABLE)
