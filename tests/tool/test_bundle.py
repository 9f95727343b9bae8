"""The support bundle: what is in it, and that no person is, however hard one was put in."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from drivers.tool.trace import Event, Header, Kind, event_line, head_line
from station.lock import RoleLock
from support import canaries
from support.office import Printer
from support.records import photo_png, record
from support.tool import DEADLINE_S, ktp_printer, untouched

FILES = {"README.txt", "about.json", "list.json", "printer.json", "trace.jsonl"}


def _unpacked(bundle: Path, into: Path) -> Path:
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(into)
    return into


def test_what_somebody_far_away_needs(looked_at: Printer, medium: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    device = looked_at.uri(medium)
    done = ktp_printer("support-bundle", out, "--device", device, "--deadline", DEADLINE_S)
    assert (done.code, done.errors) == (0, "")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    folder = _unpacked(out, tmp_path / "inside")
    assert {path.name for path in folder.iterdir()} == FILES
    about = json.loads((folder / "about.json").read_text())
    assert set(about["versions"]) >= {"ktp-station", "pyusb", "pillow", "typer"}
    assert "evolis = drivers.evolis.driver:EvolisDriver" in about["drivers"]
    printer = json.loads((folder / "printer.json").read_text())
    assert (printer["serial"], printer["state"]) == ("UJI0000001", "idle")
    assert b"UJI0000001".hex() in (folder / "trace.jsonl").read_text()
    # What was recorded for it replays like any other trace.
    again = ktp_printer("trace", "replay", folder / "trace.jsonl", "--json").json["scripts"]
    assert not any(script["astray"] or script["differences"] for script in again)


def test_a_printer_that_does_not_answer_is_part_of_the_picture(tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    done = ktp_printer("support-bundle", out, "--device", "tcp://127.0.0.1:1")
    assert done.code == 0
    assert "takes no connection" in done.sentence
    folder = _unpacked(out, tmp_path / "inside")
    assert json.loads((folder / "printer.json").read_text())["error"] == "NotReachableError"


def test_the_stations_printer_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    with untouched() as device, RoleLock(tmp_path, "press"):
        done = ktp_printer("support-bundle", out, "--device", device, "--state-dir", tmp_path)
    assert done.code == 0
    assert "owns the printer" in done.sentence
    folder = _unpacked(out, tmp_path / "inside")
    assert {path.name for path in folder.iterdir()} == FILES - {"trace.jsonl"}
    about = json.loads((folder / "about.json").read_text())
    assert (about["station_here"], "owns the printer" in about["press"]) == (True, True)


@pytest.mark.parametrize("script", ["identify", "print", "clean", "read-tracks"])
def test_no_person_leaves(tmp_path: Path, script: str) -> None:
    """A canary's data is put wherever a trace can hold some: frames, sentences, the path of the device."""
    nik = record(1).nik
    name = f"{canaries.MARK} SATU"
    picture = canaries.marked(photo_png(1))
    of_a_card = script != "identify"
    events = [
        Event(0.0, Kind.SCRIPT, name=script),
        Event(0.1, Kind.REQUEST, picture, name="5" * 64),
        Event(0.2, Kind.SENT, f"\x1bDm;1;{nik if not of_a_card else name}\r".encode()),
        Event(0.3, Kind.RECEIVED, nik.encode() if not of_a_card else name.encode()),
        Event(0.4, Kind.FAILED, name="LinkLostError", text=f"the card of {nik} is stuck"),
    ]
    folder = tmp_path / "given"
    folder.mkdir()
    given = folder / "given.trace"
    header = Header(f"tcp://127.0.0.1:9100#{nik}", "evolis", "2026-11-24T00:00:00+00:00", "0.1.0")
    given.write_text("\n".join((head_line(header), *map(event_line, events))) + "\n")
    niks = canaries.niks(1)
    assert list(_leaks(folder, niks)), "the canary was in what was given"
    out = tmp_path / "bundle.zip"
    done = ktp_printer("support-bundle", out, "--trace", given)
    assert (done.code, done.errors) == (0, "")
    inside = _unpacked(out, tmp_path / "inside")
    assert (inside / "tail.jsonl").read_text().count("\n") == len(events) + 1
    assert list(_leaks(inside, niks)) == []


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    out.write_text("mine")
    done = ktp_printer("support-bundle", out)
    assert done.code == os.EX_CANTCREAT
    assert out.read_text() == "mine"


def _leaks(folder: Path, niks: frozenset[bytes]) -> list[canaries.Leak]:
    """Look for the canary as text and inside the hexadecimal of frames."""
    unhexed = folder.with_name(f"{folder.name}-unhexed")
    unhexed.mkdir()
    for path in folder.iterdir():
        if path.suffix in (".jsonl", ".trace"):
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            frames = b"\n".join(bytes.fromhex(line.get("bytes", "")) for line in lines)
            (unhexed / path.name).write_bytes(frames)
    return [*canaries.search(folder, niks), *canaries.search(unhexed, niks)]
