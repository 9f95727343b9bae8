"""The technician's tool beside a real station: who has the printer, whom to ask, what a card behind its back does."""

import os

import pytest

from support.day import OpenDay
from support.office import wait_until
from support.tool import DEADLINE_S, ktp_printer

COMMANDS = ("status", "probe", "supplies", "watch", "test-card", "clean")


@pytest.mark.parametrize("medium", ["tcp", "usb"])
def test_the_station_keeps_its_printer_and_is_asked_instead(open_day: OpenDay, medium: str) -> None:
    day = open_day(1, medium=medium)
    day.station.start()
    day.wait_printed(1)
    there = ("--device", day.printer.uri(medium), "--state-dir", day.station.folder / "state")
    for command in COMMANDS:
        done = ktp_printer(command, *there)
        assert (done.code, done.out) == (os.EX_TEMPFAIL, ""), command
        assert "owns the printer" in done.sentence
    assert day.printer.truth()["cards_fed"] == 1

    # What the sentence names is what works.
    day.station.command("test-card", "--by", "ani")
    wait_until(lambda: day.told()["cards"]["test"] == 1, "the station's own test card")
    assert day.printer.truth()["cards_fed"] == 2


def test_a_technicians_card_is_seen_by_the_station_that_comes_back(open_day: OpenDay) -> None:
    day = open_day(1)
    day.station.start()
    day.wait_printed(1)
    day.station.end()
    there = ("--device", day.printer.tcp_uri, "--state-dir", day.station.folder / "state")
    done = ktp_printer("test-card", *there, "--json", "--deadline", DEADLINE_S)
    assert (done.code, done.errors) == (0, "")
    assert done.named("outcome")["book"] == 1
    day.hub.give(day.told()["station"], 1, 1 + day.hub.made)
    day.hub.made += 1
    day.station.start()
    day.wait_reason("printer-locked")
    day.station.command("load", "-1", "--by", "ani")
    day.station.command("unlock", "--by", "ani", "--second", "budi")
    day.wait_printed(2)
    assert day.printer.truth()["cards_fed"] == 3
