"""A hub that speaks TLS, as a real process, and stations enrolled at it with real codes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from hub import authority, enrolment, home, identities, stations
from hub.authority import Authority
from hub.errors import StationExistsError
from prr.enrolment import RenewalAsked
from station import enrolment as station_enrolment
from station import hub_line, identity
from station.clock import SystemClock
from station.config import Config, load
from station.enrolment import Place
from support.office import SERIES, Running

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@dataclass
class Kiosk:
    """A station's configuration and state directory, enrolled at a hub."""

    folder: Path

    @property
    def place(self) -> Place:
        return Place(self.folder / "station.toml", self.folder / "state")

    @property
    def config(self) -> Config:
        return load(self.place.config)

    def line(self) -> hub_line.CertifiedLine:
        return hub_line.CertifiedLine(self.config, SystemClock())

    def put_identity(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        """Show the hub something else from now on."""
        state = self.place.state_dir
        identity.replace(state / identity.KEY_FILE, identity.key_pem(key), mode=0o600)
        pem = authority.pem(certificate).encode()
        identity.replace(state / identity.CERTIFICATE_FILE, pem, mode=0o640)


@dataclass
class TlsHub:
    """A running hub with its enrolment desk, its directory open here as its commands open it."""

    folder: Path
    running: Running

    @property
    def directory(self) -> Path:
        return self.folder / "hub"

    @property
    def url(self) -> str:
        return str(self.running.ready["url"])

    @property
    def enrol_url(self) -> str:
        return str(self.running.ready["enrol_url"])

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def authority(self) -> Authority:
        return authority.read(self.directory)

    def code(self, station: str, printer_uri: str = "tcp://127.0.0.1:9100") -> str:
        """Register a station and make its code; one that is here gets another."""
        ca = authority.read_certificate(self.directory)
        with home.opened(self.directory) as hub, contextlib.suppress(StationExistsError):
            new = stations.NewStation(station, station, self.url, printer_uri)
            stations.register(hub, new)
        with home.opened(self.directory) as hub:
            return enrolment.new_code(hub, ca, station, self.url, printer_uri).text

    def kiosk(self, station: str, folder: Path, printer_uri: str = "tcp://127.0.0.1:9100") -> Kiosk:
        """Enrol a station as a person would; its files are in `folder`."""
        kiosk = Kiosk(folder)
        code = self.code(station, printer_uri)
        station_enrolment.enrol(station, self.enrol_url, code, kiosk.place)
        return kiosk

    def sign(
        self, station: str, at: datetime, by: Authority | None = None, *, known: bool = True
    ) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        """Make a key and a certificate of any time, by this hub's CA or another, known to the store or not."""
        key = identity.new_key()
        request = authority.request_of(identity.request(key, station))
        certificate = (by or self.authority).for_station(request, station, at)
        if known:
            with home.opened(self.directory) as hub:
                hub.store.write(
                    lambda connection: identities.keep(connection, station, certificate, at)
                )
        return key, certificate

    def revoke(self, station: str) -> None:
        with home.opened(self.directory) as hub:
            assert identities.revoke(hub, station, "ani", "budi", "REVOKED") > 0


def ask(kiosk: Kiosk, station: str | None = None) -> httpx.Response:
    """Ask the hub something only a station may ask, as `station` where it is another's name."""
    line = kiosk.line()
    try:
        return line.client().post("/v1/renewals", content=renewal(kiosk, station))
    finally:
        line.close()


def renewal(kiosk: Kiosk, station: str | None = None) -> bytes:
    """Return the body of a renewal."""
    name = station or kiosk.config.station.id
    key = identity.Identity.at(kiosk.place.state_dir, None).key()
    return RenewalAsked(station=name, request=identity.request(key, name)).canonical()


@contextlib.contextmanager
def serving(folder: Path, *more: str) -> Iterator[TlsHub]:
    """Make a hub and serve it over TLS until the block ends."""
    home.init(folder / "hub", "Asia/Jakarta", 200, SERIES)
    with served(folder, *more) as hub:
        yield hub


@contextlib.contextmanager
def served(folder: Path, *more: str) -> Iterator[TlsHub]:
    """Serve a hub that is there over TLS until the block ends."""
    running = Running(
        folder / "hub.log", "ktp-hub", "serve", "--dir", str(folder / "hub"), "--tls",
        "--port", "0", "--enrol-listen", "127.0.0.1:0", *more,
    )  # fmt: skip
    try:
        yield TlsHub(folder, running)
    finally:
        assert running.end() == 0, (folder / "hub.log").read_text()
