"""Quotas: how many blanks of a kind may be received in a period. A hard ceiling; what is only expected counts nothing.

Received is what the ledger took from SUPPLIER on the days of the period, whichever document brought it. Blanks
borrowed from another office are that office's quota. The last row of a kind and period counts; none is edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from hub.blanks import moment, series
from hub.blanks.document import Counts, check_counts
from hub.blanks.errors import DocumentError, QuotaExceededError
from hub.home import Hub
from hub.ledger import Place
from hub.schema import blank_moves
from hub.tables import blanks

_QUOTAS = blanks.blank_quotas


@dataclass(frozen=True, slots=True)
class Quota:
    """A ceiling and how far it is used up."""

    kind: str
    first_day: date
    last_day: date
    count: int
    received: int
    document: str

    @property
    def left(self) -> int:
        """How many may still be received; below zero where the quota was lowered afterwards."""
        return self.count - self.received


def keep(
    hub: Hub, kind: str, first_day: date, last_day: date, count: int, document: str, by: str
) -> None:
    """Set the ceiling of a kind and period from now on.

    Raises:
        DocumentError: the period ends before it begins, or the count is negative.
    """
    check_counts({kind: count}, least=0)
    if first_day > last_day:
        raise DocumentError(f"the period ends on {last_day}, before it begins: turn the days round")
    row = {
        "kind": kind, "first_day": first_day, "last_day": last_day, "count": count,
        "document": document, "by": by, "at": hub.clock.now(),
    }  # fmt: skip
    hub.store.write(lambda connection: connection.execute(sa.insert(_QUOTAS), row))


def listed(connection: sa.Connection, zone: str, on: date | None = None) -> Sequence[Quota]:
    """Return the ceilings that count, of all periods or of those a day is in."""
    query = sa.select(_QUOTAS, _QUOTAS.c.count.label("ceiling")).order_by(_QUOTAS.c.id)
    if on is not None:
        query = query.where(_QUOTAS.c.first_day <= on, _QUOTAS.c.last_day >= on)
    last = {(row.kind, row.first_day, row.last_day): row for row in connection.execute(query)}
    return [
        Quota(
            row.kind, row.first_day, row.last_day, row.ceiling,
            received(connection, row.kind, row.first_day, row.last_day, zone), row.document,
        )
        for _, row in sorted(last.items())
    ]  # fmt: skip


def received(connection: sa.Connection, kind: str, first: date, last: date, zone: str) -> int:
    """Return how many blanks of a kind the supplier brought on the days of a period."""
    begins, ends = moment.bounds(first, last, zone)
    moves = blank_moves.c
    query = sa.select(sa.func.coalesce(sa.func.sum(moves.count), 0)).where(
        moves.source == Place.SUPPLIER, moves.series.in_(series.of_kind(connection, kind)),
        moves.at >= begins, moves.at < ends,
    )  # fmt: skip
    return int(connection.execute(query).scalar_one())


def check(connection: sa.Connection, counts: Counts, at: datetime, zone: str) -> None:
    """Refuse to receive more than a quota leaves.

    Raises:
        QuotaExceededError: a period of one of these kinds would be exceeded.
        DocumentError: a quota holds and a series is of no declared kind.
    """
    known = series.kinds(connection)
    coming: dict[str, int] = {}
    for name, count in counts.items():
        kind = known.get(name, series.UNDECLARED)
        coming[kind] = coming.get(kind, 0) + count
    quotas = listed(connection, zone, moment.local_day_of(at, zone))
    if quotas and series.UNDECLARED in coming:
        raise DocumentError(
            "a quota holds today and nobody said of what kind the series is: `ktp-hub blanks series`"
        )
    for quota in quotas:
        if coming.get(quota.kind, 0) > quota.left:
            raise QuotaExceededError(
                f"the {quota.kind} quota {quota.first_day} to {quota.last_day} is {quota.count}, "
                f"{quota.received} were received: {coming[quota.kind]} more are beyond it"
            )
