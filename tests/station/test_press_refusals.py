"""What turns up between the choice of a card and its intent: no card moves, and the press says why."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.errors import LinkLostError
from emulator.evolis.firmware import Firmware
from emulator.evolis.models import MODELS
from emulator.machine.stoppage import JamPlace
from station.jobs import Decision
from support import profiles
from support.house import CARDS_BEFORE, House, Station
from support.house import house as opened_house

PEOPLE = ("ani", "budi")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened_house(tmp_path) as made:
        yield made


def holding(house: House, *, certified: bool = False) -> Station:
    """Return a station that holds one right; nobody runs."""
    station = house.add(certified=certified)
    house.give(station, 1)
    return station


def before_the_intent(station: Station, act: Callable[[], object]) -> None:
    """Do something once while the printer is asked the last questions before the intent."""

    def watch(data: bytes) -> None:
        if b"Psid" in data:
            station.watch = lambda _data: None
            act()

    station.watch = watch


def lock(station: Station) -> None:
    with station.store.write() as tx:
        tx.run("printer_lock", serial=station.serial, reason="counted by hand")


def events(station: Station) -> list[str]:
    return [row["name"] for row in station.rows("SELECT name FROM event ORDER BY seq")]


def test_blanks_taken_out_meanwhile(house: House) -> None:
    station = holding(house)
    before_the_intent(station, lambda: station.desk.load(-10, "ani"))
    station.start("press")
    house.run(lambda: False, 60)
    assert (station.fed, station.rows("SELECT * FROM intent")) == (0, [])
    assert "no-blanks" in station.reasons()


def test_a_printer_locked_meanwhile(house: House) -> None:
    station = holding(house)
    before_the_intent(station, lambda: lock(station))
    station.start("press")
    house.run(lambda: False, 60)
    assert (station.fed, station.rows("SELECT * FROM intent")) == (0, [])
    assert "counted by hand" in station.reasons()
    station.desk.unlock(PEOPLE)
    assert house.run(lambda: len(station.good) == 1)


def test_a_printer_locked_while_there_is_no_work_says_so(house: House) -> None:
    station = house.add()
    station.start("press")
    house.run(lambda: False, 30)
    lock(station)
    assert house.run(lambda: "counted by hand" in station.reasons(), 30)


def test_a_printer_of_another_model_gets_its_cards_encoded_anew(house: House) -> None:
    """The second card was made ready for eight bits a dye; the printer put in its place takes seven."""
    station = house.add()
    house.give(station, 1, 2, 3)

    def exchange_printer() -> None:
        station.rig.firmware = Firmware(station.machine, MODELS["zenius"])
        raise LinkLostError("the cable was pulled")

    station.start("press")
    assert house.run(lambda: len(station.good) == 1)
    before_the_intent(station, exchange_printer)
    assert house.run(lambda: len(station.good) == 3), station.reasons()
    assert station.fed == 3


def test_a_profile_of_another_firmware_is_noted_and_proves_nothing(house: House) -> None:
    station = holding(house, certified=True)
    station.profile = profiles.certified(house.office.hub.key, firmware="1449")
    station.start("press")
    assert house.run(lambda: len(station.good) == 1)
    assert events(station).count("profile.ignored") == 1


def test_a_spoiled_card_left_inside_stops_the_next_and_sets_no_anchor(house: House) -> None:
    """People have said what became of it and have not taken it out: nothing is read off such a printer."""
    station = holding(house)
    station.machine.jam_ahead = JamPlace.AT_EXIT
    station.start("press")
    assert house.run(lambda: "in-doubt" in station.reasons())
    house.run(lambda: False, 30)
    station.desk.resolve(1, Decision.SPOILED, PEOPLE)
    with station.store.write() as tx:
        (row,) = station.rows("SELECT * FROM held_right")
        tx.run("right_approve", record_id=row["record_id"], issue_no=row["issue_no"])
    house.run(lambda: False, 60)
    assert station.machine.inside is not None
    assert (station.fed, len(station.rows("SELECT * FROM intent"))) == (1, 1)
    assert station.rows("SELECT counter FROM printer")[0]["counter"] is None
    station.machine.take_card(station.rig.clock.now_s())
    assert house.run(
        lambda: station.rows("SELECT counter FROM printer")[0]["counter"] == CARDS_BEFORE + 2
    )
    assert len(station.good) == 1
