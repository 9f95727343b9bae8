"""The office's certificate authority: one key that signs this hub's certificates and those of its stations.

Three kinds of X.509 certificates, all ECDSA on P-256:

    CA        ten years, may sign leaves only (path length 0)
    hub       90 days, for serving; made in memory at each start and again before it ends, its key is never on disk
    station   90 days, for asking; subject and SAN are the station's name, the key is the station's own

What a request asks for beside its key is not read: the hub writes every field. A station's certificate cannot serve
and a hub's cannot ask, so a stolen kiosk cannot pass for the hub. Which certificates are good now is
`hub.identities`' business.
"""

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub import keys
from hub.errors import CertificateRequestError, HomeError

KEY_FILE = "hub-ca.key"
CERTIFICATE_FILE = "hub-ca.pem"
CREDENTIAL = "ktp-hub-ca-key"
CA_LIFE = dt.timedelta(days=3653)
LEAF_LIFE = dt.timedelta(days=90)
# A kiosk's clock may be behind: a certificate is good from a little before it was made.
BACKDATED = dt.timedelta(hours=1)

_CA_USAGE = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
    encipher_only=False, decipher_only=False,
)  # fmt: skip
_LEAF_USAGE = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
    encipher_only=False, decipher_only=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Authority:
    """The office's CA, able to sign."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def for_station(
        self, request: x509.CertificateSigningRequest, station: str, at: dt.datetime
    ) -> x509.Certificate:
        """Sign a station's certificate for the key of its request.

        Raises:
            CertificateRequestError: the request names another station, carries another kind of key, or does not prove
                that its sender has the key.
        """
        check_request(request, station)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, station)])
        usage = ExtendedKeyUsageOID.CLIENT_AUTH
        return self._leaf(subject, request.public_key(), [x509.DNSName(station)], usage, at)

    def for_hub(
        self, public_key: ec.EllipticCurvePublicKey, names: Sequence[str], at: dt.datetime
    ) -> x509.Certificate:
        """Sign the certificate a hub serves with, under the names and addresses stations call it by."""
        assert names, "a hub that nobody can call"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ktp-hub")])
        usage = ExtendedKeyUsageOID.SERVER_AUTH
        return self._leaf(subject, public_key, [_general(name) for name in names], usage, at)

    def _leaf(
        self, subject: x509.Name, public_key: object, names: Sequence[x509.GeneralName],
        usage: x509.ObjectIdentifier, at: dt.datetime,
    ) -> x509.Certificate:  # fmt: skip
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        issuer_key = self.key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - BACKDATED)
            .not_valid_after(at + LEAF_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_LEAF_USAGE, critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )


def make(at: dt.datetime) -> Authority:
    """Make a new CA in memory."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "KTP-el hub CA")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATED)
        .not_valid_after(at + CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_CA_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def write(directory: Path, authority: Authority) -> None:
    """Keep a CA in a hub's directory: its key 0600, its certificate beside it; on disk before this returns."""
    keys.write_private(directory / KEY_FILE, key_pem(authority.key))
    keys.write_private(directory / CERTIFICATE_FILE, pem(authority.certificate).encode())


def read(directory: Path) -> Authority:
    """Read the CA of a hub's directory; its key from systemd's credential where there is one.

    Raises:
        KeyExposedError: others may read the key's file.
        HomeError: key or certificate is not there, not readable or does not fit the other.
    """
    certificate = read_certificate(directory)
    given = keys.credential(
        CREDENTIAL
    )  # systemd keeps others from it in a way its mode does not show
    path = given or directory / KEY_FILE
    try:
        text = keys.read_private(path) if given is None else path.read_bytes()
        key = serialization.load_pem_private_key(text, password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise HomeError(f"the CA's key {path} cannot be read: restore it") from error
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey)
        or key.public_key() != certificate.public_key()
    ):
        raise HomeError(f"{path} is not the key of {CERTIFICATE_FILE}: restore both from one copy")
    return Authority(certificate, key)


def read_certificate(directory: Path) -> x509.Certificate:
    """Read the CA's certificate alone: all that a code needs.

    Raises:
        HomeError: it is not there or not readable.
    """
    path = directory / CERTIFICATE_FILE
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise HomeError(f"the CA's certificate {path} cannot be read: restore it") from error


def request_of(text: str) -> x509.CertificateSigningRequest:
    """Read a PKCS #10 request.

    Raises:
        CertificateRequestError: it is none.
    """
    try:
        return x509.load_pem_x509_csr(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateRequestError("the certificate request cannot be read: ask anew") from error


def check_request(request: x509.CertificateSigningRequest, station: str) -> None:
    """See that a request is for a station's own name and key.

    Raises:
        CertificateRequestError: it is not.
    """
    key = request.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CertificateRequestError("the request's key is not ECDSA on P-256: make that one")
    try:
        proven = request.is_signature_valid
    except (InvalidSignature, UnsupportedAlgorithm):
        proven = False
    if not proven:
        raise CertificateRequestError("the request is not signed with its own key: ask anew")
    if [name.value for name in request.subject] != [station]:
        raise CertificateRequestError(
            "the request names another station than the one that asks: nothing was signed"
        )


def server_context(authority: Authority, *, stations_only: bool) -> ssl.SSLContext:
    """Make the settings of a listening socket: TLS 1.3 and nothing older, no certificate in it yet.

    Args:
        authority: whose certificates are asked for.
        stations_only: a caller without a certificate of the authority does not get past the handshake.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # each connection shows its certificate; nothing is resumed
    if stations_only:
        context.load_verify_locations(cadata=pem(authority.certificate))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def put_certificate(
    context: ssl.SSLContext, authority: Authority, names: Sequence[str], at: dt.datetime
) -> None:
    """Give a listening socket a new key and certificate; handshakes from now on use them.

    The library reads keys from files only; this one is a file in memory that nothing else can open.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.for_hub(key.public_key(), names, at)
    descriptor = os.memfd_create("ktp-hub", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, key_pem(key) + pem(certificate).encode())
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def pem(certificate: x509.Certificate) -> str:
    """Return a certificate as PEM text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def der(certificate: x509.Certificate) -> bytes:
    """Return a certificate as its bytes on the wire."""
    return certificate.public_bytes(serialization.Encoding.DER)


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as PEM bytes."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
