"""Runs rows in lanes beside each other: one process a row, and each lane takes the next when it is free.

What measures a time comes first and has the machine to itself. Then two lanes share what computes, the longest first,
so that both end at about the same time; row 20, which reads what row 5 has left, is among the last. A third lane beside
them takes what mostly waits (for a daemon's pauses, for a guest's disk): in one of the two it would leave a core idle.
"""

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reliability.clock import monotonic_s
from reliability.machine import ROOT
from reliability.row import Order, Result, Row, Verdict

COMPUTING_LANES = 2  # one a core
_COLOURS = {Verdict.KEPT: "green", Verdict.BROKEN: "red", Verdict.NOT_RUN: "yellow"}


class Lanes:
    """All lanes of one run and what they gave, by row number."""

    def __init__(self, rows: Iterable[Row], order: Order) -> None:
        longest_first = sorted(rows, key=lambda row: -row.seconds_max)
        self._alone = deque(row for row in longest_first if row.alone)
        beside = [row for row in longest_first if not row.alone]
        self._computing = deque(row for row in beside if not row.waits)
        self._waiting = deque(row for row in beside if row.waits)
        self._order = order
        self.results: dict[int, Result] = {}

    def run(self) -> dict[int, Result]:
        """Run every row; shows how far each lane is."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with (
            TemporaryDirectory(prefix="ktp-reliability-") as folder,
            Progress(*columns, console=Console(stderr=True)) as progress,
        ):
            self._run_lane(self._alone, Path(folder), progress)
            threads = [
                threading.Thread(target=self._run_lane, args=(rows, Path(folder), progress))
                for rows in (*[self._computing] * COMPUTING_LANES, self._waiting)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return self.results

    def _run_lane(self, waiting: deque[Row], folder: Path, progress: Progress) -> None:
        while (row := _next(waiting)) is not None:
            task = progress.add_task(f"{row.number:>2} {row.measure}", total=None)
            result = in_process(row, self._order, folder)
            self.results[row.number] = result
            colour = _COLOURS[result.verdict]
            progress.update(
                task, total=1, completed=1,
                description=f"{row.number:>2} {row.measure}: {result.measured} [{colour}]{result.verdict}",
            )  # fmt: skip


def _next(waiting: deque[Row]) -> Row | None:
    try:
        return waiting.popleft()
    except IndexError:  # the other lane took the last
        return None


def in_process(row: Row, order: Order, folder: Path) -> Result:
    """Run one row in a process of its own; one that takes too long is ended and broken."""
    out, log = folder / f"{row.number}.json", folder / f"{row.number}.log"
    words = [
        sys.executable,
        "-m",
        "reliability",
        "--row",
        str(row.number),
        "--seed",
        str(order.seed),
    ]
    words += ["--out", str(out)] + (["--short"] if order.short else [])
    began_s = monotonic_s()
    with log.open("wb") as heard:
        process = subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=heard, stderr=heard)
        try:
            code = process.wait(row.seconds_max)
        except subprocess.TimeoutExpired:
            process.terminate()
            code = process.wait()
    result = Result.from_file(out, code, log)
    seconds = monotonic_s() - began_s
    return Result(
        result.verdict, result.measured, result.figures, result.failures,
        result.replay or replay(row.number, order), seconds,
    )  # fmt: skip


def replay(number: int, order: Order) -> str:
    """Return the command that runs one row again."""
    return f"make reliability ROW={number} SEED={order.seed}" + (" SHORT=1" if order.short else "")


def environment() -> dict[str, str]:
    """Return the environment of a row: the tests' shared code is found beside the packages."""
    return os.environ | {"PYTHONPATH": str(ROOT / "tests")}
