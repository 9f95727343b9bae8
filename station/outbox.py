"""What the hub has to be told: a gapless chain of entries, each made in the transaction of the fact it tells.

An entry exists if and only if its fact does. Each points back to the hash of the one before, so that the hub sees a
gap (and waits) or a fork (and locks the station: a clone or a restored backup).
"""

from datetime import datetime

from prr.exchange import (
    GENESIS_SHA256,
    Held,
    OutboxAnswer,
    OutboxEntry,
    Outcome,
    Release,
    Report,
    Told,
)
from prr.record import Right
from station.database import Transaction
from station.errors import HubRefusedError
from station.jobs import Move, RightState, after


def tell(tx: Transaction, station: str, at: datetime, body: Told) -> OutboxEntry:
    """Append an entry to the chain."""
    last = tx.one("outbox_last")
    entry = OutboxEntry(
        station=station,
        seq=1 if last is None else last["seq"] + 1,
        previous_sha256=GENESIS_SHA256 if last is None else last["sha256"],
        at=at,
        body=body,
    )
    right = body.right if isinstance(body, Report | Release) else None
    tx.run(
        "outbox_add",
        seq=entry.seq,
        document=entry.canonical().decode(),
        sha256=entry.sha256(),
        record_id=right.record_id if right else None,
        issue_no=right.issue_no if right else None,
    )
    return entry


def untold(tx: Transaction, count: int) -> list[OutboxEntry]:
    """Return the oldest entries the hub has not acknowledged."""
    return [
        OutboxEntry.model_validate_json(row["document"])
        for row in tx.all("outbox_untold", count=count)
    ]


def acknowledged(tx: Transaction, answer: OutboxAnswer) -> int:
    """Take the hub's word how far it has applied this chain; returns how many entries that are news of.

    A printed right's payload key is destroyed here (P5); a tombed right is released. Only once: a hub that was
    restored acknowledges again.

    Raises:
        HubRefusedError: the word is about another chain than this one.
    """
    seq = answer.applied_seq
    if seq and tx.value("outbox_sha256", seq=seq) != answer.applied_sha256:
        raise HubRefusedError(
            "OTHER_CHAIN",
            f"the hub's word is not about this station's entry {seq}: nothing was used",
        )
    for row in tx.all("outbox_unheeded", seq=seq):
        body = OutboxEntry.model_validate_json(row["document"]).body
        if isinstance(body, Report) and body.outcome is Outcome.PRINTED and body.right is not None:
            _shred(tx, body.right)
        elif isinstance(body, Release):
            _released(tx, body.right)
    return tx.run("outbox_acknowledge", seq=seq)


def _shred(tx: Transaction, right: Right) -> None:
    assert after(RightState.PRINTED, Move.ACKNOWLEDGED) is RightState.SHREDDED
    changed = tx.run("right_shred", record_id=right.record_id, issue_no=right.issue_no)
    assert changed == 1, "a card told as printed is printed here"


def _released(tx: Transaction, right: Right) -> None:
    assert after(RightState.TOMB, Move.ACKNOWLEDGED) is RightState.RELEASED
    changed = tx.run("right_released", record_id=right.record_id, issue_no=right.issue_no)
    assert changed == 1, "a right told as released has its tomb here"


def tell_again(tx: Transaction, applied_seq: int) -> int:
    """Take back all acknowledgements after `applied_seq`: the hub has forgotten them; returns how many there were."""
    return tx.run("outbox_tell_again", seq=applied_seq)


def last_seq(tx: Transaction) -> int:
    """Return how far the chain goes."""
    last = tx.one("outbox_last")
    return 0 if last is None else int(last["seq"])


def held(tx: Transaction) -> tuple[Held, ...]:
    """Return the rights this station holds, for Sync."""
    return tuple(
        Held(
            right=Right(record_id=row["record_id"], issue_no=row["issue_no"]),
            fence=row["fence"],
            state=row["state"],
        )
        for row in tx.all("rights_held")
    )
