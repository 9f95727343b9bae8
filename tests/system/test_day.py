"""A station's day with real processes: the main job over TCP and USB, and everything that stops it, told apart."""

import json
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hub import home, service, stations
from support.day import BLANKS, Day, OpenDay
from support.office import Printer, start_hub, wait_until
from support.people import People, good_cards
from support.records import record


@pytest.mark.parametrize("medium", ["tcp", "usb", "serial"])
def test_the_main_job(open_day: OpenDay, medium: str) -> None:
    day = open_day(4, medium=medium)
    day.station.start()
    day.wait_printed(4)
    pictures = good_cards(day.printer)
    assert len(pictures) == len(set(pictures)) == 4
    accounts = day.hub.accounts(day.told()["station"])
    assert accounts["PRINTED"] == 4
    assert accounts["LOADED"] == day.printer.truth()["hopper"]["count"] == BLANKS - 4
    assert day.told()["printers"][0]["cap_left"] == 196
    assert day.station.end() == 0


def test_it_prints_while_the_hub_is_away_and_reports_later(
    open_day: OpenDay, tmp_path: Path
) -> None:
    own = start_hub(tmp_path)
    day = open_day(3, at=own, speed=20)
    day.station.start()
    wait_until(lambda: day.told()["cards"]["in_print"], "the first card under way")
    wait_until(lambda: day.told()["rights"].get("CACHED", 0) == 2, "two rights held")
    own.end(signal.SIGKILL)
    day.wait_printed(3, reported=False)
    day.wait_reason("link-down", "courier")
    assert day.told()["outbox_waiting"] >= 2
    again = own.restart()
    day.wait_printed(3)
    assert again.accounts(day.told()["station"])["PRINTED"] == 3
    day.station.end()
    again.end()


def test_no_blanks_in_the_printer_and_none_in_the_book_are_told_apart_from_a_fault(
    open_day: OpenDay,
) -> None:
    day = open_day(2, blanks=1)
    day.station.start()
    day.wait_printed(1)
    day.wait_reason("no-blanks")
    day.printer.tell("add-blanks", count=3)
    day.wait_printed(2)


def test_an_open_cover_is_a_printer_fault_and_ends_by_itself(open_day: OpenDay) -> None:
    day = open_day(1)
    day.printer.tell("open-cover")
    day.station.start()
    day.wait_reason("printer-fault")
    assert "cover-open" in json.dumps(day.told()["roles"])
    since = press_since(day)
    time.sleep(2.5)  # two more looks at the printer
    assert press_since(day) == since, "a standing state is written once, not at every look"
    day.printer.tell("close-cover")
    day.wait_printed(1)


def press_since(day: Day) -> str:
    roles: dict[str, str] = {role["role"]: role["since"] for role in day.told()["roles"]}
    return roles["press"]


@pytest.mark.parametrize("where", ["before-feed", "inside", "at-exit"])
def test_a_jam_is_a_doubt_that_stops_the_line_until_people_decide(
    open_day: OpenDay, where: str
) -> None:
    day = open_day(2)
    day.printer.tell("jam", where=where)
    day.station.start()
    day.wait_reason("in-doubt")
    assert day.told()["cards"]["printed"] == 0
    people = People(day.station, day.printer)
    wait_until(people.look, "people decided")
    day.printer.tell("clear-jam")
    day.wait_printed(2)
    pictures = good_cards(day.printer)
    assert len(pictures) == len(set(pictures)) == 2


def test_the_cable_pulled_in_a_job_leaves_no_card_twice(open_day: OpenDay) -> None:
    day = open_day(2)
    day.printer.tell("unplug-after", bytes=700_000)
    day.station.start()
    wait_until(lambda: day.told()["cards"]["in_doubt"], "a doubt")
    day.printer.tell("replug")
    people = People(day.station, day.printer)
    wait_until(people.look, "people decided")
    day.wait_printed(2)
    assert len(set(good_cards(day.printer))) == len(good_cards(day.printer)) == 2


def test_the_printers_power_cut_in_a_card_leaves_no_card_twice(open_day: OpenDay) -> None:
    day = open_day(2, speed=10)
    day.station.start()
    wait_until(lambda: day.printer.truth()["inside"], "a card in the printer")
    day.printer.cut_and_restart()
    people = People(day.station, day.printer)
    wait_until(people.look, "people decided")
    day.wait_printed(2)
    assert len(set(good_cards(day.printer))) == len(good_cards(day.printer)) == 2
    assert day.printer.truth()["cards_fed"] == 2 + people.decided.count("spoiled")


def test_the_cap_is_reached_and_test_cards_count(open_day: OpenDay, tmp_path: Path) -> None:
    own = start_hub(tmp_path, cap=3)
    day = open_day(4, at=own)
    with day.station.desk() as desk:
        desk.ask_test_card("ani")
    day.station.start()
    day.wait_reason("cap-reached")
    told = day.told()
    assert told["cards"]["printed"] == 2
    assert told["cards"]["test"] == 1
    assert day.printer.truth()["cards_fed"] == 3
    assert told["printers"][0]["cap_left"] == 0
    day.station.end()
    own.end()


def test_a_hold_stops_and_a_revoked_record_never_prints(open_day: OpenDay) -> None:
    day = open_day(2, more='\n[press]\napproval = "person"\n')
    site = day.told()["station"]
    day.station.start()
    day.wait_reason("needs-approval")
    rights = [
        row["right"].split("/")[0] for row in json.loads(day.station.command("queue", "--json"))
    ]
    with home.opened(day.hub.directory) as hub:
        service.revoke(hub, record(int(rights[0][1:])).right)
    wait_until(lambda: day.told()["rights"].get("RELEASED") == 1, "the right given back")
    day.station.command("approve", rights[0], "--by", "ani", code=77)
    with home.opened(day.hub.directory) as hub:
        stations.set_hold(hub, site, "proses di pusat")
    day.wait_reason("upstream-hold")
    day.station.command("approve", rights[1], "--by", "ani")
    with home.opened(day.hub.directory) as hub:
        stations.set_hold(hub, site, None)
    day.wait_printed(1)
    assert day.printer.truth()["cards_fed"] == 1


def test_sigterm_lets_the_card_be_finished(open_day: OpenDay) -> None:
    day = open_day(3, speed=10)
    day.station.start()
    wait_until(lambda: day.told()["cards"]["in_print"], "a card under way")
    assert day.station.end(signal.SIGTERM) == 0
    told = day.told()
    assert told["cards"]["printed"] == 1
    assert told["cards"]["in_print"] == told["cards"]["in_doubt"] == 0


def test_sigterm_ends_a_station_that_has_just_come_up(open_day: OpenDay, tmp_path: Path) -> None:
    day = open_day(0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(20)
        for _ in range(8):
            running = day.station.start(NOTIFY_SOCKET=str(tmp_path / "notify"))
            while heard.recv(64) != b"READY=1":
                pass
            assert running.end(signal.SIGTERM) == 0


def test_cards_made_behind_the_stations_back_lock_the_printer(open_day: OpenDay) -> None:
    day = open_day(1)
    day.station.start()
    day.wait_printed(1)
    day.station.end()
    print_one_elsewhere(day.printer)
    day.hub.give(day.told()["station"], 1, 1 + day.hub.made)
    day.hub.made += 1
    day.station.start()
    day.wait_reason("printer-locked")
    day.station.command("unlock", "--by", "ani", "--second", "ani", code=77)
    day.station.command("unlock", "--by", "ani", "--second", "budi")
    day.wait_printed(2)


def print_one_elsewhere(printer: Printer) -> None:
    """Feed a card through the printer without the station, as a technician might."""
    at = urlsplit(printer.tcp_uri)
    for order in (b"\x1bSi\r\x00", b"\x1bSce\r\x00"):
        with socket.create_connection((str(at.hostname), int(at.port or 0)), timeout=20) as link:
            link.sendall(order)
            link.shutdown(socket.SHUT_WR)
            while link.recv(4096):
                pass


def test_no_file_of_the_station_holds_a_persons_data(open_day: OpenDay, tmp_path: Path) -> None:
    day = open_day(2)
    first = day.hub.made - 1
    day.station.start()
    day.wait_printed(2)
    day.station.end()
    secrets = [
        s
        for n in (first, first + 1)
        for s in (record(n).nik.encode(), record(n).name.encode(), record(n).photo)
    ]
    files = [tmp_path / "station.log", tmp_path / "emulator.log", *(tmp_path / "state").iterdir()]
    for path in files:
        data = path.read_bytes()
        assert not [s for s in secrets if s in data], path.name


@pytest.mark.parametrize("fault", ["silence", "garbage", "half-reply"])
def test_a_printer_that_answers_badly_costs_no_job(open_day: OpenDay, fault: str) -> None:
    """Before the intent a fault is only retried; after it, it is a doubt. Either way each card comes out once."""
    day = open_day(2)
    day.printer.tell(fault, answers=3)
    day.station.start()
    people = People(day.station, day.printer)
    wait_until(lambda: people.look() or day.told()["cards"]["printed"] == 2, "cards or doubts")
    day.wait_printed(2)
    assert len(set(good_cards(day.printer))) == len(good_cards(day.printer)) == 2


def test_two_presses_on_one_state_directory_are_refused(open_day: OpenDay) -> None:
    day = open_day(0)
    day.station.start()
    wait_until(lambda: day.told()["roles"], "the first one up")
    second = day.station.start()
    assert second.process.wait(20) == 75
    assert "runs on" in (day.station.folder / "station.log").read_text()
    day.station.started.pop()


def test_a_store_restored_from_a_copy_prints_nothing(open_day: OpenDay) -> None:
    day = open_day(1)
    copy = (day.station.folder / "state" / "station.sqlite").read_bytes()
    day.station.start()
    day.wait_printed(1)
    day.station.end()
    (day.station.folder / "state" / "station.sqlite").write_bytes(copy)
    day.hub.give(day.told()["station"], 1, 1 + day.hub.made)
    day.hub.made += 1
    day.station.start()
    day.wait_reason("upstream-hold")
    assert "older than what the hub" in json.dumps(day.told()["roles"])
    assert day.printer.truth()["cards_fed"] == 1


def test_status_tells_a_running_station_from_one_that_was_killed(open_day: OpenDay) -> None:
    day = open_day(0)
    day.station.start()
    wait_until(lambda: len(day.told()["roles"]) == 2, "both roles up")
    assert [role["running"] for role in day.told()["roles"]] == [True, True]
    day.station.end(signal.SIGKILL)
    assert [role["running"] for role in day.told()["roles"]] == [False, False]
