"""What a station's word changes: a report, a release, a loading, each in the transaction that applies its entry.

A station's word about a card is never refused: the card exists. What does not fit the hub's book raises an
alarm; the ledger moves anyway, the right only if report and right carry the same fence.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

import sqlalchemy as sa

from hub import closes, epochs, ledger, rights, schema
from hub.alarms import AlarmCode, raise_alarm
from hub.blanks import named
from hub.ledger import Move, Place, at_station
from prr.exchange import (
    Adjustment,
    DayClose,
    Held,
    Loading,
    OutboxEntry,
    Outcome,
    Release,
    Report,
    Returning,
)
from prr.record import Right


@dataclass(frozen=True, slots=True)
class Telling:
    """An entry being applied: where, when, and by whom it was told."""

    connection: sa.Connection
    station: str
    seq: int
    at: datetime

    def alarm(self, code: AlarmCode, right_id: int | None = None) -> None:
        """Raise an alarm about this entry."""
        raise_alarm(self.connection, code, self.at, self.station, seq=self.seq, right_id=right_id)


def apply(connection: sa.Connection, entry: OutboxEntry, at: datetime) -> None:
    """Do what one entry says. Raises no operating error but the store's."""
    telling = Telling(connection, entry.station, entry.seq, at)
    match entry.body:
        case Report():
            _apply_report(telling, entry.body)
        case Release():
            _apply_release(telling, entry.body)
        case Loading():
            _apply_loading(telling, entry.body)
        case Adjustment():
            _apply_adjustment(telling, entry.body)
        case Returning():
            _apply_return(telling, entry.body)
        case DayClose():
            if closes.keep(connection, entry.station, entry.seq, entry.body, at):
                telling.alarm(AlarmCode.CLOSE_DIFFERS)
        case _:
            assert_never(entry.body)


def _apply_report(telling: Telling, report: Report) -> None:
    earlier = _earlier(telling, report.intent)
    settled = report.outcome is not Outcome.IN_DOUBT
    if 1 in earlier or (not settled and 0 in earlier):
        if earlier.get(int(settled)) != report.outcome:
            telling.alarm(AlarmCode.INTENT_SETTLED)
        return
    row = None if report.right is None else rights.find(telling.connection, report.right)
    _look_for_blank(telling, report)
    _note_report(telling, report, settled, None if row is None else row.id)
    _move_blank(telling, report, doubted=0 in earlier)
    if report.right is None:
        return
    if row is None:
        ended = "DONE" if report.outcome is Outcome.PRINTED else "HELD"
        _hear_unknown(telling, report.right, report.fence or 1, ended)
        return
    if report.fence is not None and report.fence > row.fence:
        row = _grant_forgotten(telling, report.right, row, report.fence)
    if _is_its_grant(telling, report, row):
        _apply_outcome(telling, report.outcome, row)


def _look_for_blank(telling: Telling, report: Report) -> None:
    """Raise an alarm about a named blank that the book has elsewhere; its card is booked all the same."""
    uid = report.blank_uid
    if uid is not None and named.is_elsewhere(
        telling.connection, uid, telling.station, report.intent, report.outcome
    ):
        telling.alarm(AlarmCode.BLANK_IN_TWO_PLACES)


def _earlier(telling: Telling, intent: int) -> dict[int, str]:
    """Return what was told of an intent before: settled (0 or 1) -> outcome."""
    columns = schema.reports.c
    query = sa.select(columns.settled, columns.outcome).where(
        columns.station == telling.station, columns.intent == intent
    )
    return {row.settled: row.outcome for row in telling.connection.execute(query)}


def _note_report(telling: Telling, report: Report, settled: bool, right_id: int | None) -> None:
    row = {
        "station": telling.station, "intent": report.intent, "settled": int(settled),
        "seq": telling.seq, "right_id": right_id, "fence": report.fence,
        "outcome": report.outcome, "spoil_reason": report.spoil_reason,
        "series": report.series, "blank_uid": report.blank_uid,
        "printer_serial": report.printer_serial, "allowance_id": report.allowance_id,
        "day": report.day,
    }  # fmt: skip
    telling.connection.execute(sa.insert(schema.reports), row)


def _hear_unknown(telling: Telling, right: Right, fence: int, state: str) -> None:
    """Keep what is told of a right that is not here: a hub restored from a copy may get its record again."""
    epochs.restored(telling.connection, telling.station, telling.at)
    held = Held(right=right, fence=fence, state=state)
    epochs.hear(telling.connection, telling.station, held, state)
    telling.alarm(AlarmCode.RIGHT_UNKNOWN)


def _grant_forgotten(telling: Telling, right: Right, row: sa.Row[Any], fence: int) -> sa.Row[Any]:
    """Take a station's word that it was granted a right under a fence this hub has never given: it was restored."""
    epochs.restored(telling.connection, telling.station, telling.at)
    if row.state in ("READY", "HELD", "REVOKED"):
        rights.change(
            telling.connection, row, "grant-forgotten", telling.at,
            state="HELD", holder=telling.station, fence=fence,
            revoke_wanted=int(row.state == "REVOKED" or row.revoke_wanted), in_doubt=0,
        )  # fmt: skip
    found = rights.find(telling.connection, right)
    assert found is not None
    return found


def _is_its_grant(telling: Telling, report: Report, row: sa.Row[Any]) -> bool:
    if report.fence != row.fence:
        telling.alarm(AlarmCode.OTHER_FENCE, row.id)
        return False
    if telling.station not in (
        row.holder, rights.granted_to(telling.connection, row.id, row.fence)
    ):  # fmt: skip
        telling.alarm(AlarmCode.NOT_THE_HOLDER, row.id)
        return False
    return True


def _apply_outcome(telling: Telling, outcome: Outcome, row: sa.Row[Any]) -> None:
    match outcome:
        case Outcome.PRINTED:
            _printed(telling, row)
        case Outcome.IN_DOUBT if row.state == "HELD":
            rights.change(telling.connection, row, "in-doubt", telling.at, in_doubt=1)
        case Outcome.SPOILED | Outcome.NOT_PRINTED if row.state == "HELD":
            event = outcome.value.lower().replace("_", "-")
            rights.change(telling.connection, row, event, telling.at, in_doubt=0)
        case _:
            telling.alarm(AlarmCode.CARD_NOT_HELD, row.id)


def _printed(telling: Telling, row: sa.Row[Any]) -> None:
    """A good card ends its right in whatever state the right is: it must never be granted again."""
    if row.state == "DONE":
        telling.alarm(AlarmCode.SECOND_PRINTED, row.id)
        return
    too_late = row.state == "REVOKED" or row.revoke_wanted == 1
    if row.state != "HELD":
        lost = row.state == "LOST"
        telling.alarm(AlarmCode.LOST_TURNED_UP if lost else AlarmCode.CARD_NOT_HELD, row.id)
    if too_late:
        telling.alarm(AlarmCode.PRINTED_AFTER_REVOKE, row.id)
    rights.change(
        telling.connection, row, "printed", telling.at,
        state="DONE", holder=telling.station, in_doubt=0, revoke_wanted=0,
        printed_after_revoke=int(too_late),
    )  # fmt: skip


def _move_blank(telling: Telling, report: Report, *, doubted: bool) -> None:
    source = Place.IN_PRINT if doubted else Place.LOADED
    target = _place_after(report)
    if source is target:
        return  # not printed and never in doubt: the blank did not leave the hopper
    _tell_move(
        telling, report.series, source, target, 1, "report", f"{telling.station}/{report.intent}"
    )


def _place_after(report: Report) -> Place:
    match report.outcome:
        case Outcome.IN_DOUBT:
            return Place.IN_PRINT
        case Outcome.NOT_PRINTED:
            return Place.LOADED
        case Outcome.PRINTED | Outcome.SPOILED if report.right is None:
            return Place.TEST
        case Outcome.PRINTED:
            return Place.PRINTED
        case Outcome.SPOILED:
            return Place.SPOILED
        case _:
            assert_never(report.outcome)


def _apply_release(telling: Telling, release: Release) -> None:
    row = rights.find(telling.connection, release.right)
    if row is None:
        _hear_unknown(telling, release.right, release.fence, "READY")
        return
    if release.fence > row.fence:
        row = _grant_forgotten(telling, release.right, row, release.fence)
    if release.fence < row.fence and epochs.any_awaited(telling.connection):
        return  # told again to a restored hub, which has heard of a later grant already
    if row.fence != release.fence:
        telling.alarm(AlarmCode.OTHER_FENCE, row.id)
    elif row.state != "HELD" or row.holder != telling.station or row.in_doubt:
        telling.alarm(AlarmCode.RELEASE_REFUSED, row.id)
    else:
        state = "REVOKED" if row.revoke_wanted else "READY"
        holder = None if state == "READY" else row.holder
        rights.change(
            telling.connection, row, "released", telling.at,
            state=state, holder=holder, revoke_wanted=0,
        )  # fmt: skip


def _apply_loading(telling: Telling, loading: Loading) -> None:
    source, target = Place.STOCK, Place.LOADED
    if loading.count < 0:
        source, target = target, source
    if loading.count:
        _tell_move(telling, loading.series, source, target, abs(loading.count), "load", None)


def _apply_adjustment(telling: Telling, told: Adjustment) -> None:
    """Book what a hand count found: blanks there are no more, or more than the book has."""
    loaded = at_station(telling.station, Place.LOADED)
    source, target = (Place.FOUND, loaded) if told.count > 0 else (loaded, Place.MISSING)
    if told.count:
        paper = f"outbox {telling.station}/{telling.seq} {' '.join(told.by)}"
        move = Move(told.series, source, target, abs(told.count), paper, told.reason)
        post = ledger.post if told.count > 0 else ledger.post_told
        post(telling.connection, move, telling.at)
        telling.alarm(AlarmCode.BLANKS_ADJUSTED)


def _apply_return(telling: Telling, told: Returning) -> None:
    """Book blanks that two people took out of a printer for the supplier."""
    loaded = at_station(telling.station, Place.LOADED)
    paper = f"outbox {telling.station}/{telling.seq} {' '.join(told.by)}"
    move = Move(told.series, loaded, Place.RETURNED, told.count, paper, told.reason)
    if ledger.post_told(telling.connection, move, telling.at):
        telling.alarm(AlarmCode.BLANKS_NOT_BOOKED)


def _tell_move(
    telling: Telling, series: str, source: Place, target: Place, count: int, reason: str,
    intent: str | None,
) -> None:  # fmt: skip
    move = Move(
        series, at_station(telling.station, source), at_station(telling.station, target),
        count, f"outbox {telling.station}/{telling.seq}", reason, intent,
    )  # fmt: skip
    if ledger.post_told(telling.connection, move, telling.at):
        telling.alarm(AlarmCode.BLANKS_NOT_BOOKED)
