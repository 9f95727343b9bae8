"""Rights at the hub: who may print what. READY -> HELD(station, fence) -> DONE | READY | REVOKED | LOST.

A card printer cannot check a fence, so no clock, time-out, restart or heartbeat moves a right out of HELD: only its
station's own word does, or people. Each grant makes the fence grow; a grant is one compare-and-set statement, so of
any number of claimers one wins each right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from hub import schema
from hub.errors import RightClosedError, RightUnknownError
from prr.exchange import Withdrawal
from prr.record import IssueType, Right

_RIGHTS = schema.rights

# Nobody's first card waits for anybody's second; among the rest, those who have no valid card at all come earlier.
CLASS_RANK = {
    IssueType.NEW: 0,
    IssueType.LOST_OR_DAMAGED: 1,
    IssueType.WNA_RENEWAL: 2,
    IssueType.DATA_CHANGE: 3,
    IssueType.MOVED_IN: 4,
    IssueType.OUTSIDE_DOMICILE: 5,
}
RANK_LAST = 99  # no class comes later
QUEUED_LAST = date.max  # for records without a day of recording


@dataclass(frozen=True, slots=True)
class Granted:
    """A right as the statement that granted it returned it."""

    right_id: int
    right: Right
    fence: int
    record_sha256: str


def _take_statement() -> ReturningUpdate[Any]:
    """Build the grant. The first in the queue are joined, not tested by IN: SQLite then looks rights up by number.

    They are a CTE: PostgreSQL may run a subquery again for each row it updates, and then grants more than asked.
    """
    columns = _RIGHTS.c
    first = (
        sa.select(columns.id)
        .where(columns.state == "READY", columns.site == sa.bindparam("of_site"))
        .where(columns.issue_type.in_(sa.bindparam("issue_types", expanding=True)))
        .where(columns.class_rank <= sa.bindparam("rank_max"))
        .order_by(columns.class_rank, columns.queued_on, columns.id)
        .limit(sa.bindparam("count_max"))
        .with_for_update(skip_locked=True)  # PostgreSQL's; SQLite has one writer anyway
        .cte("first")
    )
    return (
        sa.update(_RIGHTS)
        .where(columns.id == first.c.id, columns.state == "READY")
        .values(state="HELD", holder=sa.bindparam("to_station"), fence=columns.fence + 1)
        .returning(
            columns.id, columns.record_id, columns.issue_no, columns.fence,
            columns.record_sha256, columns.class_rank, columns.queued_on,
        )
    )  # fmt: skip


_TAKE = _take_statement()


def take(
    connection: sa.Connection, station: str, site: str, issue_types: Sequence[str],
    count_max: int, rank_max: int = RANK_LAST,
) -> list[Granted]:  # fmt: skip
    """Move up to `count_max` READY rights of a site to HELD by the station; first in the queue first."""
    values = {
        "to_station": station, "of_site": site, "issue_types": issue_types, "count_max": count_max,
        "rank_max": rank_max,
    }  # fmt: skip
    rows = connection.execute(_TAKE, values).all()
    return [
        Granted(
            row.id, Right.model_construct(record_id=row.record_id, issue_no=row.issue_no),
            row.fence, row.record_sha256,
        )
        for row in sorted(rows, key=lambda row: (row.class_rank, row.queued_on, row.id))
    ]  # fmt: skip


def find(connection: sa.Connection, right: Right) -> sa.Row[Any] | None:
    """Return the row of a right, or None."""
    query = sa.select(_RIGHTS).where(
        _RIGHTS.c.record_id == right.record_id, _RIGHTS.c.issue_no == right.issue_no
    )
    return connection.execute(query).first()


def of_records(
    connection: sa.Connection, record_ids: Sequence[str]
) -> dict[tuple[str, int], sa.Row[Any]]:
    """Return the rights of records, by record and issue number."""
    query = sa.select(_RIGHTS).where(_RIGHTS.c.record_id.in_(record_ids))
    return {(row.record_id, row.issue_no): row for row in connection.execute(query)}


def latest(connection: sa.Connection, record_id: str) -> sa.Row[Any] | None:
    """Return the row of a record's highest issue number, or None."""
    query = sa.select(_RIGHTS).where(_RIGHTS.c.record_id == record_id)
    return connection.execute(query.order_by(_RIGHTS.c.issue_no.desc()).limit(1)).first()


def granted_to(connection: sa.Connection, right_id: int, fence: int) -> str | None:
    """Return the station that was given a right under a fence, or None."""
    columns = schema.grants.c
    query = sa.select(columns.station).where(columns.right_id == right_id, columns.fence == fence)
    return connection.execute(query).scalar()


def named(row: sa.Row[Any]) -> Right:
    """Return the right a row is about."""
    return Right.model_construct(record_id=row.record_id, issue_no=row.issue_no)


def held_by(connection: sa.Connection, station: str) -> Sequence[sa.Row[Any]]:
    """Return the rights a station holds."""
    query = sa.select(_RIGHTS).where(_RIGHTS.c.holder == station, _RIGHTS.c.state == "HELD")
    return connection.execute(query.order_by(_RIGHTS.c.id)).all()


def ready_count(
    connection: sa.Connection, site: str, issue_types: Sequence[str], rank_max: int = RANK_LAST
) -> int:
    """Count the rights that wait at a site, up to a class."""
    query = sa.select(sa.func.count()).where(
        _RIGHTS.c.state == "READY", _RIGHTS.c.site == site,
        _RIGHTS.c.issue_type.in_(issue_types), _RIGHTS.c.class_rank <= rank_max,
    )  # fmt: skip
    return connection.execute(query).scalar_one()


def any_of_class(
    connection: sa.Connection, class_rank: int, sites: Sequence[str] | None = None
) -> bool:
    """Tell whether a right of a class waits, at some sites or anywhere."""
    query = sa.select(_RIGHTS.c.id)
    query = query.where(_RIGHTS.c.state == "READY", _RIGHTS.c.class_rank == class_rank)
    if sites is not None:
        query = query.where(_RIGHTS.c.site.in_(sites))
    return connection.execute(query.limit(1)).first() is not None


def wanted_back(connection: sa.Connection, station: str) -> Sequence[sa.Row[Any]]:
    """Return the rights a station holds that the hub wants back."""
    query = sa.select(_RIGHTS).where(
        _RIGHTS.c.holder == station, _RIGHTS.c.state == "HELD", _RIGHTS.c.revoke_wanted == 1
    )
    return connection.execute(query.order_by(_RIGHTS.c.id)).all()


def change(
    connection: sa.Connection, row: sa.Row[Any], event: str, at: datetime, **values: Any
) -> None:
    """Change a right and write the event. The row's state and fence must still be as read."""
    statement = (
        sa.update(_RIGHTS)
        .where(_RIGHTS.c.id == row.id)
        .where(_RIGHTS.c.state == row.state, _RIGHTS.c.fence == row.fence)
        .values(**values)
    )
    changed = connection.execute(statement).rowcount
    assert changed == 1, "the right changed under its transaction"
    note = {
        "right_id": row.id, "at": at, "event": event, "state": values.get("state", row.state),
        "fence": row.fence, "station": row.holder,
    }  # fmt: skip
    connection.execute(sa.insert(schema.right_events), note)


def revoke(connection: sa.Connection, right: Right, reason: Withdrawal, at: datetime) -> str:
    """Take a right back: READY at once, HELD when its station has put it down. Return the state it is in now.

    Raises:
        RightUnknownError: there is none.
        RightClosedError: the card was printed, or the right was lost.
    """
    row = find(connection, right)
    if row is None:
        raise RightUnknownError(f"no right {right} is here")
    if row.state == "READY":
        change(connection, row, "revoked", at, state="REVOKED", revoke_reason=reason.value)
        return "REVOKED"
    if row.state == "HELD":
        if not row.revoke_wanted:
            change(
                connection, row, "revoke-wanted", at, revoke_wanted=1, revoke_reason=reason.value
            )
        return "HELD"
    if row.state == "REVOKED":
        return "REVOKED"
    raise RightClosedError(f"right {right} is {row.state}: it cannot be revoked any more")
