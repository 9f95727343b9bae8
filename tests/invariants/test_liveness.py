"""Liveness: when faults stop and people answer, everything ends, and no printer waits for another printer's doubt."""

import pytest

from emulator.machine.stoppage import JamPlace
from hub import decisions, service
from hub.decisions import Word
from support.house import House, Killed
from support.records import record

ENDED = {"DONE", "REVOKED"}


def test_inv_31_when_faults_stop_and_people_answer_every_held_right_ends(house: House) -> None:
    """Lost answers, a dead process, two jams, a withdrawal, a hub put back: then a quiet day."""
    one, two = house.add("P1"), house.add("P2")
    house.office.import_records(1, 2, 3)
    two.start("courier")
    assert house.run(lambda: len(two.states()) == 3)
    two.die()
    house.office.import_records(*range(4, 8))
    one.line.lose = ["claim", "tell"]
    one.machine.jam_ahead = JamPlace.AT_EXIT
    two.machine.jam_ahead = JamPlace.BEFORE_FEED
    one.start()
    two.start()
    house.run(lambda: "in-doubt" in one.reasons())
    service.revoke(house.office.hub, record(6).right)
    one.line.lose = ["sync"]
    house.run(lambda: False, 30)
    one.die()
    one.at_feed(Killed(), sent=True)
    one.start()
    with pytest.raises(Killed):
        house.run(lambda: False, 200, people=True)
    one.die()
    two.die()
    decisions.declare_restored(house.office.hub, Word("ani", "budi", "a copy was put back"))
    one.start()
    two.start()

    def done() -> bool:
        return {house.office.right(n).state for n in range(1, 8)} <= ENDED

    assert house.run(done, 300, people=True), (one.reasons(), two.reasons())
    house.run(lambda: False, 30)
    assert len(one.good + two.good) == len(set(one.good + two.good))
    for station in (one, two):
        assert set(station.states().values()) <= {"SHREDDED", "RELEASED"}
        assert station.rows("SELECT * FROM outbox WHERE acknowledged = 0") == []
        assert station.rows("SELECT * FROM claim WHERE state = 'ASKING'") == []


def test_inv_31_no_printer_waits_for_another_printers_doubt(house: House) -> None:
    """One station's card is stuck and nobody comes; the other's people get theirs."""
    one, two = house.add("P1"), house.add("P2")
    one.machine.jam_ahead = JamPlace.AT_EXIT
    house.office.import_records(1)
    one.start()
    assert house.run(lambda: bool(house.office.right(1).in_doubt))
    house.office.import_records(2, 3)
    one.line.down = True
    two.start()
    assert house.run(lambda: len(two.good) == 2)
    assert "in-doubt" in one.reasons()
