"""Station and hub over TLS: who gets through the handshake, who past the store, and what the rest is told."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub import authority, home, identities
from hub.errors import CertificateExpiredError
from station import hub_tls, identity
from station.config import load
from station.errors import ConfigError, HubError, HubUnreachableError, IdentityError
from support.tls_office import DAY, NOW, Kiosk, TlsHub, ask, renewal


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"S{abs(hash(request.node.name)) % 10**8}"


@pytest.fixture
def kiosk(hub: TlsHub, name: str, tmp_path: Path) -> Kiosk:
    return hub.kiosk(name, tmp_path)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def sentence(kiosk: Kiosk) -> str:
    """Return what the station says of a hub that it could not ask."""
    with pytest.raises(httpx.HTTPError) as caught:
        ask(kiosk)
    return str(kiosk.line().unreachable(caught.value))


def test_an_enrolled_station_is_heard(kiosk: Kiosk) -> None:
    assert ask(kiosk).status_code == 200


def test_a_certificate_of_another_ca_does_not_get_through(
    hub: TlsHub, kiosk: Kiosk, name: str
) -> None:
    kiosk.put_identity(*hub.sign(name, NOW, by=authority.make(NOW), known=False))
    assert "does not take this station's certificate" in sentence(kiosk)


def test_a_certificate_the_store_does_not_know_is_refused(
    hub: TlsHub, kiosk: Kiosk, name: str
) -> None:
    kiosk.put_identity(*hub.sign(name, NOW, known=False))
    assert problem(ask(kiosk)) == (403, "CERTIFICATE_UNKNOWN")


def test_a_renewal_that_a_restored_hub_has_forgotten_counts_by_its_key(
    hub: TlsHub, kiosk: Kiosk, name: str
) -> None:
    key = identity.Identity.at(kiosk.place.state_dir, None).key()
    request = authority.request_of(identity.request(key, name))
    kiosk.put_identity(key, hub.authority.for_station(request, name, NOW))
    assert ask(kiosk).status_code == 200
    hub.revoke(name)  # and is revoked by it
    kiosk.put_identity(key, hub.authority.for_station(request, name, NOW))
    assert problem(ask(kiosk)) == (403, "CERTIFICATE_REVOKED")


def test_an_expired_certificate_is_refused_with_what_to_do(
    hub: TlsHub, kiosk: Kiosk, name: str
) -> None:
    kiosk.put_identity(*hub.sign(name, NOW - 91 * DAY))
    said = sentence(kiosk)
    assert "has expired" in said
    assert "ktp-station enrol" in said
    assert "printing goes on" in said


def test_a_certificate_that_expires_on_an_open_connection_is_refused(
    hub: TlsHub, kiosk: Kiosk
) -> None:
    certificate = identity.Identity.at(kiosk.place.state_dir, None).certificate()

    class Later:
        def now(self) -> object:
            return certificate.not_valid_after_utc

    with (
        home.opened(hub.directory, Later()) as opened,  # type: ignore[arg-type]
        pytest.raises(CertificateExpiredError, match="ktp-station enrol"),
    ):
        identities.speaker(opened, authority.der(certificate))


def test_a_certificate_not_valid_yet_is_refused(hub: TlsHub, kiosk: Kiosk, name: str) -> None:
    kiosk.put_identity(*hub.sign(name, NOW + 2 * DAY))
    assert "not valid yet" in sentence(kiosk)


def test_a_revocation_bites_at_the_next_request_of_an_open_connection(
    hub: TlsHub, kiosk: Kiosk, name: str
) -> None:
    line = kiosk.line()
    with contextlib.closing(line):
        assert line.client().post("/v1/renewals", content=renewal(kiosk)).status_code == 200
        hub.revoke(name)
        answer = line.client().post("/v1/renewals", content=renewal(kiosk))
    assert problem(answer) == (403, "CERTIFICATE_REVOKED")
    assert "ktp-station enrol" in answer.json()["detail"]
    for path in ("/v1/claims", "/v1/outbox", "/v1/sync"):
        line = kiosk.line()
        with contextlib.closing(line):
            answer = line.client().post(path, content=b"{}")
        assert problem(answer) == (403, "CERTIFICATE_REVOKED")


def test_a_revocation_is_never_undone(hub: TlsHub, kiosk: Kiosk, name: str) -> None:
    hub.revoke(name)
    with home.opened(hub.directory) as opened, pytest.raises(Exception, match="stays revoked"):
        opened.store.write(
            lambda connection: connection.exec_driver_sql(
                "UPDATE certificates SET revoked_at = NULL, revoked_for = NULL"
            )
        )


def test_a_certificate_speaks_for_its_own_station_only(hub: TlsHub, kiosk: Kiosk) -> None:
    hub.code("OTHER")
    assert problem(ask(kiosk, station="OTHER")) == (403, "STATION_MISMATCH")


def test_no_certificate_no_connection(hub: TlsHub, kiosk: Kiosk) -> None:
    context = hub_tls.context(kiosk.config.hub.ca)
    with (
        httpx.Client(verify=context, trust_env=False) as client,
        pytest.raises(httpx.HTTPError, match=r"disconnected|EOF|reset"),
    ):
        client.get(f"{hub.url}/v1/health")


def test_an_access_key_is_worth_nothing_over_tls(hub: TlsHub, kiosk: Kiosk, name: str) -> None:
    hub.revoke(name)
    line = kiosk.line()
    with contextlib.closing(line):
        headers = {"Authorization": "Bearer anything"}
        answer = line.client().post("/v1/sync", content=b"{}", headers=headers)
    assert problem(answer) == (403, "CERTIFICATE_REVOKED")


def test_tls_1_2_is_not_spoken(hub: TlsHub, kiosk: Kiosk) -> None:
    context = hub_tls.context(
        kiosk.config.hub.ca, identity.Identity.at(kiosk.place.state_dir, None)
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    for url in (hub.url, hub.enrol_url):
        with (
            httpx.Client(verify=context, trust_env=False) as client,
            pytest.raises(httpx.ConnectError),
        ):
            client.get(f"{url}/v1/health")


def test_plain_http_on_the_tls_port_gets_no_answer(hub: TlsHub) -> None:
    for url in (hub.url, hub.enrol_url):
        with (
            httpx.Client(trust_env=False) as client,
            pytest.raises(httpx.HTTPError),
        ):
            client.get(f"{url.replace('https', 'http')}/v1/health")


def test_the_enrolment_desk_does_nothing_else(hub: TlsHub, kiosk: Kiosk) -> None:
    context = hub_tls.context(kiosk.config.hub.ca)
    with httpx.Client(verify=context, trust_env=False) as client:
        for path in ("/v1/claims", "/v1/outbox", "/v1/sync", "/v1/renewals"):
            assert client.post(f"{hub.enrol_url}{path}", content=b"{}").status_code == 404


def test_another_hub_is_not_spoken_to(kiosk: Kiosk) -> None:
    stranger = authority.make(NOW)
    with _answering(stranger, NOW) as port:
        _point_at(kiosk, port)
        assert "not the hub this station was enrolled at" in sentence(kiosk)


def test_a_hub_whose_time_is_over_is_not_spoken_to(hub: TlsHub, kiosk: Kiosk) -> None:
    with _answering(hub.authority, NOW - 91 * DAY) as port:
        _point_at(kiosk, port)
        assert "has expired by this machine's clock" in sentence(kiosk)


def test_a_hub_of_tomorrow_means_a_wrong_clock(hub: TlsHub, kiosk: Kiosk) -> None:
    with _answering(hub.authority, NOW + 2 * DAY) as port:
        _point_at(kiosk, port)
        assert "set the clock" in sentence(kiosk)


def test_a_hub_under_another_name_is_not_spoken_to(hub: TlsHub, kiosk: Kiosk) -> None:
    with _answering(hub.authority, NOW, "hub.example") as port:
        _point_at(kiosk, port)
        assert "for another name" in sentence(kiosk)


def test_a_stations_certificate_cannot_serve(hub: TlsHub, kiosk: Kiosk, name: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.Identity.at(kiosk.place.state_dir, None).show(context)
    with _listening(context) as port:
        _point_at(kiosk, port)
        assert "not good for serving" in sentence(kiosk)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1:8600", "http://127.evil.example:8600", "http://hub:8600"]
)
def test_plain_http_leaves_no_machine(kiosk: Kiosk, url: str) -> None:
    path = kiosk.place.config
    path.write_text(path.read_text().replace(kiosk.config.hub.url, url))
    with pytest.raises(ConfigError, match="plain http is for loopback only"):
        load(path)


def test_an_alert_of_the_other_side_becomes_a_sentence(hub: TlsHub, kiosk: Kiosk) -> None:
    context = authority.server_context(authority.make(NOW), stations_only=True)
    authority.put_certificate(context, hub.authority, ["127.0.0.1"], NOW)
    with _listening(context) as port:
        _point_at(kiosk, port)
        assert "does not know this station's certificate" in sentence(kiosk)


def test_a_key_that_others_may_read_is_not_used(kiosk: Kiosk) -> None:
    (kiosk.place.state_dir / identity.KEY_FILE).chmod(0o640)
    with pytest.raises(IdentityError, match="0600"):
        ask(kiosk)


def test_key_and_certificate_are_a_pair(hub: TlsHub, kiosk: Kiosk, name: str) -> None:
    _, certificate = hub.sign(name, NOW)
    kiosk.put_identity(identity.new_key(), certificate)
    with pytest.raises(IdentityError, match="do not fit"):
        ask(kiosk)


def test_a_station_that_was_not_enrolled_says_so(kiosk: Kiosk) -> None:
    (kiosk.place.state_dir / identity.CERTIFICATE_FILE).unlink()
    line = kiosk.line()
    with contextlib.closing(line), pytest.raises(HubError, match="ktp-station enrol"):
        line.client()
    line.keep_up()  # says so in the log and goes on


def test_a_dead_hub_is_only_unreachable(kiosk: Kiosk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    _point_at(kiosk, port)
    assert "does not answer (ConnectError)" in sentence(kiosk)
    assert issubclass(HubUnreachableError, HubError)


def _point_at(kiosk: Kiosk, port: int) -> None:
    path = kiosk.place.config
    path.write_text(path.read_text().replace(kiosk.config.hub.url, f"https://127.0.0.1:{port}"))


@contextlib.contextmanager
def _answering(by: authority.Authority, at: object, name: str = "127.0.0.1") -> Iterator[int]:
    """Listen as a hub whose certificate this CA signed at some time."""
    context = authority.server_context(by, stations_only=False)
    authority.put_certificate(context, by, [name], at)  # type: ignore[arg-type]
    with _listening(context) as port:
        yield port


@contextlib.contextmanager
def _listening(context: ssl.SSLContext) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join(20)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Take one connection as far as its handshake."""
    listener.settimeout(10)
    with contextlib.suppress(OSError), listener.accept()[0] as plain:
        plain.settimeout(10)
        with context.wrap_socket(plain, server_side=True) as shaken:
            shaken.recv(1)
