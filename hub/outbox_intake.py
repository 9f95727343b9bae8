"""What stations tell, taken in: a gapless, hash-chained sequence a station, each entry applied once.

An entry that was applied already is passed over if its hash is the same. Another hash under a known number, or another
history before it, means that the station's store was copied or restored: the station is locked until people have
looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from hub import epochs, outcomes, schema, stations
from hub.alarms import AlarmCode, raise_alarm
from hub.errors import OutboxForkError, OutboxGapError, StationMismatchError
from hub.home import Hub
from prr.exchange import OutboxAnswer, OutboxEntry

_ENTRIES = schema.outbox_entries
_STATIONS = schema.stations

FORK_REASON = "its outbox forked, its store was copied or restored"


@dataclass(slots=True)
class _Chain:
    """How far a station's chain is applied, and what stopped it."""

    seq: int
    sha256: str
    hub_epoch: int = 1
    stopped: Literal["gap", "fork"] | None = None


def apply(hub: Hub, station: str, entries: Sequence[OutboxEntry]) -> OutboxAnswer:
    """Apply a station's entries in order and say how far its chain is applied.

    Raises:
        OutboxGapError: an entry is missing before one of these; those before the gap are applied.
        OutboxForkError: the chain is not the one the hub knows; the station is locked now.
        StationMismatchError: an entry is another station's; nothing is applied.
        StationUnknownError, StationLockedError.
    """
    if any(entry.station != station for entry in entries):
        raise StationMismatchError(f"an entry is not of station {station}: send your own only")
    now = hub.clock.now()
    chain = hub.store.write(lambda connection: _apply(connection, station, entries, now))
    if chain.stopped == "gap":
        raise OutboxGapError(chain.seq)
    if chain.stopped == "fork":
        raise OutboxForkError(f"station {station} is locked: {FORK_REASON}; call the office")
    answer = OutboxAnswer(
        station=station, hub_epoch=chain.hub_epoch, applied_seq=chain.seq,
        applied_sha256=chain.sha256,
    )  # fmt: skip
    return answer.signed(hub.key)


def _apply(
    connection: sa.Connection, station: str, entries: Sequence[OutboxEntry], now: datetime
) -> _Chain:
    row = stations.get_unlocked(connection, station)
    chain = _Chain(row.applied_seq, row.applied_sha256)
    for entry in entries:
        _apply_one(connection, chain, entry, now)
        if chain.stopped is not None:
            break
    if chain.stopped == "fork":
        _lock(connection, station, entry.seq, now)
    if chain.seq != row.applied_seq:
        _move_on(connection, row, chain)
    chain.hub_epoch = epochs.current(connection)
    return chain


def _apply_one(connection: sa.Connection, chain: _Chain, entry: OutboxEntry, now: datetime) -> None:
    canonical, sha256 = entry.canonical(), entry.sha256()
    if entry.seq <= chain.seq:
        if sha256 != _applied_sha256(connection, entry):
            chain.stopped = "fork"
    elif entry.seq > chain.seq + 1:
        chain.stopped = "gap"
    elif entry.previous_sha256 != chain.sha256:
        chain.stopped = "fork"
    else:
        stored = {
            "station": entry.station, "seq": entry.seq, "sha256": sha256,
            "entry": canonical, "applied_at": now,
        }  # fmt: skip
        connection.execute(sa.insert(_ENTRIES), stored)
        outcomes.apply(connection, entry, now)
        chain.seq, chain.sha256 = entry.seq, sha256


def _applied_sha256(connection: sa.Connection, entry: OutboxEntry) -> str:
    query = sa.select(_ENTRIES.c.sha256).where(
        _ENTRIES.c.station == entry.station, _ENTRIES.c.seq == entry.seq
    )
    return str(connection.execute(query).scalar_one())


def _move_on(connection: sa.Connection, row: sa.Row[Any], chain: _Chain) -> None:
    statement = (
        sa.update(_STATIONS)
        .where(_STATIONS.c.id == row.id, _STATIONS.c.applied_seq == row.applied_seq)
        .values(applied_seq=chain.seq, applied_sha256=chain.sha256)
    )
    changed = connection.execute(statement).rowcount
    assert changed == 1, "a station's chain moved under its transaction"


def _lock(connection: sa.Connection, station: str, seq: int, now: datetime) -> None:
    stations.lock(connection, station, FORK_REASON)
    raise_alarm(connection, AlarmCode.OUTBOX_FORK, now, station, seq=seq)
