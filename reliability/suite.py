"""Rows measured by tests of this tree: they are run, and what they record with pytest's `record_property` is judged.

The short form leaves them out: it goes through with those very tests.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

from reliability.machine import ROOT
from reliability.row import Order, Result, Run

Told = Mapping[str, list[str]]

WITH_THE_TESTS = "its tests run beside this short form"


def by_tests(nodes: tuple[str, ...], judge: Callable[[Told], Result]) -> Run:
    """Make a row's run of some tests; a test that fails or is skipped breaks the row."""

    def run(order: Order) -> Result:
        if order.short:
            return Result.not_run(WITH_THE_TESTS)
        with TemporaryDirectory(prefix="ktp-suite-") as folder:
            report = Path(folder) / "report.xml"
            words = [
                sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "junit_family=xunit1",
                f"--basetemp={folder}/tests", f"--junitxml={report}", *nodes,
            ]  # fmt: skip
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
            if not report.exists():
                return _ended(done)
            told, failures = read(report)
        if failures or done.returncode:
            words_failed = tuple(failures) or (f"pytest ended with {done.returncode}",)
            return Result.judged(
                kept=False, measured=f"{len(words_failed)} tests failed", figures={},
                failures=words_failed, replay=" ".join(["pytest", *nodes]),
            )  # fmt: skip
        return judge(told)

    return run


def read(report: Path) -> tuple[Told, list[str]]:
    """Return what tests recorded, by name in their order, and which failed or were skipped."""
    told: dict[str, list[str]] = {}
    failures: list[str] = []
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest's own, made just now
        name = f"{case.get('classname')}::{case.get('name')}"
        for kind in ("failure", "error", "skipped"):
            failures += [f"{name}: {kind}" for _ in case.findall(kind)]
        for one in case.iter("property"):
            told.setdefault(one.get("name", ""), []).append(one.get("value", ""))
    return told, failures


def _ended(done: "subprocess.CompletedProcess[str]") -> Result:
    tail = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["it said nothing"]
    return Result.judged(
        kept=False, measured=f"pytest ended with {done.returncode}", figures={}, failures=(tail[0],)
    )
