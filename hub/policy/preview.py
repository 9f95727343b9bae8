"""What a day would look like under a policy before it holds: which cards each site would print, by their types.

Reads only. Counts rights that wait now; what comes in until then is not known.
"""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from hub import rights, schema
from hub.home import Hub
from prr.policy import Barrier, Policy, SiteState
from prr.record import IssueType

_RIGHTS = schema.rights


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One printing site's day: so many cards of each type, and how many of its people go on waiting."""

    site: str
    state: SiteState
    cards: dict[str, int]
    waiting: int


def day(hub: Hub, policy: Policy, printers: int = 1) -> list[SiteDay]:
    """Return what each site would print on a day with so many printers at each, sites by name."""
    return hub.store.read(lambda connection: _day(connection, policy, printers))


def _day(connection: sa.Connection, policy: Policy, printers: int) -> list[SiteDay]:
    served = sorted({policy.site(site).prints_at or site for site in _sites(connection)})
    left = policy.cap_per_office
    found = []
    for site in served:
        cards_max = policy.cap_per_printer * printers
        if policy.site(site).state is SiteState.TRIAL:
            cards_max = min(cards_max, policy.trial_per_day)
        if left is not None:
            cards_max = min(cards_max, left)
        one = _site_day(connection, policy, site, cards_max)
        found.append(one)
        left = None if left is None else left - sum(one.cards.values())
    return found


def _sites(connection: sa.Connection) -> list[str]:
    query = sa.select(_RIGHTS.c.site).where(_RIGHTS.c.state == "READY").distinct()
    return list(connection.execute(query).scalars())


def _site_day(connection: sa.Connection, policy: Policy, site: str, cards_max: int) -> SiteDay:
    rule, sites = policy.site(site), policy.prints_for(site)
    waiting = sum(rights.ready_count(connection, one, tuple(IssueType)) for one in sites)
    if rule.state is SiteState.OFF:
        return SiteDay(site, rule.state, {}, waiting)
    closed = policy.barrier is not Barrier.NONE and _any_first(connection, policy, sites)
    cards: Counter[str] = Counter()
    for rank, types in enumerate(policy.classes):
        if rank and closed:
            break
        allowed = [kind for kind in types if kind in rule.issue_types]
        for one in sites:
            cards.update(_first(connection, one, allowed, cards_max - cards.total()))
    return SiteDay(site, rule.state, dict(cards), waiting - cards.total())


def _any_first(connection: sa.Connection, policy: Policy, sites: tuple[str, ...]) -> bool:
    query = sa.select(_RIGHTS.c.id).where(
        _RIGHTS.c.state == "READY", _RIGHTS.c.issue_type.in_(policy.classes[0])
    )
    if policy.barrier is Barrier.SITE:
        query = query.where(_RIGHTS.c.site.in_(sites))
    return connection.execute(query.limit(1)).first() is not None


def _first(
    connection: sa.Connection, site: str, types: list[IssueType], cards_max: int
) -> Counter[str]:
    query = sa.select(_RIGHTS.c.issue_type).where(
        _RIGHTS.c.state == "READY", _RIGHTS.c.site == site, _RIGHTS.c.issue_type.in_(types)
    )
    ordered = query.order_by(_RIGHTS.c.queued_on, _RIGHTS.c.id).limit(max(0, cards_max))
    return Counter(connection.execute(ordered).scalars())
