"""How a station becomes known to its hub: a one-time code on paper, then certificates.

    code = secret (16 bytes) | first 12 bytes of SHA-256 of the office's CA certificate | check (2 bytes)

in base32, in twelve groups of four. It authenticates both ways: the station proves the secret to the hub, and sends
it only over a connection whose CA fits the code. The check bytes catch a typing error before a try at the hub is
spent. What is not here: who may make a code, how long it lives, what a certificate holds (the hub decides).
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from prr.canonical import Contract
from prr.record import Code, Line

SECRET_BYTES = 16
FINGERPRINT_BYTES = 12
CHECK_BYTES = 2
_CODE_BYTES = SECRET_BYTES + FINGERPRINT_BYTES + CHECK_BYTES
_GROUP = 4

Pem = Annotated[str, Field(min_length=64, max_length=8192, pattern=r"^-----BEGIN [A-Z ]+-----\n")]
Secret = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class CodeError(ValueError):
    """A text that is no enrolment code: mistyped, cut short, or something else."""


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentCode:
    """A one-time code, taken apart. It has no repr: it is a secret until it is used."""

    secret: bytes
    fingerprint: bytes

    @classmethod
    def of(cls, secret: bytes, ca_der: bytes) -> "EnrolmentCode":
        """Make the code for a secret and the office's CA certificate."""
        assert len(secret) == SECRET_BYTES
        return cls(secret, hashlib.sha256(ca_der).digest()[:FINGERPRINT_BYTES])

    @classmethod
    def from_text(cls, text: str) -> "EnrolmentCode":
        """Read what a person typed; spaces, dashes and small letters are no matter.

        Raises:
            CodeError: not a code, or mistyped.
        """
        letters = re.sub(r"[\s-]", "", text).upper()
        try:
            data = base64.b32decode(letters)
        except (binascii.Error, ValueError) as error:
            raise CodeError("not an enrolment code: type it as printed") from error
        body, check = data[:-CHECK_BYTES], data[-CHECK_BYTES:]
        if len(data) != _CODE_BYTES or _check(body) != check:
            raise CodeError("the enrolment code is mistyped: compare it letter by letter")
        return cls(body[:SECRET_BYTES], body[SECRET_BYTES:])

    @property
    def text(self) -> str:
        """Return the code as it is printed: twelve groups of four."""
        body = self.secret + self.fingerprint
        letters = base64.b32encode(body + _check(body)).decode("ascii")
        return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))

    def fits(self, ca_der: bytes) -> bool:
        """Tell whether this is the CA certificate the code was made under."""
        return hashlib.sha256(ca_der).digest()[:FINGERPRINT_BYTES] == self.fingerprint


def secret_sha256(secret_hex: str) -> str:
    """Return what a hub keeps of a secret: 128 random bits need no slow hash."""
    return hashlib.sha256(bytes.fromhex(secret_hex)).hexdigest()


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"ktp-station enrolment code" + body).digest()[:CHECK_BYTES]


class EnrolmentAsked(Contract):
    """A station asks for its first certificate: who it is, the code's secret, a PKCS #10 request for its own key."""

    station: Code
    secret: Secret
    request: Pem


class Enrolled(Contract):
    """What an enrolled station starts with. The CA it knows already, by its code."""

    station: Code
    zone: Line
    certificate: Pem
    hub_public_key: Line
    hub_url: Line
    printer_uri: Line


class RenewalAsked(Contract):
    """A station asks for a certificate that lives longer, for the key it speaks with."""

    station: Code
    request: Pem


class Renewed(Contract):
    """A station's next certificate. The one before stays good until it expires: this answer may be lost."""

    station: Code
    certificate: Pem
