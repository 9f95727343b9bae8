"""The hub over HTTP: claim, outbox, sync. Idempotent calls, so a lost answer is asked for again; never a retry here.

Raises HubUnreachableError where no understandable answer came, HubRefusedError where the hub said no.
"""

from typing import TypeVar

import httpx
from pydantic import ValidationError

from prr.canonical import Contract, canonical_json
from prr.exchange import Claim, ClaimAnswer, OutboxAnswer, OutboxEntry, Sync, SyncAnswer
from station.config import HubSection
from station.errors import HubUnreachableError
from station.hub_answers import refusal
from station.hub_line import HubLine, plain_line

ANSWER_BYTES_MAX = 64 * 1024 * 1024

Answer = TypeVar("Answer", bound=Contract)


class HubClient:
    """One station's line to its hub. Used by the courier's thread only."""

    def __init__(self, hub: HubSection, line: HubLine | None = None) -> None:
        """Open no connection yet.

        Args:
            hub: where it is.
            line: how it is reached over TLS; None makes the plain one of loopback.

        Raises:
            ConfigError: there is no access key, neither in the file nor as a credential.
        """
        self._url = hub.url
        self._line = line or plain_line(hub)

    def claim(self, claim: Claim) -> ClaimAnswer:
        """Ask for rights under a key that was made durable before."""
        return self._post("/v1/claims", claim.canonical(), ClaimAnswer)

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        """Tell the hub what happened here, in order."""
        body = canonical_json({"entries": [entry.model_dump(mode="json") for entry in entries]})
        return self._post("/v1/outbox", body, OutboxAnswer)

    def sync(self, sync: Sync) -> SyncAnswer:
        """Say what is held here and hear what is new. A certificate near its end is renewed first."""
        self._line.keep_up()
        return self._post("/v1/sync", sync.canonical(), SyncAnswer)

    def close(self) -> None:
        """Close the connections."""
        self._line.close()

    def _post(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        try:
            response = self._line.client().post(path, content=body)
        except httpx.HTTPError as error:
            raise self._line.unreachable(error) from error
        if response.status_code != httpx.codes.OK:
            raise refusal(response, self._url)
        try:
            return kind.model_validate_json(response.content)
        except ValidationError as error:
            raise HubUnreachableError(
                f"{self._url}{path} answered something else than a hub does: check hub.url and versions"
            ) from error
