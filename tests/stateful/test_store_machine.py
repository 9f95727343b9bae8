"""The store's protocol under random histories: grants, intents, outcomes, doubts, people, revocations, restarts.

After every step the invariants of print-once that a station can keep alone are asserted from the rows themselves.
"""

import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from prr.exchange import (
    GENESIS_SHA256,
    Loading,
    OutboxAnswer,
    OutboxEntry,
    Outcome,
    Report,
    Revocation,
)
from prr.record import Right
from station import attempt, doubt, grants, outbox
from station.database import Database, Row
from station.errors import DecisionError
from station.jobs import Decision
from support.records import record
from support.stations import (
    DAY,
    SERIAL,
    SERIES,
    STATION,
    VAULT,
    SetClock,
    allowance,
    evidence,
    grant,
    plan,
    stock,
)

RIGHTS = [record(number).right for number in range(1, 7)]
CAP = 2
NUMBERS = st.integers(1, len(RIGHTS))
BLANKS = 6
PLACES = ("LOADED", "IN_PRINT", "PRINTED", "SPOILED", "TEST")

Event = tuple[str, dict[str, Any]]
Method = TypeVar("Method", bound=Callable[..., None])

granted = functools.lru_cache(maxsize=None)(grant)
allowed = functools.lru_cache(maxsize=None)(allowance)


_events: list[st.SearchStrategy[Event]] = []


def event(**arguments: st.SearchStrategy[Any]) -> Callable[[Method], Method]:
    """Make a method one of the things that may happen.

    As rules of their own most histories would lack most of them: the library leaves rules out by the throw of a coin
    a history, and nothing goes far without grants, cards and new days.
    """

    def register(method: Method) -> Method:
        _events.append(st.tuples(st.just(method.__name__), st.fixed_dictionaries(arguments)))
        return method

    return register


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ktp-store-"))
        self.store = Database(self.folder / "station.sqlite")
        self.eye = sqlite3.connect(self.store.path, isolation_level=None)
        self.seen_version = -1
        self.chain_seq, self.chain_sha256, self.told = 0, GENESIS_SHA256, set[int]()
        stock(self.store, cap=CAP, blanks=BLANKS)
        self.blanks, self.day = BLANKS, DAY
        self.clock = SetClock()
        self.fences = dict.fromkeys(RIGHTS, 0)
        self.released_under: dict[Right, int] = {}

    def teardown(self) -> None:
        self.eye.close()
        self.store.close()
        shutil.rmtree(self.folder)

    # -- the world ---------------------------------------------------------------------------------------

    @event(number=NUMBERS, late=st.booleans())
    def a_grant_comes(self, number: int, late: bool) -> None:
        right = RIGHTS[number - 1]
        row = self._right(right)
        free = row is None or row["state"] == "RELEASED"
        fence = self.fences[right] if late and self.fences[right] else self.fences[right] + 1
        with self.store.write() as tx:
            kept = grants.keep(tx, VAULT, "k", (granted(number, fence),), approved=True, pull_ms=1)
        assert kept == int(free and fence > self.fences[right])
        if kept:
            self.fences[right] = fence

    @event(number=NUMBERS, test=st.sampled_from([False, False, False, True]), ends=st.booleans())
    def an_intent_begins(self, number: int, test: bool, ends: bool) -> None:
        """A right that is not there yet is granted first; a card may come out at once: most do."""
        right = None if test else RIGHTS[number - 1]
        if right is not None and self._right(right) is None:
            self.a_grant_comes(number=number, late=False)
        row = None if right is None else self._right(right)
        legal = right is None or (row is not None and row["state"] == "CACHED")
        if not legal:
            return
        blocked = self._open() is not None or self._heated() >= CAP or self._place("LOADED") < 1
        try:
            with self.store.write() as tx:
                fence = None if row is None else row["fence"]
                attempt.begin(
                    tx, plan(right, fence, self.day), evidence(), "boot-1", self.clock.now()
                )
        except sqlite3.IntegrityError:
            assert blocked, "a law refused what was lawful"
        else:
            assert not blocked, "a second open intent, a card over the cap or a blank from nothing"
            if ends:
                self.the_card_comes_out()

    @event()
    def the_card_comes_out(self) -> None:
        row = self._open()
        if row is None or row["in_doubt"]:
            return
        with self.store.write() as tx:
            attempt.settle(
                tx, STATION, row["intent"], Outcome.PRINTED, self.clock.now(),
                after_evidence=evidence(101), print_ms=3,
            )  # fmt: skip

    @event()
    def a_day_passes(self) -> None:
        self.day += timedelta(days=1)
        self.clock.advance(86_400)
        with self.store.write() as tx:
            grants.keep_allowances(tx, (allowed(CAP, self.day),))

    @event(count=st.integers(1, 3))
    def blanks_are_loaded(self, count: int) -> None:
        self.blanks += count
        with self.store.write() as tx:
            tx.run(
                "blank_move", series=SERIES, source="OUTSIDE", target="LOADED", count=count,
                intent=None, who="ani", at=self.clock.now().isoformat(),
            )  # fmt: skip

    @event()
    def the_station_restarts(self) -> None:
        self.store.close()
        self.store = Database(self.folder / "station.sqlite")
        with self.store.write() as tx:
            doubt.doubt_all(tx, STATION, self.clock.now())
        row = self._open()
        assert row is None or row["in_doubt"]

    @event(
        delta=st.sampled_from([-1, 0, 1, 2]),
        inside=st.sampled_from([True, False, None]),
        certified=st.booleans(),
    )
    def the_printer_is_asked(self, delta: int, inside: bool | None, certified: bool) -> None:
        row = self._open()
        if row is None or not row["in_doubt"]:
            return
        now = evidence(100 + delta, card_inside=inside)
        with self.store.write() as tx:
            settled = doubt.settle_by_evidence(
                tx, STATION, row, now, self.clock.now(), certified=certified
            )
        assert settled == (delta == 0 and inside is False and certified)

    @event(
        decision=st.sampled_from(list(Decision)),
        people=st.sampled_from([("a",), ("a", "a"), ("a", "b")]),
    )
    def people_decide(self, decision: Decision, people: tuple[str, ...]) -> None:
        row = self._open()
        if row is None:
            return
        try:
            with self.store.write() as tx:
                doubt.resolve(tx, STATION, row["intent"], decision, people, self.clock.now())
        except DecisionError:
            return
        assert row["in_doubt"]
        assert decision is not Decision.NOT_PRINTED or len(set(people)) == 2

    @event(number=NUMBERS)
    def a_person_approves(self, number: int) -> None:
        right = RIGHTS[number - 1]
        with self.store.write() as tx:
            tx.run("right_approve", record_id=right.record_id, issue_no=right.issue_no)

    @event(number=NUMBERS)
    def the_hub_revokes(self, number: int) -> None:
        right = RIGHTS[number - 1]
        if not self.fences[right]:
            return
        row = self._right(right)
        word = Revocation(right=right, fence=self.fences[right])
        with self.store.write() as tx:
            tombed = grants.release(tx, STATION, word, "revoked", self.clock.now())
        assert tombed == (row is not None and row["state"] == "CACHED")
        if tombed:
            self.released_under[right] = self.fences[right]

    @event(behind=st.sampled_from([0, 0, 0, 1, 3]))
    def the_hub_acknowledges(self, behind: int) -> None:
        with self.store.write() as tx:
            seq = max(0, outbox.last_seq(tx) - behind)
            answer = OutboxAnswer(
                station=STATION, hub_epoch=1, applied_seq=seq,
                applied_sha256=tx.value("outbox_sha256", seq=seq) or GENESIS_SHA256,
            )  # fmt: skip
            outbox.acknowledged(tx, answer)

    @event(behind=st.integers(0, 4))
    def the_hub_has_forgotten(self, behind: int) -> None:
        with self.store.write() as tx:
            outbox.tell_again(tx, max(0, outbox.last_seq(tx) - behind))

    @rule(happens=st.deferred(lambda: st.one_of(_events)))
    def something_happens(self, happens: Event) -> None:
        name, arguments = happens
        getattr(self, name)(**arguments)

    # -- what always holds -------------------------------------------------------------------------------

    def check_invariants(self, settings: Any, output: Any, runtimes: Any) -> None:
        """Look only where something was committed since the last look: many steps may do nothing."""
        version = self._number("PRAGMA data_version")
        if version != self.seen_version:
            self.seen_version = version
            super().check_invariants(settings, output, runtimes)

    @invariant()
    def one_good_card_a_right(self) -> None:
        question = (
            "SELECT record_id FROM intent WHERE outcome = 'PRINTED' AND record_id IS NOT NULL"
        )
        good = [record_id for (record_id,) in self.eye.execute(question)]
        assert len(good) == len(set(good))

    @invariant()
    def one_open_intent_a_printer(self) -> None:
        assert self._number("SELECT count(*) FROM intent WHERE outcome IS NULL") <= 1

    @invariant()
    def heated_cards_stay_under_the_cap_of_each_day(self) -> None:
        question = (
            "SELECT count(*) FROM intent WHERE outcome IS NOT 'NOT_PRINTED'"
            " GROUP BY allowance_id ORDER BY 1 DESC LIMIT 1"
        )
        fullest = self.eye.execute(question).fetchone()
        assert fullest is None or fullest[0] <= CAP

    @invariant()
    def every_blank_is_somewhere(self) -> None:
        places = self._places()
        assert min(places.values()) >= 0
        assert sum(places.values()) == self.blanks
        open_intents = self._number("SELECT count(*) FROM intent WHERE outcome IS NULL")
        assert places["IN_PRINT"] == open_intents

    @invariant()
    def a_tomb_never_prints_under_its_fence(self) -> None:
        for right, fence in self.released_under.items():
            under_way = (
                "SELECT count(*) FROM intent WHERE record_id = ? AND fence = ? AND outcome IS NULL"
            )
            assert not self._number(under_way, right.record_id, fence)
            row = self._right(right)
            assert row is not None
            assert row["fence"] > fence or row["state"] in ("TOMB", "RELEASED")

    @invariant()
    def the_chain_has_no_gap_and_tells_every_outcome(self) -> None:
        question = "SELECT document, sha256 FROM outbox WHERE seq > ? ORDER BY seq"
        for document, sha256 in self.eye.execute(question, (self.chain_seq,)):
            entry = OutboxEntry.model_validate_json(document)
            assert entry.seq == self.chain_seq + 1
            assert entry.previous_sha256 == self.chain_sha256
            assert entry.sha256() == sha256
            assert not isinstance(entry.body, Loading)
            self.chain_seq, self.chain_sha256 = entry.seq, sha256
            if isinstance(entry.body, Report) and entry.body.outcome != "IN_DOUBT":
                self.told.add(entry.body.intent)
        settled = self._number("SELECT count(*) FROM intent WHERE outcome IS NOT NULL")
        assert len(self.told) == settled

    @invariant()
    def a_payload_lives_no_longer_than_it_must(self) -> None:
        assert not self._number(
            "SELECT count(*) FROM held_right WHERE payload IS NOT NULL AND state IN ('SHREDDED','TOMB','RELEASED')"
        )

    # -- looking -----------------------------------------------------------------------------------------

    def _right(self, right: Right) -> Row | None:
        with self.store.read() as tx:
            return tx.one("right_of", record_id=right.record_id, issue_no=right.issue_no)

    def _open(self) -> Row | None:
        with self.store.read() as tx:
            rows = tx.all("intents_open", printer_serial=SERIAL)
        return rows[0] if rows else None

    def _heated(self) -> int:
        question = "SELECT count(*) FROM intent WHERE outcome IS NOT 'NOT_PRINTED' AND day = ?"
        return self._number(question, self.day.isoformat())

    def _place(self, place: str) -> int:
        return self._places()[place]

    def _places(self) -> dict[str, int]:
        with self.store.read() as tx:
            counts: dict[str, int] = {r["place"]: r["count"] for r in tx.all("blanks", series=None)}
        return {place: counts.get(place, 0) for place in PLACES}

    def _number(self, question: str, *values: object) -> int:
        answer: int = self.eye.execute(question, values).fetchone()[0]
        return answer


StoreMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestStoreMachine = pytest.mark.filterwarnings("error")(StoreMachine.TestCase)
