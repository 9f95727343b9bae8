"""What only the office may decide, and only two people together; each is a row that stays.

Four words:

    lost       a station that will not come back is written off: its rights are LOST, never granted again as they are
    unlock     a locked station may claim and tell again, after people have looked at it
    restored   the hub's store was put back from a copy: a new epoch begins
    reissue    issue number + 1 of a record whose last issue has ended, for a listed reason
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from hub import epochs, records, rights, schema, stations
from hub.errors import (
    OnePersonError,
    RightOpenError,
    RightUnknownError,
    StationNotLockedError,
    TooEarlyError,
)
from hub.home import Hub
from hub.policy import adoption
from prr.record import IssueType, PrintReadyRecord, Right

LOST_WAIT_H = 72  # as long as a station may print without having heard the hub

_DECISIONS = schema.decisions
_STATIONS = schema.stations


class ReissueReason(StrEnum):
    """Why a person gets another card."""

    DAMAGED = "DAMAGED"
    LOST_BY_HOLDER = "LOST_BY_HOLDER"
    DATA_ERROR = "DATA_ERROR"
    PRINT_DEFECT = "PRINT_DEFECT"
    STATION_LOST = "STATION_LOST"
    DATA_CHANGE = "DATA_CHANGE"

    @property
    def needs_new_data(self) -> bool:
        """Tell whether the card has to wait for another version of the record."""
        return self in (ReissueReason.DATA_ERROR, ReissueReason.DATA_CHANGE)


_ENDED = frozenset({"DONE", "LOST", "REVOKED"})
_SAME_CARD_AGAIN = frozenset({ReissueReason.STATION_LOST})


@dataclass(frozen=True, slots=True)
class Word:
    """Who stands behind a decision, and why."""

    asked_by: str
    approved_by: str
    reason: str


def write_off(hub: Hub, station: str, word: Word, *, wait_h: int = LOST_WAIT_H) -> list[Right]:
    """Give a station up: lock it and end its rights as LOST; returns them.

    Raises:
        TooEarlyError: it was heard less than `wait_h` hours ago.
        OnePersonError, StationUnknownError.
    """
    now = hub.clock.now()

    def body(connection: sa.Connection) -> list[Right]:
        row = stations.get(connection, station)
        if row.synced_at is not None and now - row.synced_at < timedelta(hours=wait_h):
            raise TooEarlyError(
                f"station {station} was heard less than {wait_h} h ago: ask for it first"
            )
        _decide(connection, "lost", station, word, now)
        gone = sa.update(_STATIONS).where(_STATIONS.c.id == station)
        connection.execute(gone.values(locked_reason="written off as lost", lost_at=now))
        return [_lose(connection, held, now) for held in rights.held_by(connection, station)]

    return hub.store.write(body)


def unlock(hub: Hub, station: str, word: Word) -> None:
    """Let a locked station claim and tell again; one that was written off stays so.

    Raises:
        StationNotLockedError: it is not locked, or it was written off.
        OnePersonError, StationUnknownError.
    """
    now = hub.clock.now()

    def body(connection: sa.Connection) -> None:
        row = stations.get(connection, station)
        if row.locked_reason is None or row.lost_at is not None:
            raise StationNotLockedError(
                f"station {station} is not locked, or was written off for good"
            )
        _decide(connection, "unlock", station, word, now)
        freed = sa.update(_STATIONS).where(_STATIONS.c.id == station)
        connection.execute(freed.values(locked_reason=None, start_no=0, start_key=None))

    hub.store.write(body)


def declare_restored(hub: Hub, word: Word) -> int:
    """Say that the hub's store was put back from a copy; returns the new epoch.

    Raises:
        OnePersonError.
    """
    now = hub.clock.now()

    def body(connection: sa.Connection) -> int:
        _decide(connection, "restored", "hub", word, now)
        return epochs.begin(connection, now)

    return hub.store.write(body)


def reissue(hub: Hub, record_id: str, reason: ReissueReason, word: Word) -> Right:
    """Decide that a record gets its next issue number; returns the right to be.

    Where the card stays as it was the right is READY at once; where the data change it is made by the import of the
    new version under this number.

    Raises:
        RightUnknownError: no such record is here.
        RightOpenError: its last issue has not ended.
        OnePersonError.
    """
    now = hub.clock.now()

    def body(connection: sa.Connection) -> Right:
        last = rights.latest(connection, record_id)
        if last is None:
            raise RightUnknownError(f"no record {record_id} is here")
        if last.state not in _ENDED:
            raise RightOpenError(f"right {rights.named(last)} is {last.state}: it has to end first")
        following = Right(record_id=record_id, issue_no=last.issue_no + 1)
        _decide(connection, f"reissue:{reason}", str(following), word, now)
        if not reason.needs_new_data:
            record = _next_issue(connection, last, reason)
            sha256 = records.keep(connection, record, (), now)
            rank = adoption.rank(adoption.ranked_by(connection), record.issue_type)
            records.add_right(connection, record, sha256, rank)
        return following

    return hub.store.write(body)


def is_decided(connection: sa.Connection, right: Right) -> bool:
    """Tell whether two people decided on this issue number."""
    query = sa.select(_DECISIONS.c.id).where(
        _DECISIONS.c.about == str(right), _DECISIONS.c.what.like("reissue:%")
    )
    return connection.execute(query).first() is not None


def _next_issue(
    connection: sa.Connection, last: sa.Row[Any], reason: ReissueReason
) -> PrintReadyRecord:
    record = records.of_right(connection, last)
    kept = reason in _SAME_CARD_AGAIN
    return record.model_copy(
        update={
            "issue_no": record.issue_no + 1,
            "issue_type": record.issue_type if kept else IssueType.LOST_OR_DAMAGED,
        }
    )


def _lose(connection: sa.Connection, row: sa.Row[Any], now: datetime) -> Right:
    rights.change(connection, row, "lost", now, state="LOST", revoke_wanted=0, in_doubt=0)
    return rights.named(row)


def _decide(connection: sa.Connection, what: str, about: str, word: Word, now: datetime) -> None:
    if word.asked_by == word.approved_by:
        raise OnePersonError("two different people must say so: give --by and --second")
    row = {
        "at": now, "what": what, "about": about, "reason": word.reason,
        "asked_by": word.asked_by, "approved_by": word.approved_by,
    }  # fmt: skip
    connection.execute(sa.insert(_DECISIONS), row)
