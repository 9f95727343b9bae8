"""The options that commands of `ktp-printer` share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Device = Annotated[
    str,
    typer.Option(
        "--device",
        help="tcp://HOST[:PORT], usb://0f49:*[?serial=TEXT], usblp:///dev/usb/lp0, "
        "serial:///dev/ttyUSB0; `list` shows them.",
    ),
]
DriverName = Annotated[str, typer.Option("--driver", help="The printer family's driver.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
JsonLines = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
DeadlineS = Annotated[
    float, typer.Option("--deadline", min=0.1, max=600, help="Seconds the printer has to answer.")
]
StateDir = Annotated[
    Path,
    typer.Option(
        "--state-dir", help="The station's state directory; while its press runs nothing is opened."
    ),
]
TraceTo = Annotated[
    Path | None, typer.Option("--trace", help="Record every byte to this file, new.")
]
