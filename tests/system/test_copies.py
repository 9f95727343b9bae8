"""Copies put in place of the real thing, with real processes: yesterday's hub, a cloned station, a restored one."""

import shutil
import signal
from pathlib import Path

import pytest

from hub import epochs, home
from support.day import BLANKS, Day, OpenDay
from support.office import HubProcess, StationProcess, start_hub, wait_until
from support.people import good_cards


def awaited(hub: HubProcess) -> list[str]:
    with home.opened(hub.directory) as opened:
        return opened.store.read(epochs.awaited)


def everything_agrees(day: Day, hub: HubProcess, count: int) -> None:
    assert len(good_cards(day.printer)) == len(set(good_cards(day.printer))) == count
    accounts = hub.accounts(day.told()["station"])
    assert accounts["PRINTED"] == count
    assert accounts["LOADED"] == day.printer.truth()["hopper"]["count"] == BLANKS - count


def test_a_hub_put_back_from_yesterdays_copy_prints_nothing_twice(
    open_day: OpenDay, tmp_path: Path
) -> None:
    hub = start_hub(tmp_path)
    day = open_day(4, at=hub)
    backup = tmp_path / "backup.sqlite"
    day.station.start()
    day.wait_printed(1, reported=False)
    hub.end(signal.SIGKILL)
    shutil.copy(hub.directory / home.STORE_FILE, backup)
    hub = hub.restart()
    day.wait_printed(4)
    hub.end(signal.SIGKILL)
    shutil.copy(backup, hub.directory / home.STORE_FILE)
    again = hub.restart()
    again.give(day.told()["station"], 2, 1 + again.made)
    again.made += 2
    wait_until(lambda: not awaited(again), "the station was heard")
    day.wait_printed(6)
    everything_agrees(day, again, 6)
    assert "SECOND_PRINTED" not in again.alarms()
    again.end()


def test_a_cloned_station_is_locked_before_it_prints(
    open_day: OpenDay, tmp_path_factory: pytest.TempPathFactory
) -> None:
    day = open_day(2)
    day.station.start()
    day.wait_printed(2)
    day.station.end()
    clone = tmp_path_factory.mktemp("clone")
    shutil.copy(day.station.config, clone)
    shutil.copytree(day.station.folder / "state", clone / "state")
    day.station.start()
    day.hub.give(day.told()["station"], 2, 1 + day.hub.made)
    day.hub.made += 2
    day.wait_printed(4)
    day.station.end()
    copied = StationProcess(clone / day.station.config.name)
    copied.start()
    wait_until(lambda: "STATION_COPIED" in day.hub.alarms(), "the copy was seen")
    wait_until(
        lambda: any(
            reason["reason"] in ("upstream-hold", "printer-locked")
            for role in copied.status()["roles"]
            for reason in role["reasons"]
        ),
        "the copy stands still",
    )
    copied.end()
    everything_agrees(day, day.hub, 4)
