"""The demo's own way of running programs: what fails is named with its log, and nothing is left running."""

import sys
from pathlib import Path

import pytest

from station.demo import processes
from station.demo.processes import ProcessFailedError, Service


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture(autouse=True)
def a_shell_for_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        processes, "command", lambda name, *words: [sys.executable, "-c", name, *words]
    )


def test_a_program_that_fails_is_named_with_its_log(log: Path) -> None:
    assert processes.run(log, "print(1)", "") == "1\n"
    with pytest.raises(ProcessFailedError, match=r"ended with 3: see .*log"):
        processes.run(log, "import sys; sys.exit(3)", "word")


def test_a_service_is_heard_and_ended(log: Path) -> None:
    service = Service(log, "import time; print('{\"port\": 7}', flush=True); time.sleep(60)")
    assert service.ready() == {"port": 7}
    assert service.alive
    service.stop()
    assert not service.alive
    service.stop()


def test_a_service_that_ends_before_it_is_ready(log: Path) -> None:
    service = Service(log, "import sys; sys.exit(5)")
    with pytest.raises(ProcessFailedError, match=r"ended by itself \(5\)"):
        service.ready()
    service.stop()


def test_one_that_does_not_hear_is_killed(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_S_MAX", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('{}', flush=True); time.sleep(60)"
    service = Service(log, deaf)
    service.ready()
    service.stop()
    assert not service.alive
