"""A program of the host run to its end, its output in a log that the error names."""

import subprocess
from pathlib import Path

from guest.errors import MachineTestError


def run(log: Path, *command: str | Path, folder: Path | None = None) -> str:
    """Run a program; returns its standard output, appends both outputs to the log.

    Raises:
        MachineTestError: it is not there, or ended with another code than 0.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=folder, check=False, capture_output=True, text=True, errors="replace"
        )
    except FileNotFoundError as exc:
        raise MachineTestError(
            f"{words[0]} is not installed: see tools/guest-packages for the package that brings it"
        ) from exc
    with log.open("a") as file:
        file.write(f"$ {' '.join(words)}\n{done.stdout}{done.stderr}")
    if done.returncode != 0:
        raise MachineTestError(f"{words[0]} ended with {done.returncode}: read the end of {log}")
    return done.stdout
