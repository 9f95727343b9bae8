"""`ktp-emulator`: runs an emulated card printer, or gives it an order over the control link."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from emulator.appliance import Appliance
from emulator.control_client import ControlClient, ControlError
from emulator.ending import EndingSignals
from emulator.log import configure_log
from emulator.machine.head import ROOM_C
from emulator.machine.machine_state import StateFileError
from emulator.machine.mechanics import BLANKS_MAX, CounterKept, CounterMoves
from emulator.machine.ribbon import RibbonKind, kind_named
from emulator.memory import share_one_heap
from emulator.plan import ALL_MODELS, AnyModel, Plan
from emulator.ports.address import PTY, AddressError, parse_address
from emulator.scenario import ScenarioError, library, scenario_named

app = typer.Typer(
    help="Emulated printers: two families of card printers, a receipt printer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _fail(sentence: str, code: int) -> typer.Exit:
    typer.echo(f"ktp-emulator: {sentence}", err=True)
    return typer.Exit(code)


@app.command()
def run(
    cards: Annotated[Path, typer.Option(help="folder for the cards that leave the printer")],
    listen: Annotated[
        list[str],
        typer.Option(help="tcp:127.0.0.1:PORT, usbip:127.0.0.1:PORT or pty:PATH; repeatable"),
    ],
    model: Annotated[str, typer.Option(help=", ".join(ALL_MODELS))] = "primacy2",
    speed: Annotated[float, typer.Option(help="machine seconds per second")] = 1.0,
    planes: Annotated[bool, typer.Option("--planes", help="write each plane as a picture")] = False,
    control: Annotated[str | None, typer.Option(help="control link, tcp:127.0.0.1:PORT")] = None,
    blanks: Annotated[int, typer.Option(min=0, max=BLANKS_MAX, help="in a new hopper")] = 100,
    serial: Annotated[str | None, typer.Option(help="serial number")] = None,
    state: Annotated[Path | None, typer.Option(help="state file; default in the folder")] = None,
    seed: Annotated[str | None, typer.Option(help="makes the chip UIDs")] = None,
    counter_moves_at: Annotated[CounterMoves, typer.Option()] = CounterMoves.FEED,
    counter_kept: Annotated[
        CounterKept, typer.Option(help="when the counter is safe from a power cut")
    ] = CounterKept.AT_ONCE,
    ribbon: Annotated[str, typer.Option(help="ribbon of a new printer")] = "YMCKO",
    keep_ribbon: Annotated[
        bool, typer.Option("--keep-ribbon", help="refuse jobs for another ribbon")
    ] = False,
    whole_jobs: Annotated[
        bool, typer.Option("--whole-jobs", help="feed no card before its job is all there")
    ] = False,
    room_c: Annotated[float, typer.Option(min=-20, max=55, help="warmth of the room")] = ROOM_C,
    scenario: Annotated[
        str | None, typer.Option(help="a bad day: a name of `ktp-emulator scenarios`, or a file")
    ] = None,
    ready_file: Annotated[Path | None, typer.Option(help="gets the ready line too")] = None,
) -> None:
    """Run a printer until SIGTERM or Ctrl-C; prints one JSON line when everything listens."""
    share_one_heap()
    configure_log(logging.INFO)
    with _failures(cards):
        plan = Plan(
            model=_model(model),
            listen=tuple(parse_address(text, ("tcp", "usbip", PTY)) for text in listen),
            cards=cards,
            control=None if control is None else parse_address(control, ("tcp",)),
            serial=serial,
            seed=seed,
            speed=_speed(speed),
            planes=planes,
            blanks=blanks,
            state=state,
            counter_moves=counter_moves_at,
            counter_kept=counter_kept,
            ribbon=_ribbon(ribbon),
            keep_ribbon=keep_ribbon,
            whole_jobs=whole_jobs,
            room_c=room_c,
            scenario=None if scenario is None else scenario_named(scenario),
        )
        with EndingSignals() as told_to_end, Appliance(plan) as appliance:
            _serve(appliance, ready_file, told_to_end)


def _model(key: str) -> AnyModel:
    if key not in ALL_MODELS:
        raise _fail(f"model {key!r} is not one of {', '.join(ALL_MODELS)}", os.EX_USAGE)
    return ALL_MODELS[key]


def _ribbon(name: str) -> RibbonKind:
    kind = kind_named(name)
    if kind is None:
        raise _fail(f"ribbon {name!r} is not known, for example YMCKO", os.EX_USAGE)
    return kind


def _speed(speed: float) -> float:
    if not speed > 0:
        raise _fail(f"speed {speed} must be greater than 0", os.EX_USAGE)
    return speed


@contextmanager
def _failures(cards: Path) -> Iterator[None]:
    """Turn what a person can put right into a sentence and an exit code."""
    try:
        yield
    except (AddressError, ScenarioError) as exc:
        raise _fail(str(exc), os.EX_USAGE) from exc
    except StateFileError as exc:
        raise _fail(str(exc), os.EX_DATAERR) from exc
    except OSError as exc:
        raise _fail(f"cannot use {cards}: {exc.strerror or exc}", os.EX_CANTCREAT) from exc


def _serve(appliance: Appliance, ready_file: Path | None, told_to_end: EndingSignals) -> None:
    printer = appliance.printer
    ready = json.dumps(
        {
            "ready": True,
            "listen": [str(address) for address in appliance.listen],
            "control": None if appliance.control is None else str(appliance.control),
            "serial": appliance.serial,
        }
    )
    if ready_file is not None:
        part = ready_file.with_suffix(".part")
        part.write_text(ready + "\n")
        part.replace(ready_file)
    sys.stdout.write(ready + "\n")
    sys.stdout.flush()
    while not printer.failed and not told_to_end.within(1.0):
        pass
    if printer.failed:
        raise typer.Exit(os.EX_IOERR)


@app.command("scenarios")
def list_scenarios() -> None:
    """List the bad days that can be played: a name, and what happens."""
    for found in library():
        typer.echo(f"{found.name}\n    {found.title}\n    {' '.join(found.says.split())}")


@app.command("control")
def give_order(
    address: Annotated[str, typer.Argument(help="the control link, tcp:127.0.0.1:PORT")],
    order: Annotated[str, typer.Argument(help='JSON, for example {"do": "truth"}')],
) -> None:
    """Give a running printer one order and print the answer."""
    try:
        wanted = json.loads(order)
        with ControlClient(address) as client:
            answer = client.do(**{"order": wanted.pop("do"), **wanted})
    except (ValueError, KeyError, AttributeError, TypeError) as exc:
        raise _fail('an order is a JSON object with "do"', os.EX_USAGE) from exc
    except ControlError as exc:
        raise _fail(str(exc), os.EX_UNAVAILABLE) from exc
    typer.echo(json.dumps(answer, indent=1))


@app.command("watch")
def watch_printer(
    address: Annotated[str, typer.Argument(help="the control link, tcp:127.0.0.1:PORT")],
    once: Annotated[
        bool, typer.Option("--once", help="print one frame and end; needs no terminal")
    ] = False,
) -> None:
    """Look into a running printer, live: q or Ctrl-C leaves."""
    from rich.console import Console

    from emulator.window.keys import Keys
    from emulator.window.watch import draw_once, watch

    console = Console()
    try:
        link = str(parse_address(address, ("tcp",)))
        if once:
            draw_once(link, console)
        elif console.is_terminal:
            watch(link, console, Keys(sys.stdin.fileno()))
        else:
            raise _fail("a live window needs a terminal; --once prints one frame", os.EX_USAGE)
    except AddressError as exc:
        raise _fail(str(exc), os.EX_USAGE) from exc
    except ControlError as exc:
        raise _fail(str(exc), os.EX_UNAVAILABLE) from exc


def main() -> None:
    """Run the command line."""
    app()
