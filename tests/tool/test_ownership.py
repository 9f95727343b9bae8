"""A printer that a running station owns is left alone, whatever the command, and the person hears whom to ask."""

import os
import subprocess
from pathlib import Path

import pytest

from drivers.errors import DeviceBusyError
from drivers.tool.ownership import has_station, held, require_free
from station.lock import RoleLock
from support.office import Printer
from support.tool import PROGRAM, ktp_printer, untouched

LOOKS = ("status", "probe", "supplies", "watch")


@pytest.mark.parametrize("command", LOOKS)
def test_no_look_while_a_press_runs(tmp_path: Path, command: str) -> None:
    with untouched() as device, RoleLock(tmp_path, "press"):
        done = ktp_printer(command, "--device", device, "--state-dir", tmp_path)
    assert (done.code, done.out) == (os.EX_TEMPFAIL, "")
    assert "ktp-station status" in done.sentence


def test_a_look_when_the_press_has_ended(looked_at: Printer, tmp_path: Path) -> None:
    with RoleLock(tmp_path, "press"):
        pass
    done = ktp_printer(
        "status", "--device", looked_at.tcp_uri, "--state-dir", tmp_path, "--deadline", "20"
    )
    assert (done.code, done.errors) == (0, "")


def test_hosts_are_not_asked_while_a_press_runs(tmp_path: Path) -> None:
    with untouched() as device, RoleLock(tmp_path, "press"):
        host = device.removeprefix("tcp://")
        done = ktp_printer("list", "--tcp", host, "--state-dir", tmp_path)
    assert done.code == os.EX_TEMPFAIL
    assert "ktp-station status" in done.sentence


def test_a_press_that_starts_ends_a_watch(looked_at: Printer, tmp_path: Path) -> None:
    command = [
        PROGRAM, "watch", "--device", looked_at.tcp_uri, "--state-dir", str(tmp_path),
        "--interval", "0.1", "--deadline", "20",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert "idle" in process.stdout.readline()
        with RoleLock(tmp_path, "press"):
            _, errors = process.communicate(timeout=60)
    assert process.returncode == os.EX_TEMPFAIL
    assert "ktp-station status" in errors


@pytest.mark.pure
def test_a_look_never_keeps_a_press_from_starting(tmp_path: Path) -> None:
    with RoleLock(tmp_path, "press"):
        pass
    require_free(tmp_path)
    with RoleLock(tmp_path, "press"), pytest.raises(DeviceBusyError, match="owns the printer"):
        require_free(tmp_path)


@pytest.mark.pure
def test_what_moves_cards_keeps_a_press_from_starting(tmp_path: Path) -> None:
    with RoleLock(tmp_path, "press"):
        pass
    with held(tmp_path), pytest.raises(Exception, match="runs on"), RoleLock(tmp_path, "press"):
        pass
    with (
        RoleLock(tmp_path, "press"),
        pytest.raises(DeviceBusyError, match="ktp-station test-card"),
        held(tmp_path),
    ):
        pass


@pytest.mark.pure
def test_no_station_on_this_machine(tmp_path: Path) -> None:
    with held(tmp_path / "none"):
        require_free(tmp_path / "none")
    assert not has_station(tmp_path / "none")
