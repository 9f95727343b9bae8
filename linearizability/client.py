"""A client: one station that claims, gives back and prints over HTTP, and lets go of no question without an answer.

It keeps to the contract as a station does: a claim key is asked again until it is answered; what it tells is a chain,
sent again until it is acknowledged; when the hub's epoch grows it gives up the claim that is under way and says what
it holds.
"""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from linearizability.history import History
from linearizability.specification import Kind, Operation
from prr.canonical import canonical_json
from prr.exchange import (
    BATCH_MAX,
    GENESIS_SHA256,
    Claim,
    Held,
    OutboxEntry,
    Outcome,
    Release,
    Report,
    Sync,
)
from prr.record import Right

CLAIM_MAX = 30
REPEAT_CHANCE = 0.1  # a key that was answered is asked once more
PAUSE_S = 0.05
ANSWER_S_MAX = 20.0


class NewEpochError(Exception):
    """The hub was failed over."""


@dataclass
class Client:
    """One station.

    Attributes:
        station: its name.
        access_key: its secret toward the hub.
        urls: the hubs at present; another is asked after each failure.
        rights: all there are.
        history: where all is written down.
        chance: its own, seeded.
        print_chance: how likely a right is printed rather than given back.
        stopping: set when no new claim shall be begun.
    """

    station: str
    access_key: str
    urls: Callable[[], list[str]]
    rights: list[str]
    history: History
    chance: random.Random
    print_chance: float
    stopping: threading.Event
    holds: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    seq: int = 0
    sha256: str = GENESIS_SHA256
    intents: int = 0
    turn: int = 0
    line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Work until told to stop, and end with nothing unanswered."""
        self.turn = self.chance.randrange(2)
        self._heed_epoch()
        while not self.stopping.is_set():
            try:
                self._claim(self.chance.randint(1, CLAIM_MAX))
            except NewEpochError:
                self._heed_epoch()
                continue
            self._tell()
        self._hang_up()

    # -- claims -----------------------------------------------------------------------------------------------

    def _claim(self, count: int) -> None:
        key = str(uuid.UUID(int=self.chance.getrandbits(128)))
        asked = Claim(claim_key=key, station=self.station, hub_epoch=self.epoch, count_max=count)
        began_ns = time.monotonic_ns()
        try:
            body = self._until_answered("/v1/claims", asked.canonical())
        except NewEpochError:
            lost = Operation(
                Kind.LOST_CLAIM, self.station, 0, began_ns, time.monotonic_ns()
            )  # fmt: skip
            self.history.may_concern_all(lost)
            raise
        ended_ns = time.monotonic_ns()
        self.history.answered(key, body)
        for grant in json.loads(body)["grants"]:
            right, fence = grant["record"]["record_id"], grant["fence"]
            seen = Operation(Kind.GRANT, self.station, fence, began_ns, ended_ns)
            self.history.happened(right, seen)
            self.holds[right] = fence
        if self.chance.random() < REPEAT_CHANCE:
            self.history.answered(key, self._until_answered("/v1/claims", asked.canonical()))

    # -- telling ----------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Give back or print what is held; sometimes a right is kept for a while."""
        entries: list[tuple[str, int, Kind, OutboxEntry]] = []
        for name, fence in list(self.holds.items())[:BATCH_MAX]:
            if self.chance.random() < REPEAT_CHANCE:
                continue
            printed = self.chance.random() < self.print_chance
            kind = Kind.PRINTED if printed else Kind.RELEASE
            entries.append((name, fence, kind, self._entry(name, fence, kind)))
        if not entries:
            return
        told = [entry.model_dump(mode="json") for *_, entry in entries]
        began_ns = time.monotonic_ns()
        self._until_acknowledged(canonical_json({"entries": told}))
        ended_ns = time.monotonic_ns()
        for name, fence, kind, _ in entries:
            self.history.happened(name, Operation(kind, self.station, fence, began_ns, ended_ns))
            del self.holds[name]

    def _entry(self, name: str, fence: int, kind: Kind) -> OutboxEntry:
        right = Right(record_id=name, issue_no=1)
        body = self._report(right, fence) if kind is Kind.PRINTED else _release(right, fence)
        made = OutboxEntry(
            station=self.station, seq=self.seq + 1, previous_sha256=self.sha256,
            at=datetime.now(UTC), body=body,
        )  # fmt: skip
        self.seq, self.sha256 = made.seq, made.sha256()
        return made

    def _report(self, right: Right, fence: int) -> Report:
        self.intents += 1
        return Report(
            intent=self.intents, right=right, fence=fence, attempt=1, outcome=Outcome.PRINTED,
            series="BLANK", printer_serial="PRN", image_sha256="a" * 64, allowance_id="A",
            day=datetime.now(UTC).date(), zone="Asia/Jakarta",
        )  # fmt: skip

    def _until_acknowledged(self, body: bytes) -> None:
        """Send entries until they are; they stay the same ones over a fail-over, so sending again is safe."""
        while True:
            answer = json.loads(self._until_answered("/v1/outbox", body))
            if answer["applied_seq"] >= self.seq:
                return
            self.history.fault(f"{self.station} was acknowledged less than it told")

    # -- after a fail-over ------------------------------------------------------------------------------------

    def _heed_epoch(self) -> None:
        """Hear the epoch and say what is held, until the hub grants again."""
        told = self._word()
        before, self.epoch = self.epoch, told["hub_epoch"]
        if before and told["applied_seq"] < self.seq:
            self.history.fault(f"the hub forgot what it had acknowledged to {self.station}")
        began_ns = time.monotonic_ns()
        while not self._word()["claims_open"]:
            time.sleep(PAUSE_S)
        ended_ns = time.monotonic_ns()
        if before:
            self._note_word(began_ns, ended_ns)

    def _word(self) -> Any:
        sync = Sync(
            station=self.station, nonce=f"{self.chance.getrandbits(128):032x}", boot_id="b",
            start_no=1, start_key="1" * 32, hub_epoch=self.epoch, told_seq=self.seq,
            last_seq=self.seq,
            holds=tuple(
                Held(right=Right(record_id=name, issue_no=1), fence=fence, state="CACHED")
                for name, fence in self.holds.items()
            ),
        )  # fmt: skip
        return json.loads(self._until_answered("/v1/sync", sync.canonical()))

    def _note_word(self, began_ns: int, ended_ns: int) -> None:
        for name in self.rights:
            fence = self.holds.get(name, 0)
            said = Operation(Kind.WORD, self.station, fence, began_ns, ended_ns)
            self.history.happened(name, said)

    # -- the line ---------------------------------------------------------------------------------------------

    def _until_answered(self, path: str, body: bytes) -> bytes:
        """Ask until a hub answers.

        Raises:
            NewEpochError: the hub says that its epoch is another one.
            AssertionError: the hub refuses what a station may ask.
        """
        while True:
            try:
                status, answer = self._ask(path, body)
            except (OSError, http.client.HTTPException):
                self._another()
                continue
            if status == HTTPStatus.OK:
                return answer
            code = json.loads(answer)["code"]
            if code in ("EPOCH_CHANGED", "HUB_RECONCILING"):
                raise NewEpochError
            assert status >= HTTPStatus.INTERNAL_SERVER_ERROR, (path, status, answer)
            self.history.count(f"refused:{code}")
            self._another()

    def _ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.line is None:
            urls = self.urls()
            url = urls[self.turn % len(urls)]
            self.line = http.client.HTTPConnection(
                url.removeprefix("http://"), timeout=ANSWER_S_MAX
            )
        self.line.request("POST", path, body, {"Authorization": f"Bearer {self.access_key}"})
        response = self.line.getresponse()
        return response.status, response.read()

    def _another(self) -> None:
        """Note an outcome that is unknown, and turn to another hub."""
        self.history.count("unknown")
        self._hang_up()
        self.turn += 1
        time.sleep(PAUSE_S)

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


def _release(right: Right, fence: int) -> Release:
    return Release(right=right, fence=fence, reason="given back")
