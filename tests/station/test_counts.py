"""What is counted by hand and by the printer: blanks that go back, and a counter that must say what the book says."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from prr.exchange import DayClose, OutboxEntry, Outcome, Returning, Tally
from station import attempt, doubt
from station.database import Database
from station.desk import Desk
from station.errors import DecisionError
from station.jobs import Decision
from support import stations
from support.records import record
from support.stations import (
    DAY,
    SERIAL,
    SERIES,
    STATION,
    SetClock,
    database,
    evidence,
    plan,
    stock,
)

RIGHTS = [record(number).right for number in range(1, 5)]
PEOPLE = ("ani", "budi")


class Floor:
    """A station with four records, a printer whose counter stands at 100, and its people."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.store: Database = database(folder)
        self.counter = 100
        stock(self.store, numbers=(1, 2, 3, 4))
        settings = stations.config(folder)
        self.desk = Desk(settings, self.store, self.clock)

    def print(self, number: int) -> None:
        """Print one good card; the counter moves by one."""
        with self.store.write() as tx:
            before, now = evidence(self.counter), self.clock.now()
            self.counter += 1
            intent = attempt.begin(tx, plan(RIGHTS[number]), before, "boot-1", now)
            attempt.settle(
                tx, STATION, intent, Outcome.PRINTED, now, after_evidence=evidence(self.counter)
            )

    def doubt(self, number: int, moved: int) -> int:
        """Bring a card into doubt whose printer has counted so many since; returns its intent."""
        with self.store.write() as tx:
            before, now = evidence(self.counter), self.clock.now()
            intent = attempt.begin(tx, plan(RIGHTS[number]), before, "boot-1", now)
            self.counter += moved
            doubt.doubt_all(tx, STATION, now)
            row = tx.one("intent", intent=intent)
            assert row is not None
            seen = evidence(self.counter, card_inside=moved != 1)
            assert not doubt.settle_by_evidence(tx, STATION, row, seen, now, certified=False)
        return intent

    def close(self) -> Tally:
        """Close the day; returns the printer's tally as the office is told it."""
        self.desk.close(None, "ani", None)
        with self.store.read() as tx:
            document = tx.all("outbox_untold", count=99)[-1]["document"]
        body = OutboxEntry.model_validate_json(document).body
        assert isinstance(body, DayClose)
        (tally,) = body.tallies
        return tally

    def locked_reason(self) -> str | None:
        with self.store.read() as tx:
            row = tx.one("printer", serial=SERIAL)
        assert row is not None
        return None if row["locked_reason"] is None else str(row["locked_reason"])


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    made = Floor(tmp_path)
    yield made
    made.store.close()


def test_a_counter_that_says_what_the_book_says_locks_nothing(floor: Floor) -> None:
    floor.print(0)
    floor.desk.resolve(floor.doubt(1, moved=1), Decision.SPOILED, PEOPLE)
    floor.desk.resolve(floor.doubt(2, moved=0), Decision.NOT_PRINTED, PEOPLE)
    floor.print(3)
    tally = floor.close()
    assert (tally.moved, tally.cards_min, tally.cards_max) == (3, 3, 3)
    assert floor.locked_reason() is None


def test_a_card_made_behind_the_book_locks_at_the_close(floor: Floor) -> None:
    """The doubt's settling forgot the anchor, so only the day's sum can show the card made meanwhile."""
    floor.print(0)
    floor.desk.resolve(floor.doubt(1, moved=1), Decision.PRINTED, PEOPLE)
    floor.counter += 1
    floor.print(2)
    assert not floor.close().fits
    assert floor.locked_reason() == f"on {DAY} the printer counted 4 cards, the station made 3 to 3"


def test_a_card_said_not_to_be_printed_must_not_have_counted(floor: Floor) -> None:
    """Two people may say so, and be wrong: the counter is the third."""
    floor.desk.resolve(floor.doubt(0, moved=1), Decision.NOT_PRINTED, PEOPLE)
    assert not floor.close().fits
    assert floor.locked_reason() is not None


@pytest.mark.parametrize("decision", [Decision.PRINTED, Decision.SPOILED, None])
@pytest.mark.parametrize("moved", [0, 1])
def test_a_card_that_people_saw_may_not_have_counted(
    floor: Floor, decision: Decision | None, moved: int
) -> None:
    floor.print(0)
    intent = floor.doubt(1, moved)
    if decision is not None:
        floor.desk.resolve(intent, decision, PEOPLE)
    assert floor.close().fits
    assert floor.locked_reason() is None


def test_a_locked_printer_begins_no_card_until_people_have_counted(floor: Floor) -> None:
    floor.print(0)
    floor.desk.resolve(floor.doubt(1, moved=1), Decision.NOT_PRINTED, PEOPLE)
    floor.close()
    with pytest.raises(Exception, match="the printer is locked"):
        floor.print(2)
    assert floor.desk.unlock(PEOPLE) == 1
    floor.print(3)
    tally = floor.close()
    assert (tally.intent_first, tally.moved, tally.fits) == (3, 1, True)
    assert floor.locked_reason() is None


def test_a_counter_nobody_could_read_says_nothing(floor: Floor) -> None:
    with floor.store.write() as tx:
        blind = evidence(None)
        intent = attempt.begin(tx, plan(RIGHTS[0]), blind, "boot-1", floor.clock.now())
        attempt.settle(
            tx, STATION, intent, Outcome.PRINTED, floor.clock.now(), after_evidence=blind
        )
    assert floor.desk.close(None, "ani", None).tallies == ()
    assert floor.locked_reason() is None


def test_a_day_that_has_not_begun_is_not_closed(floor: Floor) -> None:
    with pytest.raises(DecisionError, match="has not begun"):
        floor.desk.close(DAY + timedelta(days=1), "ani", None)


def test_blanks_go_back_by_two_people_and_never_more_than_there_are(floor: Floor) -> None:
    with pytest.raises(DecisionError, match="two different people"):
        floor.desk.give_back(5, ("ani", "ani"), "recalled")
    with pytest.raises(DecisionError, match="only 50"):
        floor.desk.give_back(51, PEOPLE, "recalled")
    assert floor.desk.give_back(5, PEOPLE, "recalled") == 45
    with floor.store.read() as tx:
        places = {row["place"]: row["count"] for row in tx.all("blanks", series=None)}
        document = tx.all("outbox_untold", count=99)[-1]["document"]
    assert (places["LOADED"], places["RETURNED"], sum(places.values())) == (45, 5, 0)
    told = OutboxEntry.model_validate_json(document).body
    assert told == Returning(series=SERIES, count=5, reason="recalled", by=PEOPLE)


@pytest.mark.parametrize(
    ("source", "target"), [("IN_PRINT", "RETURNED"), ("OUTSIDE", "MISSING"), ("FOUND", "PRINTED")]
)
def test_no_blank_comes_or_goes_by_another_way(floor: Floor, source: str, target: str) -> None:
    with pytest.raises(Exception, match=r"CHECK|fewer"), floor.store.write() as tx:
        tx.run(
            "blank_move", series=SERIES, source=source, target=target, count=1, intent=None,
            who="uji", at="",
        )  # fmt: skip


def test_a_card_uses_one_blank_once(floor: Floor) -> None:
    floor.print(0)
    for source, target in (("LOADED", "IN_PRINT"), ("IN_PRINT", "SPOILED")):
        with pytest.raises(Exception, match=r"UNIQUE|fewer"), floor.store.write() as tx:
            tx.run(
                "blank_move", series=SERIES, source=source, target=target, count=1, intent=1,
                who="uji", at="",
            )  # fmt: skip


def test_a_printer_locked_already_is_not_locked_again_by_the_close(floor: Floor) -> None:
    """What is found first stays the reason, and is noted once."""
    floor.desk.resolve(floor.doubt(0, moved=1), Decision.NOT_PRINTED, PEOPLE)
    with floor.store.write() as tx:
        tx.run("printer_lock", serial=SERIAL, reason="counted 3, the store 2")
    assert not floor.close().fits
    assert floor.locked_reason() == "counted 3, the store 2"
    with floor.store.read() as tx:
        names = [row["name"] for row in tx.all("events")]
    assert "printer.locked" not in names


def test_a_doubt_nobody_had_is_not_settled(floor: Floor) -> None:
    with pytest.raises(DecisionError, match="there is no intent 7"):
        floor.desk.resolve(7, Decision.PRINTED, PEOPLE)
