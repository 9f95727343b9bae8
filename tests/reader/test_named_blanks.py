"""Blanks with names in a real store: each is in one place, on one card, and fed by name where there is no choice."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.evolis.driver import EvolisDriver
from prr.exchange import DayClose, OutboxEntry, Outcome, Report, SpoilReason
from station import attempt, blanks, choice, doubt, facts, grants
from station.choice import Choice, Work
from station.database import Database
from station.desk import Desk
from station.errors import DecisionError
from station.jobs import Decision, StopReason
from station.layout import Layout
from support import stations
from support.records import record
from support.stations import (
    SERIAL,
    SERIES,
    STATION,
    VAULT,
    SetClock,
    database,
    evidence,
    grant,
    stock,
)

A, B, C = (f"04A1B2C3D4E5{n:02X}" for n in range(3))
PEOPLE = ("ani", "budi")


class Counter:
    """A station, the people at its counter, and its press as far as the store goes."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.store: Database = database(folder)
        stock(self.store, blanks=0)
        settings = stations.config(folder)
        self.desk = Desk(settings, self.store, self.clock)
        self.choice = Choice(
            settings, self.store, VAULT, Layout.load(None), EvolisDriver(), self.clock
        )

    def give(self, number: int, *, approved: bool = True, blank_uid: str | None = None) -> None:
        with self.store.write() as tx:
            made = (grant(number, blank_uid=blank_uid),)
            grants.keep(tx, VAULT, str(number), made, approved=approved, pull_ms=1)

    def next(self) -> Work | choice.Against:
        return self.choice.next(SERIAL)

    def begin(self, number: int | None = None) -> int:
        """Begin what is chosen, as the press does; returns its intent."""
        work = self.next()
        assert isinstance(work, Work), work
        assert number is None or work.right == record(number).right
        plan = self.choice.plan(work, SERIAL)
        assert plan is not None
        self.choice.forget(work)
        with self.store.write() as tx:
            return attempt.begin(tx, plan, evidence(), "boot-1", self.clock.now())

    def end(self, intent: int, outcome: Outcome = Outcome.PRINTED) -> None:
        reason = SpoilReason.OTHER if outcome is Outcome.SPOILED else None
        with self.store.write() as tx:
            if outcome is not Outcome.PRINTED:
                attempt.put_in_doubt(tx, STATION, intent, self.clock.now())
            attempt.settle(tx, STATION, intent, outcome, self.clock.now(), spoil_reason=reason)

    def doubt(self) -> int:
        intent = self.begin()
        with self.store.write() as tx:
            doubt.doubt_all(tx, STATION, self.clock.now())
        return intent

    def place(self, uid: str) -> str | None:
        place: str | None = facts.blank(self.store, uid)["place"]
        return place

    def reports(self) -> list[Report]:
        with self.store.read() as tx:
            rows = tx.all("outbox_untold", count=500)
        bodies = [OutboxEntry.model_validate_json(row["document"]).body for row in rows]
        return [body for body in bodies if isinstance(body, Report)]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.store.close()


def test_a_card_on_the_only_blank_is_told_by_its_name_everywhere(counter: Counter) -> None:
    counter.give(1)
    assert counter.desk.load(1, "ani", (A,)) == 1
    assert counter.place(A) == "LOADED"
    intent = counter.begin(1)
    assert counter.place(A) == "IN_PRINT"
    counter.end(intent)
    assert facts.blank(counter.store, A) | {"since": ""} == {
        "uid": A, "place": "PRINTED", "series": SERIES, "since": "", "by": "press",
        "intent": intent, "right": str(record(1).right), "held_for": [],
    }  # fmt: skip
    assert [report.blank_uid for report in counter.reports()] == [A]
    close = counter.desk.close(None, "ani", 0)
    assert isinstance(close, DayClose)
    assert [card.blank_uid for card in close.cards] == [A]


@pytest.mark.parametrize(
    "loads",
    [
        pytest.param([(1, (A,)), (1, ())], id="another beside it"),
        pytest.param([(1, ()), (1, (A,))], id="upon another"),
        pytest.param([(1, ()), (1, (A,)), (-1, ())], id="one of two taken out unread"),
        pytest.param([(2, (A, B))], id="two with names"),
    ],
)
def test_a_blank_among_others_is_counted_and_not_named(
    counter: Counter, loads: list[tuple[int, tuple[str, ...]]]
) -> None:
    counter.give(1)
    for count, uids in loads:
        counter.desk.load(count, "ani", uids)
    counter.end(counter.begin(1))
    assert [report.blank_uid for report in counter.reports()] == [None]


def test_a_blank_is_refused_twice_used_or_in_already(counter: Counter) -> None:
    counter.give(1)
    with pytest.raises(DecisionError, match="read twice"):
        counter.desk.load(2, "ani", (A, A))
    counter.desk.load(1, "ani", (A,))
    with pytest.raises(DecisionError, match="not taken out"):
        counter.desk.load(1, "ani", (A,))
    counter.end(counter.begin(1), Outcome.SPOILED)
    with pytest.raises(DecisionError, match=r"used for intent 1 \(SPOILED\)"):
        counter.desk.load(2, "ani", (B, A))
    assert counter.place(B) is None, "all or none"


def test_a_blank_taken_out_may_come_back(counter: Counter) -> None:
    counter.desk.load(2, "ani", (A, B))
    with pytest.raises(DecisionError, match="not booked as loaded"):
        counter.desk.load(-1, "ani", (C,))
    assert counter.desk.load(-1, "ani", (A,)) == 1
    assert counter.place(A) == "OUTSIDE"
    assert counter.desk.load(1, "ani", (A,)) == 2


def test_the_only_blank_taken_out_unread_is_out_by_name(counter: Counter) -> None:
    counter.desk.load(1, "ani", (A,))
    assert counter.desk.load(-1, "ani") == 0
    assert counter.place(A) == "OUTSIDE"


def test_a_blank_not_printed_is_in_the_printer_again_under_its_name(counter: Counter) -> None:
    counter.give(1)
    counter.desk.load(1, "ani", (A,))
    counter.end(counter.begin(1), Outcome.NOT_PRINTED)
    assert counter.place(A) == "LOADED"
    counter.end(counter.begin(1))
    assert counter.place(A) == "PRINTED"


# -- a record that must go on one named blank --------------------------------------------------------------------


def test_a_record_for_one_blank_waits_for_a_person_until_that_blank_is_alone(
    counter: Counter,
) -> None:
    counter.give(1, blank_uid=A)
    counter.desk.load(1, "ani", (B,))
    assert counter.next() == {StopReason.NEEDS_APPROVAL: "1 held"}
    counter.desk.load(-1, "ani", (B,))
    counter.desk.load(1, "ani", (A,))
    counter.desk.approve(record(1).right, "ani")
    counter.end(counter.begin(1))
    assert counter.place(A) == "PRINTED"


def test_no_other_card_and_no_test_card_goes_on_a_blank_that_is_kept(counter: Counter) -> None:
    counter.give(1)
    counter.give(2, approved=False, blank_uid=A)
    counter.desk.ask_test_card("ani")
    counter.desk.load(1, "ani", (A,))
    assert counter.next() == {StopReason.NEEDS_APPROVAL: "2 held"}
    counter.desk.approve(record(2).right, "ani")
    counter.end(counter.begin(2))
    counter.desk.load(1, "ani", (B,))
    work = counter.next()
    assert isinstance(work, Work)
    assert work.test_request == 1


def test_a_kept_blank_is_loaded_alone_and_stays_alone(counter: Counter) -> None:
    counter.give(1, blank_uid=A)
    with pytest.raises(DecisionError, match="only one"):
        counter.desk.load(2, "ani", (A, B))
    counter.desk.load(1, "ani", (A,))
    with pytest.raises(DecisionError, match="only one"):
        counter.desk.load(1, "ani")


def test_a_card_prepared_for_a_blank_that_was_changed_is_not_begun(counter: Counter) -> None:
    counter.give(1, blank_uid=A)
    counter.desk.load(1, "ani", (A,))
    work = counter.next()
    assert isinstance(work, Work)
    counter.desk.load(-1, "ani", (A,))
    counter.desk.load(1, "ani", (B,))
    assert counter.choice.plan(work, SERIAL) is None


# -- a card read in a doubt --------------------------------------------------------------------------------------


def test_a_card_read_names_the_blank_of_a_doubt(counter: Counter) -> None:
    counter.give(1)
    counter.desk.load(2, "ani", (A, B))
    intent = counter.doubt()
    counter.desk.resolve(intent, Decision.PRINTED, PEOPLE, None, B)
    assert (counter.place(A), counter.place(B)) == ("LOADED", "PRINTED")
    assert [report.blank_uid for report in counter.reports()] == [None, B]


def test_another_card_from_the_tray_settles_nothing(counter: Counter) -> None:
    counter.give(1)
    counter.give(2)
    counter.desk.load(1, "ani", (A,))
    counter.end(counter.begin(1))
    counter.desk.load(2, "ani", (B, C))
    intent = counter.doubt()
    with pytest.raises(DecisionError, match=r"of intent 1 \(PRINTED\), so it is not intent 2's"):
        counter.desk.resolve(intent, Decision.PRINTED, PEOPLE, None, A)
    with counter.store.read() as tx:
        row = tx.one("intent", intent=intent)
    assert row is not None
    assert row["outcome"] is None


def test_the_card_of_a_known_blank_is_that_blank_and_no_other(counter: Counter) -> None:
    counter.give(1)
    counter.desk.load(1, "ani", (A,))
    intent = counter.doubt()
    with pytest.raises(DecisionError, match=f"the card read is {B}, intent 1 went on {A}"):
        counter.desk.resolve(intent, Decision.PRINTED, PEOPLE, None, B)
    counter.desk.resolve(intent, Decision.PRINTED, PEOPLE, None, A)
    assert counter.place(A) == "PRINTED"


def test_a_card_read_takes_no_persons_place(counter: Counter) -> None:
    """It proves which card was looked at, not what is on it."""
    counter.give(1)
    counter.desk.load(1, "ani", (A,))
    intent = counter.doubt()
    with pytest.raises(DecisionError, match="2 different people"):
        counter.desk.resolve(intent, Decision.NOT_PRINTED, ("ani",), None, A)


# -- the laws, in the schema -------------------------------------------------------------------------------------


def moved(counter: Counter, uid: str, source: str, target: str, intent: int | None = None) -> None:
    with counter.store.write() as tx:
        tx.run(
            "blank_move_named", series=SERIES, source=source, target=target, intent=intent,
            who="uji", at="2026-03-02T03:00:00+00:00", blank_uid=uid,
        )  # fmt: skip


def test_no_program_moves_a_named_blank_from_where_it_is_not(counter: Counter) -> None:
    counter.give(1)
    counter.desk.load(1, "ani", (A,))
    with pytest.raises(sqlite3.IntegrityError, match="from where it is"):
        moved(counter, A, "OUTSIDE", "LOADED")
    with pytest.raises(sqlite3.IntegrityError, match="from where it is"):
        moved(counter, B, "LOADED", "OUTSIDE")
    counter.end(counter.begin(1))
    with pytest.raises(sqlite3.IntegrityError, match="from where it is"):
        moved(counter, A, "OUTSIDE", "LOADED")


@pytest.mark.parametrize(
    ("number", "uid", "word"),
    [
        pytest.param(1, B, "another blank may be fed", id="not the one that is in"),
        pytest.param(2, A, "the right must go on another blank", id="not the right's"),
        pytest.param(1, C, "the blank is for another right", id="another right's"),
    ],
)
def test_no_program_begins_a_card_on_a_blank_that_is_not_its_own(
    counter: Counter, number: int, uid: str, word: str
) -> None:
    counter.give(1)
    counter.give(2, blank_uid=C)
    counter.desk.load(1, "ani", (C if uid == C else A,))
    with counter.store.read() as tx:
        row = tx.one("right_of", record_id=record(number).record_id, issue_no=1)
    assert row is not None
    plan = attempt.Plan(
        right=record(number).right, fence=1, image_sha256="0" * 64, printer_serial=SERIAL,
        series=SERIES, allowance_id=f"{SERIAL}.2026-03-02", day=counter.clock.now().date(),
        zone="Asia/Jakarta", blank_uid=uid,
    )  # fmt: skip
    with (
        pytest.raises(sqlite3.IntegrityError, match=word),
        counter.store.write() as tx,
    ):
        attempt.begin(tx, plan, evidence(), "boot-1", counter.clock.now())


steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["read", "load", "take out", "take out read", "print", "spoil", "leave", "doubt"]
        ),
        st.sampled_from([A, B, C]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_whatever_people_do_a_named_blank_is_on_one_card_at_most(
    tmp_path_factory: pytest.TempPathFactory, day: list[tuple[str, str]]
) -> None:
    counter = Counter(tmp_path_factory.mktemp("day"))
    for number in range(1, 10):
        counter.give(number)
    for step, uid in day:
        try:
            _do(counter, step, uid)
        except DecisionError:
            continue
    cards = [r.blank_uid for r in counter.reports() if r.outcome in ("PRINTED", "SPOILED")]
    named = [uid for uid in cards if uid is not None]
    assert len(named) == len(set(named))
    with counter.store.read() as tx:
        places = {row["place"]: row["count"] for row in tx.all("blanks", series=SERIES)}
        alone = blanks.alone(tx, SERIES)
    for place in ("PRINTED", "SPOILED"):
        here = [uid for uid in (A, B, C) if counter.place(uid) == place]
        assert sorted(here) == sorted(uid for uid in named if counter.place(uid) == place)
        assert len(here) <= places.get(place, 0)
    assert alone is None or (places["LOADED"] == 1 and counter.place(alone) == "LOADED")
    counter.store.close()


def _do(counter: Counter, step: str, uid: str) -> None:
    loads = {
        "read": (1, (uid,)),
        "load": (1, ()),
        "take out": (-1, ()),
        "take out read": (-1, (uid,)),
    }
    if step in loads:
        count, uids = loads[step]
        counter.desk.load(count, "ani", uids)
        return
    with counter.store.read() as tx:
        waits = doubt.open_intents(tx)
    if waits:
        counter.desk.resolve(waits[0]["intent"], Decision.PRINTED, PEOPLE, None, uid)
    elif isinstance(counter.next(), Work):
        ends = {"print": Outcome.PRINTED, "spoil": Outcome.SPOILED, "leave": Outcome.NOT_PRINTED}
        if step in ends:
            counter.end(counter.begin(), ends[step])
        else:
            counter.doubt()
