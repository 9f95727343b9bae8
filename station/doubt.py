"""Doubt: what became of a card when nobody saw its end.

restart     each intent without an outcome is IN DOUBT; only the press, holding its lock, says so
latch       no new intent on that printer until the doubt is settled
idle only   the printer's word about its last job is believed only while it is idle with no card inside
people      decide what the machine cannot prove; NOT PRINTED needs two, silence decides nothing
"""

from dataclasses import asdict
from datetime import datetime

from drivers.card import Evidence
from prr.exchange import Outcome, SpoilReason
from station import attempt, blanks, events
from station.database import Row, Transaction
from station.errors import DecisionError
from station.jobs import Decision, DoubtEvidence, SecondPerson, people_needed

_OUTCOME = {
    Decision.PRINTED: Outcome.PRINTED,
    Decision.NOT_PRINTED: Outcome.NOT_PRINTED,
    Decision.SPOILED: Outcome.SPOILED,
}


def open_intents(tx: Transaction) -> list[Row]:
    """Return the intents without an outcome, at most one a printer."""
    return tx.all("intents_open", printer_serial=None)


def doubt_all(tx: Transaction, station: str, at: datetime) -> int:
    """Say of every open intent that it is in doubt; returns how many there are."""
    rows = open_intents(tx)
    for row in rows:
        attempt.put_in_doubt(tx, station, row["intent"], at)
    return len(rows)


def weigh(row: Row, now: Evidence, *, certified: bool) -> DoubtEvidence:
    """Set what the printer says now against what the intent noted before.

    A counter at zero proves nothing, certified or not: one that began anew meanwhile stands there too.
    """
    delta = None
    if now.counter is not None and row["counter_before"] is not None:
        delta = now.counter - row["counter_before"]
    return DoubtEvidence(
        counter_delta=delta,
        same_printer=None if now.serial is None else now.serial == row["printer_serial"],
        card_inside=now.card_inside,
        job_alive=now.job_active,
        certified=certified and now.counter != 0,
    )


def settle_by_evidence(
    tx: Transaction, station: str, row: Row, now: Evidence, at: datetime, *, certified: bool
) -> bool:
    """Keep the evidence and settle the doubt where it is proof; returns whether it was.

    On this family a card is never proved PRINTED after a doubt: no job can be named afterwards. NOT PRINTED is
    proved by an unmoved certified counter, an empty path and no job alive.
    """
    evidence = weigh(row, now, certified=certified)
    if evidence != attempt.doubt_evidence(row):
        attempt.note_doubt_evidence(tx, row["intent"], evidence)
        events.note(tx, at, "doubt.weighed", intent=row["intent"], **asdict(evidence))
    if not evidence.proves_not_printed:
        return False
    attempt.settle(
        tx, station, row["intent"], Outcome.NOT_PRINTED, at,
        after_evidence=now, decided_by=("evidence",),
    )  # fmt: skip
    return True


def resolve(
    tx: Transaction,
    station: str,
    intent: int,
    decision: Decision,
    people: tuple[str, ...],
    at: datetime,
    *,
    reason: SpoilReason | None = None,
    office: SecondPerson = SecondPerson.NEVER,
    blank_uid: str | None = None,
) -> None:
    """Settle a doubt by people's word.

    A card read from the tray is evidence of which card it is, never of what is on it: as many people are needed.

    Args:
        tx: in which it is settled, or nothing.
        station: this one.
        intent: the doubt's.
        decision: what people saw.
        people: who saw it.
        at: now.
        reason: what spoiled the card; OTHER where a spoiled card has none.
        office: where it wants a second person.
        blank_uid: the chip's number of the card they looked at, where it was read.

    Raises:
        DecisionError: no such doubt, settled already, too few different people, or another card was read.
    """
    row = tx.one("intent", intent=intent)
    if row is None:
        raise DecisionError(f"there is no intent {intent}: see `ktp-station queue`")
    if row["outcome"] is not None:
        raise DecisionError(f"intent {intent} was settled as {row['outcome']} and stays so")
    if not row["in_doubt"]:
        raise DecisionError(f"intent {intent} is being printed, not in doubt")
    if blank_uid is not None:
        blanks.check_card_of(tx, row, blank_uid)
    needed = people_needed(
        decision, attempt.doubt_evidence(row), office=office,
        spoiled_today=tx.value("spoiled_on", printer_serial=row["printer_serial"], day=row["day"]),
    )  # fmt: skip
    if len(set(people)) < needed:
        raise DecisionError(
            f"{decision} needs the word of {needed} different people here: add --second NAME"
        )
    if reason is not None and decision is not Decision.SPOILED:
        raise DecisionError(f"{decision} takes no reason: only a spoiled card has one")
    spoiled = (reason or SpoilReason.OTHER) if decision is Decision.SPOILED else None
    attempt.settle(
        tx, station, intent, _OUTCOME[decision], at, decided_by=people, spoil_reason=spoiled,
        blank_uid=blank_uid,
    )  # fmt: skip
    events.note(
        tx, at, "doubt.resolved", intent=intent, decision=decision, people=list(people),
        **({} if blank_uid is None else {"card_read": blank_uid}),
    )  # fmt: skip
