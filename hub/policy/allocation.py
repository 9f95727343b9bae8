"""Which of the rights that wait a station may be granted now: the policy in force, put to work.

    state     a site that is OFF is granted nothing, one in TRIAL a small number a day
    types     what the site prints, and the station
    barrier   later classes wait until nobody of the first is READY, at the site or in the whole office
    sites     a site's own people first, then those of the sites that print there
    caps      the office's, where it has one, over all its stations and the local day

Without a policy a station is granted what its own issue types allow, first-time cards first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hub import rights, schema, stations
from hub.clock import local_day
from hub.home import Hub
from hub.policy import adoption
from hub.rights import RANK_LAST, Granted
from prr.policy import Barrier, Policy, SiteState

_GRANTS, _CLAIMS, _STATIONS = schema.grants, schema.claims, schema.stations


@dataclass(frozen=True, slots=True)
class Share:
    """What of the queue a station is given now.

    Attributes:
        sites: whose people it prints for, in this order.
        count_max: no more than so many rights today; None: no such limit.
        hold: why it is given none and prints none, or "".
    """

    sites: tuple[str, ...]
    issue_types: tuple[str, ...]
    rank_max: int = RANK_LAST
    count_max: int | None = None
    hold: str = ""


def share(connection: sa.Connection, hub: Hub, station: sa.Row[Any]) -> Share:
    """Return what the policy in force gives a station; what waits is ranked by it from here on."""
    own_types = tuple(stations.issue_types(station))
    policy = adoption.in_force(connection, hub, local_day(hub.clock, hub.zone))
    if policy is None:
        return Share((station.site,), own_types)
    if not adoption.is_ranked(connection, policy):
        adoption.rank_all(connection, policy)
    rule = policy.site(station.site)
    if rule.state is SiteState.OFF:
        return Share((), (), hold=f"site {station.site} is off by policy {policy.number}")
    allowed = tuple(kind for kind in own_types if kind in rule.issue_types)
    sites = policy.prints_for(station.site)
    rank_max = 0 if _waits_for_the_first(connection, policy, sites) else RANK_LAST
    return Share(sites, allowed, rank_max, _left_today(connection, hub, policy, station.site))


def take(connection: sa.Connection, station: str, given: Share, count_max: int) -> list[Granted]:
    """Move READY rights of a share to HELD by the station; first in line first."""
    left = count_max if given.count_max is None else min(count_max, given.count_max)
    granted: list[Granted] = []
    for site in given.sites:
        if left <= len(granted) or not given.issue_types:
            break
        granted += rights.take(
            connection, station, site, given.issue_types, left - len(granted), given.rank_max
        )
    return granted


def ready_count(connection: sa.Connection, given: Share) -> int:
    """Count the rights a station could claim now."""
    waiting = sum(
        rights.ready_count(connection, site, given.issue_types, given.rank_max)
        for site in given.sites
    )
    return waiting if given.count_max is None else min(waiting, given.count_max)


def _waits_for_the_first(connection: sa.Connection, policy: Policy, sites: Sequence[str]) -> bool:
    match policy.barrier:
        case Barrier.NONE:
            return False
        case Barrier.SITE:
            return rights.any_of_class(connection, 0, sites)
        case Barrier.OFFICE:
            return rights.any_of_class(connection, 0)


def _left_today(connection: sa.Connection, hub: Hub, policy: Policy, site: str) -> int | None:
    """Return how many more rights may be granted today, None where nothing limits it."""
    left = []
    if policy.cap_per_office is not None:
        left.append(policy.cap_per_office - _granted_today(connection, hub))
    if policy.site(site).state is SiteState.TRIAL:
        left.append(policy.trial_per_day - _granted_today(connection, hub, site))
    return max(0, min(left)) if left else None


def _granted_today(connection: sa.Connection, hub: Hub, site: str | None = None) -> int:
    today, zone = local_day(hub.clock, hub.zone), ZoneInfo(hub.zone)
    begun = datetime.combine(today, time(), zone)
    query = sa.select(sa.func.count()).select_from(_GRANTS.join(_CLAIMS))
    if site is not None:
        at_site = sa.select(_STATIONS.c.id).where(_STATIONS.c.site == site)
        query = query.where(_CLAIMS.c.station.in_(at_site))
    return connection.execute(query.where(_CLAIMS.c.at >= begun)).scalar_one()
