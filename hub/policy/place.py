"""A person's place in line, explained by the policy's rules and by numbers, without a word of anybody else.

Whoever asks why another one was first is answered with the rule: the class of the card, the day of recording, what the
site prints. Nothing here can be moved by whoever answers.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub import rights, schema
from hub.clock import local_day
from hub.errors import RightUnknownError
from hub.home import Hub
from hub.policy import adoption
from prr.policy import Barrier, Policy, SiteState
from prr.record import IssueType

_RIGHTS = schema.rights


@dataclass(frozen=True, slots=True)
class Place:
    """Where a right stands.

    Attributes:
        ahead_before_class: rights of earlier classes that wait at its site.
        ahead_in_class: rights of its class that were recorded earlier, at its site.
        rules: the sentences that place it, Indonesian and English.
    """

    right: str
    state: str
    site: str
    issue_type: str
    class_no: int
    recorded_on: date | None
    ahead_before_class: int
    ahead_in_class: int
    rules: tuple[tuple[str, str], ...]

    def facts(self) -> dict[str, Any]:
        """Return it as plain values."""
        day = None if self.recorded_on is None else self.recorded_on.isoformat()
        return asdict(self) | {"recorded_on": day}


def of(hub: Hub, record_id: str) -> Place:
    """Return the place of a record's last right.

    Raises:
        RightUnknownError: there is none.
    """
    today = local_day(hub.clock, hub.zone)

    def body(connection: sa.Connection) -> Place:
        row = rights.latest(connection, record_id)
        if row is None:
            raise RightUnknownError(f"no record {record_id} is here")
        return _place(connection, row, adoption.in_force(connection, hub, today))

    return hub.store.read(body)


def _place(connection: sa.Connection, row: sa.Row[Any], policy: Policy | None) -> Place:
    rank = adoption.rank(policy, IssueType(row.issue_type))
    waits = row.state == "READY"
    earlier = sa.or_(
        _RIGHTS.c.queued_on < row.queued_on,
        sa.and_(_RIGHTS.c.queued_on == row.queued_on, _RIGHTS.c.id < row.id),
    )
    same = sa.and_(_RIGHTS.c.class_rank == rank, earlier)
    return Place(
        right=str(rights.named(row)), state=row.state, site=row.site, issue_type=row.issue_type,
        class_no=rank + 1,
        recorded_on=None if row.queued_on == rights.QUEUED_LAST else row.queued_on,
        ahead_before_class=_waiting(connection, row.site, _RIGHTS.c.class_rank < rank) * waits,
        ahead_in_class=_waiting(connection, row.site, same) * waits,
        rules=tuple(_rules(connection, row, policy, rank)),
    )  # fmt: skip


def _waiting(connection: sa.Connection, site: str, which: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).where(
        _RIGHTS.c.state == "READY", _RIGHTS.c.site == site, which
    )
    return connection.execute(query).scalar_one()


def _rules(
    connection: sa.Connection, row: sa.Row[Any], policy: Policy | None, rank: int
) -> list[tuple[str, str]]:
    if row.state != "READY":
        return [_STATES[row.state]]
    found = [
        (
            f"Kelas {rank + 1}: {row.issue_type}.",
            f"Class {rank + 1}: {row.issue_type}.",
        )
    ]  # fmt: skip
    if policy is not None:
        found += _of_policy(connection, row, policy, rank)
    found.append(
        (
            "Dalam satu kelas yang lebih dahulu direkam dicetak lebih dahulu.",
            "Within a class those recorded earlier come earlier.",
        )
    )
    return found


def _of_policy(
    connection: sa.Connection, row: sa.Row[Any], policy: Policy, rank: int
) -> list[tuple[str, str]]:
    number, at = policy.number, policy.site(row.site).prints_at or row.site
    rule = policy.site(at)
    found = [(f"Kebijakan {number}: {policy.decree}.", f"Policy {number}: {policy.decree}.")]
    if at != row.site:
        found.append((f"Dicetak di {at}.", f"Printed at {at}."))
    if rule.state is not SiteState.LIVE:
        found.append((f"{at} berstatus {rule.state}.", f"{at} is {rule.state}."))
    if IssueType(row.issue_type) not in rule.issue_types:
        found.append(
            (f"{at} tidak mencetak {row.issue_type}.", f"{at} does not print {row.issue_type}.")
        )
    if rank and policy.barrier is not Barrier.NONE:
        sites = policy.prints_for(at) if policy.barrier is Barrier.SITE else None
        if rights.any_of_class(connection, 0, sites):
            found.append(
                (
                    "Kelas ini dibuka setelah kelas 1 habis.",
                    "This class opens when nobody of class 1 is left.",
                )
            )
    return found


_STATES = {
    "HELD": ("Data sudah di tempat cetak.", "The record is at its printing site already."),
    "DONE": ("Kartu sudah dicetak.", "The card has been printed."),
    "REVOKED": ("Data ditarik oleh dinas.", "The office took the record back."),
    "LOST": ("Tempat cetaknya hilang; dinas memutuskan.", "Its station is lost; the office decides."),
}  # fmt: skip
assert set(_STATES) | {"READY"} == set(schema.STATES)
