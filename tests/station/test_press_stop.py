"""The press told to stop: at any moment it ends by itself, a card under way is finished, and nothing new begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station import doubt
from support.house import House, Killed, Station
from support.house import house as opened_house
from support.still_wire import FEED

STEPS_MAX = 20_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened_house(tmp_path) as made:
        yield made


def holding(house: House, count: int = 2) -> Station:
    """Return a station that holds so many rights; nobody runs."""
    station = house.add()
    house.give(station, *range(1, count + 1))
    return station


def told_out(house: House, station: Station) -> None:
    """Let the press tell its story to the end."""
    assert station.press is not None
    for _ in range(STEPS_MAX):
        delay_s = next(station.press, None)
        if delay_s is None:
            station.press = None
            return
        house.time.advance(delay_s)
    raise AssertionError("the press does not end")


def outcomes(station: Station) -> list[str | None]:
    return [row["outcome"] for row in station.rows("SELECT outcome FROM intent ORDER BY intent")]


def last_event(station: Station) -> str:
    rows = station.rows("SELECT name FROM event WHERE name LIKE 'press.%' ORDER BY seq")
    return str(rows[-1]["name"])


def test_before_its_first_step(house: House) -> None:
    station = holding(house)
    station.stopping.set()
    station.start("press")
    told_out(house, station)
    assert (outcomes(station), last_event(station)) == ([], "press.ended")


def test_at_the_bytes_that_feed_the_card_is_finished_and_no_other_begun(house: House) -> None:
    station = holding(house)

    def stop(data: bytes) -> None:
        if FEED in data[:4096]:
            station.stopping.set()

    station.watch = stop
    station.start("press")
    told_out(house, station)
    assert outcomes(station) == ["PRINTED"]
    assert len(station.good) == 1
    assert last_event(station) == "press.ended"


def test_while_a_doubt_waits_for_people_it_stays_one(house: House) -> None:
    station = holding(house)
    station.at_feed(Killed(), sent=False)
    station.start("press")
    with pytest.raises(Killed):
        house.run(lambda: False)
    station.die()
    house.time.advance(60)
    station.start("press")
    house.run(lambda: False, 30)
    station.stopping.set()
    told_out(house, station)
    assert outcomes(station) == [None]
    with station.store.read() as tx:
        assert [row["in_doubt"] for row in doubt.open_intents(tx)] == [1]


def test_while_idle_with_the_session_given_back(house: House) -> None:
    station = holding(house, count=1)
    station.start("press")
    assert house.run(lambda: len(station.good) == 1)
    house.run(lambda: False, 300)
    station.stopping.set()
    told_out(house, station)
    assert outcomes(station) == ["PRINTED"]
    assert last_event(station) == "press.ended"
