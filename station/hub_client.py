"""The hub over HTTP: claim, outbox, sync. Idempotent calls, so a lost answer is asked for again; never a retry here.

Raises HubUnreachableError where no understandable answer came, HubRefusedError where the hub said no.
"""

from typing import TypeVar

import httpx
from pydantic import ValidationError

from prr.canonical import Contract, canonical_json
from prr.exchange import Claim, ClaimAnswer, OutboxAnswer, OutboxEntry, Sync, SyncAnswer
from station.config import ACCESS_KEY_CREDENTIAL, HubSection
from station.errors import ConfigError, HubRefusedError, HubUnreachableError

ANSWER_BYTES_MAX = 64 * 1024 * 1024

Answer = TypeVar("Answer", bound=Contract)


class HubClient:
    """One station's line to its hub. Used by the courier's thread only."""

    def __init__(self, hub: HubSection) -> None:
        """Open no connection yet.

        Raises:
            ConfigError: there is no access key, neither in the file nor as a credential.
        """
        if not hub.access_key:
            raise ConfigError(
                f"hub.access_key is missing: set it, or give the unit LoadCredential={ACCESS_KEY_CREDENTIAL}"
            )
        self._url = hub.url
        self._client = httpx.Client(
            base_url=hub.url,
            timeout=hub.timeout_s,
            headers={
                "Authorization": f"Bearer {hub.access_key}",
                "Content-Type": "application/json",
            },
            trust_env=False,  # a proxy from the environment has no business with these records
        )

    def claim(self, claim: Claim) -> ClaimAnswer:
        """Ask for rights under a key that was made durable before."""
        return self._post("/v1/claims", claim.canonical(), ClaimAnswer)

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        """Tell the hub what happened here, in order."""
        body = canonical_json({"entries": [entry.model_dump(mode="json") for entry in entries]})
        return self._post("/v1/outbox", body, OutboxAnswer)

    def sync(self, sync: Sync) -> SyncAnswer:
        """Say what is held here and hear what is new."""
        return self._post("/v1/sync", sync.canonical(), SyncAnswer)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        try:
            response = self._client.post(path, content=body)
        except httpx.HTTPError as error:
            raise HubUnreachableError(
                f"the hub at {self._url} does not answer ({type(error).__name__}): printing goes on with what is held"
            ) from error
        if response.status_code != httpx.codes.OK:
            raise _refusal(response, self._url)
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise HubUnreachableError(
                f"{self._url}{path} answered something else than a hub does: check hub.url and versions"
            ) from error


def _refusal(response: httpx.Response, url: str) -> HubRefusedError | HubUnreachableError:
    """Read a problem document (RFC 9457); an answer without one is not the hub's."""
    try:
        problem = response.json()
        code, title = str(problem["code"]), str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, TypeError):
        return HubUnreachableError(f"{url} answered {response.status_code} without saying why")
    return HubRefusedError(code, f"the hub refused ({code}): {title}")
