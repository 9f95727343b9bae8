"""The connection to the hub: plain with an access key on loopback, TLS with a certificate everywhere else.

The certified line keeps its certificate alive: in the last third of its life it asks for the next one, for the same
key. That it could not is logged and tried again an hour later; while the certificate lives it stops nothing.
"""

from typing import Protocol

import httpx
import structlog
from pydantic import ValidationError

from prr.enrolment import RenewalAsked, Renewed
from station import hub_tls, identity
from station.clock import Clock
from station.config import ACCESS_KEY_CREDENTIAL, Config, HubSection, credentials_dir
from station.errors import ConfigError, HubError, HubUnreachableError
from station.hub_answers import refusal
from station.identity import Identity

RENEWAL_PAUSE_S = 3600.0
_CUT = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)
_JSON = {"Content-Type": "application/json"}


class HubLine(Protocol):
    """One way to the hub."""

    def client(self) -> httpx.Client:
        """Return the client to ask with.

        Raises:
            HubError: there is nothing to show the hub.
        """

    def keep_up(self) -> None:
        """Do what the line itself needs from time to time; never raises an operating error."""

    def unreachable(self, error: httpx.HTTPError) -> HubUnreachableError:
        """Word a request that came to nothing: what failed, what to do, and that printing goes on."""

    def close(self) -> None:
        """Close the connections."""


def line(config: Config, clock: Clock) -> HubLine:
    """Make the line of a configuration: by the scheme of its hub's URL, never one in place of the other.

    Raises:
        ConfigError: there is no access key (http) or no CA (https).
    """
    if config.hub.url.startswith("https://"):
        return CertifiedLine(config, clock)
    return plain_line(config.hub)


def plain_line(hub: HubSection) -> "PlainLine":
    """Make the line of loopback.

    Raises:
        ConfigError: there is no access key, neither in the file nor as a credential.
    """
    if not hub.access_key:
        raise ConfigError(
            f"hub.access_key is missing: set it, or give the unit LoadCredential={ACCESS_KEY_CREDENTIAL}"
        )
    return PlainLine(hub)


class PlainLine:
    """HTTP to a hub on this machine."""

    def __init__(self, hub: HubSection) -> None:
        self._url = hub.url
        self._client = httpx.Client(
            base_url=hub.url, timeout=hub.timeout_s,
            headers=_JSON | {"Authorization": f"Bearer {hub.access_key}"},
            trust_env=False,  # a proxy from the environment has no business with these records
        )  # fmt: skip

    def client(self) -> httpx.Client:
        """Return the client."""
        return self._client

    def keep_up(self) -> None:
        """Do nothing: an access key has no end."""

    def unreachable(self, error: httpx.HTTPError) -> HubUnreachableError:
        """Word a request that came to nothing."""
        return _unreachable(self._url, f"does not answer ({type(error).__name__})")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class CertifiedLine:
    """HTTPS, each side shown to the other by certificate.

    The identity is read when it is first needed: a station that was not enrolled, or lost its certificate, says so and
    goes on printing what it holds.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        if not config.hub.ca:
            raise ConfigError("hub.ca is missing: enrol with `ktp-station enrol`, it writes it")
        self._hub = config.hub
        self._station = config.station.id
        self._state_dir = config.station.state_dir
        self._clock = clock
        self._client: httpx.Client | None = None
        self._next_renewal_s = 0.0
        self._log = structlog.get_logger().bind(role="courier")

    def client(self) -> httpx.Client:
        """Return the client, made with the certificate there is now.

        Raises:
            IdentityError: key or certificate cannot be used.
        """
        if self._client is None:
            self._client = httpx.Client(
                base_url=self._hub.url, timeout=self._hub.timeout_s, headers=_JSON, trust_env=False,
                verify=hub_tls.context(self._hub.ca, self._identity()),
            )  # fmt: skip
        return self._client

    def keep_up(self) -> None:
        """Renew the certificate when the last third of its life has begun."""
        now_s = self._clock.monotonic_s()
        if now_s < self._next_renewal_s:
            return
        try:
            if identity.renewal_due(self._identity().certificate(), self._clock.now()):
                self._next_renewal_s = now_s + RENEWAL_PAUSE_S
                self.renew()
                self._log.info("identity.renewed")
        except HubError as error:
            self._log.warning("identity.not_renewed", error=str(error))

    def renew(self) -> None:
        """Get the next certificate for this station's key and use it from now on.

        Raises:
            HubError: the hub refused or did not answer, or the certificate is not for this key; the old one stays.
        """
        own = self._identity()
        asked = RenewalAsked(
            station=self._station, request=identity.request(own.key(), self._station)
        )
        try:
            response = self.client().post("/v1/renewals", content=asked.canonical())
        except httpx.HTTPError as error:
            raise self.unreachable(error) from error
        if response.status_code != httpx.codes.OK:
            raise refusal(response, self._hub.url)
        try:
            renewed = Renewed.model_validate_json(response.content)
        except ValidationError as error:
            raise HubUnreachableError(
                f"{self._hub.url} answered something else than a hub does: check versions"
            ) from error
        own.put_certificate(renewed.certificate)
        self.close()

    def close(self) -> None:
        """Close the connections; the next client shows the certificate there is then."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def unreachable(self, error: httpx.HTTPError) -> HubUnreachableError:
        """Word a request that came to nothing.

        A hub that does not take a certificate may end the connection without a word, so what this station knows of its
        own certificate is said then.
        """
        why = hub_tls.fault(error)
        if isinstance(error, _CUT) and (why is None or why == hub_tls.CUT):
            why = self._own_fault() or hub_tls.CUT
        if why is None:
            return _unreachable(self._hub.url, f"does not answer ({type(error).__name__})")
        return _unreachable(self._hub.url, f"cannot be used: {why}")

    def _own_fault(self) -> str | None:
        try:
            certificate = self._identity().certificate()
        except HubError as error:
            return str(error)
        return hub_tls.out_of_time(certificate, self._clock.now())

    def _identity(self) -> Identity:
        return Identity.at(self._state_dir, credentials_dir())


def _unreachable(url: str, said: str) -> HubUnreachableError:
    return HubUnreachableError(f"the hub at {url} {said}; printing goes on with what is held")
