"""One trial: the tests of some laws, run in the copy by pytest in a process of its own; what they said."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants.copy_of_tree import TreeCopy
from mutants.law import Law

TRIAL_S_MAX = 120.0
WHOLE_S_MAX = 900.0  # all laws, on a machine that has other things to do

_FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::test_inv_(\d\d)_.*?(?: - (.*))?$", re.MULTILINE)
_TESTS_FAILED = 1  # pytest's exit code; any other but 0 says that it did not come to testing


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of some laws.

    Attributes:
        broken: number of a law whose test failed -> the first line of the failure.
        seconds: how long it took.
        fault: why nothing was tested; empty where it was.
    """

    broken: Mapping[int, str]
    seconds: float
    fault: str = ""


def run(
    tree: TreeCopy, laws: Sequence[Law], folder: Path, seconds_max: float = TRIAL_S_MAX
) -> Trial:
    """Run the tests of these laws; one that hangs counts as broken."""
    command = [
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--tb=line", "-rfE",
        f"--basetemp={folder}", *(test for law in laws for test in law.tests),
    ]  # fmt: skip
    if len(laws) == 1:
        command.append("--exitfirst")
    began_s = time.monotonic()
    process = subprocess.Popen(
        command, cwd=tree.root, env=tree.environment() | {"COLUMNS": "400"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=seconds_max)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        hung = dict.fromkeys((law.number for law in laws), "it never ended")
        return Trial(hung, time.monotonic() - began_s)
    seconds = time.monotonic() - began_s
    if process.returncode not in (0, _TESTS_FAILED):
        return Trial({}, seconds, f"pytest ended with {process.returncode}: {said[-600:]}")
    broken: dict[int, str] = {}
    for number, why in _FAILED.findall(said):
        broken.setdefault(int(number), why.strip())
    return Trial(broken, seconds)
