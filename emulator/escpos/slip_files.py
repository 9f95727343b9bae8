"""Slip files: what came off a receipt printer, written so that its JSON file means "complete".

`NNNNNN.txt` is what can be read, `NNNNNN.png` how it looks; `NNNNNN.json` comes last, by an atomic rename. The number
runs on over restarts. No thread: a slip takes a few milliseconds.
"""

import json
from pathlib import Path
from typing import Any, Protocol

from emulator.escpos.picture import drawn
from emulator.escpos.slip import Slip


class SlipOutlet(Protocol):
    """Where slips are shown to the world."""

    last_number: int

    def publish(self, slip: Slip, serial: str) -> None:
        """Show one."""


class NoSlipOutlet:
    """Shows nothing; for simulations."""

    last_number = 0

    def publish(self, slip: Slip, serial: str) -> None:
        """Do nothing."""


class SlipFiles:
    """A SlipOutlet into one folder, which it makes.

    Raises:
        OSError: the folder can't be made or read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.last_number = max((int(path.stem) for path in folder.glob("[0-9]*.json")), default=0)

    def publish(self, slip: Slip, serial: str) -> None:
        """Write a slip.

        Raises:
            OSError: it can't be written; then there is no JSON file.
        """
        self._path(slip, "txt").write_text(slip.text, encoding="utf-8")
        drawn(slip).save(self._path(slip, "png"), "PNG")
        part = self._path(slip, "json.part")
        part.write_text(json.dumps(record_of(slip, serial), indent=1) + "\n")
        part.replace(self._path(slip, "json"))
        self.last_number = slip.number

    def _path(self, slip: Slip, ending: str) -> Path:
        return self._folder / f"{slip.number:06d}.{ending}"


def record_of(slip: Slip, serial: str) -> dict[str, Any]:
    """Return what the JSON file says of a slip."""
    return {
        "number": slip.number,
        "serial": serial,
        "ending": slip.ending,
        "length_mm": round(slip.length_mm, 1),
        "lines": slip.text.splitlines(),
        "picture": f"{slip.number:06d}.png",
    }
