"""Durability: a power cut keeps what was acknowledged, an error of the disk stops the line, an old store is locked."""

import itertools
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from emulator.machine.stoppage import JamPlace
from station import doubt
from station.database import Database
from station.errors import StoreError
from station.jobs import Decision
from support.house import House, Killed, Station
from support.power_cut import disks, recorded
from support.stations import SERIES, database, stock

COMMITS = 3
SCRIPT = """
import os, sys
from pathlib import Path
from emulator.machine.stoppage import JamPlace
from station.database import Database
store = Database(Path(sys.argv[1]) if len(sys.argv) > 1 else Path({path!r}))
for number in range(1, {commits} + 1):
    with store.write() as tx:
        tx.run("fact_set", name="n", value=str(number))
        for part in range(3):
            tx.run("blank_move", series="BLANK", source="OUTSIDE", target="LOADED", count=1, intent=None,
                   who="x" * 700, at="now")
    os.write(1, b"ack")
"""


def test_inv_24_a_power_cut_leaves_the_last_acknowledged_state_or_one_more(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    store = database(folder)
    stock(store, blanks=1)
    store.close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    script = SCRIPT.format(path=str(folder / "station.sqlite"), commits=COMMITS)
    ops = recorded(script, folder, tmp_path / "log")
    assert [op.kind for op in ops].count("ack") == COMMITS
    seen: set[tuple[int, int]] = set()
    tried: set[int] = set()
    for acked, files in disks(before, ops, seed=1):
        left = hash((len(acked), *sorted(files.items())))
        if left in tried:
            continue
        tried.add(left)
        count = state_of(tmp_path / "left", files)
        assert len(acked) <= count <= len(acked) + 1, "an acknowledged commit is lost"
        seen.add((len(acked), count))
    assert len(tried) > 40
    assert {(0, 0), (0, 1), (COMMITS, COMMITS)} <= seen


def state_of(folder: Path, files: dict[str, bytes]) -> int:
    """Open what a power cut left; return how many whole transactions are in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    store = Database(folder / "station.sqlite")
    with store.read() as tx:
        assert tx._connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        count = int(tx.value("fact", name="n") or 0)
        assert tx.value("blanks_loaded", series=SERIES) == 1 + 3 * count, "half a transaction"
    store.close()
    return count


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file grow or be written beyond the first page: the kernel refuses it as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    assert path.stat().st_size > 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)


@pytest.mark.parametrize("kept", [False, True])
def test_inv_25_an_error_of_the_store_stops_the_line_and_a_failed_commit_is_unknown(
    house: House, *, kept: bool
) -> None:
    """At each write of a card the commit fails; whether it became durable all the same, the press does not know."""
    station = house.add(blanks=30)
    for card in itertools.count(1):
        house.give(station, card)
        station.store.kill_at, station.store.kept = card, kept
        station.store.end = StoreError("the disk failed")
        if not fails_at(house, station, card):
            break
        station.die()
        house.time.advance(60)
        station.start("press")
        assert house.run(lambda: False, 10, people=True) or made(house, station, card)
        station.die()
    assert card > 4
    assert len(set(station.good)) == card


def fails_at(house: House, station: Station, card: int) -> bool:
    """Print a card on a disk that will fail; tell whether it did, and the press let the error through at once."""
    fed = station.fed
    station.start("press")
    try:
        assert made(house, station, card), station.reasons()
    except StoreError:
        begun = station.rows("SELECT * FROM intent WHERE outcome IS NULL")
        assert station.fed - fed <= len(begun) or len(station.good) == card, "a card without intent"
        return True
    return False


def made(house: House, station: Station, card: int) -> bool:
    return house.run(lambda: len(station.good) == card, people=True)


def test_inv_25_a_commit_that_the_disk_refuses_is_an_error_and_nothing_goes_on(
    tmp_path: Path,
) -> None:
    store = database(tmp_path)
    stock(store, blanks=3)
    with pytest.raises(StoreError), full_disk(store.path), store.write() as tx:
        tx.run("fact_set", name="a", value="x" * 200_000)
    with ExitStack() as stack, pytest.raises(StoreError), store.write() as tx:  # noqa: PT012
        tx.run("fact_set", name="a", value="b")
        stack.enter_context(full_disk(store.path))  # from here on: what fails is the commit
    with store.read() as tx:
        assert tx.one("fact", name="a") is None
    store.close()


def put_back(station: Station, backup: Path) -> None:
    station.die()
    station.store.close()
    shutil.copy(backup, station.store.path)
    station.open()


def print_after_copy(house: House, *, starts: int) -> tuple[Station, Path]:
    """Print a card, copy the store while the next is held, print that too and tell the office."""
    station = house.add(blanks=20)
    backup = station.folder / "backup"
    house.office.import_records(1, 2)
    station.start("courier")
    assert house.run(lambda: len(station.states()) == 2)

    def copy(data: bytes) -> None:
        if b"Psid" in data and station.states()["R000001"] != "CACHED":
            station.watch = lambda _data: None
            shutil.copy(station.store.path, backup)

    station.watch = copy
    station.start("press")
    done = {"R000001": "SHREDDED", "R000002": "SHREDDED"}
    assert house.run(lambda: station.states() == done), station.states()
    for _ in range(starts):
        station.die()
        station.start()
        house.run(lambda: False, 5)
    assert backup.exists()
    return station, backup


def test_inv_27_a_store_older_than_the_printers_counter_is_locked(house: House) -> None:
    """Yesterday's backup is put back while the line is down: only the printer knows."""
    station, backup = print_after_copy(house, starts=0)
    put_back(station, backup)
    station.line.down = True
    station.start()
    house.run(lambda: False, 60, people=True)
    assert len(station.good) == 2, "a card was printed again"
    assert "printer-locked" in station.reasons()


@pytest.mark.parametrize("starts", [0, 2])
def test_inv_27_a_store_older_than_the_hub_knows_prints_nothing(house: House, starts: int) -> None:
    """Known by its number of starts, or by a chain that is longer at the hub than here."""
    station, backup = print_after_copy(house, starts=starts)
    put_back(station, backup)
    house.office.import_records(3)
    station.start("courier")
    house.run(lambda: False, 20)
    hold = station.rows("SELECT value FROM fact WHERE name = 'hold'")[0]["value"]
    assert "older" in hold or "copied" in hold
    assert station.states().get("R000003") is None
    station.start("press")
    house.run(lambda: False, 30)
    assert len(station.good) == 2
    assert "upstream-hold" in station.reasons()


def hold_one(house: House) -> Station:
    """Let a station hold a record that it has not begun to print."""
    station = house.add()
    house.give(station, 1)
    return station


def jam_one(house: House) -> Station:
    """Let a station's people find a spoiled card, so that nobody vouches for the counter."""
    station = hold_one(house)
    station.machine.jam_ahead = JamPlace.AT_EXIT
    station.start("press")
    assert house.run(lambda: bool(station.decided), people=True)
    house.run(lambda: False, 1)
    station.die()
    assert station.good == []
    return station


def die_at_intent(house: House) -> Station:
    """Let two people say NOT PRINTED of an intent whose bytes were never sent, before a press could ask the printer."""
    station = hold_one(house)

    def die(_data: bytes) -> None:
        if station.rows("SELECT * FROM intent"):
            raise Killed

    station.watch = die
    station.start("press")
    with pytest.raises(Killed):
        house.run(lambda: False)
    station.die()
    with station.store.write() as tx:
        assert doubt.doubt_all(tx, station.name, station.clock.now()) == 1
    station.desk.resolve(1, Decision.NOT_PRINTED, ("ani", "budi"))
    return station


@pytest.mark.parametrize("begin", [hold_one, jam_one, die_at_intent])
def test_inv_27_also_one_from_before_the_first_card_or_right_after_peoples_word(
    house: House, begin: Callable[[House], Station]
) -> None:
    """In each the counter of the last card is not known: the press has noted where it stood, or the book bounds it."""
    station = begin(house)
    backup = station.folder / "backup"
    shutil.copy(station.store.path, backup)
    station.start()
    assert house.run(lambda: station.states() == {"R000001": "SHREDDED"}, people=True)
    put_back(station, backup)
    station.line.down = True
    station.start()
    house.run(lambda: False, 60, people=True)
    assert len(station.good) == 1, "a card was printed again"
