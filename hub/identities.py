"""Certificates of stations as the store knows them: who speaks, until when, and which were taken back.

The handshake has seen that a certificate is the CA's and in time; this decides at every request, from the store,
whether it still counts. So a revocation bites at the next request, also on a connection that is open. The rows stay
for ever.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from hub import authority as ca
from hub import schema, stations
from hub.authority import Authority
from hub.columns import UtcTime
from hub.errors import (
    CertificateExpiredError,
    CertificateRefusedError,
    CertificateRequestError,
    CertificateRevokedError,
    OnePersonError,
)
from hub.home import Hub
from prr.enrolment import RenewalAsked, Renewed

_CERTIFICATES = schema.certificates
_OF_SHA256 = sa.select(_CERTIFICATES).where(_CERTIFICATES.c.sha256 == sa.bindparam("wanted"))

SUPERSEDED = "SUPERSEDED"  # by a later enrolment of the same station
ENROL_ANEW = "ask the office for a new code and run `ktp-station enrol`"


@dataclass(frozen=True, slots=True)
class Identity:
    """One certificate, as the command line shows it."""

    station: str
    sha256: str
    key_sha256: str
    issued_at: datetime
    not_after: datetime
    revoked_at: datetime | None
    revoked_for: str | None


def speaker(hub: Hub, certificate_der: bytes) -> str:
    """Return the station whose certificate this is, if it may speak now.

    Raises:
        CertificateRefusedError: no certificate of this store, revoked, or past its time.
    """
    return str(_good(hub, certificate_der).station)


def _good(hub: Hub, certificate_der: bytes) -> sa.Row[Any]:
    row = hub.store.read(lambda connection: _known(connection, certificate_der))
    if row is None:
        raise CertificateRefusedError(f"the certificate is no station's here: {ENROL_ANEW}")
    if row.revoked_at is not None:
        raise CertificateRevokedError(
            f"the certificate of station {row.station} was revoked ({row.revoked_for}): {ENROL_ANEW}"
        )
    if row.not_after <= hub.clock.now():
        raise CertificateExpiredError(
            f"the certificate of station {row.station} has expired: {ENROL_ANEW}"
        )
    return row


def _known(connection: sa.Connection, certificate_der: bytes) -> sa.Row[Any] | None:
    """Find a certificate, or another one for the same station and key.

    A hub that came back from a copy has not heard of the renewals since; the key it knows.
    """
    wanted = hashlib.sha256(certificate_der).hexdigest()
    row = connection.execute(_OF_SHA256, {"wanted": wanted}).first()
    if row is not None:
        return row
    certificate = x509.load_der_x509_certificate(certificate_der)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    columns = _CERTIFICATES.c
    query = sa.select(
        columns.station, columns.key_sha256, columns.revoked_at, columns.revoked_for,
        sa.literal(certificate.not_valid_after_utc, UtcTime).label("not_after"),
    )  # fmt: skip
    query = query.where(
        columns.station == name.value, columns.key_sha256 == key_sha256(certificate)
    )
    return connection.execute(query.order_by(columns.revoked_at.is_(None)).limit(1)).first()


def keep(
    connection: sa.Connection, station: str, certificate: x509.Certificate, at: datetime
) -> str:
    """Write a certificate that was just signed; return its SHA-256."""
    sha256 = hashlib.sha256(ca.der(certificate)).hexdigest()
    row = {
        "sha256": sha256, "station": station, "key_sha256": key_sha256(certificate),
        "pem": ca.pem(certificate), "not_after": certificate.not_valid_after_utc, "issued_at": at,
    }  # fmt: skip
    connection.execute(sa.insert(_CERTIFICATES), row)
    return sha256


def renew(hub: Hub, authority: Authority, shown_der: bytes, asked: RenewalAsked) -> Renewed:
    """Sign the next certificate for the key a station speaks with.

    The one shown stays good: the answer may be lost. A new key needs a new enrolment, and with it a person.

    Raises:
        CertificateRequestError: the request is for another name or another key.
        CertificateRefusedError: as `speaker`.
    """
    shown = _good(hub, shown_der)
    now = hub.clock.now()
    certificate = authority.for_station(ca.request_of(asked.request), shown.station, now)
    if key_sha256(certificate) != shown.key_sha256:
        raise CertificateRequestError(f"another key than the certificate's: {ENROL_ANEW}")
    hub.store.write(lambda connection: keep(connection, shown.station, certificate, now))
    return Renewed(station=shown.station, certificate=ca.pem(certificate))


def revoke(hub: Hub, station: str, by: str, second: str, reason: str) -> int:
    """Take a station's identity back: none of its certificates counts any more; return how many there were.

    Raises:
        OnePersonError: both names are one person's.
        StationUnknownError: there is no such station.
    """
    check_two(by, second)
    now = hub.clock.now()

    def body(connection: sa.Connection) -> int:
        stations.get(connection, station)
        return revoke_all(connection, station, now, reason, by=by, second=second)

    return hub.store.write(body)


def revoke_all(
    connection: sa.Connection, station: str, at: datetime, reason: str, *,
    by: str | None = None, second: str | None = None,
) -> int:  # fmt: skip
    """Revoke every certificate of a station that is not revoked yet, and its open code; return how many.

    With two people it is their decision and written down as one; without, the hub's own, at a new enrolment.
    """
    if by is not None:
        decision = {
            "at": at, "what": "identity revoked", "about": station, "reason": reason,
            "asked_by": by, "approved_by": second,
        }  # fmt: skip
        connection.execute(sa.insert(schema.decisions), decision)
    columns = _CERTIFICATES.c
    values = {
        "revoked_at": at, "revoked_for": reason, "revoked_by": by, "revoked_second": second,
    }  # fmt: skip
    statement = sa.update(_CERTIFICATES).where(columns.station == station)
    changed = connection.execute(statement.where(columns.revoked_at.is_(None)).values(**values))
    codes = schema.enrolment_codes
    connection.execute(
        sa.update(codes).where(codes.c.station == station).values(tries_left=0, expires_at=at)
    )
    return changed.rowcount


def listed(connection: sa.Connection, station: str | None = None) -> Sequence[Identity]:
    """Return all certificates, of one station or of all, oldest first."""
    columns = _CERTIFICATES.c
    query = sa.select(_CERTIFICATES).order_by(columns.issued_at, columns.sha256)
    if station is not None:
        query = query.where(columns.station == station)
    return [
        Identity(
            row.station, row.sha256, row.key_sha256, row.issued_at, row.not_after, row.revoked_at,
            row.revoked_for,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def check_two(by: str, second: str) -> None:
    """See that two people stand behind a decision.

    Raises:
        OnePersonError: it is one.
    """
    if by == second:
        raise OnePersonError(f"{by} cannot be both people: a second one must agree")


def key_sha256(holder: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """Return the SHA-256 of a public key, by which two requests for one key are known as such."""
    spki = holder.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()
