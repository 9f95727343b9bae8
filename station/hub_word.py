"""The hub's word: what a station tells before it asks, and what it does with the answer.

An answer counts only if it carries the hub's signature, repeats the nonce of the very question, and comes from no
older epoch than one heard before. So a word that was recorded, or comes from a hub put back from an old copy, changes
nothing.

A greater epoch means that the hub was restored. The station then gives up a claim that is under way (its answer may be
one the hub has forgotten), tells again what the hub no longer knows, and says what it holds.
"""

from dataclasses import dataclass
from datetime import datetime

from prr.exchange import LogHead, Sync, SyncAnswer
from station import events, grants, outbox
from station.clock import Moment
from station.database import Transaction
from station.day import HUB_TIME
from station.errors import HubRefusedError

OLDER = "this store is older than what the hub has been told: it was restored from a copy; call the office"
JUMP_S_MIN = 5.0  # less is a clock being disciplined


@dataclass(frozen=True, slots=True)
class Start:
    """One start of this store's courier: a number that only grows, and a key no other start has."""

    number: int
    key: str


def count_start(tx: Transaction, key: str) -> Start:
    """Count a start; a copy of the store that starts too shows at the hub."""
    number = int(tx.value("fact", name="start_no") or 0) + 1
    tx.run("fact_set", name="start_no", value=str(number))
    return Start(number, key)


def epoch(tx: Transaction) -> int:
    """Return the highest epoch of the hub heard so far, 0 for none."""
    return int(tx.value("fact", name="hub_epoch") or 0)


def sync(
    tx: Transaction, station: str, boot_id: str, start: Start, nonce: str,
    log: LogHead | None = None,
) -> Sync:  # fmt: skip
    """Say how things stand here."""
    return Sync(
        station=station,
        nonce=nonce,
        boot_id=boot_id,
        start_no=start.number,
        start_key=start.key,
        hub_epoch=epoch(tx),
        told_seq=tx.value("outbox_told"),
        last_seq=outbox.last_seq(tx),
        log=log,
        printers=tuple(row["serial"] for row in tx.all("printers")),
        holds=outbox.held(tx),
    )


def heed(
    tx: Transaction, station: str, told: Sync, answer: SyncAnswer, asked: Moment, at: datetime
) -> bool:
    """Act on a verified answer; returns whether the hub was restored and has to be told again.

    Args:
        tx: everything or nothing of the answer is taken.
        station: who we are.
        told: the question.
        answer: its signatures were checked.
        asked: when the question was put; from then on the word grows old.
        at: now.

    Raises:
        HubRefusedError: it is another question's answer, or an older hub's.
    """
    if (answer.station, answer.nonce) != (station, told.nonce):
        raise HubRefusedError("OTHER_ANSWER", "the hub answered another question: nothing was used")
    known = epoch(tx)
    if answer.hub_epoch < known:
        raise HubRefusedError(
            "OLDER_HUB",
            f"the hub is of epoch {answer.hub_epoch}, epoch {known} was heard before: call the office",
        )
    forgot = 0 < known < answer.hub_epoch
    if forgot:
        _begin_epoch(tx, answer, at)
    _note_word(tx, answer, asked, at)
    for revocation in answer.revoked:
        grants.release(tx, station, revocation, f"revoked: {revocation.reason}", at)
    older = answer.applied_seq > outbox.last_seq(tx)
    for name, value in (
        ("hub_checked", asked.text()),
        (HUB_TIME, Moment(answer.hub_time, asked.boot_id, asked.boot_s).text()),
        ("hold", OLDER if older else answer.hold or ""),
        ("hub_epoch", str(answer.hub_epoch)),
    ):
        tx.run("fact_set", name=name, value=value)
    return forgot


def _note_word(tx: Transaction, answer: SyncAnswer, asked: Moment, at: datetime) -> None:
    """Keep the allowances, and note what of the word is news: caps, a hold, a clock that jumped since the last."""
    for new in grants.keep_allowances(tx, answer.allowances):
        events.note(
            tx, at, "allowance.kept", allowance=new.allowance_id, printer=new.printer_serial,
            day=new.day.isoformat(), cap=new.cap,
        )  # fmt: skip
    for raised in grants.keep_raises(tx, answer.raises):
        events.note(
            tx, at, "cap.raised", printer=raised.printer_serial, day=raised.day.isoformat(),
            cards=raised.cards,
        )  # fmt: skip
    if (answer.hold or "") != (tx.value("fact", name="hold") or ""):
        events.note(tx, at, "hold.changed", hold=answer.hold)
    before = tx.value("fact", name="hub_checked")
    jump_s = Moment.from_text(before).jump_s(asked) if before else 0.0
    if abs(jump_s) >= JUMP_S_MIN:
        events.note(tx, at, "clock.jumped", by_s=round(jump_s), boot_id=asked.boot_id)


def _begin_epoch(tx: Transaction, answer: SyncAnswer, at: datetime) -> None:
    under_way = grants.claim_under_way(tx)
    if under_way is not None:
        tx.run("claim_close", claim_key=under_way[0])
    again = outbox.tell_again(tx, answer.applied_seq)
    events.note(tx, at, "hub.restored", hub_epoch=answer.hub_epoch, told_again=again)
