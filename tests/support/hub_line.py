"""The hub's functions in the place of its HTTP shell, on a line that loses and bends what a test tells it to."""

from collections.abc import Callable
from typing import Any, TypeVar

from hub import errors, service
from prr.exchange import Claim, ClaimAnswer, OutboxAnswer, OutboxEntry, Sync, SyncAnswer
from station.config import HubSection
from station.errors import HubRefusedError, HubUnreachableError
from station.hub_client import HubClient
from support.hub_office import Office

A = TypeVar("A", ClaimAnswer, OutboxAnswer, SyncAnswer)


class HubLine(HubClient):
    """One station's line.

    Attributes:
        down: nothing gets through.
        lose: answers of these calls (claim, tell, sync) are lost, once each; the hub has done its part.
        bend: changes an answer on its way, by the name of its call.
        heard: every answer that got through, oldest first.
    """

    def __init__(self, section: HubSection, office: Office) -> None:
        super().__init__(section)
        self._office = office
        self.down = False
        self.lose: list[str] = []
        self.bend: dict[str, Callable[[Any], Any]] = {}
        self.heard: list[tuple[str, Any]] = []

    def claim(self, claim: Claim) -> ClaimAnswer:
        return self._carry("claim", lambda: service.claim(self._office.hub, claim))

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        def told() -> OutboxAnswer:
            return service.apply_outbox(self._office.hub, entries[0].station, tuple(entries))

        return self._carry("tell", told)

    def sync(self, sync: Sync) -> SyncAnswer:
        return self._carry("sync", lambda: service.sync(self._office.hub, sync))

    def _carry(self, name: str, call: Callable[[], A]) -> A:
        if self.down:
            raise HubUnreachableError("the line is down")
        try:
            answer = call()
        except errors.HubError as error:
            raise HubRefusedError(error.code, str(error)) from error
        if name in self.lose:
            self.lose.remove(name)
            raise HubUnreachableError("the answer was lost")
        if name in self.bend:
            answer = self.bend[name](answer)
        self.heard.append((name, answer))
        return answer
