"""Who this station is toward the hub: a key that never leaves the machine, and a certificate that is renewed.

    identity.key    PEM, mode 0600; under systemd the credential `ktp-station-tls-key` takes its place
    identity.pem    the certificate; not secret, replaced at each renewal

Both lie in the state directory. The CA the hub is known by is not here: it is in the configuration, where a role that
was broken into cannot write. The key stays the same from one enrolment to the next.
"""

import contextlib
import os
import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from station.errors import IdentityError

CREDENTIAL = "ktp-station-tls-key"
KEY_FILE = "identity.key"
CERTIFICATE_FILE = "identity.pem"
ENROL = "have a code printed at the office and run `ktp-station enrol`"
_OTHERS_MAY = 0o077


@dataclass(frozen=True, slots=True)
class Identity:
    """Where key and certificate of this station lie."""

    key_path: Path
    certificate_path: Path

    @classmethod
    def at(cls, state_dir: Path, credentials_dir: Path | None) -> "Identity":
        """Find the identity of a state directory; its key as systemd's credential where there is one.

        Raises:
            IdentityError: this station was never enrolled, or others may read its key.
        """
        key_path, certificate_path = state_dir / KEY_FILE, state_dir / CERTIFICATE_FILE
        credential = None if credentials_dir is None else credentials_dir / CREDENTIAL
        if credential is not None and credential.exists():
            key_path = credential
        elif not key_path.exists():
            raise IdentityError(f"this station has no key for the hub: {ENROL}")
        elif key_path.stat().st_mode & _OTHERS_MAY:
            raise IdentityError(f"{key_path} can be read by others: set its mode to 0600")
        if not certificate_path.exists():
            raise IdentityError(f"this station has no certificate: {ENROL}")
        return cls(key_path, certificate_path)

    def certificate(self) -> x509.Certificate:
        """Read the certificate.

        Raises:
            IdentityError: it cannot be read.
        """
        try:
            return x509.load_pem_x509_certificate(self.certificate_path.read_bytes())
        except (OSError, ValueError) as error:
            raise IdentityError(
                f"the certificate {self.certificate_path} cannot be read: {ENROL}"
            ) from error

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Read the key.

        Raises:
            IdentityError: it cannot be read.
        """
        try:
            key = serialization.load_pem_private_key(self.key_path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise IdentityError(f"the key {self.key_path} cannot be read: {ENROL}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise IdentityError(f"the key {self.key_path} is of another kind: {ENROL}")
        return key

    def put_certificate(self, pem: str) -> None:
        """Replace the certificate, durably, by one for the same key.

        Raises:
            IdentityError: it is none, or for another key; the old one stays.
        """
        put_certificate(self.certificate_path, pem, self.key())

    def show(self, context: ssl.SSLContext) -> None:
        """Let a connection show this identity.

        Raises:
            IdentityError: key and certificate cannot be read or do not fit each other.
        """
        try:
            context.load_cert_chain(self.certificate_path, self.key_path)
        except (OSError, ssl.SSLError) as error:
            raise IdentityError(
                f"key and certificate of this station do not fit or cannot be read: {ENROL}"
            ) from error


def renewal_due(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether the last third of a certificate's life has begun."""
    end = certificate.not_valid_after_utc
    return now >= end - (end - certificate.not_valid_before_utc) / 3


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a key for this station."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a key as PEM bytes."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def request(key: ec.EllipticCurvePrivateKey, station: str) -> str:
    """Make the PKCS #10 request for a station's certificate."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, station)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode("ascii")


def put_certificate(path: Path, pem: str, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a certificate in place of the one at `path`, durably, if it is for this key.

    Raises:
        IdentityError: it is none, for another key, or cannot be written.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise IdentityError("the hub sent no certificate: nothing was changed") from error
    if certificate.public_key() != key.public_key():
        raise IdentityError("the hub sent a certificate for another key: nothing was changed")
    try:
        replace(path, pem.encode(), mode=0o640)
    except OSError as error:
        raise IdentityError(f"{path} cannot be written ({error.strerror}): check it") from error


def replace(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, on disk before this returns.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(".part", path.stem, path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
