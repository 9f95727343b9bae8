"""A trace recorded from an emulator process: whole, private, replayed against the driver, and sent to an emulator."""

import json
import os
import stat
from pathlib import Path

import pytest

from drivers.tool.trace import Kind, event_line, head_line, read_trace
from station.lock import RoleLock
from support.office import Printer
from support.tool import DEADLINE_S, ktp_printer


def _recorded(printer: Printer, medium: str, path: Path) -> Path:
    done = ktp_printer(
        "trace", "record", path, "--device", printer.uri(medium), "--deadline", DEADLINE_S
    )
    assert (done.code, done.errors) == (0, "")
    return path


def test_a_recorded_probe_replays_against_the_driver(
    looked_at: Printer, medium: str, tmp_path: Path
) -> None:
    path = _recorded(looked_at, medium, tmp_path / "probe.trace")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    trace = read_trace(path)
    assert trace.scripts == ("identify", "evidence", "supplies")
    assert trace.header.device == looked_at.uri(medium)
    received = b"".join(event.data for event in trace.events if event.kind is Kind.RECEIVED)
    assert b"Evolis Primacy 2" in received
    assert b"UJI0000001" in received
    again = ktp_printer("trace", "replay", path, "--json").json["scripts"]
    assert [script["name"] for script in again] == list(trace.scripts)
    assert not any(script["astray"] or script["differences"] for script in again)
    assert "UJI0000001" in again[0]["result"]


def test_a_replay_shows_where_the_driver_goes_another_way(
    looked_at: Printer, tmp_path: Path
) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    trace = read_trace(path)
    sent = next(at for at, event in enumerate(trace.events) if event.kind is Kind.SENT)
    kept = trace.events[:sent] + trace.events[sent + 1 :]
    changed = tmp_path / "changed.trace"
    changed.write_text("\n".join((head_line(trace.header), *map(event_line, kept))) + "\n")
    done = ktp_printer("trace", "replay", changed, "--json")
    assert done.code == os.EX_DATAERR
    (script,) = json.loads(done.out)["scripts"]
    assert script["name"] == "identify"
    assert script["astray"] or script["differences"]


def test_another_byte_is_shown_as_a_difference(looked_at: Printer, tmp_path: Path) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    changed = tmp_path / "changed.trace"
    changed.write_text(path.read_text().replace(b"\x1bRsn\r".hex(), b"\x1bRsx\r".hex(), 1))
    done = ktp_printer("trace", "replay", changed, "--json")
    scripts = done.json["scripts"]
    (found,) = [one for script in scripts for one in script["differences"]]
    assert (found["offset"], found["count"]) == (3, 1)
    shown = ktp_printer("trace", "replay", changed)
    assert (shown.code, shown.errors) == (0, "")
    assert "n<0D>" in shown.out


def test_a_trace_is_shown_as_text(looked_at: Printer, tmp_path: Path) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    shown = ktp_printer("trace", "show", path, COLUMNS="120")
    assert (shown.code, shown.errors) == (0, "")
    assert "<1B>Rsn<0D>" in shown.out
    assert "UJI0000001" in shown.out
    lines = ktp_printer("trace", "show", path, "--json").out.splitlines()
    assert lines == path.read_text().splitlines()[1:]


def test_a_recording_is_sent_to_an_emulator_again(
    looked_at: Printer, its_twin: Printer, medium: str, tmp_path: Path
) -> None:
    path = _recorded(looked_at, medium, tmp_path / "probe.trace")
    again = ("trace", "replay", path, "--emulator", "--json")
    same = ktp_printer(*again, "--device", looked_at.uri(medium)).json
    assert same["stopped"] == ""
    assert same["replies"] > 3
    assert same["differences"] == []
    other = ktp_printer(*again, "--device", its_twin.uri(medium)).json
    assert other["stopped"] == ""
    assert any(one["now_hex"].startswith(b"2".hex()) for one in other["differences"])


@pytest.mark.parametrize(
    "options", [("--device", "tcp://127.0.0.1:1"), ("--emulator",)], ids=["device", "emulator"]
)
def test_both_or_none(looked_at: Printer, tmp_path: Path, options: tuple[str, ...]) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    assert ktp_printer("trace", "replay", path, *options).code == os.EX_USAGE


def test_never_to_what_may_be_a_printer(looked_at: Printer, tmp_path: Path) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    done = ktp_printer("trace", "replay", path, "--emulator", "--device", "tcp://192.0.2.7")
    assert done.code == os.EX_USAGE
    assert "may be a printer" in done.sentence


def test_never_while_a_press_runs(looked_at: Printer, tmp_path: Path) -> None:
    path = _recorded(looked_at, "tcp", tmp_path / "probe.trace")
    again = ("trace", "replay", path, "--emulator", "--device", looked_at.tcp_uri)
    with RoleLock(tmp_path, "press"):
        done = ktp_printer(*again, "--state-dir", tmp_path)
    assert done.code == os.EX_TEMPFAIL
    assert "ktp-station-press" in done.sentence


def test_a_file_is_never_overwritten(looked_at: Printer, tmp_path: Path) -> None:
    path = tmp_path / "probe.trace"
    path.write_text("mine")
    done = ktp_printer("status", "--device", looked_at.tcp_uri, "--trace", path)
    assert done.code == os.EX_CANTCREAT
    assert "is there already" in done.sentence
    assert path.read_text() == "mine"


def test_what_is_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "no.trace"
    path.write_text("hello\n")
    for command in ("show", "replay"):
        done = ktp_printer("trace", command, path)
        assert done.code == os.EX_DATAERR
        assert "first line" in done.sentence
