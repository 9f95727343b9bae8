"""Claims: rights handed out under a key the station stored before it asked.

The answer is always built from the stored grants, the first time as every later time, so the same key gets the same
bytes. The records go into it as the canonical bytes that were signed; nothing is parsed on the way.
"""

from datetime import datetime

import sqlalchemy as sa

from hub import rights, schema, stations
from hub.alarms import AlarmCode, raise_alarm
from hub.errors import ClaimKeyConflictError
from hub.home import Hub
from prr import seal
from prr.exchange import Claim, grant_content

_GRANTS = schema.grants


def answer(hub: Hub, claim: Claim) -> bytes:
    """Grant what the claim asks for, or repeat what it got; return a ClaimAnswer as JSON.

    Raises:
        ClaimKeyConflictError: the key was used for another claim.
        StationUnknownError, StationLockedError.
    """
    now = hub.clock.now()
    if not hub.store.write(lambda connection: _settle(connection, hub, claim, now)):
        raise ClaimKeyConflictError("this claim key was used for another claim: make a new one")
    grants = hub.store.read(lambda connection: _grants(connection, claim.claim_key))
    return b'{"claim_key":"%b","grants":[%b]}' % (claim.claim_key.encode(), b",".join(grants))


def _settle(connection: sa.Connection, hub: Hub, claim: Claim, now: datetime) -> bool:
    """See that the claim's grants are stored; False where its key belongs to another claim."""
    station = stations.get_unlocked(connection, claim.station)
    query = sa.select(schema.claims).where(schema.claims.c.claim_key == claim.claim_key)
    earlier = connection.execute(query).first()
    if earlier is not None:
        same: bool = (earlier.station, earlier.count_max) == (claim.station, claim.count_max)
        if not same:
            raise_alarm(connection, AlarmCode.CLAIM_KEY_CONFLICT, now, claim.station)
        return same
    row = claim.model_dump() | {"at": now}
    connection.execute(sa.insert(schema.claims), row)
    if stations.hold_reason(connection, station.site) is None:
        types = stations.issue_types(station)
        granted = rights.take(connection, claim.station, station.site, types, claim.count_max)
        _store_grants(connection, hub, claim, granted)
    return True


def _store_grants(
    connection: sa.Connection, hub: Hub, claim: Claim, granted: list[rights.Granted]
) -> None:
    rows = [
        {
            "claim_key": claim.claim_key, "place": place, "right_id": one.right_id,
            "station": claim.station, "hub_epoch": hub.epoch, "fence": one.fence,
            "record_sha256": one.record_sha256,
            "signature": seal.sign(
                hub.key, "grant",
                grant_content(claim.station, hub.epoch, one.fence, one.right, one.record_sha256),
            ),
        }
        for place, one in enumerate(granted)
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(_GRANTS), rows)


def _grants(connection: sa.Connection, claim_key: str) -> list[bytes]:
    columns = _GRANTS.c
    query = (
        sa.select(
            columns.fence, columns.hub_epoch, columns.signature, columns.station,
            schema.records.c.payload,
        )
        .join(schema.records, schema.records.c.sha256 == columns.record_sha256)
        .where(columns.claim_key == claim_key)
        .order_by(columns.place)
    )  # fmt: skip
    return [
        b'{"fence":%d,"hub_epoch":%d,"record":%b,"signature":"%b","station":"%b"}'
        % (row.fence, row.hub_epoch, row.payload, row.signature.encode(), row.station.encode())
        for row in connection.execute(query)
    ]
