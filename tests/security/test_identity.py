"""A station's key and certificate on its disk: found, or refused with what to do about it."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import hub_tls, identity, sealed_key
from station.config import load
from station.errors import ConfigError, IdentityError
from station.hub_line import CertifiedLine, line
from station.identity import CERTIFICATE_FILE, CREDENTIAL, KEY_FILE, Identity
from support.stations import SetClock
from support.tls_office import TlsHub


def other_kind() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def put(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.write_bytes(content)
    path.chmod(mode)


@pytest.fixture
def enrolled(hub: TlsHub, tmp_path: Path) -> Path:
    """Return the state directory of a station that is enrolled."""
    return hub.kiosk("UJI-01", tmp_path / "kiosk", "tcp://127.0.0.1:1").place.state_dir


def refused(state_dir: Path) -> str:
    with pytest.raises(IdentityError) as caught:
        Identity.at(state_dir, None)
    return str(caught.value)


def test_without_key_or_certificate_it_says_to_enrol(tmp_path: Path) -> None:
    assert "no key" in refused(tmp_path)
    put(tmp_path / KEY_FILE, identity.key_pem(identity.new_key()), 0o644)
    assert "0600" in refused(tmp_path)
    put(tmp_path / KEY_FILE, identity.key_pem(identity.new_key()))
    assert "no certificate" in refused(tmp_path)


def test_a_credential_takes_the_place_of_the_file(tmp_path: Path) -> None:
    put(tmp_path / CERTIFICATE_FILE, b"")
    put(tmp_path / CREDENTIAL, b"")
    assert Identity.at(tmp_path, tmp_path).key_path == tmp_path / CREDENTIAL


@pytest.mark.parametrize(
    ("content", "words"), [(b"none", "cannot be read"), (other_kind(), "another kind")]
)
def test_what_is_no_key_of_ours_is_not_used(tmp_path: Path, content: bytes, words: str) -> None:
    put(tmp_path / KEY_FILE, content)
    put(tmp_path / CERTIFICATE_FILE, b"")
    one = Identity.at(tmp_path, None)
    with pytest.raises(IdentityError, match=words):
        one.key()
    with pytest.raises(IdentityError, match="cannot be read"):
        one.certificate()
    with pytest.raises(IdentityError, match="fit or cannot be read"):
        one.show(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with pytest.raises(IdentityError, match=r"no key|another kind"):
        sealed_key.station_tls_key(tmp_path, None)


def test_only_a_certificate_for_its_own_key_is_taken(enrolled: Path, tmp_path: Path) -> None:
    path = enrolled / CERTIFICATE_FILE
    good = path.read_bytes()
    stranger = identity.new_key()
    for pem, words in ((good.decode(), "another key"), ("none", "no certificate")):
        with pytest.raises(IdentityError, match=words):
            identity.put_certificate(path, pem, stranger)
        assert path.read_bytes() == good
    own = Identity.at(enrolled, None)
    with pytest.raises(IdentityError, match="cannot be written"):
        identity.put_certificate(tmp_path / "no" / "folder", good.decode(), own.key())
    own.put_certificate(good.decode())
    assert own.certificate() == x509.load_pem_x509_certificate(good)
    assert isinstance(own.key(), ec.EllipticCurvePrivateKey)


def test_a_line_needs_what_it_shows_the_hub(enrolled: Path) -> None:
    config = load(enrolled.parent / "station.toml")
    secure = line(config, SetClock())
    assert isinstance(secure, CertifiedLine)
    assert secure.client() is secure.client()
    secure.close()
    bare = config.model_copy(update={"hub": config.hub.model_copy(update={"ca": ""})})
    with pytest.raises(ConfigError, match="enrol"):
        line(bare, SetClock())
    plain = config.hub.model_copy(update={"url": "http://127.0.0.1:1", "access_key": ""})
    with pytest.raises(ConfigError, match="access_key"):
        line(config.model_copy(update={"hub": plain}), SetClock())


def test_faults_of_tls_are_told_from_others() -> None:
    assert hub_tls.fault(OSError("a cable")) is None
    assert hub_tls.fault(ssl.SSLEOFError()) == hub_tls.CUT
