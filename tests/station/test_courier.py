"""The courier against a hub that is not there, and one whose seals are not the office's: it waits, and uses nothing."""

import itertools
import json
import random
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prr import seal
from prr.exchange import (
    Allowance,
    Claim,
    ClaimAnswer,
    Grant,
    OutboxAnswer,
    OutboxEntry,
    Outcome,
    Sync,
    SyncAnswer,
)
from station import attempt
from station.config import Config, CourierSection, HubSection, PrinterSection, StationSection
from station.courier import BACKOFF_S_MIN, Courier
from station.database import Database
from station.errors import HubUnreachableError
from station.hub_client import HubClient
from support.records import record
from support.stations import (
    DAY,
    HUB_KEY,
    SERIAL,
    STATION,
    VAULT,
    SetClock,
    allowance,
    database,
    evidence,
    plan,
    stock,
)


def config(folder: Path) -> Config:
    return Config(
        station=StationSection(id=STATION, zone="Asia/Jakarta", state_dir=folder),
        hub=HubSection(
            url="http://127.0.0.1:1", access_key="k",
            public_key=seal.public_key_text(HUB_KEY.public_key()),
        ),
        printer=PrinterSection(uri="tcp://127.0.0.1:1"),
        courier=CourierSection(backoff_s_max=60),
    )  # fmt: skip


def courier(
    folder: Path, store: Database, hub: HubClient, clock: SetClock | None = None
) -> Courier:
    keys = (f"00000000-0000-0000-0000-{n:012d}" for n in itertools.count(1))
    return Courier(
        config(folder),
        store,
        hub,
        VAULT,
        clock or SetClock(),
        threading.Event(),
        random.Random(1),
        keys.__next__,
    )


def test_a_hub_that_is_away_is_asked_less_and_less_often(tmp_path: Path) -> None:
    store = database(tmp_path)
    stock(store)
    client = HubClient(config(tmp_path).hub)
    story = courier(tmp_path, store, client).story()
    delays = [next(story) for _ in range(12)]
    for number, delay_s in enumerate(delays):
        whole_s = min(60.0, BACKOFF_S_MIN * 2**number)
        assert whole_s / 2 <= delay_s <= whole_s
    assert len({round(d / min(60.0, 2.0**n), 3) for n, d in enumerate(delays)}) > 6, (
        "no chance in it"
    )
    with store.read() as tx:
        assert "does not answer" in str(tx.value("fact", name="link"))
        assert [row["state"] for row in tx.all("roles")] == ["stopped"]
    story.close()
    client.close()
    store.close()


class ForeignHub(HubClient):
    """A hub with another office's key, in the place of the real one: what an attacker on the line would be."""

    def __init__(self, folder: Path) -> None:
        super().__init__(config(folder).hub)
        self._key = Ed25519PrivateKey.generate()
        self.allowance = allowance(200)
        self.asked: list[str] = []

    def sync(self, sync: Sync) -> SyncAnswer:
        self.asked.append("sync")
        answer = SyncAnswer(
            station=STATION, nonce=sync.nonce, hub_epoch=1,
            hub_time=SetClock().now(), zone="Asia/Jakarta", applied_seq=0, ready_count=5,
            allowances=(self.allowance,),
        )  # fmt: skip
        return answer.signed(HUB_KEY)

    def claim(self, claim: Claim) -> ClaimAnswer:
        self.asked.append("claim")
        forged = Grant.signed(self._key, STATION, 1, 1, record(1))
        return ClaimAnswer(claim_key=claim.claim_key, grants=(forged,))

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        raise AssertionError("nothing happened here")


def test_a_forged_grant_or_allowance_is_worth_nothing(tmp_path: Path) -> None:
    store = database(tmp_path)
    stock(store, cap=5)
    hub = ForeignHub(tmp_path)
    story = courier(tmp_path, store, hub).story()
    for _ in range(4):
        next(story)
    assert "claim" in hub.asked
    hub.allowance = Allowance(
        allowance_id="more", printer_serial=SERIAL, day=DAY.replace(day=3), zone="Asia/Jakarta",
        cap=1000, signature=allowance(5).signature,
    )  # fmt: skip
    story.close()
    story = courier(tmp_path, store, hub).story()
    next(story)
    with store.read() as tx:
        assert tx.all("rights_held") == []
        assert tx.value("allowances_left", day=DAY.isoformat()) == 5
        assert "signature" in str(tx.value("fact", name="link"))
    story.close()
    hub.close()
    store.close()


def test_books_are_closed_and_signed_though_the_hub_is_away(tmp_path: Path) -> None:
    """A day that nobody closed is closed when the next begins; the close is signed, and once is enough."""
    store = database(tmp_path)
    stock(store, numbers=(1,))
    with store.write() as tx:
        intent = attempt.begin(tx, plan(record(1).right), evidence(), "boot-1", SetClock().now())
        attempt.settle(
            tx, STATION, intent, Outcome.PRINTED, SetClock().now(), after_evidence=evidence(101)
        )
    clock = SetClock(at=SetClock().at + timedelta(days=1))
    story = courier(tmp_path, store, HubClient(config(tmp_path).hub), clock).story()
    for _ in range(4):
        next(story)
    with store.read() as tx:
        names = [row["name"] for row in tx.all("events")]
        told = [json.loads(row["document"])["body"] for row in tx.all("outbox_untold", count=9)]
    assert names.count("day.closed") == names.count("log.signed") == 1
    assert names.index("log.signed") > names.index("day.closed")
    assert [(b["kind"], b.get("by")) for b in told] == [("card", None), ("close", "clock")]
    story.close()
    store.close()


class WordyHub(HubClient):
    """The office's own hub, its answers chosen by the test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(config(folder).hub)
        self.claims_open = True
        self.claims: list[str] = []
        self.told: list[int] = []
        self.answers: list[ClaimAnswer | None] = []
        self.applied_seq = 0
        self.epoch_told = 1

    def sync(self, sync: Sync) -> SyncAnswer:
        return SyncAnswer(
            station=STATION, nonce=sync.nonce, hub_epoch=1, claims_open=self.claims_open,
            hub_time=SetClock().now(), zone="Asia/Jakarta", applied_seq=0, ready_count=5,
            allowances=(allowance(200),),
        ).signed(HUB_KEY)  # fmt: skip

    def claim(self, claim: Claim) -> ClaimAnswer:
        self.claims.append(claim.claim_key)
        answer = self.answers.pop(0) if self.answers else None
        if answer is None:
            raise HubUnreachableError("the answer is lost")
        return answer.model_copy(update={"claim_key": answer.claim_key or claim.claim_key})

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        self.told.append(len(entries))
        return OutboxAnswer(
            station=STATION, hub_epoch=self.epoch_told, applied_seq=self.applied_seq,
            applied_sha256="00" * 32,
        ).signed(HUB_KEY)  # fmt: skip


def answered(*numbers: int, claim_key: str = "") -> ClaimAnswer:
    grants = tuple(Grant.signed(HUB_KEY, STATION, 1, n, record(n)) for n in numbers)
    return ClaimAnswer.model_construct(claim_key=claim_key, grants=grants)


def steps(folder: Path, store: Database, hub: HubClient, count: int = 4) -> None:
    story = courier(folder, store, hub).story()
    for _ in range(count):
        next(story)
    story.close()


def held(store: Database) -> int:
    with store.read() as tx:
        return len(tx.all("rights_held"))


def test_an_answer_to_another_claim_is_not_used(tmp_path: Path) -> None:
    store, hub = database(tmp_path), WordyHub(tmp_path)
    stock(store)
    hub.answers = [answered(1, claim_key="00000000-0000-0000-0000-999999999999")]
    steps(tmp_path, store, hub, 1)
    with store.read() as tx:
        assert "another claim" in str(tx.value("fact", name="link"))
    assert held(store) == 0
    hub.close()
    store.close()


def test_a_claim_whose_answer_was_lost_waits_while_the_hub_gives_nothing(tmp_path: Path) -> None:
    """A restored hub gathers first; the same claim is asked again afterwards, and kept once."""
    store, hub = database(tmp_path), WordyHub(tmp_path)
    stock(store)
    clock = SetClock()
    story = courier(tmp_path, store, hub, clock).story()
    next(story)
    asked = len(hub.claims)
    assert asked == 1
    hub.claims_open = False
    story.close()
    again = courier(tmp_path, store, hub, clock).story()
    for _ in range(3):
        next(again)
    again.close()
    assert len(hub.claims) == asked
    hub.claims_open, hub.answers = True, [answered(1, 2)]
    steps(tmp_path, store, hub, 1)
    assert (len(set(hub.claims[: asked + 1])), held(store)) == (1, 2)
    hub.close()
    store.close()


def test_a_claim_answered_with_nothing_is_over_till_the_hub_has_more(tmp_path: Path) -> None:
    store, hub = database(tmp_path), WordyHub(tmp_path)
    stock(store)
    hub.answers = [answered()]
    steps(tmp_path, store, hub, 4)
    assert (len(hub.claims), held(store)) == (1, 0)
    with store.read() as tx:
        assert tx.value("fact", name="link") == ""
    hub.close()
    store.close()


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_hub_that_applied_nothing_destroys_nothing(tmp_path: Path, epoch: int) -> None:
    store, hub = database(tmp_path), WordyHub(tmp_path)
    stock(store, numbers=(1,))
    with store.write() as tx:
        intent = attempt.begin(tx, plan(record(1).right), evidence(), "boot-1", SetClock().now())
        attempt.settle(
            tx, STATION, intent, Outcome.PRINTED, SetClock().now(), after_evidence=evidence(101)
        )
    hub.epoch_told = epoch
    steps(tmp_path, store, hub, 3)
    assert hub.told
    with store.read() as tx:
        assert len(tx.all("outbox_untold", count=9)) >= 1
    hub.close()
    store.close()
