"""TLS toward the hub: 1.3 or nothing, the office's CA or nobody; and what a failed handshake means, in a sentence.

No system CA is trusted and nothing falls back to plain HTTP. The hub's certificate must carry the host of its URL and
be made for serving, which no station's certificate is.
"""

import ssl
from datetime import datetime

from cryptography import x509

from station.identity import ENROL, Identity

# X.509 verification codes of OpenSSL (x509_vfy.h).
_NOT_YET_VALID, _EXPIRED = 9, 10
_STRANGERS = frozenset({2, 18, 19, 20, 21})  # no issuer, self-signed, in the chain, no local issuer
_OTHER_NAME = frozenset({62, 64})  # host name, IP address

# What the other side's alerts are called by Python's ssl, without the prefix that names a protocol version.
_ALERTS = {
    "CERTIFICATE_EXPIRED": f"this station's certificate has expired or its clock is wrong: {ENROL}",
    "CERTIFICATE_REVOKED": f"this station's certificate was revoked: {ENROL}",
    "UNKNOWN_CA": f"the hub does not know this station's certificate: {ENROL}",
    "BAD_CERTIFICATE": f"the hub refuses this station's certificate: {ENROL}",
    "CERTIFICATE_REQUIRED": f"the hub wants a certificate and none was shown: {ENROL}",
    "PROTOCOL_VERSION": "the hub speaks an older TLS than 1.3: nothing was sent; check who answers there",
}

# Python's own servers end a handshake they refuse without an alert.
CUT = f"it ended the connection unheard; if that goes on it does not take this station's certificate: {ENROL}"


def context(ca_pem: str, identity: Identity | None = None) -> ssl.SSLContext:
    """Make the settings of a connection to the hub that this CA stands for.

    Raises:
        IdentityError: the identity cannot be used.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_verify_locations(cadata=ca_pem)
    if identity is not None:
        identity.show(made)
    return made


def stranger_context() -> ssl.SSLContext:
    """Make the settings for the one question asked of a hub not yet known: its CA, compared with the code after."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def fault(error: BaseException) -> str | None:
    """Say what a failed handshake means and what to do, None where it was no matter of TLS."""
    found = _tls_error(error)
    if found is None:
        return None
    if isinstance(found, ssl.SSLCertVerificationError):
        return _untrusted(found.verify_code)
    if isinstance(found, ssl.SSLEOFError):
        return CUT
    reason = found.reason or ""
    for alert, sentence in _ALERTS.items():
        if reason.endswith(alert):
            return sentence
    return (
        f"no TLS 1.3 could be agreed on ({reason or type(found).__name__}): check who answers there"
    )


def out_of_time(certificate: x509.Certificate, now: datetime) -> str | None:
    """Say that this station's own certificate is not good at this time, None where it is."""
    if now >= certificate.not_valid_after_utc:
        return f"this station's certificate has expired: {ENROL}"
    if now < certificate.not_valid_before_utc:
        return "this station's certificate is not valid yet by its clock: set the clock"
    return None


def _untrusted(verify_code: int) -> str:
    if verify_code == _NOT_YET_VALID:
        return "its certificate is not valid yet by this machine's clock: set the clock"
    if verify_code == _EXPIRED:
        return "its certificate has expired by this machine's clock: check clock and hub"
    if verify_code in _STRANGERS:
        return "it is not the hub this station was enrolled at: nothing was sent; check who answers there"
    if verify_code in _OTHER_NAME:
        return "its certificate is for another name: serve it with --name, or correct hub.url"
    return f"its certificate is not good for serving (code {verify_code}): nothing was sent"


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
