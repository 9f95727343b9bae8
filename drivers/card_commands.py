"""Commands of `ktp-printer` that move cards. Each keeps a station's press away for as long as it lasts."""

import re
from pathlib import Path
from typing import Annotated

import typer

from drivers.certify.press_lock import STATE_DIR
from drivers.command_options import Device, DriverName, StateDir
from drivers.registry import DRIVER_DEFAULT


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.command()(certify)


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
