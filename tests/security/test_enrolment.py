"""Enrolment: a code works once, for one key, in its time, at the right hub; every other way ends in a sentence."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hub import authority, enrolment, identities, stations
from hub.errors import CertificateRequestError, CertificateRevokedError, EnrolmentRefusedError
from prr.enrolment import CodeError, Enrolled, EnrolmentAsked, EnrolmentCode
from station import enrolment as station_enrolment
from station import hub_tls, identity
from station.errors import EnrolmentError, HubRefusedError, HubUnreachableError
from support import hub_office, hub_process
from support.hub_office import Office
from support.tls_office import NOW, Kiosk, TlsHub, ask

CA_DER = b"a CA's certificate"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with hub_office.office(tmp_path) as made:
        stations.register(made.hub, stations.NewStation("P1", "S", "https://h:1", "tcp://p:1"))
        yield made


def code_of(office: Office, station: str = "P1") -> EnrolmentCode:
    ca = authority.read_certificate(office.directory)
    return enrolment.new_code(office.hub, ca, station, "https://h:1", "tcp://p:1")


def asked(
    code: EnrolmentCode, key: ec.EllipticCurvePrivateKey | None = None, station: str = "P1"
) -> EnrolmentAsked:
    request = identity.request(key or identity.new_key(), station)
    return EnrolmentAsked(station=station, secret=code.secret.hex(), request=request)


def enrol(office: Office, what: EnrolmentAsked) -> Enrolled:
    return enrolment.enrol(office.hub, authority.read(office.directory), what)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 47), st.sampled_from(LETTERS))
def test_a_code_is_read_as_typed_and_a_wrong_letter_is_found(
    secret: bytes, place: int, letter: str
) -> None:
    code = EnrolmentCode.of(secret, CA_DER)
    assert EnrolmentCode.from_text(code.text.lower().replace("-", " ")) == code
    assert code.fits(CA_DER)
    assert not code.fits(b"another")
    letters = code.text.replace("-", "")
    mistyped = letters[:place] + letter + letters[place + 1 :]
    if mistyped != letters:
        with pytest.raises(CodeError):
            EnrolmentCode.from_text(mistyped)


@pytest.mark.parametrize("text", ["", "A", "AAAA-AAAA", "A" * 48, "1" * 48, "ä" * 48])
def test_other_texts_are_no_codes(text: str) -> None:
    with pytest.raises(CodeError):
        EnrolmentCode.from_text(text)


def test_a_code_does_not_show_itself() -> None:
    code = EnrolmentCode.of(bytes(16), CA_DER)
    assert code.text not in repr(code)
    assert bytes(16).hex() not in repr(code)


def test_a_code_becomes_a_certificate_and_nothing_of_it_stays(office: Office) -> None:
    code = code_of(office)
    key = identity.new_key()
    enrolled = enrol(office, asked(code, key))
    certificate = x509.load_pem_x509_certificate(enrolled.certificate.encode())
    assert certificate.public_key() == key.public_key()
    assert identities.speaker(office.hub, authority.der(certificate)) == "P1"
    life = certificate.not_valid_after_utc - office.clock.at
    assert life == timedelta(days=90)
    stored = (office.directory / "hub.sqlite").read_bytes()
    for trace in (code.secret, code.secret.hex().encode(), code.text.encode()):
        assert trace not in stored


def test_a_used_code_is_worth_nothing_to_another_key(office: Office) -> None:
    code = code_of(office)
    enrol(office, asked(code))
    with pytest.raises(EnrolmentRefusedError):
        enrol(office, asked(code))


def test_a_lost_answer_is_given_again_to_the_same_key(office: Office) -> None:
    code, key = code_of(office), identity.new_key()
    assert enrol(office, asked(code, key)) == enrol(office, asked(code, key))


def test_a_code_expires(office: Office) -> None:
    code = code_of(office)
    office.clock.forward(timedelta(hours=24))
    with pytest.raises(EnrolmentRefusedError):
        enrol(office, asked(code))


def test_five_wrong_tries_kill_a_code(office: Office) -> None:
    code = code_of(office)
    for n in range(5):
        with pytest.raises(EnrolmentRefusedError):
            enrol(office, asked(EnrolmentCode.of(bytes([n]) * 16, CA_DER)))
    with pytest.raises(EnrolmentRefusedError):
        enrol(office, asked(code))


def test_four_wrong_tries_do_not(office: Office) -> None:
    code = code_of(office)
    for n in range(4):
        with pytest.raises(EnrolmentRefusedError):
            enrol(office, asked(EnrolmentCode.of(bytes([n]) * 16, CA_DER)))
    enrol(office, asked(code))


def test_wrong_used_dead_and_unknown_sound_the_same(office: Office) -> None:
    code = code_of(office)
    enrol(office, asked(code))
    said = set()
    for what in (
        asked(code),
        asked(EnrolmentCode.of(bytes(16), CA_DER)),
        asked(code, station="NOBODY"),
    ):
        with pytest.raises(EnrolmentRefusedError) as caught:
            enrol(office, what)
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_new_code_kills_the_old_one(office: Office) -> None:
    old = code_of(office)
    new = code_of(office)
    with pytest.raises(EnrolmentRefusedError):
        enrol(office, asked(old))
    enrol(office, asked(new))


def test_who_enrols_anew_loses_the_old_key(office: Office) -> None:
    first = enrol(office, asked(code_of(office)))
    enrol(office, asked(code_of(office)))
    old = authority.der(x509.load_pem_x509_certificate(first.certificate.encode()))
    with pytest.raises(CertificateRevokedError, match="SUPERSEDED"):
        identities.speaker(office.hub, old)


def test_a_revoked_station_needs_a_new_code(office: Office) -> None:
    code = code_of(office)
    identities.revoke(office.hub, "P1", "ani", "budi", "REVOKED")
    with pytest.raises(EnrolmentRefusedError):
        enrol(office, asked(code))


def _named(*names: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None) -> str:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(attributes))
    request = builder.sign(key or identity.new_key(), hashes.SHA256())
    return request.public_bytes(Encoding.PEM).decode()


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _forged() -> str:
    """Make a request that carries a key its sender does not have."""
    own, stolen = identity.new_key(), identity.new_key()
    der = x509.load_pem_x509_csr(identity.request(own, "P1").encode()).public_bytes(Encoding.DER)
    assert _point(own) in der
    text = base64.encodebytes(der.replace(_point(own), _point(stolen))).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{text}-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.parametrize(
    ("request_pem", "why"),
    [
        (_named("P2"), "another station"),
        (_named("P1", "P2"), "another station"),
        (_named(), "another station"),
        (_named("P1", key=rsa.generate_private_key(65537, 2048)), "P-256"),
        (_named("P1", key=ec.generate_private_key(ec.SECP384R1())), "P-256"),
        (_forged(), "own key"),
        ("-----BEGIN CERTIFICATE REQUEST-----\n" + "A" * 64, "cannot be read"),
    ],
)
def test_a_request_for_another_name_or_key_is_not_signed_and_costs_no_try(
    office: Office, request_pem: str, why: str
) -> None:
    code = code_of(office)
    what = EnrolmentAsked(station="P1", secret=code.secret.hex(), request=request_pem)
    for _ in range(6):
        with pytest.raises(CertificateRequestError, match=why):
            enrol(office, what)
    enrol(office, asked(code))


def test_a_request_for_more_than_a_name_gets_a_name(office: Office) -> None:
    key = identity.new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "P1")])
    wanted = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("P2")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = authority.read(office.directory).for_station(wanted, "P1", NOW)
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["P1"]


# --- with a running hub -----------------------------------------------------------------------


def test_from_the_printed_code_to_a_configuration(hub: TlsHub, tmp_path: Path) -> None:
    added = hub_process.run(
        hub.directory, "station", "add", "NEW-01", "--site", "S", "--url", hub.url,
        "--printer-uri", "usb://0f49:*?serial=X",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    code = added.stdout.split("--code ")[1].strip()
    kiosk = Kiosk(tmp_path)
    station_enrolment.enrol("NEW-01", hub.enrol_url, code, kiosk.place)
    config = kiosk.config
    assert (config.station.id, config.hub.url) == ("NEW-01", hub.url)
    assert config.printer.uri == "usb://0f49:*?serial=X"
    assert ask(kiosk).status_code == 200
    again = hub_process.run(hub.directory, "station", "code", "NEW-01")
    assert "--code" in again.stdout
    told = hub_process.run(hub.directory, "station", "identities", "NEW-01", "--json")
    assert '"station": "NEW-01"' in told.stdout


def test_keys_and_files_are_for_their_owners(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("MODES", tmp_path)
    state = kiosk.place.state_dir
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (kiosk.place.config, *state.iterdir())
    }  # fmt: skip
    assert modes == {"station.toml": 0o640, "identity.key": 0o600, "identity.pem": 0o640}
    for name in ("hub.key", "hub-ca.key", "hub-ca.pem", "hub.sqlite"):
        assert (hub.directory / name).stat().st_mode & 0o077 == 0


def test_the_code_is_not_sent_to_another_hub(hub: TlsHub, tmp_path: Path) -> None:
    """A hub with another CA answers: it hears no secret, because the code names the CA."""
    stranger = EnrolmentCode.of(bytes(16), authority.der(authority.make(NOW).certificate))
    kiosk = Kiosk(tmp_path)
    with pytest.raises(EnrolmentError, match="the code was not sent"):
        station_enrolment.enrol("ANY", hub.enrol_url, stranger.text, kiosk.place)
    assert not kiosk.place.state_dir.exists()
    assert bytes(16).hex() not in (hub.folder / "hub.log").read_text()


def test_nothing_is_asked_with_a_mistyped_code_or_in_the_clear(hub: TlsHub, tmp_path: Path) -> None:
    code, place = hub.code("TYPED"), Kiosk(tmp_path).place
    with pytest.raises(EnrolmentError):
        station_enrolment.enrol("TYPED", hub.enrol_url, code[:-1], place)
    with pytest.raises(EnrolmentError, match="needs an https address"):
        station_enrolment.enrol("TYPED", hub.enrol_url.replace("https", "http"), code, place)
    assert not place.state_dir.exists()


def test_a_whole_fingerprint_may_be_asked_for(hub: TlsHub, tmp_path: Path) -> None:
    code = hub.code("WHOLE")
    whole = hub.authority.certificate.fingerprint(hashes.SHA256()).hex()
    kiosk = Kiosk(tmp_path)
    with pytest.raises(EnrolmentError, match="the code was not sent"):
        station_enrolment.enrol("WHOLE", hub.enrol_url, code, kiosk.place, "00" * 32)
    station_enrolment.enrol("WHOLE", hub.enrol_url, code, kiosk.place, whole.upper())


def test_a_refusal_over_the_wire_says_what_to_do(hub: TlsHub, tmp_path: Path) -> None:
    code = hub.code("ONCE")
    station_enrolment.enrol("ONCE", hub.enrol_url, code, Kiosk(tmp_path / "a").place)
    with pytest.raises(HubRefusedError, match="ktp-hub station code") as caught:
        station_enrolment.enrol("ONCE", hub.enrol_url, code, Kiosk(tmp_path / "b").place)
    assert caught.value.code == "ENROLMENT_REFUSED"


def test_a_broken_off_try_goes_on_with_the_same_key(hub: TlsHub, tmp_path: Path) -> None:
    code = hub.code("AGAIN")
    kiosk = Kiosk(tmp_path)
    station_enrolment.enrol("AGAIN", hub.enrol_url, code, kiosk.place)
    (kiosk.place.state_dir / identity.CERTIFICATE_FILE).unlink()  # the answer was lost
    kiosk.place.config.unlink()
    station_enrolment.enrol("AGAIN", hub.enrol_url, code, kiosk.place)
    assert ask(kiosk).status_code == 200


def test_another_stations_configuration_is_in_the_way(hub: TlsHub, tmp_path: Path) -> None:
    kiosk = hub.kiosk("FIRST", tmp_path)
    code = hub.code("SECOND")
    with pytest.raises(EnrolmentError, match="of another station"):
        station_enrolment.enrol("SECOND", hub.enrol_url, code, kiosk.place)
    station_enrolment.enrol("SECOND", hub.enrol_url, code, Kiosk(tmp_path / "second").place)


def test_a_page_that_is_no_hub_is_named(hub: TlsHub, tmp_path: Path) -> None:
    code = hub.code("PORT")
    with pytest.raises(HubUnreachableError, match="no enrolment desk"):
        station_enrolment.enrol("PORT", hub.url, code, Kiosk(tmp_path).place)


def test_the_desk_gives_the_ca_and_bounds_what_it_reads(hub: TlsHub) -> None:
    context = hub_tls.stranger_context()
    with httpx.Client(verify=context, trust_env=False) as client:
        given_pem = client.get(f"{hub.enrol_url}/v1/authority").text
        too_large = client.post(f"{hub.enrol_url}/v1/enrolments", content=b" " * 300_000)
    assert given_pem == authority.pem(hub.authority.certificate)
    assert "PRIVATE" not in given_pem
    assert too_large.status_code == 413
