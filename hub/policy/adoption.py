"""Policies as adopted: two people, a number that grows, a day that has not passed; and which one is in force when.

Nothing is edited: a wrong policy is followed by another one. What waits is ranked by the policy in force, anew on the
first claim after one has come into force; a right is ranked once more by its own import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub import schema
from hub.clock import local_day
from hub.errors import OnePersonError, PolicyForgedError, PolicyInvalidError
from hub.home import Hub
from hub.rights import CLASS_RANK
from hub.tables.policies import policies, policy_ranked
from prr.policy import Policy
from prr.record import IssueType
from prr.seal import SealBrokenError

READ_MAX = 8
_READ: dict[str, Policy] = {}  # by the hash of their bytes, so that no hub finds another one's
_VERIFIED: set[str] = set()


@dataclass(frozen=True, slots=True)
class Adopted:
    """A policy with the people behind it."""

    policy: Policy
    asked_by: str
    approved_by: str
    reason: str


def adopt(hub: Hub, policy: Policy, by: str, second: str, reason: str) -> Policy:
    """Sign a policy and put it into the book; it holds from its day.

    Raises:
        OnePersonError: one person alone.
        PolicyInvalidError: its number does not follow, its day has passed or comes before another one's.
    """
    if by == second:
        raise OnePersonError("a policy needs two people: name another with --second")
    signed = policy.signed(hub.key)
    today, now = local_day(hub.clock, hub.zone), hub.clock.now()

    def body(connection: sa.Connection) -> None:
        _require_next(connection, signed, today)
        row = {
            "number": signed.number, "valid_from": signed.valid_from,
            "document": signed.canonical(), "sha256": signed.sha256(), "adopted_at": now, "asked_by": by,
            "approved_by": second, "reason": reason,
        }  # fmt: skip
        connection.execute(sa.insert(policies), row)

    hub.store.write(body)
    return signed


def _require_next(connection: sa.Connection, policy: Policy, today: date) -> None:
    last = connection.execute(
        sa.select(policies.c.number, policies.c.valid_from, policies.c.document)
        .order_by(policies.c.number.desc())
        .limit(1)
    ).first()
    number = 1 if last is None else last.number + 1
    if policy.number != number:
        raise PolicyInvalidError(f"the next policy has number {number}: correct `number`")
    if policy.valid_from < today:
        raise PolicyInvalidError(f"a policy begins today ({today}) or later: correct `valid_from`")
    if last is None:
        return
    if policy.valid_from < last.valid_from:
        raise PolicyInvalidError(
            f"policy {last.number} begins on {last.valid_from}: let this one begin then or later"
        )
    office = Policy.model_validate_json(last.document).office
    if policy.office != office:
        raise PolicyInvalidError(f"this hub is of office {office}: correct `office`")


def in_force(connection: sa.Connection, hub: Hub, day: date) -> Policy | None:
    """Return the policy of a day, None before the first; a document is read once in the life of the process.

    Raises:
        PolicyForgedError: what stands in the store was not signed by this hub.
    """
    columns = policies.c
    query = sa.select(columns.number, columns.sha256, columns.valid_from)
    query = query.where(columns.valid_from <= day)
    row = connection.execute(query.order_by(columns.number.desc()).limit(1)).first()
    if row is None:
        return None
    policy = _read(connection, row.number, row.sha256)
    if (policy.number, policy.valid_from) != (row.number, row.valid_from):
        raise PolicyForgedError(row.number)
    if row.sha256 not in _VERIFIED:
        _verify(policy, row.sha256, hub)
    return policy


def _verify(policy: Policy, sha256: str, hub: Hub) -> None:
    try:
        policy.verify(hub.key.public_key())
    except SealBrokenError as error:
        raise PolicyForgedError(policy.number) from error
    if len(_VERIFIED) >= READ_MAX:
        _VERIFIED.clear()
    _VERIFIED.add(sha256)


def ranked_by(connection: sa.Connection) -> Policy | None:
    """Return the policy that ranks what waits, None where none has yet."""
    columns = policies.c
    query = sa.select(columns.number, columns.sha256).join(policy_ranked)
    row = connection.execute(query).first()
    return None if row is None else _read(connection, row.number, row.sha256)


def _read(connection: sa.Connection, number: int, sha256: str) -> Policy:
    columns = policies.c
    if sha256 not in _READ:
        document = sa.select(columns.document).where(columns.number == number)
        policy = Policy.model_validate_json(connection.execute(document).scalar_one())
        if len(_READ) >= READ_MAX:
            _READ.clear()
        _READ[sha256] = policy
    return _READ[sha256]


def listed(connection: sa.Connection) -> Sequence[Adopted]:
    """Return all policies, newest first."""
    rows = connection.execute(sa.select(policies).order_by(policies.c.number.desc())).all()
    return [
        Adopted(
            Policy.model_validate_json(row.document), row.asked_by, row.approved_by, row.reason
        )
        for row in rows
    ]  # fmt: skip


def rank(policy: Policy | None, kind: IssueType) -> int:
    """Return the class of an issue type under a policy, or as it is without any."""
    return CLASS_RANK[kind] if policy is None else policy.rank(kind)


def is_ranked(connection: sa.Connection, policy: Policy) -> bool:
    """Tell whether what waits is ranked by this policy."""
    return connection.execute(sa.select(policy_ranked.c.number)).scalar() == policy.number


def rank_all(connection: sa.Connection, policy: Policy) -> None:
    """Rank all rights that are not held, done or ended by a policy."""
    columns = schema.rights.c
    for kind in IssueType:
        wrong: Any = sa.and_(
            columns.state == "READY",
            columns.issue_type == kind.value,
            columns.class_rank != policy.rank(kind),
        )
        connection.execute(
            sa.update(schema.rights).where(wrong).values(class_rank=policy.rank(kind))
        )
    connection.execute(sa.delete(policy_ranked))
    connection.execute(sa.insert(policy_ranked), {"id": 1, "number": policy.number})
