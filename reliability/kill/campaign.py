"""Faults at every system call that writes and every frame to the printer, end to end: row 4 of the table.

Points are counted, not drawn: the n-th call of a kind, n from 1 until a run gets through unharmed.
"""

import json
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reliability.child import Fault
from reliability.clock import monotonic_s
from reliability.kill.groups import GROUPS, Group, shared_out
from reliability.kill.trial import Trials, trials_of
from reliability.machine import MEMORY
from reliability.office import FaultOffice, open_hub
from reliability.outside import python
from reliability.row import Order, Result
from support.office import HubProcess

RUNS_MIN = 1000
SHARES = 4  # a trial mostly waits, for a printer or for a role that tries again
UNHARMED = 2  # so many runs unharmed in a row end a group: a state written by the clock may move the last points by one
POINTS_MAX = 600
FAILURES_MAX = 5
STEP_SHORT, STEP_SHORT_WRITES = 9, 60
TRIALS_MAX = 500


@dataclass(slots=True)
class Tally:
    """What the trials of one group gave."""

    struck: int = 0
    runs: int = 0
    whole: bool = False
    failures: list[str] = field(default_factory=list)


def run(order: Order) -> Result:
    """Run every group, in processes beside each other: a trial mostly waits for a printer."""
    shares = [_start_share(number, order) for number in range(SHARES)]
    try:
        told = [_end_share(*share) for share in shares]
    finally:
        for process, _number in shares:
            if process.poll() is None:
                process.terminate()
                process.wait()
    groups: dict[str, dict[str, Any]] = {}
    at_end: list[str] = []
    for one in told:
        groups |= one["groups"]
        at_end += one["at_end"]
    runs = sum(group["runs"] for group in groups.values())
    struck = sum(group["struck"] for group in groups.values())
    failures = (*(failure for group in groups.values() for failure in group["failures"]), *at_end)
    figures = {
        "runs": runs, "points": struck,
        "by_group": {name: group["struck"] for name, group in groups.items()},
        "duplicate_cards": sum("same record" in failure for failure in failures),
        "lost_blanks": sum("blanks" in failure for failure in failures),
    }  # fmt: skip
    measured = f"{runs:,} runs, {struck:,} faults at {len(groups)} kinds of points, {len(failures)} failures"
    whole = len(groups) == len(GROUPS) and all(group["whole"] for group in groups.values())
    kept = whole and (order.short or runs >= RUNS_MIN)
    return Result.judged(kept, measured, figures, failures)


def share(number: int, order: Order) -> dict[str, Any]:
    """Run one share of the groups in this process; returns what `run` puts together."""
    with TemporaryDirectory(prefix="ktp-kill-", dir=_memory()) as folder:
        hub = open_hub(Path(folder))
        offices = _Offices(hub, Path(folder))
        try:
            tallies = {
                group: _run_group(group, offices, order) for group in shared_out(SHARES)[number]
            }
            at_end = offices.close()
        finally:
            offices.abandon()
            hub.end()
    return {
        "groups": {str(group): asdict(tally) for group, tally in tallies.items()},
        "at_end": at_end,
    }


def _start_share(number: int, order: Order) -> tuple["subprocess.Popen[str]", int]:
    words = python(
        "reliability.kill", "share", number, order.seed, *(["short"] if order.short else [])
    )
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True), number


def _end_share(process: "subprocess.Popen[str]", number: int) -> dict[str, Any]:
    """Pass on what a share says while it runs; its last line is its result."""
    assert process.stdout is not None
    last = ""
    with process.stdout:
        for line in process.stdout:
            print(line if not line.startswith("{") else "", end="", flush=True)
            last = line
    code = process.wait()
    if code != 0:
        return {"groups": {}, "at_end": [f"share {number} ended with {code}: {last.strip()}"]}
    told: dict[str, Any] = json.loads(last)
    return told


class _Offices:
    """An office a role, used for many trials; a new one after a failure or when its blanks run low."""

    def __init__(self, hub: HubProcess, folder: Path) -> None:
        self._hub, self._folder = hub, folder
        self._open: dict[str, Trials] = {}
        self._made = 0

    def trials(self, role: str) -> Trials:
        """Return the office of a role."""
        trials = self._open.get(role)
        if trials is not None and trials.trials >= TRIALS_MAX:
            trials.close()
            self.end(role)
            trials = None
        if trials is None:
            self._made += 1
            name = f"{role[0].upper()}{self._made}"
            opener = partial(_open, self._hub, self._folder)
            trials = self._open[role] = trials_of(role, name, opener)
        return trials

    def end(self, role: str) -> None:
        """End the office of a role, if there is one; the next one is new."""
        trials = self._open.pop(role, None)
        if trials is None:
            return
        trials.leave()
        shutil.rmtree(trials.office.folder)

    def abandon(self) -> None:
        """End what is still open, whatever it tells."""
        for role in list(self._open):
            self.end(role)

    def close(self) -> list[str]:
        """End all; returns what did not agree at the end."""
        failures = []
        for role, trials in list(self._open.items()):
            try:
                trials.close()
            except AssertionError as error:
                failures.append(f"{role}, at the end: {error}")
            finally:
                self.end(role)
        return failures


def _open(hub: HubProcess, folder: Path, name: str, more: str) -> FaultOffice:
    return FaultOffice.open(hub, folder / name, name, more=more)


def _run_group(group: Group, offices: _Offices, order: Order) -> Tally:
    """Go through the points of a group."""
    tally, unharmed, number = Tally(), 0, 1
    began_s = monotonic_s()
    while unharmed < UNHARMED and number < POINTS_MAX and len(tally.failures) < FAILURES_MAX:
        try:
            struck = _tried(offices.trials(group.role), group.faults(number), tally)
            tally.struck += struck
            unharmed = 0 if struck else unharmed + 1
        except AssertionError as error:
            tally.failures.append(f"{group} {number}: {error}")
            offices.end(group.role)
        number += _step(group, order)
    if group.role == "hub":
        offices.end("hub")  # the others need a hub that stands
    tally.whole = unharmed == UNHARMED
    took_s = monotonic_s() - began_s
    print(f"{group}: {tally.struck} points, {tally.runs} runs, {took_s:.0f} s", flush=True)
    for failure in tally.failures:
        print(f"   {failure}", flush=True)
    return tally


def _tried(trials: Trials, faults: tuple[Fault, ...], tally: Tally) -> bool:
    """Run one trial; its runs count however it ends."""
    runs = trials.runs
    try:
        return trials.run(*faults)
    finally:
        tally.runs += trials.runs - runs


def point(name: str, number: int) -> bool:
    """Run one point of a group again; returns whether its fault struck.

    Raises:
        AssertionError: as it failed before.
    """
    group = next(group for group in GROUPS if str(group) == name)
    with TemporaryDirectory(prefix="ktp-kill-", dir=_memory()) as folder:
        hub = open_hub(Path(folder))
        offices = _Offices(hub, Path(folder))
        try:
            struck = offices.trials(group.role).run(*group.faults(number))
            failures = offices.close()
            assert not failures, failures
        finally:
            offices.abandon()
            hub.end()
    return struck


def _step(group: Group, order: Order) -> int:
    if not order.short:
        return 1
    return STEP_SHORT_WRITES if group.call == "pwrite64" else STEP_SHORT


def _memory() -> str | None:
    return str(MEMORY) if MEMORY.is_dir() else None
