"""Row 13: which branches of the shipped packages the tests take, and how densely the core is guarded.

The core is what decides whether a card is printed and what became of it. Each process that a test starts is measured
too; one that is killed takes what it saw with it. The driver contract takes no branch that the drivers' own tests do
not, and is left out but for its sessions.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reliability.machine import ROOT
from reliability.measured.guards import Guards, counted
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
    "contract/test_sessions.py",
    "queues",
    "tool",
    "reader",
    "stateful",
    "invariants",
    "security",
    "system/test_certify.py",
    "system/test_day.py",
)
CORE = (
    "station/attempt.py", "station/doubt.py", "station/jobs.py", "station/press.py", "station/choice.py",
    "station/grants.py", "station/outbox.py", "station/tally.py", "station/closing.py", "station/day.py",
    "station/vault.py", "prr/canonical.py", "prr/seal.py", "prr/sealed.py", "prr/exchange.py",
    "drivers/evolis/printing.py", "hub/claims.py", "hub/rights.py", "hub/outcomes.py", "hub/outbox_intake.py",
    "hub/epochs.py", "hub/decisions.py", "hub/syncs.py", "hub/ledger.py", "hub/allowances.py",
)  # fmt: skip
# Arms the type checker proves unreachable are no branches.
SETTINGS = """[run]
branch = true
parallel = true
sigterm = true
patch = subprocess
data_file = {data}
source =
    {packages}
[report]
exclude_also =
    case _:\\s*\\n\\s*assert_never\\(
    if TYPE_CHECKING:
"""
CORE_PERCENT_MIN, ALL_PERCENT_MIN = 100.0, 95.0
GUARDS_MIN = 2.0  # a core function
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
    return judge(told, counted(CORE))


def measured(folder: Path) -> Mapping[str, Any] | str:
    """Run the suites; returns coverage's report, or what failed."""
    settings, report = folder / "coveragerc", folder / "report.json"
    settings.write_text(SETTINGS.format(data=folder / "data", packages="\n    ".join(PACKAGES)))
    coverage = [sys.executable, "-m", "coverage"]
    with_settings = f"--rcfile={settings}"
    words = [
        *coverage, "run", with_settings, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        f"--basetemp={folder}/tests", *(f"tests/{suite}" for suite in SUITES),
    ]  # fmt: skip
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return done.stdout.strip().splitlines()[-1]
    for verb in (("combine",), ("json", "-o", str(report))):
        words = [*coverage, verb[0], with_settings, "-q", *verb[1:]]
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    told: Mapping[str, Any] = json.loads(report.read_text())
    return told


def judge(told: Mapping[str, Any], guards: Guards) -> Result:
    """Set branches and guards against the goals."""
    files = told["files"]
    core = percent(files[name] for name in CORE)
    whole = percent(files.values())
    missed = [
        f"{name}: {', '.join(f'{a}->{b}' for a, b in files[name]['missing_branches'])}"
        for name in CORE
        if files[name]["missing_branches"]
    ]
    words = (
        f"core {core:.1f} % of branches, all {whole:.1f} %; {guards.each:.1f} guards a core function "
        f"({guards.code} in the code, {guards.stores} in the stores, {guards.wire} on the wire)"
    )
    kept = core >= CORE_PERCENT_MIN and whole >= ALL_PERCENT_MIN and guards.each >= GUARDS_MIN
    figures = {"core_percent": core, "all_percent": whole, "guards": guards.each}
    return Result.judged(kept, words, figures, tuple(missed[:MISSES_TOLD]))


def percent(files: Iterable[Mapping[str, Any]]) -> float:
    """Return how many of a hundred branches were taken."""
    sums = [one["summary"] for one in files]
    branches = int(sum(one["num_branches"] for one in sums))
    return 100.0 * int(sum(one["covered_branches"] for one in sums)) / max(1, branches)
