"""What a station writes in its life, from first creation to shredding: scenarios of its real transactions."""

import contextlib
import sqlite3
from collections.abc import Callable, Mapping

from prr.exchange import Loading, OutboxAnswer, Outcome, Revocation
from reliability.disk.stage import Stage
from station import doubt, events, grants, outbox
from station.jobs import Decision
from support.records import record
from support.stations import SERIAL, STATION, allowance, evidence

Scenario = Callable[[Stage], None]


def first_start(stage: Stage) -> None:
    """Nothing is there; store and key are made, as either role does."""
    stage.begin()
    assert stage.store
    stage.vault()
    stage.close()


def claim(stage: Stage) -> None:
    """A claim is made durable, the hub answers with two grants."""
    stage.stocked()
    stage.begin()
    stage.grant(1, 2)


def sync(stage: Stage) -> None:
    """The hub's word: an allowance, one right taken back, facts."""
    stage.stocked(1, 2)
    stage.begin()
    with stage.store.write() as tx:
        grants.keep_allowances(tx, (allowance(10, serial="E2-0002"),))
        grants.release(
            tx, STATION, Revocation(right=record(2).right, fence=1), "revoked", stage.clock.now()
        )
        tx.run("fact_set", name="hub_checked", value="2026-03-02")
        tx.run("fact_set", name="hold", value="")


def intent(stage: Stage) -> None:
    """P1: the anchor, then the intent."""
    stage.stocked(1)
    stage.begin()
    with stage.store.write() as tx:
        tx.run("printer_counter", serial=SERIAL, counter=100)
    stage.intend(1)


def printed(stage: Stage) -> None:
    """P4 of a good card."""
    stage.stocked(1)
    number = stage.intend(1)
    stage.begin()
    stage.settle(number)


def restart(stage: Stage) -> None:
    """The restart rule after a crash in print."""
    stage.stocked(1)
    stage.intend(1)
    stage.begin()
    stage.reopen()
    with stage.store.write() as tx:
        doubt.doubt_all(tx, STATION, stage.clock.now())


def evidence_settles(stage: Stage) -> None:
    """A doubt settled by proof: nothing was printed."""
    stage.stocked(1)
    number = stage.intend(1)
    stage.doubt(number)
    stage.begin()
    with stage.store.write() as tx:
        row = tx.one("intent", intent=number)
        assert row is not None
        proved = doubt.settle_by_evidence(
            tx, STATION, row, evidence(100), stage.clock.now(), certified=True
        )
    assert proved


def people_settle(stage: Stage) -> None:
    """A doubt settled as spoiled by people, then the right approved for its next attempt."""
    stage.stocked(1)
    number = stage.intend(1)
    stage.doubt(number)
    stage.begin()
    at = stage.clock.now()
    with stage.store.write() as tx:
        doubt.resolve(tx, STATION, number, Decision.SPOILED, ("ani", "budi"), at)
    with stage.store.write() as tx:
        tx.run("right_approve", record_id=record(1).record_id, issue_no=1)
        events.note(tx, at, "right.approved", right="R", people=["ani"])


def blanks(stage: Stage) -> None:
    """Blanks put in and taken out, each told to the hub."""
    stage.stocked()
    stage.begin()
    at = stage.clock.now().isoformat()
    for source, target, count in (("OUTSIDE", "LOADED", 5), ("LOADED", "OUTSIDE", 3)):
        with stage.store.write() as tx:
            tx.run(
                "blank_move", series="BLANK", source=source, target=target, count=count,
                intent=None, who="ani", at=at,
            )  # fmt: skip
            signed = count if target == "LOADED" else -count
            body = Loading(series="BLANK", count=signed, by="ani")
            outbox.tell(tx, STATION, stage.clock.now(), body)


def applied(seq: int, sha256: str) -> OutboxAnswer:
    """The hub's word that it has applied the chain so far."""
    return OutboxAnswer(station=STATION, hub_epoch=1, applied_seq=seq, applied_sha256=sha256)


def acknowledged(stage: Stage) -> None:
    """P5: the hub has it; the payloads of two printed cards are destroyed."""
    stage.stocked(1, 2)
    for number in (1, 2):
        stage.settle(stage.intend(number))
    stage.begin()
    for _ in range(2):
        with stage.store.write() as tx:
            first = outbox.untold(tx, 1)[0]
            outbox.acknowledged(tx, applied(first.seq, first.sha256()))


def released(stage: Stage) -> None:
    """A tomb told, acknowledged, and the right granted anew under a greater fence."""
    stage.stocked(1)
    revoked = Revocation(right=record(1).right, fence=1)
    with stage.store.write() as tx:
        grants.release(tx, STATION, revoked, "revoked", stage.clock.now())
    stage.begin()
    with stage.store.write() as tx:
        last = outbox.untold(tx, 99)[-1]
        outbox.acknowledged(tx, applied(last.seq, last.sha256()))
    stage.grant(1, fence=2)


def test_card(stage: Stage) -> None:
    """A test card asked for, begun and printed."""
    stage.stocked()
    stage.begin()
    with stage.store.write() as tx:
        tx.add("test_ask", who="ani", at=stage.clock.now().isoformat())
    stage.settle(stage.intend(None))


def locked(stage: Stage) -> None:
    """The printer's count does not fit: locked, and unlocked by two people."""
    stage.stocked()
    stage.begin()
    with stage.store.write() as tx:
        tx.run("printer_lock", serial=SERIAL, reason="the printer counted 9 cards, the store 8")
        events.note(tx, stage.clock.now(), "printer.locked", counter=9, known=8)
    with stage.store.write() as tx:
        tx.run("printers_unlock")
        events.note(tx, stage.clock.now(), "printer.unlocked", people=["ani", "budi"])


def withdrawn(stage: Stage) -> None:
    """A transaction that breaks a law is rolled back; the next one goes through."""
    stage.stocked(1, 2)
    stage.begin()
    stage.intend(1)
    with contextlib.suppress(sqlite3.IntegrityError):
        stage.intend(2)
    stage.doubt(1)


def day(stage: Stage) -> None:
    """Three cards in a row: one printed, one spoiled, one not printed, and the close of the store."""
    stage.stocked(1, 2, 3)
    stage.begin()
    for number, outcome in enumerate((Outcome.PRINTED, Outcome.SPOILED, Outcome.NOT_PRINTED), 1):
        begun = stage.intend(number)
        if outcome is not Outcome.PRINTED:  # people say so, of a doubt
            stage.doubt(begun)
        stage.settle(begun, outcome)
    stage.close()


SCENARIOS: Mapping[str, Scenario] = {
    made.__name__.replace("_", " "): made
    for made in (
        first_start, claim, sync, intent, printed, restart, evidence_settles, people_settle, blanks,
        acknowledged, released, test_card, locked, withdrawn, day,
    )
}  # fmt: skip
