"""Claims: rights handed out under a key the station stored before it asked.

The answer is always built from the stored grants, the first time as every later time, so the same key gets the same
bytes. The records go into it as the canonical bytes that were signed; nothing is parsed on the way.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub import epochs, rights, schema, stations
from hub.alarms import AlarmCode, raise_alarm
from hub.errors import ClaimKeyConflictError, EpochChangedError
from hub.home import Hub
from hub.policy import allocation
from prr import seal
from prr.exchange import Claim, grant_content

_GRANTS = schema.grants

# Built once: SQLAlchemy finds what it compiled of a statement by the statement itself.
_ADD_CLAIM = sa.insert(schema.claims)
_ADD_GRANTS = sa.insert(_GRANTS)
_EARLIER = sa.select(schema.claims).where(schema.claims.c.claim_key == sa.bindparam("claim_key"))
_STORED = (
    sa.select(
        _GRANTS.c.fence, _GRANTS.c.hub_epoch, _GRANTS.c.signature, _GRANTS.c.station,
        schema.records.c.payload,
    )
    .join(schema.records, schema.records.c.sha256 == _GRANTS.c.record_sha256)
    .where(_GRANTS.c.claim_key == sa.bindparam("claim_key"))
    .order_by(_GRANTS.c.place)
)  # fmt: skip


def answer(hub: Hub, claim: Claim) -> bytes:
    """Grant what the claim asks for, or repeat what it got; return a ClaimAnswer as JSON.

    Raises:
        ClaimKeyConflictError: the key was used for another claim.
        EpochChangedError: the station has not heard of this hub's epoch yet.
        HubReconcilingError: the hub was restored and has not heard every station yet.
        StationUnknownError, StationLockedError.
    """
    now = hub.clock.now()
    grants = hub.store.write(lambda connection: _settle(connection, hub, claim, now), beside=True)
    if grants and hub.mark.is_due(now):
        hub.store.read(hub.mark.set)
    if grants is None:
        raise ClaimKeyConflictError("this claim key was used for another claim: make a new one")
    return b'{"claim_key":"%b","grants":[%b]}' % (claim.claim_key.encode(), b",".join(grants))


def _settle(connection: sa.Connection, hub: Hub, claim: Claim, now: datetime) -> list[bytes] | None:
    """See that the claim's grants are stored and return them; None where its key belongs to another claim."""
    station = stations.get_unlocked(connection, claim.station)
    epoch = epochs.current(connection)
    if claim.hub_epoch not in (0, epoch):
        raise EpochChangedError(f"the hub is in epoch {epoch} now: sync before you claim")
    earlier = connection.execute(_EARLIER, {"claim_key": claim.claim_key}).first()
    if earlier is None:
        epochs.require_open(connection)
        _grant(connection, hub, claim, station, epoch, now)
    elif (earlier.station, earlier.count_max) != (claim.station, claim.count_max):
        raise_alarm(connection, AlarmCode.CLAIM_KEY_CONFLICT, now, claim.station)
        return None
    return _grants(connection, claim.claim_key)


def _grant(
    connection: sa.Connection, hub: Hub, claim: Claim, station: sa.Row[Any], epoch: int,
    now: datetime,
) -> None:  # fmt: skip
    row = claim.model_dump(exclude={"hub_epoch"}) | {"at": now}
    connection.execute(_ADD_CLAIM, row)
    if station.hold_reason is None:
        given = allocation.share(connection, hub, station)
        granted = allocation.take(connection, claim.station, given, claim.count_max)
        _store_grants(connection, hub, claim, epoch, granted)


def _store_grants(
    connection: sa.Connection, hub: Hub, claim: Claim, epoch: int, granted: list[rights.Granted]
) -> None:
    rows = [
        {
            "claim_key": claim.claim_key, "place": place, "right_id": one.right_id,
            "station": claim.station, "hub_epoch": epoch, "fence": one.fence,
            "record_sha256": one.record_sha256,
            "signature": seal.sign(
                hub.key, "grant",
                grant_content(claim.station, epoch, one.fence, one.right, one.record_sha256),
            ),
        }
        for place, one in enumerate(granted)
    ]  # fmt: skip
    if rows:
        connection.execute(_ADD_GRANTS, rows)


def _grants(connection: sa.Connection, claim_key: str) -> list[bytes]:
    return [
        b'{"fence":%d,"hub_epoch":%d,"record":%b,"signature":"%b","station":"%b"}'
        % (row.fence, row.hub_epoch, row.payload, row.signature.encode(), row.station.encode())
        for row in connection.execute(_STORED, {"claim_key": claim_key})
    ]
