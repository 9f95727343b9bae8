"""The stock at the end of any local day, and what came and went in a period: sums of the ledger's entries.

Nothing is kept for it. Law, for each series and account: opening + came = went + closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from hub.blanks import account, moment, series
from hub.schema import blank_entries, blank_moves

_ENTRIES = blank_entries.c


@dataclass(frozen=True, slots=True)
class Held:
    """Blanks of a series at one account; `site` is the office's for what lies at no station."""

    kind: str
    series: str
    site: str
    account: str
    count: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """What an account held before a period, what came and went in it, and what it held after."""

    series: str
    account: str
    opening: int
    came: int
    went: int

    @property
    def closing(self) -> int:
        """What it held at the end."""
        return self.opening + self.came - self.went


def at_end_of(connection: sa.Connection, day: date, zone: str) -> Sequence[Held]:
    """Return what every account held at the end of a day; accounts at zero are left out."""
    _, end = moment.bounds(day, day, zone)
    kinds, sites = series.kinds(connection), account.sites(connection)
    held = [
        Held(kinds.get(name, series.UNDECLARED), name, account.site_of(place, sites), place, count)
        for (name, place), count in _sums(connection, _before(end)).items()
        if count
    ]
    return sorted(held, key=lambda one: (one.kind, one.series, one.site, one.account))


def turnover(connection: sa.Connection, first: date, last: date, zone: str) -> list[Turnover]:
    """Return what moved in a period, account by account; those that never held anything are left out."""
    begins, ends = moment.bounds(first, last, zone)
    opening = _sums(connection, _before(begins))
    within = sa.and_(blank_moves.c.at >= begins, blank_moves.c.at < ends)
    came = _sums(connection, sa.and_(within, _ENTRIES.delta > 0))
    went = _sums(connection, sa.and_(within, _ENTRIES.delta < 0))
    return [
        Turnover(*key, opening.get(key, 0), came.get(key, 0), -went.get(key, 0))
        for key in sorted(opening.keys() | came.keys() | went.keys())
    ]


def by_kind(held: Sequence[Held]) -> dict[str, dict[str, int]]:
    """Add up kind -> place -> blanks."""
    totals: dict[str, dict[str, int]] = {}
    for one in held:
        places = totals.setdefault(one.kind, {})
        place = one.account.rpartition(":")[2]
        places[place] = places.get(place, 0) + one.count
    return totals


def _before(end: datetime) -> sa.ColumnElement[bool]:
    return blank_moves.c.at < end


def _sums(connection: sa.Connection, where: sa.ColumnElement[bool]) -> dict[tuple[str, str], int]:
    total = sa.func.sum(_ENTRIES.delta)  # a decimal on PostgreSQL
    query = sa.select(_ENTRIES.series, _ENTRIES.account, total)
    query = query.join(blank_moves, blank_moves.c.id == _ENTRIES.move).where(where)
    query = query.group_by(_ENTRIES.series, _ENTRIES.account)
    return {(name, place): int(n) for name, place, n in connection.execute(query)}
