"""A hub with the oldest fault of all sown into it: what is free is read first and taken afterwards.

Run as `ktp-hub` is; the linearizability check has to find it.
"""

import threading
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hub import claims, cli, rights, schema
from hub.home import Hub
from hub.rights import Granted
from prr.exchange import Claim

_RIGHTS = schema.rights
_seen = threading.local()


def _read_first(hub: Hub, claim: Claim) -> bytes:
    free = sa.select(_RIGHTS.c.id).where(_RIGHTS.c.state == "READY").order_by(_RIGHTS.c.id)
    limited = free.limit(claim.count_max)
    _seen.ids = hub.store.read(lambda connection: connection.execute(limited).scalars().all())
    return _answer(hub, claim)


def _take_afterwards(
    connection: sa.Connection,
    station: str,
    site: str,
    issue_types: Sequence[str],
    count_max: int,
    rank_max: int = rights.RANK_LAST,
) -> list[Granted]:
    """Take what was free a moment ago, without looking again."""
    assert len(_seen.ids) <= count_max
    assert rank_max == rights.RANK_LAST, "no policy here"
    columns = _RIGHTS.c
    here = (columns.site == site, columns.issue_type.in_(issue_types))
    taken = (
        sa.update(_RIGHTS)
        .where(*here, columns.id.in_(_seen.ids), columns.state.in_(("READY", "HELD")))
        .values(state="HELD", holder=station, fence=columns.fence + 1)
        .returning(
            columns.id, columns.record_id, columns.issue_no, columns.fence, columns.record_sha256
        )
    )
    return [_granted(row) for row in connection.execute(taken)]


def _granted(row: sa.Row[Any]) -> Granted:
    return Granted(row.id, rights.named(row), row.fence, row.record_sha256)


_answer = claims.answer

if __name__ == "__main__":
    claims.answer = _read_first
    rights.take = _take_afterwards
    cli.main()
