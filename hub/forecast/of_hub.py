"""Today's figures of a hub: who waits, which blanks can still become cards, which printers work, what was spoiled."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from hub import ledger, schema
from hub.clock import local_day
from hub.errors import SiteUnknownError
from hub.forecast.figure import Figure
from hub.home import Hub
from hub.policy import adoption

SPOIL_DAYS = 30

_RIGHTS, _STATIONS = schema.rights, schema.stations
_REPORTS, _ALLOWANCES = schema.reports, schema.allowances


@dataclass(frozen=True, slots=True)
class HubFigures:
    """What a hub knows of today, of the whole office or of one site."""

    waiting: Figure
    blanks: int
    printers: int
    cap: int
    office_cap: int | None
    spoiled_per_thousand: int


def of(hub: Hub, site: str = "") -> HubFigures:
    """Read today's figures.

    Raises:
        SiteUnknownError: no station prints for this site.
    """
    today = local_day(hub.clock, hub.zone)
    return hub.store.read(lambda connection: _of(connection, hub, site, today))


def _of(connection: sa.Connection, hub: Hub, site: str, today: date) -> HubFigures:
    policy = adoption.in_force(connection, hub, today)
    names = _stations(connection, site)
    office = "" if policy is None else policy.office
    scope = f"people at {site}" if site else "people"
    return HubFigures(
        waiting=Figure("waiting", _waiting(connection, site), office, scope, today),
        blanks=_blanks(connection, names if site else None),
        printers=_printers(connection, names, today),
        cap=hub.cap if policy is None else policy.cap_per_printer,
        office_cap=None if policy is None or site else policy.cap_per_office,
        spoiled_per_thousand=_spoiled(connection, names, today),
    )


def _stations(connection: sa.Connection, site: str) -> list[str]:
    query = sa.select(_STATIONS.c.id)
    if site:
        query = query.where(_STATIONS.c.site == site)
    names = list(connection.execute(query).scalars())
    if site and not names:
        raise SiteUnknownError(f"no station prints for site {site}: name another")
    return names


def _waiting(connection: sa.Connection, site: str) -> int:
    """Count the rights that still need a card, those that stations hold among them."""
    query = sa.select(sa.func.count()).where(_RIGHTS.c.state.in_(("READY", "HELD")))
    if site:
        query = query.where(_RIGHTS.c.site == site)
    return connection.execute(query).scalar_one()


def _blanks(connection: sa.Connection, names: list[str] | None) -> int:
    """Count the blanks that can still become cards; without the office's stock where stations are named."""
    wanted = None if names is None else {
        ledger.at_station(name, place) for name in names for place in ledger.LEFT_PLACES
    }  # fmt: skip
    return sum(
        count
        for accounts in ledger.balances(connection).values()
        for account, count in accounts.items()
        if (account in wanted if wanted is not None else _left(account))
    )


def _left(account: str) -> bool:
    return ledger.place_of(account) in ledger.LEFT_PLACES


def _printers(connection: sa.Connection, names: list[str], today: date) -> int:
    query = sa.select(sa.func.count(sa.distinct(_ALLOWANCES.c.printer_serial)))
    here = query.where(_ALLOWANCES.c.day == today, _ALLOWANCES.c.station.in_(names))
    return connection.execute(here).scalar_one()


def _spoiled(connection: sa.Connection, names: list[str], today: date) -> int:
    """Return the blanks spoiled for a thousand good cards in the last days, rounded up."""
    query = sa.select(_REPORTS.c.outcome, sa.func.count().label("blanks")).where(
        _REPORTS.c.settled == 1, _REPORTS.c.station.in_(names),
        _REPORTS.c.day > today - timedelta(days=SPOIL_DAYS),
        _REPORTS.c.right_id.is_not(None),
    ).group_by(_REPORTS.c.outcome)  # fmt: skip
    counted = {row.outcome: row.blanks for row in connection.execute(query)}
    good = counted.get("PRINTED", 0)
    return -(-counted.get("SPOILED", 0) * 1000 // good) if good else 0
