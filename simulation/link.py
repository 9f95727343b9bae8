"""The line between a station and its hub: the real client's bytes, the real service's answer, and a bad wire between.

What goes over it is what would go over HTTP: the client's body is parsed by the hub's contract, the hub's answer by the
station's. A copy of a request may arrive once more, at once or much later; a copy of an old answer may arrive in the
place of the right one.
"""

import json
import random
from collections.abc import Callable
from typing import TypeVar

from hub import claims, service
from hub.app import Outbox, parsed
from hub.errors import HubError as HubSaysNo
from prr.canonical import Contract
from prr.exchange import Claim, Sync, SyncAnswer
from simulation.errors import HubKilledError
from simulation.faults import Fault, Kind
from simulation.hub_host import HubHost
from simulation.scheduler import Scheduler
from simulation.trace import Trace
from station.errors import HubRefusedError, HubUnreachableError
from station.hub_client import HubClient

Answer = TypeVar("Answer", bound=Contract)
ANSWERS_KEPT = 12
SYNC = "/v1/sync"
LATE_S = (5.0, 200_000.0)


class Line:
    """One station's side of the network; outlives its processes, so copies may arrive after a restart.

    Attributes:
        late_words: a copy of a station's word may arrive late too. Off: one that arrives after a restart of the
            station locks it at the hub as if its store had been copied (docs/SIMULATION.md, "Known").
        forges_keys: an old answer to a claim is given under the new claim's key, so that only its fence is old.
    """

    late_words = False
    forges_keys = False

    def __init__(
        self,
        name: str,
        hub: HubHost,
        scheduler: Scheduler,
        trace: Trace,
        chance: random.Random,
        next_fault: Callable[[], Fault | None],
    ) -> None:
        self.down_until_s = 0.0
        self.replayed = False  # the last answer was an old one
        self._name = name
        self._hub = hub
        self._scheduler = scheduler
        self._trace = trace
        self._chance = chance
        self._next_fault = next_fault
        self._old_answers: dict[str, list[bytes]] = {}
        self._kept: Fault | None = None

    def post(self, path: str, body: bytes, check_alive: Callable[[], None]) -> bytes:
        """Carry a request to the hub and its answer back, or lose either."""
        self.replayed = False
        fault = self._next_fault()
        if self.forges_keys:
            fault = self._kept_for_a_claim(path, fault)
        self._scheduler.sleep(self._chance.uniform(0.005, 0.05))
        check_alive()
        if self._scheduler.now_s < self.down_until_s or not self._hub.up:
            raise _silence("the line is down")
        answer = self._answer(path, body, fault)
        self._scheduler.sleep(self._chance.uniform(0.005, 0.05))
        check_alive()
        return answer

    def _answer(self, path: str, body: bytes, fault: Fault | None) -> bytes:
        match None if fault is None else fault.kind:
            case Kind.REQUEST_LOST:
                raise _silence("the request was lost")
            case Kind.HUB_KILLED_BEFORE | Kind.HUB_KILLED_AFTER:
                assert fault is not None
                self._kill_hub(path, body, fault)
                raise _silence("the hub is away")
            case Kind.REQUEST_TWICE:
                self._deliver(path, body, "first copy")
                answer = self._deliver(path, body, "second copy")
            case Kind.REQUEST_LATE:
                assert fault is not None
                delay_s = LATE_S[0] * (LATE_S[1] / LATE_S[0]) ** fault.share
                self._scheduler.after(delay_s, lambda: self._arrive_late(path, body))
                answer = self._deliver(path, body)
            case Kind.ANSWER_OLD:
                answer = self._deliver(path, body)
                old = self._old_answers.get(path)
                if old:
                    assert fault is not None
                    self._trace.say(self._name, f"{path} gets an old answer")
                    self.replayed = True
                    return self._forged(old[int(fault.share * len(old))], body)
            case Kind.ANSWER_LOST:
                self._remember(path, self._deliver(path, body))
                raise _silence("the answer was lost")
            case _:
                answer = self._deliver(path, body)
        self._remember(path, answer)
        return answer

    def _kept_for_a_claim(self, path: str, fault: Fault | None) -> Fault | None:
        """Keep an old answer until there is a claim to give it to."""
        if fault is not None and fault.kind is Kind.ANSWER_OLD:
            self._kept, fault = fault, None
        if path == "/v1/claims" and self._old_answers.get(path) and fault is None:
            fault, self._kept = self._kept, None
        return fault

    def _forged(self, answer: bytes, body: bytes) -> bytes:
        if not self.forges_keys or b"claim_key" not in answer:
            return answer
        key = json.loads(answer)["claim_key"].encode()
        return answer.replace(key, json.loads(body)["claim_key"].encode(), 1)

    def _remember(self, path: str, answer: bytes) -> None:
        kept = self._old_answers.setdefault(path, [])
        if len(kept) < ANSWERS_KEPT:
            kept.append(answer)

    def _arrive_late(self, path: str, body: bytes) -> None:
        if path == SYNC and not self.late_words:
            return
        if self._hub.up:
            try:
                self._deliver(path, body, "late copy")
            except HubRefusedError as error:
                self._trace.say("hub", f"refused a late copy: {error.code}")

    def _kill_hub(self, path: str, body: bytes, fault: Fault) -> None:
        self._hub.doom(after=fault.kind is Kind.HUB_KILLED_AFTER)
        try:
            self._deliver(path, body)
        except HubKilledError:
            self._trace.say("hub", "killed in a transaction")
        self._hub.kill(min(fault.duration_s, 60.0))

    def _deliver(self, path: str, body: bytes, note: str = "") -> bytes:
        try:
            answer = self._serve(path, body)
        except HubSaysNo as error:
            self._trace.say(self._name, f"{path} {note} refused: {error.code}")
            sentence = f"the hub refused ({error.code}): {error}"
            raise HubRefusedError(error.code, sentence) from error
        self._trace.say(self._name, f"{path} {note} answered")
        return answer

    def _serve(self, path: str, body: bytes) -> bytes:
        hub = self._hub.hub
        if path == "/v1/claims":
            return claims.answer(hub, parsed(Claim, body))
        if path == "/v1/outbox":
            told = parsed(Outbox, body)
            return service.apply_outbox(hub, told.entries[0].station, told.entries).canonical()
        return service.sync(hub, parsed(Sync, body)).canonical()


class SimulatedHubClient(HubClient):
    """The courier's client over such a line."""

    def __init__(self, line: Line, check_alive: Callable[[], None]) -> None:
        # Not the parent's: it would open an HTTP client.
        self._wire = line
        self._check_alive = check_alive

    def sync(self, sync: Sync) -> SyncAnswer:
        """As the real one's; a line of memory has no certificate to keep up."""
        return self._post("/v1/sync", sync.canonical(), SyncAnswer)

    def close(self) -> None:
        """Nothing is open."""

    def _post(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        return kind.model_validate_json(self._wire.post(path, body, self._check_alive))


def _silence(why: str) -> HubUnreachableError:
    return HubUnreachableError(f"the hub does not answer ({why})")
