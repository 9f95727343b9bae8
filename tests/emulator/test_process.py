"""The real process: its ready line, its ends, and what a killed one finds when it is started again."""

import json
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from emulator.plan import ALL_MODELS
from support import evolis_job as job
from support.processes import PROGRAM, Running, running


def print_cards(printer: Running, count: int, wait_for: int) -> None:
    for _card in range(count):
        printer.send(job.mono_job() + job.END_OF_JOB)
    printer.do("wait-cards", count=wait_for)


def test_the_ready_line_names_every_port(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    options = ("--listen", "usbip:127.0.0.1:0", "--ready-file", str(ready_file), "--serial", "UJI9")
    with running(tmp_path / "cards", *options) as printer:
        ready = printer.ready
        assert ready["ready"] is True
        assert ready["serial"] == "UJI9"
        assert [re.sub(r"\d+$", "N", text) for text in ready["listen"]] == [
            "tcp:127.0.0.1:N",
            "usbip:127.0.0.1:N",
        ]
        assert json.loads(ready_file.read_text()) == ready
        assert printer.send(b"\x1bRsn\r").startswith(b"UJI9\r\n\x00")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_told(tmp_path: Path, how: signal.Signals) -> None:
    with running(tmp_path, "--listen", "usbip:127.0.0.1:0") as printer:
        # with a card under way, a connection open and a host waiting
        printer.send(job.simplex_job())
        with socket.create_connection(printer.address, 10) as host:
            host.sendall(b"\x1bRt")
            assert printer.end(how) == (0, "")


def test_a_killed_printer_goes_on_where_it_was(tmp_path: Path) -> None:
    with running(tmp_path, "--blanks", "10") as printer:
        print_cards(printer, 3, wait_for=3)
        printer.do("jam", where="inside")
        printer.send(b"\x1bPem;2\r")
        printer.send(job.simplex_job() + job.END_OF_JOB)
        printer.do("wait-idle")
        before = printer.do("truth")
        assert before["inside"]["panels_used"] == {"front": ["y"]}
        assert printer.end(signal.SIGKILL)[0] == -signal.SIGKILL
    with running(tmp_path, "--blanks", "10") as printer:
        after = printer.do("truth")
        same = (
            "serial",
            "received",
            "cards_fed",
            "counter",
            "hopper",
            "output",
            "reject",
            "ribbon",
            "inside",
        )
        assert {key: after[key] for key in same} == {key: before[key] for key in same}
        assert (after["session"], after["claimed"], after["errors"]) == (0, False, "00000000")
        printer.do("take-card")
        print_cards(printer, 1, wait_for=5)
    numbers = [path.name for path in sorted(tmp_path.glob("*.json")) if path.stem.isdecimal()]
    assert numbers == [f"{number:06d}.json" for number in range(1, 6)]
    spoiled = json.loads((tmp_path / "000004.json").read_text())
    assert spoiled["bin"] == "reject"
    assert spoiled["planes"] == {"front": ["y"]}
    uids = {json.loads((tmp_path / name).read_text())["uid"] for name in numbers}
    assert len(uids) == 5


@pytest.mark.parametrize("key", sorted(ALL_MODELS))
def test_every_model_runs_on_every_medium_and_can_be_looked_at(tmp_path: Path, key: str) -> None:
    port = tmp_path / "port"
    more = ("--model", key, "--listen", "usbip:127.0.0.1:0", "--listen", f"pty:{port}")
    with running(tmp_path / "out", *more) as printer:
        truth = printer.do("truth")
        assert truth["serial"] == printer.ready["serial"] == ALL_MODELS[key].default_serial
        assert port.is_symlink()
        seen = run_once("watch", printer.ready["control"], "--once")
        assert (seen.returncode, truth["serial"] in seen.stdout) == (0, True)
        assert printer.end(signal.SIGTERM) == (0, "")
    assert not port.is_symlink()


@pytest.mark.parametrize("steps", range(0, 60, 7))
def test_killed_at_any_moment_no_card_is_lost(tmp_path: Path, steps: int) -> None:
    """Kill while cards come out; every card the state counts has its files, and no other has."""
    with running(tmp_path, "--speed", "5000", "--blanks", "50") as printer:
        for _card in range(8):
            printer.send(job.mono_job() + job.END_OF_JOB)
        for _step in range(steps):
            printer.send(b"")
        printer.end(signal.SIGKILL)
    with running(tmp_path) as printer:
        truth = printer.do("truth")
    inside = truth["inside"] is not None
    assert truth["hopper"]["count"] + inside + len(truth["output"]) == 50
    complete = {path.stem for path in tmp_path.glob("*.json") if path.stem.isdecimal()}
    assert complete == {f"{card['number']:06d}" for card in truth["output"]}
    for stem in complete:
        assert (tmp_path / f"{stem}.front.png").exists()
    assert not list(tmp_path.glob("*.json.part"))


def run_once(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*PROGRAM, *arguments), capture_output=True, text=True, timeout=20, check=False
    )


@pytest.mark.parametrize(
    ("options", "sentence", "code"),
    [
        (("--listen", "tcp:0.0.0.0:9100"), "not a loopback address", os.EX_USAGE),
        (("--listen", "lpt:1"), "is not an address", os.EX_USAGE),
        (("--listen", "tcp:127.0.0.1:0", "--model", "pebble"), "primacy2", os.EX_USAGE),
        (("--listen", "tcp:127.0.0.1:0", "--speed", "0"), "greater than 0", os.EX_USAGE),
        (("--listen", "tcp:127.0.0.1:0", "--ribbon", "GOLD"), "YMCKO", os.EX_USAGE),
    ],
)
def test_a_wrong_option_gets_a_sentence(
    tmp_path: Path, options: tuple[str, ...], sentence: str, code: int
) -> None:
    ended = run_once("run", "--cards", str(tmp_path), *options)
    assert ended.returncode == code
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not ended.stdout


def test_a_taken_port_a_taken_state_and_a_foreign_state(tmp_path: Path) -> None:
    with running(tmp_path, "--serial", "A") as printer:
        taken = run_once(
            "run", "--cards", str(tmp_path / "b"), "--listen", printer.ready["listen"][0]
        )
        assert taken.returncode == os.EX_USAGE
        assert "choose another port" in taken.stderr
        same = run_once("run", "--cards", str(tmp_path), "--listen", "tcp:127.0.0.1:0")
        assert same.returncode == os.EX_DATAERR
        assert "is running" in same.stderr
    foreign = run_once(
        "run", "--cards", str(tmp_path), "--listen", "tcp:127.0.0.1:0", "--serial", "B"
    )
    assert foreign.returncode == os.EX_DATAERR
    assert "printer A" in foreign.stderr


def test_orders_from_the_command_line(tmp_path: Path) -> None:
    with running(tmp_path) as printer:
        done = run_once("control", printer.ready["control"], '{"do": "add-blanks", "count": 2}')
        assert json.loads(done.stdout) == {"ok": True, "hopper": 102}
        refused = run_once("control", printer.ready["control"], '{"do": "fly"}')
        assert (refused.returncode, "no order" in refused.stderr) == (os.EX_UNAVAILABLE, True)
        wrong = run_once("control", printer.ready["control"], "[]")
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (os.EX_USAGE, False)


def test_it_stays_small(tmp_path: Path) -> None:
    with running(tmp_path, "--listen", "usbip:127.0.0.1:0", "--planes") as printer:
        for _card in range(5):
            printer.send(job.simplex_job() + job.END_OF_JOB)
        printer.do("wait-cards", count=5)
        status = Path(f"/proc/{printer.process.pid}/status").read_text()
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert peak is not None
        assert int(peak[1]) < 90_000


def test_a_full_disk_stops_the_machine_and_says_so(tmp_path: Path) -> None:
    """The folder of the cards is gone: nothing can be written, no card may leave unseen."""
    with running(tmp_path / "cards", "--state", str(tmp_path / "state.json")) as printer:
        for path in (tmp_path / "cards").iterdir():
            path.unlink()
        (tmp_path / "cards").rmdir()
        printer.send(job.mono_job() + job.END_OF_JOB)
        _, errors = printer.process.communicate(timeout=20)
        assert printer.process.returncode == os.EX_IOERR
        assert "the machine stops" in errors
    assert json.loads((tmp_path / "state.json").read_text())["output"] == 0
