"""Enrolment, the station's half: from a code on paper to a key, a certificate and a configuration.

    1  ask whoever answers for its CA certificate; it must fit the code, else nothing more is said
    2  make the key here, durably, before it is spoken of: a lost answer is asked for again with the same key
    3  over TLS under that CA: the code's secret and a request for the key; the answer is the certificate
    4  write certificate and configuration

A configuration that is there already is kept when it is this hub's and this station's, and is in the way otherwise.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pydantic import ValidationError

from prr.enrolment import CodeError, Enrolled, EnrolmentAsked, EnrolmentCode
from station import hub_tls, identity, sealed_key
from station.config import load
from station.errors import ConfigError, EnrolmentError, HubUnreachableError
from station.hub_answers import refusal
from station.identity import CERTIFICATE_FILE

TIMEOUT_S = 20.0

CONFIG = """\
[station]
id = {station}
zone = {zone}
state_dir = {state_dir}

[hub]
url = {hub_url}
public_key = {hub_public_key}
ca = '''
{ca}'''

[printer]
uri = {printer_uri}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where this station keeps what it gets.

    Attributes:
        config: its configuration file, made if it is not there.
        state_dir: holds the certificate, and the key where it is not sealed.
        credentials: folder for keys sealed to this machine by systemd-creds, None for a key file 0600.
    """

    config: Path
    state_dir: Path
    credentials: Path | None = None


def enrol(
    station: str, hub_url: str, code_text: str, place: Place, ca_sha256: str | None = None
) -> x509.Certificate:
    """Enrol this machine as a station; return its certificate.

    Args:
        station: the name the office gave it.
        hub_url: the enrolment desk's address.
        code_text: the one-time code as typed.
        place: where things go.
        ca_sha256: the whole SHA-256 of the CA's certificate, for who wants more than the 96 bits in the code.

    Raises:
        EnrolmentError: the code is mistyped, another hub answers, or the configuration is another station's.
        HubRefusedError, HubUnreachableError: the hub said no, or nothing.
        IdentityError: key or certificate cannot be written.
    """
    try:
        code = EnrolmentCode.from_text(code_text)
    except CodeError as error:
        raise EnrolmentError(str(error)) from error
    if urlsplit(hub_url).scheme != "https":
        raise EnrolmentError(f"{hub_url}: enrolment needs an https address")
    ca = _authority(hub_url, code, ca_sha256)
    ca_pem = ca.public_bytes(serialization.Encoding.PEM).decode("ascii")
    _check_config(place, station, ca_pem)
    key = sealed_key.station_tls_key(place.state_dir, place.credentials)
    asked = EnrolmentAsked(
        station=station, secret=code.secret.hex(), request=identity.request(key, station)
    )
    enrolled = _ask(hub_url, ca_pem, asked)
    if enrolled.station != station:
        raise EnrolmentError("the hub answered for another station: nothing was written")
    identity.put_certificate(place.state_dir / CERTIFICATE_FILE, enrolled.certificate, key)
    _write_config(place, enrolled, ca_pem)
    return x509.load_pem_x509_certificate(enrolled.certificate.encode())


def _authority(hub_url: str, code: EnrolmentCode, ca_sha256: str | None) -> x509.Certificate:
    """Get the CA's certificate from a hub nobody has vouched for yet, and hold it against the code."""
    with httpx.Client(
        verify=hub_tls.stranger_context(), timeout=TIMEOUT_S, trust_env=False
    ) as client:
        response = _heard(hub_url, lambda: client.get(f"{hub_url}/v1/authority"))
    try:
        ca = x509.load_pem_x509_certificate(response.content)
    except ValueError as error:
        raise EnrolmentError(f"{hub_url} is no enrolment desk: check address and port") from error
    whole = ca.fingerprint(hashes.SHA256()).hex()
    wanted = None if ca_sha256 is None else ca_sha256.replace(":", "").lower()
    if not code.fits(ca.public_bytes(serialization.Encoding.DER)) or wanted not in (None, whole):
        raise EnrolmentError(
            f"another hub than the code's answers at {hub_url}: the code was not sent; "
            "call the office before you go on"
        )
    return ca


def _ask(hub_url: str, ca_pem: str, asked: EnrolmentAsked) -> Enrolled:
    with httpx.Client(verify=hub_tls.context(ca_pem), timeout=TIMEOUT_S, trust_env=False) as client:
        response = _heard(
            hub_url, lambda: client.post(f"{hub_url}/v1/enrolments", content=asked.canonical())
        )
    if response.status_code != httpx.codes.OK:
        raise refusal(response, hub_url)
    try:
        return Enrolled.model_validate_json(response.content)
    except ValidationError as error:
        raise HubUnreachableError(f"{hub_url} answered something else than a hub does") from error


def _heard(hub_url: str, ask: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        return ask()
    except httpx.HTTPError as error:
        why = hub_tls.fault(error) or type(error).__name__
        raise HubUnreachableError(f"no enrolment desk at {hub_url}: {why}") from error


def _check_config(place: Place, station: str, ca_pem: str) -> None:
    """See, before the code is used, that an older configuration is this hub's and this station's."""
    if not place.config.exists():
        return
    try:
        config = load(place.config)
    except ConfigError as error:
        raise EnrolmentError(f"{error}; move the file away and enrol again") from error
    same_ca = config.hub.ca.split() == ca_pem.split()
    if config.station.id != station or not same_ca or config.station.state_dir != place.state_dir:
        raise EnrolmentError(
            f"{place.config} is of another station, hub or folder: move it away and enrol again"
        )


def _write_config(place: Place, enrolled: Enrolled, ca_pem: str) -> None:
    if place.config.exists():
        return
    words = {
        "station": enrolled.station, "zone": enrolled.zone,
        "state_dir": str(place.state_dir.absolute()), "hub_url": enrolled.hub_url,
        "hub_public_key": enrolled.hub_public_key, "printer_uri": enrolled.printer_uri,
    }  # fmt: skip
    # a JSON string without escapes beyond ASCII is a TOML basic string
    quoted = {name: json.dumps(word) for name, word in words.items()}
    place.config.parent.mkdir(parents=True, exist_ok=True)
    identity.replace(place.config, CONFIG.format(**quoted, ca=ca_pem).encode(), mode=0o640)
