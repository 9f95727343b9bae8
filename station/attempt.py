"""One physical attempt on one blank: the durable writes of the print-once protocol.

    P1  begin     intent, right CACHED -> INTENT, allowance used, blank LOADED -> IN_PRINT: one transaction,
                  before the first byte that can move a card
    P4  settle    outcome, right, blank and the outbox entry: one transaction
        doubt     the outcome is not known: right -> IN_DOUBT, the blank stays IN_PRINT

Each function works inside the caller's transaction. The laws stand in the schema a second time; breaking one there is
sqlite3.IntegrityError and nothing is written.
"""

from dataclasses import dataclass
from datetime import date, datetime

from drivers.card import Evidence
from prr.exchange import Outcome, Report, SpoilReason
from prr.record import Right
from station import events, outbox
from station.database import Row, Transaction
from station.jobs import DoubtEvidence, Move, RightState, after

_ACCOUNT = {Outcome.PRINTED: "PRINTED", Outcome.SPOILED: "SPOILED", Outcome.NOT_PRINTED: "LOADED"}
_MOVE = {
    Outcome.PRINTED: Move.PRINTED,
    Outcome.SPOILED: Move.SPOILED,
    Outcome.NOT_PRINTED: Move.NOT_PRINTED,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be printed, where and under which allowance.

    `right` is None for a test card. `blank_uid` is None where nobody can know which blank will be fed.
    """

    right: Right | None
    fence: int | None
    image_sha256: str
    printer_serial: str
    series: str
    allowance_id: str
    day: date
    zone: str
    test_request: int | None = None
    blank_uid: str | None = None


def begin(tx: Transaction, plan: Plan, before: Evidence, boot_id: str, at: datetime) -> int:
    """P1: make the intent; returns its number."""
    right = plan.right
    intent = tx.add(
        "intent_begin",
        printer_serial=plan.printer_serial,
        record_id=right.record_id if right else None,
        issue_no=right.issue_no if right else None,
        fence=plan.fence,
        series=plan.series,
        blank_uid=plan.blank_uid,
        counter_before=before.counter,
        counter_kind=before.counter_kind,
        image_sha256=plan.image_sha256,
        allowance_id=plan.allowance_id,
        day=plan.day.isoformat(),
        zone=plan.zone,
        boot_id=boot_id,
        at=at.isoformat(),
    )
    if right is not None:
        move_right(tx, right, RightState.CACHED, Move.INTENT)
    if plan.test_request is not None:
        tx.run("test_taken", request=plan.test_request, intent=intent)
    _move_blank(tx, plan.series, "LOADED", "IN_PRINT", intent, plan.blank_uid, at)
    events.note(
        tx, at, "intent.begun", intent=intent, right=str(right) if right else None,
        fence=plan.fence, image_sha256=plan.image_sha256, counter=before.counter,
        allowance=plan.allowance_id, **_named(plan.blank_uid),
    )  # fmt: skip
    return intent


def put_in_doubt(tx: Transaction, station: str, intent: int, at: datetime) -> None:
    """Say that nobody knows what became of an open intent; tells the hub. Saying it twice changes nothing."""
    row = tx.one("intent", intent=intent)
    assert row is not None
    if row["outcome"] is not None or row["in_doubt"]:
        return
    tx.run("intent_doubt", intent=intent, doubt=None)
    if row["record_id"] is not None:
        move_right(tx, _right(row), RightState.INTENT, Move.DOUBT)
    outbox.tell(tx, station, at, _report(row, Outcome.IN_DOUBT, None, None, ()))
    events.note(tx, at, "intent.doubted", intent=intent)


def note_doubt_evidence(tx: Transaction, intent: int, evidence: DoubtEvidence) -> None:
    """Keep what the printer said about a doubt, for the people who decide it."""
    tx.run("intent_doubt", intent=intent, doubt=evidence.text())


def doubt_evidence(row: Row) -> DoubtEvidence | None:
    """Return what the printer said about a doubt, None where it was not asked yet."""
    return None if row["doubt"] is None else DoubtEvidence.from_text(row["doubt"])


def settle(
    tx: Transaction,
    station: str,
    intent: int,
    outcome: Outcome,
    at: datetime,
    *,
    after_evidence: Evidence | None = None,
    print_ms: int | None = None,
    decided_by: tuple[str, ...] = (),
    spoil_reason: SpoilReason | None = None,
    blank_uid: str | None = None,
) -> None:
    """P4: settle an open intent for good, move its right and its blank, and tell the hub.

    `blank_uid` is what was read from the card since, where it was not known before.
    """
    assert outcome is not Outcome.IN_DOUBT
    assert (spoil_reason is None) or outcome is Outcome.SPOILED
    row = tx.one("intent", intent=intent)
    assert row is not None
    counter = after_evidence.counter if after_evidence else None
    blank_uid = row["blank_uid"] or blank_uid
    changed = tx.run(
        "intent_settle",
        intent=intent,
        outcome=outcome.value,
        counter_after=counter,
        print_ms=print_ms,
        decided_by=",".join(decided_by) or None,
        spoil_reason=spoil_reason,
        blank_uid=blank_uid,
        at=at.isoformat(),
    )
    assert changed == 1, "an intent is settled once"
    if row["record_id"] is not None:
        _settle_right(tx, row, outcome)
    test = row["record_id"] is None and outcome is not Outcome.NOT_PRINTED
    target = "TEST" if test else _ACCOUNT[outcome]
    _move_blank(tx, row["series"], "IN_PRINT", target, intent, blank_uid, at)
    # Without fresh evidence the next look at the counter is a new anchor: people have counted.
    tx.run("printer_counter", serial=row["printer_serial"], counter=counter)
    report = _report(row, outcome, counter, print_ms, decided_by)
    said = {"spoil_reason": spoil_reason, "blank_uid": blank_uid}
    outbox.tell(tx, station, at, report.model_copy(update=said))
    events.note(
        tx, at, "intent.settled", intent=intent, outcome=outcome.value, counter=counter,
        decided_by=list(decided_by), spoil_reason=spoil_reason, **_named(blank_uid),
    )  # fmt: skip


def _settle_right(tx: Transaction, row: Row, outcome: Outcome) -> None:
    source = RightState.IN_DOUBT if row["in_doubt"] else RightState.INTENT
    move_right(tx, _right(row), source, _MOVE[outcome])
    if outcome is Outcome.SPOILED:  # the next attempt needs a person, never a loop
        tx.run("right_disapprove", record_id=row["record_id"], issue_no=row["issue_no"])


def move_right(tx: Transaction, right: Right, source: RightState, move: Move) -> None:
    """Move a held right along the table; it must stand where the caller believes it stands."""
    changed = tx.run(
        "right_move",
        record_id=right.record_id,
        issue_no=right.issue_no,
        source=source.value,
        target=after(source, move).value,
    )
    assert changed == 1, f"a right is not {source} as it should be"


def _named(blank_uid: str | None) -> dict[str, str]:
    return {} if blank_uid is None else {"blank_uid": blank_uid}


def _move_blank(
    tx: Transaction, series: str, source: str, target: str, intent: int, blank_uid: str | None,
    at: datetime,
) -> None:  # fmt: skip
    if blank_uid is not None:
        tx.run(
            "blank_move_named", series=series, source=source, target=target, intent=intent,
            who="press", at=at.isoformat(), blank_uid=blank_uid,
        )  # fmt: skip
        return
    tx.run(
        "blank_move", series=series, source=source, target=target, count=1, intent=intent,
        who="press", at=at.isoformat(),
    )  # fmt: skip


def _right(row: Row) -> Right:
    return Right(record_id=row["record_id"], issue_no=row["issue_no"])


def _report(
    row: Row, outcome: Outcome, counter: int | None, print_ms: int | None, people: tuple[str, ...]
) -> Report:
    return Report(
        intent=row["intent"],
        right=None if row["record_id"] is None else _right(row),
        fence=row["fence"],
        attempt=row["attempt"],
        outcome=outcome,
        series=row["series"],
        blank_uid=row["blank_uid"],
        printer_serial=row["printer_serial"],
        counter_before=row["counter_before"],
        counter_after=counter,
        image_sha256=row["image_sha256"],
        allowance_id=row["allowance_id"],
        day=date.fromisoformat(row["day"]),
        zone=row["zone"],
        decided_by=people,
        pull_ms=row["pull_ms"],
        print_ms=print_ms,
    )
