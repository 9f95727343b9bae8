"""Rows measured by a program of its own that prints JSON: how one is plugged in, and how one is declared missing.

    Row(11, "Clock jumps", ">= 500 cases", "B", by_command(lambda order: python("simulation", "clock"), judged))

`judge` sets the program's JSON against the goal. A program that isn't there makes the row "not run".
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from reliability.row import Order, Result, Run

TIMEOUT_S = 1800

Told = Mapping[str, Any]


def python(module: str, *arguments: object) -> list[str]:
    """Return the command that runs a module of this tree."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def by_command(
    command: Callable[[Order], list[str]], judge: Callable[[Told, Order], Result]
) -> Run:
    """Make a row's run of a command whose last line of output is one JSON object."""

    def run(order: Order) -> Result:
        words = command(order)
        if (
            words[:2] == [sys.executable, "-m"]
            and importlib.util.find_spec(words[2].partition(".")[0]) is None
        ):
            return Result.not_run(f"{words[2]} is not in this tree")
        code, output, errors = _run(words)
        told = _last_object(output)
        if told is None:
            tail = errors.strip().splitlines()[-1:] or ["no JSON came"]
            return Result.judged(
                kept=False, measured=f"ended with {code}", figures={},
                failures=(tail[0],), replay=" ".join(words[1:]),
            )  # fmt: skip
        return judge(told, order)

    return run


def _run(words: list[str]) -> tuple[int, str, str]:
    """Run a command; when this process is to end first, so is that one, in its own way."""
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        try:
            output, errors = process.communicate(timeout=TIMEOUT_S)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    return process.returncode, output, errors


def _last_object(output: str) -> Told | None:
    for text in (output, *reversed(output.splitlines())):
        try:
            told = json.loads(text)
        except ValueError:
            continue
        if isinstance(told, dict):
            return told
    return None


def missing(why: str) -> Run:
    """Make the run of a row that nothing in this tree measures."""
    return lambda _order: Result.not_run(why)
