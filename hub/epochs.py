"""The hub's epoch: what keeps print-once when the hub comes back from a copy of its store.

A restored hub has forgotten grants and reports. Granting from such a book would hand one right to two stations. So

    restored   the epoch grows and every station has to be reconciled; no claim is answered meanwhile
    told       each station sends again what the hub has forgotten of its chain
    reconciled a station whose chain is applied to its end says what it holds, and the book is set right by it
    open       every station is reconciled, or was written off by two people

No two epochs have one number, also where the hub goes on twice from one copy: it would then not be seen that the second
has forgotten what the first was told. So an epoch is named by the second it began in, and only grows.

A restore is declared by people (`ktp-hub restored`), seen in the mark beside the store or its absence (`hub.mark`), or
in a station's word: an acknowledgement, a fence or an epoch this hub does not remember giving.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hub import rights, schema
from hub.alarms import AlarmCode, raise_alarm
from hub.errors import HubReconcilingError
from prr.exchange import Held, Sync

_HUB = schema.hub
_STATIONS = schema.stations
_HEARD = schema.rights_heard

NOTHING_HEARD = {"state": "READY", "holder": None, "fence": 0}  # a right as it is made

_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_SECONDS_MAX = 2_000_000_000  # the column has 31 bits; a clock gone wild leaves room to count

_CURRENT = sa.select(_HUB.c.hub_epoch)
_AWAITED = (
    sa.select(_STATIONS.c.id)
    .where(_STATIONS.c.reconciled_epoch < _CURRENT.scalar_subquery(), _STATIONS.c.lost_at.is_(None))
    .order_by(_STATIONS.c.id)
)


def current(connection: sa.Connection) -> int:
    """Return the hub's epoch."""
    return int(connection.execute(_CURRENT).scalar_one())


def awaited(connection: sa.Connection) -> list[str]:
    """Return the stations whose word is still missing since the hub was restored."""
    return list(connection.execute(_AWAITED).scalars())


def any_awaited(connection: sa.Connection) -> bool:
    """Tell whether any station's word is missing."""
    return connection.execute(_AWAITED.limit(1)).first() is not None


def require_open(connection: sa.Connection) -> None:
    """See that rights may be handed out.

    Raises:
        HubReconcilingError: the hub was restored and has not heard every station yet.
    """
    if any_awaited(connection):
        raise HubReconcilingError(
            "this hub came back from a copy and has not heard all its stations: see `ktp-hub awaited`"
        )


def begin(
    connection: sa.Connection, at: datetime, *, station: str | None = None, above: int = 0
) -> int:
    """Begin a new epoch; every station has to be reconciled.

    Args:
        at: now.
        station: whose word gave it away that this hub has forgotten something.
        above: the new epoch is greater than this, and than the last.
    """
    seconds = round((at - _COUNTED_FROM).total_seconds())
    epoch = max(current(connection) + 1, above + 1, min(seconds, _SECONDS_MAX))
    connection.execute(sa.update(_HUB).values(hub_epoch=epoch))
    raise_alarm(connection, AlarmCode.HUB_RESTORED, at, station)
    return epoch


def compare(connection: sa.Connection, station: sa.Row[Any], told: Sync, at: datetime) -> int:
    """Begin a new epoch if a station remembers more of this hub than the hub does; returns the epoch."""
    epoch = current(connection)
    if told.hub_epoch > epoch or (told.hub_epoch == epoch and told.told_seq > station.applied_seq):
        return begin(connection, at, station=station.id, above=told.hub_epoch)
    return epoch


def restored(connection: sa.Connection, station: str, at: datetime) -> None:
    """Note that a station spoke of what this hub should know and does not; begins an epoch if none has begun."""
    if not any_awaited(connection):
        begin(connection, at, station=station)


def reconcile(connection: sa.Connection, station: sa.Row[Any], told: Sync, at: datetime) -> None:
    """Set the book right by what a station holds, once its chain is applied to the end; else do nothing."""
    epoch = current(connection)
    behind = station.applied_seq != told.last_seq
    if station.reconciled_epoch >= epoch or told.hub_epoch != epoch or behind:
        return
    for held in told.holds:
        _take_word(connection, station.id, held, at)
    _free_the_others(connection, station.id, told.holds, at)
    of_station = sa.update(_STATIONS).where(_STATIONS.c.id == station.id)
    connection.execute(of_station.values(reconciled_epoch=epoch))


def _take_word(connection: sa.Connection, station: str, held: Held, at: datetime) -> None:
    row = rights.find(connection, held.right)
    if row is None:
        hear(connection, station, held, "HELD")
        raise_alarm(connection, AlarmCode.RIGHT_UNKNOWN, at, station)
    elif held.fence > row.fence and row.state in ("READY", "HELD", "REVOKED"):
        wanted = int(row.state == "REVOKED" or row.revoke_wanted)
        rights.change(
            connection, row, "reconciled", at,
            state="HELD", holder=station, fence=held.fence, revoke_wanted=wanted,
            in_doubt=int(held.state == "IN_DOUBT"),
        )  # fmt: skip
    elif (row.state, row.holder, row.fence) != ("HELD", station, held.fence):
        raise_alarm(connection, AlarmCode.NOT_THE_HOLDER, at, station, right_id=row.id)


def _free_the_others(
    connection: sa.Connection, station: str, holds: Iterable[Held], at: datetime
) -> None:
    """Take back what the station was granted in a claim whose answer it never got and has given up since."""
    names = {held.right for held in holds}
    for row in rights.held_by(connection, station):
        if rights.named(row) in names:
            continue
        state = "REVOKED" if row.revoke_wanted else "READY"
        rights.change(
            connection, row, "not-held", at,
            state=state, holder=None, revoke_wanted=0, in_doubt=0,
        )  # fmt: skip


def hear(connection: sa.Connection, station: str, held: Held, state: str) -> None:
    """Note what a station says of a right that is not here; `recall` finds it when the record is imported again."""
    key = (_HEARD.c.record_id == held.right.record_id, _HEARD.c.issue_no == held.right.issue_no)
    row = connection.execute(sa.select(_HEARD).where(*key)).first()
    said = {"station": station, "fence": held.fence, "state": state}
    if row is None:
        connection.execute(sa.insert(_HEARD), said | held.right.model_dump())
    elif row.state != "DONE" and (held.fence > row.fence or state != "HELD"):
        connection.execute(sa.update(_HEARD).where(*key).values(**said))


def recall(connection: sa.Connection, record_id: str, issue_no: int) -> dict[str, Any]:
    """Return what stations have said of a right that is imported now, as columns."""
    return recall_of(connection, [record_id]).get((record_id, issue_no), NOTHING_HEARD)


def recall_of(
    connection: sa.Connection, record_ids: Sequence[str]
) -> dict[tuple[str, int], dict[str, Any]]:
    """Return what stations have said of rights of these records, as columns by record and issue number."""
    query = sa.select(_HEARD).where(_HEARD.c.record_id.in_(record_ids))
    return {
        (row.record_id, row.issue_no): {
            "state": row.state, "fence": row.fence,
            "holder": None if row.state == "READY" else row.station,
        }
        for row in connection.execute(query)
    }  # fmt: skip
