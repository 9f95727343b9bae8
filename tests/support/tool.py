"""`ktp-printer` as a person runs it: a process, its output, its exit code."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("ktp-printer"))
DEADLINE_S = (
    "20"  # a machine that is busy with other tests answers late, and no test here is about lateness
)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    errors: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.errors
        assert self.errors == ""
        return json.loads(self.out)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON lines it wrote."""
        return [json.loads(line) for line in self.out.splitlines()]

    def named(self, event: str) -> dict[str, Any]:
        """The one event of that name."""
        (found,) = (one for one in self.events if one["event"] == event)
        return found

    @property
    def sentence(self) -> str:
        """The one sentence on stderr."""
        (line,) = self.errors.splitlines()
        assert line.startswith("ktp-printer: ")
        return line.removeprefix("ktp-printer: ")


def ktp_printer(*arguments: str | Path, within_s: float = 120, **environment: str) -> Done:
    """Run a command to its end."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=within_s,
        check=False, env=os.environ | environment,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def untouched() -> Iterator[str]:
    """Yield the address of a printer that takes connections; at the end nobody has come."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.setblocking(False)
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return
    raise AssertionError("somebody connected to the printer")
