"""A driver from another distribution: installed beside ours, found by name, and held against the same contract."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.families import MAGICARD
from support.printer_rig import emulated

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the stranger's distribution into a folder; returns the environment in which it is there."""
    folder = tmp_path_factory.mktemp("kartu")
    source, target = folder / "source", folder / "target"
    _copied(HERE / "kartu", source)
    words = [
        sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index",
        "--target", str(target), str(source),
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(target), str(ROOT / "tests")))}


def _copied(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def test_it_passes_the_contract(installed: dict[str, str]) -> None:
    words = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/test_driver_contract.py",
        "--family-from", "kartu.family:FAMILY",
    ]  # fmt: skip
    done = subprocess.run(
        words, cwd=ROOT, env=installed, capture_output=True, text=True, check=False
    )
    last = done.stdout.strip().splitlines()[-1]
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in last
    assert "skipped" not in last
    assert "kartu-plain" not in (ROOT / "pyproject.toml").read_text()


def test_it_passes_on_a_device_that_a_person_names(
    installed: dict[str, str], tmp_path: Path
) -> None:
    with emulated("tcp", tmp_path, family=MAGICARD) as rig:
        done = _held_against(rig.uri, installed, "--family-from", "kartu.family:FAMILY")
        spent = rig.emulator.truth()["cards_fed"]
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout.strip().splitlines()[-1]
    assert spent == 2


def test_a_device_of_an_unknown_family_is_sent_nothing(
    installed: dict[str, str], tmp_path: Path
) -> None:
    with emulated("tcp", tmp_path, family=MAGICARD) as rig:
        done = _held_against(rig.uri, installed, "--family", "kartu-plain")
        spent = rig.emulator.truth()["cards_fed"]
    assert done.returncode != 0
    assert "--family kartu-plain is none of evolis, magicard" in done.stdout + done.stderr
    assert spent == 0


def _held_against(
    uri: str, environment: dict[str, str], *family: str
) -> subprocess.CompletedProcess[str]:
    words = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract", "-m", "hardware",
        "--device", uri, "--cards-max", "3", *family,
    ]  # fmt: skip
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_it_is_found_by_its_name_and_only_where_it_is_installed(installed: dict[str, str]) -> None:
    words = [
        str(Path(sys.executable).with_name("ktp-printer")), "status", "--device", "tcp://127.0.0.1:1",
        "--driver", "kartu-plain", "--json",
    ]  # fmt: skip
    there = subprocess.run(words, env=installed, capture_output=True, text=True, check=False)
    assert there.returncode == os.EX_UNAVAILABLE
    assert "takes no connection" in there.stderr
    absent = subprocess.run(words, capture_output=True, text=True, check=False)
    assert absent.returncode == os.EX_USAGE
    assert "cups, evolis, magicard" in absent.stderr


def test_it_knows_our_driver_interface_and_nothing_else() -> None:
    """What it imports of ours is what a stranger may rely on."""
    found = {
        line.split()[1]
        for path in (HERE / "kartu" / "kartu").glob("[dw]*.py")
        for line in path.read_text().splitlines()
        if line.startswith("from drivers")
    }
    assert json.dumps(sorted(found)) == json.dumps(
        ["drivers.card", "drivers.driver", "drivers.errors", "drivers.status", "drivers.uri"]
    )
