"""Print once at the press: one good card a right, intent first, one at a time, doubt after a crash, proof or people.

Real press, real driver, the emulator's machine in this process. The machine's truth is the judge: what is on the cards
that came out, not what the store says of them.
"""

import contextlib
import itertools
from collections.abc import Callable
from sqlite3 import IntegrityError

import pytest

from drivers.card import Evidence
from drivers.errors import LinkLostError
from prr.exchange import Outcome, Revocation
from station import attempt, doubt, grants
from station.database import Database, Row, Transaction
from station.errors import DecisionError, StoreError
from station.jobs import Decision
from support.house import House, Killed, Station
from support.records import record
from support.stations import STATION, SetClock, evidence, plan, stock
from support.still_wire import FEED

CACHED = "SELECT count(*) AS count FROM held_right WHERE state = 'CACHED'"
ENDED = {"PRINTED", "SHREDDED"}
REFUSALS = (AssertionError, DecisionError, StoreError, IntegrityError)


def finish(house: House, station: Station, cards: int) -> None:
    """Start again after whatever happened, let people answer, and wait until every card is made."""
    house.time.advance(60)  # a printer works on when the PC is dead
    station.clock.boots += 1
    station.start("press")
    assert house.run(lambda: ended(station) == cards, people=True), station.reasons()
    station.die()


def ended(station: Station) -> int:
    return sum(state in ENDED for state in station.states().values())


def dies_at_a_write(house: House, station: Station, card: int, point: int, *, kept: bool) -> bool:
    """Print a card with a process that dies at its n-th write; tell whether it came to that."""
    station.store.kill_at, station.store.kept = point, kept
    station.start("press")
    try:
        house.run(lambda: ended(station) == card)
    except Killed:
        return True
    finally:
        station.die()
    return False


def test_inv_01_at_most_one_good_card_a_right(house: House) -> None:
    """The PC dies at every durable write and around the bytes that feed; people decide by what they see.

    In the end every answer the hub ever gave comes once more, as a late copy.
    """
    station = house.add(blanks=80)
    cards = 0
    for kept in (False, True):
        for point in itertools.count(1):
            cards += 1
            house.give(station, cards)
            if not dies_at_a_write(house, station, cards, point, kept=kept):
                break
            finish(house, station, cards)
    assert cards > 8, "a card has some durable writes"
    for sent in (False, True):
        cards += 1
        house.give(station, cards)
        station.at_feed(Killed(), sent=sent)
        station.start("press")
        with pytest.raises(Killed):
            house.run(lambda: False)
        station.die()
        finish(house, station, cards)
    for name, answer in station.line.heard:
        if name == "claim":
            with station.store.write() as tx:
                grants.keep(tx, station.vault, "k", answer.grants, approved=True, pull_ms=1)
    station.start("press")
    house.run(lambda: False, 60)
    assert len(station.good) == len(set(station.good)) == cards


def test_inv_06_no_byte_that_can_move_a_card_before_its_intent_is_durable(house: House) -> None:
    station = house.add()
    seen: list[Row] = []

    def watch(data: bytes) -> None:
        durable = station.rows("SELECT * FROM intent ORDER BY intent")
        assert station.fed <= len(durable), "a card was fed for which nothing is written"
        if FEED in data[:4096]:
            (row,) = [row for row in durable if row["outcome"] is None]
            assert row["counter_before"] == station.machine.state.counters.inserted
            seen.append(row)

    house.give(station, 1, 2)
    station.watch = watch
    station.start("press")
    assert house.run(lambda: len(station.good) == 2)
    assert [row["fence"] for row in seen] == [1, 1]
    for row in seen:
        known = ("series", "image_sha256", "allowance_id", "day", "zone", "boot_id", "counter_kind")
        assert all(row[name] for name in known), dict(row)
        assert len(row["image_sha256"]) == 64
        assert row["printer_serial"] == station.serial


def test_inv_07_at_most_one_open_intent_and_none_begins_in_a_doubt(house: House) -> None:
    """The link dies when the card is all but out; the machine is idle and clean, and still nothing begins."""
    station = house.add()
    house.give(station, 1, 2)
    ending: list[int] = []

    def watch(data: bytes) -> None:
        ending.extend([len(station.good)] if b"Pcla;0" in data and FEED not in data[:4096] else [])
        if ending and station.good:
            station.watch = no_job
            raise LinkLostError("the cable")

    def no_job(data: bytes) -> None:
        assert FEED not in data[:4096], "a card is fed in a doubt"
        assert b"Psid" not in data, "a card is begun in a doubt"

    station.watch = watch
    station.start("press")
    assert house.run(lambda: "in-doubt" in station.reasons()), station.reasons()
    house.run(lambda: False, 120)
    open_intents = "SELECT count(*) AS count FROM intent WHERE outcome IS NULL"
    assert station.rows(open_intents)[0]["count"] == 1
    assert station.fed == 1
    assert "in-doubt" in station.reasons()
    station.watch = lambda _data: None
    assert house.run(lambda: ended(station) == 2, people=True)
    assert (station.decided, len(set(station.good))) == (["printed"], 2)


@pytest.mark.parametrize("certified", [False, True])
def test_inv_08_after_a_crash_each_open_intent_is_in_doubt(
    house: House, *, certified: bool
) -> None:
    """It died before the first byte. Only a certified counter makes that a proof; else the card waits for people."""
    station = house.add(certified=certified)
    house.give(station, 1)
    station.at_feed(Killed(), sent=False)
    station.start("press")
    with pytest.raises(Killed):
        house.run(lambda: False)
    station.die()
    station.start("courier")
    house.run(lambda: False, 30)
    assert station.states() == {"R000001": "INTENT"}, "only the press, holding its lock, says doubt"
    station.die()
    told: list[tuple[int, str]] = []

    def watch(_data: bytes) -> None:
        (row,) = station.rows("SELECT in_doubt FROM intent WHERE intent = 1")
        told.append((row["in_doubt"], station.states()["R000001"]))
        station.watch = lambda _data: None

    station.watch = watch
    station.start("press")
    printed = house.run(lambda: ended(station) == 1, 600)
    assert told == [(1, "IN_DOUBT")], "before the first word to the printer"
    assert printed == certified
    assert station.fed == int(certified)
    assert house.run(lambda: ended(station) == 1, people=True)
    assert (station.decided, len(station.good)) == ([] if certified else ["not-printed"], 1)


class _UndoneError(Exception):
    """Ends a trial so that nothing of it stays."""


Act = Callable[[Transaction], None]


def try_out(store: Database, act: Act) -> bool:
    """Tell whether an act settles intent 1 as NOT_PRINTED; the store stays as it was."""
    outcomes = []

    def look(tx: Transaction) -> None:
        act(tx)
        row = tx.one("intent", intent=1)
        assert row is not None
        outcomes.append(row["outcome"])
        raise _UndoneError

    with contextlib.suppress(_UndoneError, DecisionError), store.write() as tx:
        look(tx)
    return outcomes == ["NOT_PRINTED"]


def weighed(now: Evidence, *, certified: bool, people: tuple[str, ...] = ()) -> Act:
    """Return the act of weighing what the printer says, and of people who then say that nothing was printed."""

    def act(tx: Transaction) -> None:
        row, at = tx.one("intent", intent=1), SetClock().now()
        assert row is not None
        doubt.settle_by_evidence(tx, STATION, row, now, at, certified=certified)
        if people:
            doubt.resolve(tx, STATION, 1, Decision.NOT_PRINTED, people, at)

    return act


def test_inv_09_not_printed_only_by_proof_or_by_two_different_people(store: Database) -> None:
    stock(store, numbers=(1,))
    at = SetClock().now()
    with store.write() as tx:
        attempt.begin(tx, plan(record(1).right), evidence(), "boot-1", at)
        doubt.doubt_all(tx, STATION, at)
    trials = itertools.product(
        (-1, 0, 1, 2, None), (True, False, None), (True, False, None),
        (None, "OTHER", "E2-0001"), (True, False),
    )  # fmt: skip
    for delta, inside, alive, serial, certified in trials:
        counter = None if delta is None else 100 + delta
        now = evidence(counter, card_inside=inside, job_active=alive, serial=serial)
        proof = (delta, inside, alive, serial, certified) == (0, False, False, "E2-0001", True)
        assert try_out(store, weighed(now, certified=certified)) == proof, now
        for people in (("a",), ("a", "a"), ("a", "b")):
            settled = try_out(store, weighed(now, certified=certified, people=people))
            assert settled == (people == ("a", "b") and not proof), (now, people)


def test_inv_09_a_counter_at_zero_proves_nothing(store: Database) -> None:
    """One that was begun anew while the card was in print stands where that of a new printer stood before it."""
    stock(store, numbers=(1,))
    at = SetClock().now()
    with store.write() as tx:
        attempt.begin(tx, plan(record(1).right), evidence(0), "boot-1", at)
        doubt.doubt_all(tx, STATION, at)
    assert not try_out(store, weighed(evidence(0), certified=True))
    assert try_out(store, weighed(evidence(0), certified=True, people=("a", "b")))


def test_inv_13_once_released_the_station_never_prints_under_that_fence(house: House) -> None:
    """The office takes the record back while the press has it in hand, the last moment before its intent."""
    station = house.add()
    house.give(station, 1)
    right = record(1).right
    kept = [answer for name, answer in station.line.heard if name == "claim"]

    def take_back(data: bytes) -> None:
        if b"Psid" not in data:
            return
        station.watch = lambda _data: None
        word = Revocation(right=right, fence=1)
        with station.store.write() as tx:
            assert grants.release(tx, station.name, word, "asked for", station.clock.now())

    station.watch = take_back
    station.start("press")
    house.run(lambda: False, 60)
    assert (station.fed, station.states()) == (0, {"R000001": "TOMB"})
    with station.store.write() as tx:
        tx.run("right_approve", record_id=right.record_id, issue_no=1)
        late = grants.keep(tx, station.vault, "k", kept[-1].grants, approved=True, pull_ms=1)
    assert late == 0, "a late copy of the grant woke a tomb"
    station.start("courier")
    assert house.run(lambda: station.good != [])
    assert station.rows("SELECT DISTINCT fence FROM intent")[0]["fence"] == 2
    with station.store.write() as tx:
        assert not grants.keep(tx, station.vault, "k", kept[-1].grants, approved=True, pull_ms=1)


def test_inv_10_a_settled_intent_never_changes(store: Database) -> None:
    """Neither another outcome, nor people, nor a statement of somebody's own; nor a move of the ledger."""
    stock(store, numbers=(1,))
    at = SetClock().now()
    with store.write() as tx:
        intent = attempt.begin(tx, plan(record(1).right), evidence(), "boot-1", at)
        attempt.settle(tx, STATION, intent, Outcome.PRINTED, at, after_evidence=evidence(101))
    before = everything(store)
    for change in (
        lambda tx: attempt.settle(tx, STATION, intent, Outcome.SPOILED, at),
        lambda tx: attempt.put_in_doubt(tx, STATION, intent, at),
        lambda tx: doubt.resolve(tx, STATION, intent, Decision.SPOILED, ("a", "b"), at),
        lambda tx: attempt.note_doubt_evidence(
            tx, intent, doubt.weigh(tx.one("intent", intent=intent), evidence(), certified=True)
        ),
        lambda tx: tx._connection.execute("UPDATE blank_move SET count = 2"),
        lambda tx: tx._connection.execute("DELETE FROM blank_move"),
        lambda tx: tx._connection.execute("DELETE FROM intent"),
    ):
        with (
            contextlib.suppress(*REFUSALS),
            store.write() as tx,
        ):  # which guard speaks is not the law
            change(tx)
        assert everything(store) == before


def everything(store: Database) -> list[tuple[object, ...]]:
    with store.read() as tx:
        rows = tx._connection.execute("SELECT * FROM intent").fetchall()
        rows += tx._connection.execute("SELECT * FROM blank_move").fetchall()
        rows += tx._connection.execute("SELECT record_id, state FROM held_right").fetchall()
    return [tuple(row) for row in rows]
