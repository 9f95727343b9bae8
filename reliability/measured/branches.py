"""Row 13: which branches of the shipped packages the tests in one process take, and how densely the core asserts.

The core is what decides whether a card is printed and what became of it. Measured over the suites that run in
process; what only whole daemons do (`station/daemon.py`, `hub/serve.py`, the command lines) counts in the whole figure.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reliability.machine import ROOT
from reliability.row import Order, Result
from reliability.suite import WITH_THE_TESTS

PACKAGES = ("prr", "drivers", "station", "hub")
SUITES = (
    "unit",
    "station",
    "store",
    "hub",
    "drivers",
    "crosscodec",
    "contract",
    "stateful",
    "invariants",
    "security",
)
CORE = (
    "station/attempt.py", "station/doubt.py", "station/jobs.py", "station/press.py", "station/choice.py",
    "station/grants.py", "station/outbox.py", "station/tally.py", "station/closing.py", "station/day.py",
    "station/vault.py", "prr/canonical.py", "prr/seal.py", "prr/sealed.py", "prr/exchange.py",
    "drivers/evolis/printing.py", "hub/claims.py", "hub/rights.py", "hub/outcomes.py", "hub/outbox_intake.py",
    "hub/epochs.py", "hub/decisions.py", "hub/syncs.py", "hub/ledger.py", "hub/allowances.py",
)  # fmt: skip
CORE_PERCENT_MIN, ALL_PERCENT_MIN = 100.0, 95.0
MISSES_TOLD = 20


def run(order: Order) -> Result:
    """Run the suites under coverage and judge what they took."""
    if order.short:
        return Result.not_run(WITH_THE_TESTS)
    with TemporaryDirectory(prefix="ktp-branches-") as folder:
        told = measured(Path(folder))
    if isinstance(told, str):
        return Result.judged(
            kept=False, measured="the suites did not pass", figures={}, failures=(told,)
        )
    return judge(told, assertions(CORE))


def measured(folder: Path) -> Mapping[str, Any] | str:
    """Run the suites; returns coverage's report, or what failed."""
    data, report = folder / "data", folder / "report.json"
    coverage = [sys.executable, "-m", "coverage"]
    words = [
        *coverage, "run", "--branch", f"--data-file={data}", f"--source={','.join(PACKAGES)}",
        "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={folder}/tests",
        *(f"tests/{suite}" for suite in SUITES),
    ]  # fmt: skip
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stdout.strip().splitlines()[-1]
    words = [*coverage, "json", f"--data-file={data}", "-o", str(report), "-q"]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    told: Mapping[str, Any] = json.loads(report.read_text())
    return told


def judge(told: Mapping[str, Any], asserted: float) -> Result:
    """Set the branches against the goals; assertions are reported."""
    files = told["files"]
    core = percent(files[name] for name in CORE)
    whole = percent(files.values())
    missed = [
        f"{name}: {', '.join(f'{a}->{b}' for a, b in files[name]['missing_branches'])}"
        for name in CORE
        if files[name]["missing_branches"]
    ]
    words = (
        f"core {core:.1f} % of branches, all {whole:.1f} %; {asserted:.1f} guards a core function"
    )
    kept = core >= CORE_PERCENT_MIN and whole >= ALL_PERCENT_MIN
    figures = {"core_percent": core, "all_percent": whole, "guards": asserted}
    return Result.judged(kept, words, figures, tuple(missed[:MISSES_TOLD]))


def percent(files: Iterable[Mapping[str, Any]]) -> float:
    """Return how many of a hundred branches were taken."""
    sums = [one["summary"] for one in files]
    branches = int(sum(one["num_branches"] for one in sums))
    return 100.0 * int(sum(one["covered_branches"] for one in sums)) / max(1, branches)


def assertions(names: Iterable[str]) -> float:
    """Return assertions and typed refusals a function: what stops the program where something is not as it must be."""
    guards = functions = 0
    for name in names:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            guards += isinstance(node, ast.Assert | ast.Raise)
            functions += isinstance(node, ast.FunctionDef)
    return guards / functions
