"""Enrolment: a one-time code for a station, and the first certificate it gets for it.

    made -> used (by one key, once) | dead (five wrong tries) | expired (24 h) | replaced (a newer code)

The store keeps the SHA-256 of the code's secret. The same key may ask again with the same code while it lives and gets
the certificate it was given: a lost answer costs nothing. Every other refusal is one and the same sentence. Who enrols
anew loses what was before: one station has one live key.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from cryptography import x509

from hub import authority as ca
from hub import identities, schema, stations
from hub.authority import Authority
from hub.errors import EnrolmentRefusedError, NoEnrolmentError
from hub.home import Hub
from prr import seal
from prr.enrolment import SECRET_BYTES, Enrolled, EnrolmentAsked, EnrolmentCode, secret_sha256

CODE_LIFE = timedelta(hours=24)
TRIES = 5

_CODES = schema.enrolment_codes


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A wrong try that the transaction counts; it is raised when that is durable."""


_Used = tuple[str, sa.Row[Any]]  # the certificate's PEM, the station


def new_code(
    hub: Hub, ca_certificate: x509.Certificate, station: str, hub_url: str, printer_uri: str
) -> EnrolmentCode:
    """Make a code for a station; an older one dies.

    Raises:
        StationUnknownError, StationLockedError.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    row = {
        "station": station, "secret_sha256": secret_sha256(secret.hex()),
        "hub_url": hub_url, "printer_uri": printer_uri, "expires_at": hub.clock.now() + CODE_LIFE,
        "tries_left": TRIES, "used_for": None,
    }  # fmt: skip

    def body(connection: sa.Connection) -> None:
        stations.get_unlocked(connection, station)
        connection.execute(sa.delete(_CODES).where(_CODES.c.station == station))
        connection.execute(sa.insert(_CODES), row)

    hub.store.write(body)
    return EnrolmentCode.of(secret, ca.der(ca_certificate))


def again(hub: Hub, ca_certificate: x509.Certificate, station: str) -> tuple[EnrolmentCode, str]:
    """Make another code for a station that had one; return it with the hub's address it was made for.

    Raises:
        StationUnknownError, StationLockedError: as `new_code`.
        NoEnrolmentError: the station never had a code: it is one of plain HTTP.
    """
    query = sa.select(_CODES.c.hub_url, _CODES.c.printer_uri).where(_CODES.c.station == station)
    row = hub.store.read(lambda connection: connection.execute(query).first())
    if row is None:
        raise NoEnrolmentError(f"station {station} was not added with an https address: add it so")
    return new_code(hub, ca_certificate, station, row.hub_url, row.printer_uri), str(row.hub_url)


def enrol(hub: Hub, authority: Authority, asked: EnrolmentAsked) -> Enrolled:
    """Take a code and sign a station's first certificate.

    Raises:
        CertificateRequestError: the request is not for the asking station's own name and key; the code stays good.
        EnrolmentRefusedError: the code is wrong, used, dead, expired or for another station.
    """
    request = ca.request_of(asked.request)
    ca.check_request(request, asked.station)
    used = hub.store.write(lambda connection: _use(connection, hub, authority, asked, request))
    if isinstance(used, _Refusal):
        raise EnrolmentRefusedError(
            "the code is not, or no longer, good for this station: have a new one printed with "
            "`ktp-hub station code`"
        )
    certificate_pem, row = used
    return Enrolled(
        station=asked.station, zone=row.zone, certificate=certificate_pem,
        hub_public_key=seal.public_key_text(hub.key.public_key()), hub_url=row.hub_url,
        printer_uri=row.printer_uri,
    )  # fmt: skip


def _use(
    connection: sa.Connection, hub: Hub, authority: Authority, asked: EnrolmentAsked,
    request: x509.CertificateSigningRequest,
) -> _Used | _Refusal:  # fmt: skip
    now = hub.clock.now()
    query = sa.select(_CODES, schema.stations.c.zone, schema.stations.c.locked_reason)
    row = connection.execute(
        query.join(schema.stations).where(_CODES.c.station == asked.station)
    ).first()
    if row is None or row.tries_left == 0 or row.expires_at <= now or row.locked_reason is not None:
        return _Refusal()
    if not hmac.compare_digest(row.secret_sha256, secret_sha256(asked.secret)):
        _change(connection, asked.station, tries_left=row.tries_left - 1)
        return _Refusal()
    if row.used_for is not None:
        return _given_before(connection, row, request)
    identities.revoke_all(connection, asked.station, now, identities.SUPERSEDED)
    certificate = authority.for_station(request, asked.station, now)
    sha256 = identities.keep(connection, asked.station, certificate, now)
    _change(
        connection, asked.station,
        used_for=sha256, tries_left=row.tries_left, expires_at=row.expires_at,
    )  # fmt: skip
    return ca.pem(certificate), row


def _given_before(
    connection: sa.Connection, row: sa.Row[Any], request: x509.CertificateSigningRequest
) -> _Used | _Refusal:
    """Give the same certificate to the same key again; a used code in other hands is a wrong try."""
    columns = schema.certificates.c
    given = connection.execute(
        sa.select(schema.certificates).where(columns.sha256 == row.used_for)
    ).one()
    if given.key_sha256 == identities.key_sha256(request) and given.revoked_at is None:
        return given.pem, row
    _change(connection, row.station, tries_left=row.tries_left - 1)
    return _Refusal()


def _change(connection: sa.Connection, station: str, **values: Any) -> None:
    connection.execute(sa.update(_CODES).where(_CODES.c.station == station).values(**values))
