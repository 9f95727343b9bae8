"""How each site stands today: who waits, what was printed, which blanks are there, when it was last heard.

For whoever shares the work out. Five questions, each over all sites at once, so that thousands of sites cost no more
than five.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hub import ledger, schema
from hub.clock import local_day
from hub.home import Hub
from hub.policy import adoption

_RIGHTS, _STATIONS, _SITES = schema.rights, schema.stations, schema.sites
_REPORTS, _ALLOWANCES = schema.reports, schema.allowances


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """One site's day.

    Attributes:
        state: by the policy in force; LIVE without one.
        waiting: rights nobody holds yet; `held` ones are at a station.
        cap_left: cards its printers may still make today, of those that asked for an allowance.
        blanks: in stock at its stations and loaded.
        heard_at: the latest word of any of its stations, None: never.
    """

    site: str
    state: str
    hold: str | None
    stations: int
    waiting: int
    held: int
    in_doubt: int
    printed: int
    spoiled: int
    cap_left: int
    blanks: int
    heard_at: datetime | None

    def facts(self) -> dict[str, Any]:
        """Return it as plain values."""
        heard = None if self.heard_at is None else self.heard_at.isoformat()
        return asdict(self) | {"heard_at": heard}


def of(hub: Hub) -> list[SiteLoad]:
    """Return how each site stands, by name: those with a station, and those whose people wait."""
    today = local_day(hub.clock, hub.zone)
    return hub.store.read(lambda connection: _of(connection, hub, today))


def _of(connection: sa.Connection, hub: Hub, today: date) -> list[SiteLoad]:
    policy = adoption.in_force(connection, hub, today)
    rows = connection.execute(
        sa.select(_STATIONS.c.id, _STATIONS.c.site, _STATIONS.c.synced_at)
    ).all()
    site_of = {row.id: row.site for row in rows}
    holds = {row.id: row.hold_reason for row in connection.execute(sa.select(_SITES))}
    rights, cards = _rights(connection), _cards(connection, site_of, today)
    blanks, caps = _blanks(connection, site_of), _caps(connection, site_of, today)
    found = []
    for site in sorted(set(site_of.values()) | set(rights)):
        here = [row for row in rows if row.site == site]
        used = sum(cards[site].values())
        found.append(
            SiteLoad(
                site, "LIVE" if policy is None else policy.site(site).state.value, holds.get(site),
                len(here), rights[site]["READY"], rights[site]["HELD"], rights[site]["DOUBT"],
                cards[site]["PRINTED"], cards[site]["SPOILED"], max(0, caps[site] - used),
                blanks[site], max((row.synced_at for row in here if row.synced_at), default=None),
            )
        )  # fmt: skip
    return found


Counts = defaultdict[str, int]


def _table() -> defaultdict[str, Counts]:
    return defaultdict(lambda: defaultdict(int))


def _rights(connection: sa.Connection) -> Mapping[str, Counts]:
    counted = _table()
    query = sa.select(
        _RIGHTS.c.site, _RIGHTS.c.state, _RIGHTS.c.in_doubt, sa.func.count().label("rights")
    ).where(_RIGHTS.c.state.in_(("READY", "HELD")))
    grouped = query.group_by(_RIGHTS.c.site, _RIGHTS.c.state, _RIGHTS.c.in_doubt)
    for row in connection.execute(grouped):
        counted[row.site][row.state] += row.rights
        counted[row.site]["DOUBT"] += row.rights * row.in_doubt
    return counted


def _cards(
    connection: sa.Connection, site_of: Mapping[str, str], today: date
) -> Mapping[str, Counts]:
    """Count today's settled cards that used a blank, by site and outcome."""
    counted = _table()
    query = sa.select(_REPORTS.c.station, _REPORTS.c.outcome, sa.func.count().label("cards")).where(
        _REPORTS.c.settled == 1, _REPORTS.c.day == today, _REPORTS.c.outcome != "NOT_PRINTED"
    )
    for row in connection.execute(query.group_by(_REPORTS.c.station, _REPORTS.c.outcome)):
        counted[site_of[row.station]][row.outcome] += row.cards
    return counted


def _blanks(connection: sa.Connection, site_of: Mapping[str, str]) -> Counts:
    places = {
        ledger.at_station(station, place): site
        for station, site in site_of.items()
        for place in ledger.LEFT_PLACES
    }
    counted: Counts = defaultdict(int)
    for accounts in ledger.balances(connection).values():
        for account, count in accounts.items():
            if account in places:
                counted[places[account]] += count
    return counted


def _caps(connection: sa.Connection, site_of: Mapping[str, str], today: date) -> Counts:
    counted: Counts = defaultdict(int)
    query = sa.select(_ALLOWANCES.c.station, _ALLOWANCES.c.cap).where(_ALLOWANCES.c.day == today)
    for row in connection.execute(query):
        counted[site_of[row.station]] += row.cap
    return counted
