"""The contract on a device that a person names: the same file, with a bound on the blanks it may spend."""

import os
import re
import subprocess
import sys
from pathlib import Path

from support.printer_rig import emulated

ROOT = Path(__file__).parents[2]
CARDS_MAX = 1


def test_a_named_device_passes_and_spends_no_more_blanks_than_it_may(tmp_path: Path) -> None:
    """A bound on blanks skips what would go over it; on a technician's desk that is no failure, as it is in CI."""
    with emulated("tcp", tmp_path) as rig:
        words = [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "tests/contract", "-m", "hardware",
            "--device", rig.uri, "--cards-max", str(CARDS_MAX),
        ]  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if name != "CI"}
        done = subprocess.run(
            words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        spent = rig.emulator.truth()["cards_fed"]
    last = done.stdout.strip().splitlines()[-1]
    assert done.returncode == 0, done.stdout[-2000:]
    assert int(re.findall(r"(\d+) passed", last)[0]) >= 4
    assert spent <= CARDS_MAX
    assert "--cards-max leaves no 2 blank cards" in done.stdout


def test_with_blanks_enough_it_prints_them(tmp_path: Path) -> None:
    with emulated("tcp", tmp_path) as rig:
        words = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract", "-m", "hardware",
            "--device", rig.uri, "--cards-max", "3",
        ]  # fmt: skip
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        spent = rig.emulator.truth()["cards_fed"]
    assert done.returncode == 0, done.stdout[-2000:]
    assert "skipped" not in done.stdout.strip().splitlines()[-1]
    assert 2 <= spent <= 3
