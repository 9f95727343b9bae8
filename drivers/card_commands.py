"""Commands of `ktp-printer` that move cards. Each keeps a station's press away for as long as it lasts."""

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drivers.card import Ribbon
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
    from drivers.card import CardDesign
    from drivers.tool.session import Target

RibbonName = Annotated[Ribbon, typer.Option("--ribbon", help="What hangs in the printer.")]


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.command("print")(print_picture)
    app.command("test-card")(print_test_card)
    for command in (clean, certify):
        app.command()(command)


def print_picture(
    file: Annotated[Path, typer.Argument(help="Any picture; it is fitted to the card.")],
    device: Device,
    back: Annotated[Path | None, typer.Option(help="A picture for the other side.")] = None,
    ribbon: RibbonName = Ribbon.YMCKO,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    raw_colour: Annotated[
        bool, typer.Option("--raw-colour", help="Without the ribbon's tone curve.")
    ] = False,
    underlay: Annotated[
        bool,
        typer.Option("--underlay", help="Keep colour under black: deeper, if the passes lie true."),
    ] = False,
    as_json: JsonLines = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Print any picture as one card; Ctrl-C stops it before the Commit that the screen shows, never after."""
    from drivers.tool.picture_card import design_of
    from drivers.tool.session import Target

    design = design_of(file, back, ribbon, raw_colour=raw_colour, underlay=underlay)
    _print(design, Target(device, driver, trace), state_dir, deadline_s, as_json=as_json)


def print_test_card(
    device: Device,
    driver: DriverName = DRIVER_DEFAULT,
    state_dir: StateDir = STATE_DIR,
    trace: TraceTo = None,
    *,
    as_json: JsonLines = False,
    deadline_s: DeadlineS = 5.0,
) -> None:
    """Print one card that shows alignment, colours, black over colour and grey steps."""
    from drivers.tool.pattern import pattern_card
    from drivers.tool.session import Target

    target = Target(device, driver, trace)
    _print(pattern_card(), target, state_dir, deadline_s, as_json=as_json)


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


def _print(
    design: "CardDesign", target: "Target", state_dir: Path, deadline_s: float, *, as_json: bool
) -> None:
    """Print one card; a card in doubt ends in 74, which no script tries again.

    Raises:
        PrinterError: before the Commit; no card has moved.
    """
    from rich.console import Console

    from drivers.card import Verdict
    from drivers.certify.interrupt import Interrupt
    from drivers.clock import system_clocks
    from drivers.tool.card_screens import JsonCardScreen, PeopleCardScreen
    from drivers.tool.ownership import has_station, held
    from drivers.tool.printing import CardScreen, print_card
    from drivers.tool.session import session
    from drivers.transport import Deadline

    clocks = system_clocks()
    with held(state_dir), session(target, clocks) as opened:
        station_here = has_station(state_dir)
        screen: CardScreen = (
            JsonCardScreen(station_here=station_here)
            if as_json
            else PeopleCardScreen(Console(), station_here=station_here)
        )
        limit = Deadline.after(deadline_s, clocks.monotonic)
        outcome = print_card(opened, design, screen, Interrupt(), limit)
        _say_trouble(opened.trace_trouble)
    if outcome.verdict is not Verdict.PRINTED:
        raise typer.Exit(os.EX_IOERR)


def _say_trouble(sentence: str) -> None:
    if sentence:
        print(f"ktp-printer: {sentence}", file=sys.stderr)
