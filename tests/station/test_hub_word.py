"""What a station does with the hub's word: only the answer to its own question, and never an older hub's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prr.exchange import GENESIS_SHA256, Loading, OutboxAnswer, Sync, SyncAnswer
from station import grants, hub_word, outbox
from station.clock import Moment
from station.database import Database
from station.errors import HubRefusedError
from station.hub_word import Start
from support.stations import STATION, SetClock, allowance, database

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NONCE = "a" * 32


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = database(tmp_path)
    yield made
    made.close()


def question(store: Database) -> Sync:
    with store.read() as tx:
        return hub_word.sync(tx, STATION, "boot-1", Start(1, "b" * 32), NONCE)


def answer(**changes: Any) -> SyncAnswer:
    facts: dict[str, Any] = {
        "station": STATION, "nonce": NONCE, "hub_epoch": 1, "hub_time": AT, "zone": "Asia/Jakarta",
        "applied_seq": 0, "ready_count": 0,
    }  # fmt: skip
    return SyncAnswer(**(facts | changes))


def heed(store: Database, **changes: Any) -> bool:
    told = question(store)
    with store.write() as tx:
        return hub_word.heed(tx, STATION, told, answer(**changes), Moment.of(SetClock()), AT)


def tell_three(store: Database) -> None:
    with store.write() as tx:
        for count in (1, 2, 3):
            outbox.tell(tx, STATION, AT, Loading(series="S", count=count, by="ani"))
        outbox.acknowledged(tx, acknowledgement(tx, 3))


def acknowledgement(tx: Any, seq: int, **changes: Any) -> OutboxAnswer:
    facts: dict[str, Any] = {
        "station": STATION, "hub_epoch": 1, "applied_seq": seq,
        "applied_sha256": tx.value("outbox_sha256", seq=seq) or GENESIS_SHA256,
    }  # fmt: skip
    return OutboxAnswer(**(facts | changes))


@pytest.mark.parametrize("other", [{"nonce": "c" * 32}, {"station": "UJI-02"}])
def test_another_questions_answer_changes_nothing(store: Database, other: dict[str, str]) -> None:
    with pytest.raises(HubRefusedError):
        heed(store, hold="stop", **other)
    with store.read() as tx:
        assert tx.value("fact", name="hold") is None


def test_an_older_hub_changes_nothing(store: Database) -> None:
    heed(store, hub_epoch=3)
    with pytest.raises(HubRefusedError, match="epoch 2"):
        heed(store, hub_epoch=2, hold="stop")
    assert question(store).hub_epoch == 3


def test_a_restored_hub_is_told_again_what_it_forgot(store: Database) -> None:
    heed(store)
    tell_three(store)
    with store.write() as tx:
        grants.begin_claim(tx, "00000000-0000-0000-0000-000000000001", 5, AT)
    assert (question(store).told_seq, question(store).last_seq) == (3, 3)
    assert heed(store, hub_epoch=2, applied_seq=1)
    assert question(store).told_seq == 1
    with store.read() as tx:
        assert [entry.seq for entry in outbox.untold(tx, 9)] == [2, 3]
        assert grants.claim_under_way(tx) is None
    assert not heed(store, hub_epoch=2, applied_seq=1), "the epoch is known by now"


def test_the_first_epoch_heard_is_no_restore(store: Database) -> None:
    tell_three(store)
    assert not heed(store, hub_epoch=7)
    assert question(store).told_seq == 3


def test_an_acknowledgement_of_another_chain_changes_nothing(store: Database) -> None:
    with store.write() as tx:
        outbox.tell(tx, STATION, AT, Loading(series="S", count=1, by="ani"))
    for wrong in ({"applied_sha256": "0" * 64}, {"applied_seq": 2}):
        with pytest.raises(HubRefusedError), store.write() as tx:
            outbox.acknowledged(tx, acknowledgement(tx, 1, **wrong))
    assert question(store).told_seq == 0


def test_each_start_has_a_number_of_its_own(store: Database) -> None:
    with store.write() as tx:
        first, second = (hub_word.count_start(tx, key) for key in ("a", "b"))
    assert (first.number, second.number) == (1, 2)


def noted(store: Database) -> list[str]:
    with store.read() as tx:
        return [row["name"] for row in tx.all("events")]


def test_caps_and_holds_are_events_once(store: Database) -> None:
    heed(store, allowances=(allowance(),))
    heed(store, allowances=(allowance(),), hold="counting")
    heed(store, hold="counting")
    heed(store)
    assert noted(store) == ["allowance.kept", "hold.changed", "hold.changed"]


@pytest.mark.parametrize(
    ("wall_s", "boot_s", "boot_id", "seen"),
    [
        (60, 60, "boot-1", False), (61, 60, "boot-1", False), (3660, 60, "boot-1", True),
        (-10, 60, "boot-1", True), (86_400, 5, "boot-2", False), (-60, 5, "boot-2", True),
    ],
)  # fmt: skip
def test_a_clock_that_jumped_is_an_event(
    store: Database, wall_s: float, boot_s: float, boot_id: str, seen: bool
) -> None:
    heed(store)
    later = SetClock()
    later.at += timedelta(seconds=wall_s)
    later.seconds, later.boot_id = later.seconds + boot_s, boot_id
    told = question(store)
    with store.write() as tx:
        hub_word.heed(tx, STATION, told, answer(), Moment.of(later), later.now())
    assert noted(store) == ["clock.jumped"] * seen
