"""From a measured printer to a station's verdict with real processes: certify, sign, print, doubt, decide by proof."""

import fcntl
import json
import subprocess
from pathlib import Path

import pytest

from hub import home
from support import certify_process
from support.day import Day, OpenDay
from support.office import BIN, HubProcess, start_printer, wait_until
from support.people import good_cards
from support.profiles import certified

SETTINGS = {
    "tcp": ("feed", "at-once"),
    "usb": ("print", "at-exit"),
    "serial": ("eject", "at-once"),
}


@pytest.mark.parametrize("medium", SETTINGS)
def test_a_printer_process_is_measured_over_each_medium(tmp_path: Path, medium: str) -> None:
    moves, kept = SETTINGS[medium]
    settings = ("--counter-moves-at", moves, "--counter-kept", kept)
    printer = start_printer(tmp_path, blanks=5, extra=settings)
    out = tmp_path / "measured.json"
    try:
        done = certify_process.run(printer, medium, out)
        fed = printer.truth()["cards_fed"]
    finally:
        printer.end()
    assert (done.code, done.errors) == (0, ""), done.errors
    measured = json.loads(out.read_bytes())["profile"]
    assert measured["facts"]["counter_moves_at"]["value"] == moves
    assert measured["facts"]["counter_kept"]["value"] is (kept == "at-once")
    assert measured["facts"]["half_job_feeds"]["value"] is True
    assert (measured["cards_used"], measured["medium"], measured["by"]) == (fed, medium, "ani")
    assert done.named("cards-used")[0]["used"] == fed == 4
    signed = tmp_path / "signed.json"
    home.init(tmp_path / "hub", "Asia/Jakarta", 200, "BLANK")
    sign = [
        str(BIN / "ktp-hub"),
        "certify-profile",
        str(out),
        "--by",
        "kepala",
        "--out",
        str(signed),
    ]
    subprocess.run([*sign, "--dir", str(tmp_path / "hub")], check=True, capture_output=True)
    assert json.loads(signed.read_bytes())["profile"] == measured


@pytest.mark.parametrize("number", [0, 6, 25, 33])
def test_ctrl_c_ends_the_process_without_a_profile(tmp_path: Path, number: int) -> None:
    printer = start_printer(tmp_path, blanks=5)
    out = tmp_path / "measured.json"
    try:
        done = certify_process.run(printer, "tcp", out, interrupt_at=number)
        truth = printer.truth()
    finally:
        printer.end()
    assert done.code == 130
    assert not out.exists()
    assert done.named("no-profile")
    assert not truth["claimed"] or done.named("job-left")
    if truth["cards_fed"]:
        assert done.named("cards-used")[0]["used"] == truth["cards_fed"]


def test_it_refuses_while_a_press_runs_and_where_nobody_sits(tmp_path: Path) -> None:
    printer = start_printer(tmp_path, blanks=5)
    out = tmp_path / "measured.json"
    try:
        with (tmp_path / "press.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = certify_process.run(printer, "tcp", out, "--state-dir", str(tmp_path))
        command = ["certify", "--device", printer.tcp_uri, "--by", "ani", "--out", str(out)]
        nobody = subprocess.run(
            [str(BIN / "ktp-printer"), *command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = printer.truth()["commands"]
    finally:
        printer.end()
    assert done.code == 75
    assert "press runs" in done.errors
    assert nobody.returncode == 65
    assert "a person at a terminal" in nobody.stderr
    assert said == []


def with_profile(day: Day, hub: HubProcess, *, firmware: str) -> None:
    """Give the station a profile under its hub's key."""
    with home.opened(hub.directory) as opened:
        word = certified(opened.key, firmware=firmware)
    (day.station.folder / "profile.json").write_bytes(word.canonical())
    text = day.station.config.read_text()
    named = text.replace("[printer]\n", '[printer]\nprofile = "profile.json"\n')
    day.station.config.write_text(named)


def print_one(day: Day) -> None:
    """Print a first card, so that the printer's counter does not stand at zero; another record waits then."""
    day.station.start()
    day.wait_printed(1)
    day.station.end()
    day.hub.give(day.told()["station"], 1, 1 + day.hub.made)
    day.hub.made += 1


def lose_a_job_before_its_card_is_fed(day: Day) -> None:
    fed = day.printer.truth()["cards_fed"]
    day.printer.tell("unplug-after", bytes=700_000)
    day.station.start()
    wait_until(lambda: day.told()["cards"]["in_doubt"], "a doubt")
    assert day.printer.truth()["cards_fed"] == fed
    day.printer.tell("power-cut")
    day.printer.tell("replug")
    day.printer.tell("power-on")


def test_a_certified_counter_settles_the_doubt_by_itself_and_the_record_prints(
    open_day: OpenDay, hub: HubProcess
) -> None:
    day = open_day(1, extra=("--whole-jobs",))
    with_profile(day, hub, firmware="1450")
    print_one(day)
    lose_a_job_before_its_card_is_fed(day)
    day.wait_printed(2)
    told = day.told()
    assert told["printers"][0]["profile"] == {"counts": True, "proof": True, "reason": ""}
    assert told["cards"]["not_printed"] == 1
    assert len(good_cards(day.printer)) == day.printer.truth()["cards_fed"] == 2


def test_a_profile_of_another_firmware_counts_for_nothing_and_says_so(
    open_day: OpenDay, hub: HubProcess
) -> None:
    day = open_day(1, extra=("--whole-jobs",))
    with_profile(day, hub, firmware="1399")
    lose_a_job_before_its_card_is_fed(day)
    wait_until(lambda: [d for d in day.told()["doubts"] if d["evidence"]], "the printer asked")
    told = day.told()
    assert told["doubts"][0]["evidence"]["certified"] is False
    assert "1399" in told["printers"][0]["profile"]["reason"]
    with day.station.opened() as (_, database), database.read() as tx:
        events = [row["name"] for row in tx.all("events_last", count=50)]
    assert "profile.ignored" in events
