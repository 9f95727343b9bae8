"""`clean` as a technician runs it: the cleaning card goes through, no blank is fed, and a running press refuses."""

import os
from pathlib import Path

from station.lock import RoleLock
from support.office import Printer, wait_until
from support.terminal import Terminal, on_terminal
from support.tool import PROGRAM, ktp_printer, untouched


def test_a_cleaning_over_each_medium(printer: Printer, medium: str, tmp_path: Path) -> None:
    path = tmp_path / "clean.trace"
    found = ktp_printer("clean", "--device", printer.uri(medium), "--json", "--trace", path).json
    assert found["state"] in ("idle", "processing")
    truth = printer.truth()
    assert any(command.startswith("Scp") for command in truth["commands"])
    assert truth["cards_fed"] == 0
    assert truth["session"] == 0, "the printer was given back"
    again = ktp_printer("trace", "replay", path, "--json").json["scripts"]
    assert [script["name"] for script in again] == ["clean", "release"]
    assert not any(script["astray"] or script["differences"] for script in again)


def test_a_person_hears_when_it_is_done(printer: Printer, tmp_path: Path) -> None:
    with RoleLock(tmp_path, "press"):
        pass
    done = ktp_printer("clean", "--device", printer.tcp_uri, "--state-dir", tmp_path)
    assert (done.code, done.errors) == (0, "")
    assert "Take the cleaning card out" in done.out
    assert "locks it until two people have counted" in " ".join(done.out.split())


def test_not_while_a_press_runs(tmp_path: Path) -> None:
    with untouched() as device, RoleLock(tmp_path, "press"):
        done = ktp_printer("clean", "--device", device, "--state-dir", tmp_path)
    assert (done.code, done.out) == (os.EX_TEMPFAIL, "")
    assert "stop ktp-station-press first" in done.sentence


def test_not_with_the_cover_open(printer: Printer) -> None:
    printer.tell("open-cover")
    done = ktp_printer("clean", "--device", printer.tcp_uri)
    assert done.code == os.EX_TEMPFAIL
    assert "cover-open" in done.sentence
    assert not any(command.startswith("Scp") for command in printer.truth()["commands"])


def test_a_person_at_a_terminal_is_waited_for(printer: Printer) -> None:
    with on_terminal((PROGRAM, "clean", "--device", printer.tcp_uri), 100, 40) as terminal:
        wait_until(lambda: _asked(terminal), "the question")
        assert not any(command.startswith("Scp") for command in printer.truth()["commands"])
        terminal.press(b"\n")
        assert terminal.wait() == 0
        assert "Take the cleaning card out" in terminal.output
    assert any(command.startswith("Scp") for command in printer.truth()["commands"])


def _asked(terminal: Terminal) -> bool:
    terminal._read(0.1)
    return "press Enter" in terminal.output
