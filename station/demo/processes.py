"""The demo's real processes: started from beside this interpreter, heard on standard output, ended by their own id."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from station.errors import StationError

STOP_S_MAX = 15.0


class ProcessFailedError(StationError):
    """A program of the demo ended badly; the sentence names its log."""


def command(name: str, *arguments: str) -> list[str]:
    """Return the command line of one of our programs."""
    return [str(Path(sys.executable).parent / name), *arguments]


def run(log: Path, name: str, *arguments: str) -> str:
    """Run a program to its end; returns its standard output.

    Raises:
        ProcessFailedError: it ended with another code than 0.
    """
    with log.open("ab") as errors:
        done = subprocess.run(
            command(name, *arguments), stdout=subprocess.PIPE, stderr=errors, check=False, text=True
        )
    if done.returncode != 0:
        raise ProcessFailedError(f"{name} {arguments[0]} ended with {done.returncode}: see {log}")
    return done.stdout


class Service:
    """A program that stays up; ended with SIGTERM, and with SIGKILL only if it does not hear."""

    def __init__(self, log: Path, name: str, *arguments: str) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command(name, *arguments), stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def ready(self) -> dict[str, Any]:
        """Return the JSON line a program prints when it listens.

        Raises:
            ProcessFailedError: it ended before it was ready.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise self.failure()
        answer: dict[str, Any] = json.loads(line)
        return answer

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def failure(self) -> ProcessFailedError:
        """Return the error that says it ended by itself."""
        return ProcessFailedError(
            f"{self.name} ended by itself ({self._process.returncode}): see {self._log}"
        )

    def stop(self) -> None:
        """End it and wait."""
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S_MAX)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
