"""What people do at the counter: give a record back, say what spoiled a card, and be two where two are needed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from prr.exchange import Adjustment, DayClose, OutboxEntry, Release, Report, SpoilReason
from prr.record import Right
from station import attempt, closing, doubt, events
from station.config import PressSection
from station.database import Database
from station.desk import Desk
from station.errors import DecisionError
from station.jobs import Decision, SecondPerson
from support import stations
from support.records import record
from support.stations import (
    DAY,
    SERIES,
    STATION,
    VAULT,
    SetClock,
    database,
    evidence,
    plan,
    stock,
)

RIGHTS = [record(number).right for number in range(1, 5)]


class Counter:
    """A station with four records and the people at its counter."""

    def __init__(self, folder: Path, second_person: SecondPerson = SecondPerson.NEVER) -> None:
        self.clock = SetClock()
        self.store: Database = database(folder)
        stock(self.store, numbers=(1, 2, 3, 4))
        settings = stations.config(folder, PressSection(second_person=second_person))
        self.desk = Desk(settings, self.store, self.clock)

    def doubt(self, right: Right) -> int:
        """Bring a card of a right into doubt, stuck inside the printer; returns its intent."""
        with self.store.write() as tx:
            intent = attempt.begin(tx, plan(right), evidence(), "boot-1", self.clock.now())
            doubt.doubt_all(tx, STATION, self.clock.now())
            row = tx.one("intent", intent=intent)
            assert row is not None
            stuck = evidence(101, card_inside=True)
            doubt.settle_by_evidence(tx, STATION, row, stuck, self.clock.now(), certified=True)
        return intent

    def state(self, right: Right) -> str:
        with self.store.read() as tx:
            row = tx.one("right_of", record_id=right.record_id, issue_no=right.issue_no)
        assert row is not None
        return str(row["state"])

    def last_told(self) -> Report | Release:
        with self.store.read() as tx:
            document = tx.all("outbox_untold", count=99)[-1]["document"]
        body = OutboxEntry.model_validate_json(document).body
        assert isinstance(body, Report | Release)
        return body


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.store.close()


def test_an_unprinted_record_is_tombed_and_then_told(counter: Counter) -> None:
    counter.desk.release(RIGHTS[0], "ani", "moved away")
    assert counter.state(RIGHTS[0]) == "TOMB"
    assert counter.last_told() == Release(right=RIGHTS[0], fence=1, reason="moved away")
    with pytest.raises(DecisionError):
        counter.desk.release(RIGHTS[0], "ani", "again")


def test_a_card_in_doubt_or_unknown_is_not_given_back(counter: Counter) -> None:
    counter.doubt(RIGHTS[0])
    for right in (RIGHTS[0], Right(record_id="R999999", issue_no=1)):
        with pytest.raises(DecisionError):
            counter.desk.release(right, "ani", "no")


@pytest.mark.parametrize("reason", [None, *SpoilReason])
def test_a_spoiled_card_says_what_spoiled_it(counter: Counter, reason: SpoilReason | None) -> None:
    intent = counter.doubt(RIGHTS[0])
    counter.desk.resolve(intent, Decision.SPOILED, ("ani",), reason)
    told = counter.last_told()
    assert isinstance(told, Report)
    assert told.spoil_reason == (reason or SpoilReason.OTHER)
    assert counter.state(RIGHTS[0]) == "CACHED"


def test_a_good_card_has_no_reason(counter: Counter) -> None:
    intent = counter.doubt(RIGHTS[0])
    with pytest.raises(DecisionError, match="only a spoiled card"):
        counter.desk.resolve(intent, Decision.PRINTED, ("ani",), SpoilReason.JAM)


def test_from_the_third_spoiled_card_of_a_day_two_people_look(counter: Counter) -> None:
    for right in RIGHTS[:2]:
        counter.desk.resolve(counter.doubt(right), Decision.SPOILED, ("ani",), SpoilReason.JAM)
    third = counter.doubt(RIGHTS[2])
    with pytest.raises(DecisionError, match="2 different people"):
        counter.desk.resolve(third, Decision.SPOILED, ("ani",), SpoilReason.JAM)
    counter.desk.resolve(third, Decision.SPOILED, ("ani", "budi"), SpoilReason.JAM)


def test_an_office_that_wants_two_people_gets_two(tmp_path: Path) -> None:
    counter = Counter(tmp_path, SecondPerson.ALWAYS)
    intent = counter.doubt(RIGHTS[0])
    with pytest.raises(DecisionError, match="2 different people"):
        counter.desk.resolve(intent, Decision.PRINTED, ("ani",))
    counter.desk.resolve(intent, Decision.PRINTED, ("ani", "budi"))
    counter.store.close()


def told(counter: Counter) -> DayClose | Adjustment:
    with counter.store.read() as tx:
        document = tx.all("outbox_untold", count=99)[-1]["document"]
    body = OutboxEntry.model_validate_json(document).body
    assert isinstance(body, DayClose | Adjustment)
    return body


@pytest.mark.parametrize(("found", "place"), [(47, "MISSING"), (52, "FOUND")])
def test_a_hand_count_is_booked_by_two_people(counter: Counter, found: int, place: str) -> None:
    with pytest.raises(DecisionError, match="two different people"):
        counter.desk.count(found, ("ani", "ani"), "counted")
    assert counter.desk.count(found, ("ani", "budi"), "counted") == found - 50
    assert told(counter) == Adjustment(
        series=SERIES, count=found - 50, reason="counted", by=("ani", "budi")
    )
    assert counter.desk.count(found, ("ani", "budi"), "again") == 0
    with counter.store.read() as tx:
        places = {row["place"]: row["count"] for row in tx.all("blanks", series=None)}
    assert places["LOADED"] == found
    assert abs(places[place]) == abs(found - 50)


def test_a_close_tells_the_whole_book_and_every_card_of_the_day(counter: Counter) -> None:
    for right, decision in zip(RIGHTS, (Decision.PRINTED, Decision.SPOILED), strict=False):
        counter.desk.resolve(counter.doubt(right), decision, ("ani",))
    open_intent = counter.doubt(RIGHTS[2])
    counter.desk.close(None, "ani", 46)
    closed = told(counter)
    assert isinstance(closed, DayClose)
    assert (closed.by, closed.hopper_count) == ("ani", 46)
    assert closed.blanks == {SERIES: {"LOADED": 47, "IN_PRINT": 1, "PRINTED": 1, "SPOILED": 1}}
    assert [card.outcome for card in closed.cards] == ["PRINTED", "SPOILED", "IN_DOUBT"]
    assert closed.cards[-1].intent == open_intent
    assert closed.log is not None
    with counter.store.write() as tx:
        assert tx.value("event_last") == closed.log.seq
        assert events.sign(tx, VAULT.log_key, counter.clock.now()), "a close is signed next"
        assert not events.sign(tx, VAULT.log_key, counter.clock.now())


def test_a_day_that_nobody_closed_is_closed_by_the_clock(counter: Counter) -> None:
    tomorrow = DAY + timedelta(days=1)

    def overdue() -> int:
        with counter.store.write() as tx:
            return closing.close_overdue(tx, STATION, tomorrow, "Asia/Jakarta", counter.clock.now())

    assert overdue() == 0, "nothing was printed"
    counter.desk.resolve(counter.doubt(RIGHTS[0]), Decision.PRINTED, ("ani",))
    assert (overdue(), overdue()) == (1, 0)
    closed = told(counter)
    assert isinstance(closed, DayClose)
    assert (closed.day, closed.by, closed.hopper_count) == (DAY, "clock", None)
