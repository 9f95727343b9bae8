"""`print` and `test-card` as a technician runs them: the picture on the card, outcome, exit code, refusals."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drivers.tool.trace import Kind, read_trace
from station.lock import RoleLock
from support.office import Printer, wait_until
from support.tool import DEADLINE_S, Done, ktp_printer, untouched


def _picture(path: Path, left: str = "red", right: str = "white") -> Path:
    """Draw two halves, so that a card that lies the wrong way round is seen."""
    picture = Image.new("RGB", (1016, 648), right)
    picture.paste(left, (0, 0, 508, 648))
    picture.save(path)
    return path


def _print(picture: Path, printer: Printer, *options: str | Path, medium: str = "tcp") -> Done:
    device = printer.uri(medium)
    return ktp_printer("print", picture, "--device", device, "--deadline", DEADLINE_S, *options)


def _card(printer: Printer) -> np.ndarray:
    """Return what the only card looks like, RGB."""
    (card,) = wait_until(lambda: printer.truth()["output"], "a card in the tray")
    return np.asarray(Image.open(printer.cards_dir / card["picture"]).convert("RGB"))


def test_a_picture_comes_out_as_one_card(printer: Printer, medium: str, tmp_path: Path) -> None:
    done = _print(_picture(tmp_path / "halves.png"), printer, "--json", medium=medium)
    assert (done.code, done.errors) == (0, "")
    assert [event["event"] for event in done.events] == ["card", "commit", "outcome"]
    card, commit, outcome = done.events
    assert (card["serial"], card["ribbon"], card["sides"]) == ("UJI0000001", "ymcko", 1)
    assert outcome["verdict"] == "PRINTED"
    assert outcome["after"]["counter"] == commit["before"]["counter"] + 1
    assert outcome["book"] == 0, "no station keeps a book on this machine"
    seen = _card(printer).astype(int)
    left, right = seen[300, 200], seen[300, 800]
    assert left[0] > left[1] + 60, "the left half is red"
    assert left[0] > left[2] + 60
    assert right.min() > 200, "the right half is white"
    assert printer.truth()["cards_fed"] == 1


def test_a_person_sees_picture_commit_and_outcome(printer: Printer, tmp_path: Path) -> None:
    done = _print(_picture(tmp_path / "halves.png", "black"), printer)
    assert (done.code, done.errors) == (0, "")
    commit, outcome = done.out.index("a card may move"), done.out.index("PRINTED")
    assert done.out.index("UJI0000001") < commit < outcome
    assert "█" in done.out[:commit], "the dark half shows on a terminal without colour"


def test_a_card_in_doubt_is_74_and_never_try_again(printer: Printer, tmp_path: Path) -> None:
    printer.tell("jam", where="inside")
    done = _print(_picture(tmp_path / "halves.png"), printer)
    assert done.code == os.EX_IOERR
    assert "UNKNOWN: look into the trays" in " ".join(done.out.split())


@pytest.mark.parametrize("command", ["print", "test-card"])
def test_no_card_while_a_press_runs(tmp_path: Path, command: str) -> None:
    picture = [_picture(tmp_path / "halves.png")] if command == "print" else []
    with untouched() as device, RoleLock(tmp_path, "press"):
        done = ktp_printer(command, *picture, "--device", device, "--state-dir", tmp_path)
    assert (done.code, done.out) == (os.EX_TEMPFAIL, "")
    assert "ktp-station test-card --by NAME" in done.sentence
    assert "counts against the cap" in done.sentence


def test_a_card_beside_a_station_that_rests_is_to_be_booked(
    printer: Printer, tmp_path: Path
) -> None:
    with RoleLock(tmp_path, "press"):
        pass
    device = ("--device", printer.tcp_uri, "--state-dir", tmp_path, "--deadline", DEADLINE_S)
    done = ktp_printer("test-card", *device)
    assert done.code == 0, done.errors
    assert "ktp-station load -1" in " ".join(done.out.split())
    assert ktp_printer("test-card", *device, "--json").named("outcome")["book"] == 1
    assert printer.truth()["cards_fed"] == 2


def test_a_test_card_has_every_dye_and_resin(printer: Printer) -> None:
    done = ktp_printer("test-card", "--device", printer.tcp_uri, "--deadline", DEADLINE_S)
    assert (done.code, done.errors) == (0, "")
    seen = _card(printer).astype(int)
    spread = seen.max(axis=2) - seen.min(axis=2)
    assert (spread > 100).mean() > 0.02, "patches of colour"
    assert (seen.max(axis=2) < 60).mean() > 0.005, "black lines"


def test_a_print_is_recorded_and_sent_to_an_emulator_again(
    printer: Printer, tmp_path: Path
) -> None:
    trace = tmp_path / "print.trace"
    picture = _picture(tmp_path / "halves.png")
    assert _print(picture, printer, "--trace", trace).code == 0
    kinds = [event.kind for event in read_trace(trace).events]
    assert kinds.count(Kind.COMMIT) == 1
    before = _card(printer)
    again = ktp_printer(
        "trace", "replay", trace, "--device", printer.tcp_uri, "--emulator", "--json"
    )
    assert json.loads(again.out)["stopped"] == ""
    cards = wait_until(
        lambda: len(out := printer.truth()["output"]) == 2 and out, "a second card in the tray"
    )
    second = np.asarray(Image.open(printer.cards_dir / cards[1]["picture"]).convert("RGB"))
    assert np.abs(second.astype(int) - before).mean() < 8, "the same card once more"


@pytest.mark.parametrize("noise", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture(looked_at: Printer, tmp_path: Path, noise: bytes) -> None:
    path = tmp_path / "noise.png"
    path.write_bytes(noise)
    done = _print(path, looked_at)
    assert done.code == os.EX_DATAERR
    assert "noise.png" in done.sentence


def test_a_picture_that_is_not_there(looked_at: Printer, tmp_path: Path) -> None:
    done = _print(tmp_path / "none.png", looked_at)
    assert done.code == os.EX_DATAERR
    assert "none.png" in done.sentence


def test_a_ribbon_the_family_has_not(looked_at: Printer, tmp_path: Path) -> None:
    done = _print(_picture(tmp_path / "halves.png"), looked_at, "--ribbon", "gold")
    assert done.code == os.EX_USAGE


def test_no_blanks_is_75_and_nothing_was_fed(printer: Printer, tmp_path: Path) -> None:
    printer.tell("empty-hopper")
    done = _print(_picture(tmp_path / "halves.png"), printer)
    assert done.code == os.EX_TEMPFAIL
    assert "can't take a card now" in done.sentence
    assert "a card may move" not in done.out


def test_two_sides_of_one_card(printer: Printer, tmp_path: Path) -> None:
    front, back = _picture(tmp_path / "front.png"), _picture(tmp_path / "back.png", "white", "blue")
    done = _print(front, printer, "--back", back, "--json")
    assert (done.code, done.errors) == (0, "")
    assert done.named("card")["sides"] == 2
    assert done.named("outcome")["verdict"] == "PRINTED"
    seen = _card(printer).astype(int)
    assert seen[300, 200, 0] > seen[300, 200, 2] + 60, "red on the front"
    (card,) = printer.truth()["output"]
    behind = printer.cards_dir / card["picture"].replace("front", "back")
    other = np.asarray(Image.open(behind).convert("RGB")).astype(int)
    dark = other.min(axis=2) < 150
    assert dark.mean() > 0.4, "half of the back is blue"
    assert printer.truth()["cards_fed"] == 1


def test_another_ribbon_than_hangs_there_is_refused_before_a_card_moves(
    printer: Printer, tmp_path: Path
) -> None:
    done = _print(_picture(tmp_path / "halves.png"), printer, "--ribbon", "k")
    assert done.code == os.EX_TEMPFAIL
    assert "ribbon" in done.sentence
    assert "a card may move" not in done.out
    assert printer.truth()["cards_fed"] == 0
