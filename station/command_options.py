"""Options that several commands of `ktp-station` share."""

from pathlib import Path
from typing import Annotated

import typer

CONFIG_DEFAULT = Path("/etc/ktp-station/station.toml")

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="KTP_STATION_CONFIG", help="Configuration file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
