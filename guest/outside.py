"""The printer that stands outside the guest: an emulator on the host, at the far end of a serial cable.

It keeps its power when the guest loses its own.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Self

from guest import plan
from guest.errors import MachineTestError

STOP_S_MAX = 20.0


class OutsidePrinter:
    """A running emulator; a context manager that ends it."""

    def __init__(self, folder: Path, share: Path) -> None:
        self.line = folder / "serial-line"
        self._log = folder / "outside.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(Path(sys.executable).parent / "ktp-emulator"), "run", "--serial", plan.SERIAL_SERIAL,
                    "--listen", f"pty:{self.line}", "--control", "tcp:127.0.0.1:0",
                    "--cards", str(share / plan.SERIAL_CARDS), "--blanks", str(plan.BLANKS),
                    "--speed", plan.SPEED, "--planes",
                ],
                stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self.control = self._ready()

    def _ready(self) -> str:
        """Return the control link's host:port, once it listens."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise MachineTestError(f"the emulator ended by itself: read {self._log}")
        return str(json.loads(line)["control"]).removeprefix("tcp:")

    def __enter__(self) -> Self:
        """It is running already."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(STOP_S_MAX)
        if self._process.stdout is not None:
            self._process.stdout.close()
