"""A full disk, a real one of three megabytes: no new card is begun, and the one under way can still be settled."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from prr.exchange import Outcome
from prr.record import Right
from station import attempt
from station.ballast import BALLAST_BYTES
from station.database import Database, Transaction
from station.errors import StoreFullError
from support.records import record
from support.stations import STATION, SetClock, database, evidence, plan, stock

DISK_BYTES = 3 * 1024 * 1024
RIGHTS = [record(number).right for number in range(1, 3)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, so that nothing else can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={DISK_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "ktp-test", str(folder)], check=True)
    assert folder.is_mount()
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def store(disk: Path) -> Iterator[Database]:
    made = database(disk)
    stock(made, numbers=(1, 2))
    yield made
    made.close()


def fill(disk: Path) -> None:
    """Fill the disk to the last byte; it is capped by its own size."""
    assert disk.is_mount()
    with (disk / "filler").open("wb", buffering=0) as file:
        for block in (64 * 1024, 512, 1):
            try:
                for _ in range(DISK_BYTES // block + 1):
                    file.write(bytes(block))
            except OSError:
                continue


def begin(tx: Transaction, right: Right) -> int:
    return attempt.begin(tx, plan(right), evidence(), "boot-1", SetClock().now())


def settle(tx: Transaction, intent: int) -> None:
    attempt.settle(tx, STATION, intent, Outcome.PRINTED, SetClock().now(), print_ms=3)


def test_the_card_under_way_is_settled_on_a_full_disk(store: Database, disk: Path) -> None:
    assert store.ballast.take_in()
    assert (disk / "ballast").stat().st_size == BALLAST_BYTES
    with store.write() as tx:
        intent = begin(tx, RIGHTS[0])
    fill(disk)
    with pytest.raises(StoreFullError), store.write() as tx:
        tx.run("fact_set", name="filler", value="x" * 2**20)
    store.settle(lambda tx: settle(tx, intent))
    with store.read() as tx:
        row = tx.one("intent", intent=intent)
    assert row is not None
    assert row["outcome"] == "PRINTED"


def test_without_room_there_is_no_ballast_and_with_room_again_there_is(
    store: Database, disk: Path
) -> None:
    fill(disk)
    assert not store.ballast.take_in()
    assert not (disk / "ballast").exists()
    (disk / "filler").unlink()
    assert store.ballast.take_in()


def test_a_settling_that_meets_a_full_disk_throws_the_ballast(store: Database, disk: Path) -> None:
    store.ballast.take_in()
    with store.write() as tx:
        intent = begin(tx, RIGHTS[0])
    fill(disk)
    large = "x" * (256 * 1024)

    def act(tx: Transaction) -> None:
        tx.run("fact_set", name="large", value=large)
        settle(tx, intent)

    store.settle(act)
    assert not (disk / "ballast").exists()
    with store.read() as tx:
        assert tx.value("fact", name="large") == large
