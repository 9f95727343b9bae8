"""Stations and sites: who may ask, for which office, and whether that office prints now."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hub import epochs, keys, schema
from hub.errors import (
    AccessKeyUnknownError,
    SiteUnknownError,
    StationExistsError,
    StationLockedError,
    StationUnknownError,
)
from hub.home import Hub
from prr import seal
from prr.exchange import GENESIS_SHA256
from prr.record import IssueType

_STATIONS = schema.stations

_OF_NAME = (
    sa.select(_STATIONS, schema.sites.c.hold_reason)
    .join(schema.sites)
    .where(_STATIONS.c.id == sa.bindparam("station"))
)
_OF_KEY = sa.select(_STATIONS.c.id, _STATIONS.c.key_sha256).where(
    _STATIONS.c.key_sha256 == sa.bindparam("sha256")
)
_OF_SITE = sa.select(schema.sites).where(schema.sites.c.id == sa.bindparam("site"))

CONFIG = """\
[station]
id = "{station}"
zone = "{zone}"
state_dir = "{state_dir}"

[hub]
url = "{url}"
access_key = "{access_key}"
public_key = "{public_key}"

[printer]
uri = "{printer_uri}"
"""


@dataclass(frozen=True, slots=True)
class NewStation:
    """What `station add` is told."""

    station: str
    site: str
    url: str
    printer_uri: str
    issue_types: tuple[str, ...] = tuple(IssueType)
    state_dir: str = "var/station"


def add(hub: Hub, new: NewStation) -> str:
    """Register a station and return its configuration as TOML, with the access key that is shown only here.

    Raises:
        StationExistsError: there is one of this name; its access key is not given out again.
    """
    access_key = keys.new_access_key()
    register(hub, new, keys.access_key_sha256(access_key))
    return CONFIG.format(
        station=new.station, zone=hub.zone, state_dir=new.state_dir, url=new.url,
        access_key=access_key, public_key=seal.public_key_text(hub.key.public_key()),
        printer_uri=new.printer_uri,
    )  # fmt: skip


def register(hub: Hub, new: NewStation, key_sha256: str | None = None) -> None:
    """Write a station's row; without an access key it speaks with a certificate only.

    Raises:
        StationExistsError: there is one of this name.
    """
    row = {
        "id": new.station, "site": new.site, "zone": hub.zone,
        "issue_types": ",".join(new.issue_types),
        "key_sha256": key_sha256,
        "applied_sha256": GENESIS_SHA256, "added_at": hub.clock.now(),
    }  # fmt: skip

    def body(connection: sa.Connection) -> None:
        if connection.execute(_OF_NAME, {"station": new.station}).first() is not None:
            raise StationExistsError(f"station {new.station} is here already: name another")
        if connection.execute(_OF_SITE, {"site": new.site}).first() is None:
            connection.execute(sa.insert(schema.sites), {"id": new.site})
        # A station that holds nothing yet has nothing to say about what was before.
        epoch = epochs.current(connection)
        connection.execute(sa.insert(_STATIONS), row | {"reconciled_epoch": epoch})

    hub.store.write(body)


class AccessKeys:
    """Knows whose access key is whose; a key once seen is not looked up again.

    A look-up waits its turn at the store, behind a commit of others, and a station's key never changes: a station that
    may not ask any more is locked, and that each transaction reads for itself.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._seen: dict[str, str] = {}  # SHA-256 of the key -> station; unknown keys are not kept

    def station(self, access_key: str) -> str:
        """Return the station an access key belongs to.

        Raises:
            AccessKeyUnknownError: it is nobody's.
        """
        sha256 = keys.access_key_sha256(access_key)
        if sha256 not in self._seen:
            self._seen[sha256] = self._look_up(sha256)
        return self._seen[sha256]

    def _look_up(self, sha256: str) -> str:
        row = self._hub.store.read(
            lambda connection: connection.execute(_OF_KEY, {"sha256": sha256}).first()
        )
        # Found by its hash, so the time says nothing of the key; the last word is a constant-time one all the same.
        if row is None or not hmac.compare_digest(row.key_sha256, sha256):
            raise AccessKeyUnknownError("the access key is no station's: see `station add`")
        return str(row.id)


def get(connection: sa.Connection, station: str) -> sa.Row[Any]:
    """Return the row of a station, with its site's `hold_reason`.

    Raises:
        StationUnknownError: there is none.
    """
    row = connection.execute(_OF_NAME, {"station": station}).first()
    if row is None:
        raise StationUnknownError(f"station {station} is not here: add it with `station add`")
    return row


def get_unlocked(connection: sa.Connection, station: str) -> sa.Row[Any]:
    """Return the row of a station that may claim and tell.

    Raises:
        StationUnknownError, StationLockedError.
    """
    row = get(connection, station)
    if row.locked_reason is not None:
        raise StationLockedError(f"station {station} is locked: {row.locked_reason}")
    return row


def lock(connection: sa.Connection, station: str, reason: str) -> None:
    """Lock a station: it may neither claim nor tell until people have looked."""
    statement = sa.update(_STATIONS).where(_STATIONS.c.id == station)
    connection.execute(statement.values(locked_reason=reason))


def issue_types(row: sa.Row[Any]) -> Sequence[str]:
    """Return the issue types a station may print."""
    types: str = row.issue_types
    return types.split(",")


def set_hold(hub: Hub, site: str, reason: str | None) -> None:
    """Hold a site, or let it print again (None). Its stations hear it at their next sync.

    Raises:
        SiteUnknownError: no station belongs to it.
    """

    def body(connection: sa.Connection) -> None:
        statement = sa.update(schema.sites).where(schema.sites.c.id == site)
        if connection.execute(statement.values(hold_reason=reason)).rowcount == 0:
            raise SiteUnknownError(f"site {site} has no station here: check its name")

    hub.store.write(body)
