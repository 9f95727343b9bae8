"""Power-cut disk states: the station's way of writing loses nothing, every weaker way is found wanting."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from reliability.disk import station_store
from reliability.disk.campaign import record, trial
from reliability.disk.recording import Reader
from reliability.disk.reopen import Reopener
from reliability.disk.stage import ACKNOWLEDGED, BEGIN, Settings
from reliability.disk.states import Density, states, tails
from reliability.disk.storage import Disk, Mark, Name, Operation, Sync, Torn, Truncate, Write
from reliability.disk.trial import Trial
from reliability.machine import MEMORY

SEED = 11


def disk_of(*operations: Name | Write | Truncate | Sync) -> Disk:
    disk = Disk()
    for number, operation in enumerate(operations):
        disk.apply(number, operation)
    return disk


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory: thousands of stores are opened in it."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def test_what_is_synced_stays_and_what_waits_may_go() -> None:
    disk = disk_of(
        Name("a", 0), Sync(None), Write(0, 0, b"old"), Sync(0), Write(0, 1, b"EW"), Truncate(0, 1)
    )
    assert disk.content(0, {4, 5}, None) == b"o"
    assert disk.content(0, {4}, None) == b"oEW"
    assert disk.content(0, set(), None) == b"old"
    assert disk.content(0, set(), Torn(4, 1)) == b"oEd"


def test_a_name_is_there_only_once_the_folder_is_synced() -> None:
    disk = disk_of(Name("a", 0), Write(0, 0, b"x"), Sync(0))
    assert disk.names_with(0) == {}
    assert dict(disk.folder((), None, 1)) == {"a": b"x"}


def test_few_waiting_writes_come_in_every_subset() -> None:
    disk = disk_of(Name("a", 0), Sync(None), *(Write(0, n, b"x") for n in range(4)))
    kept = {state.kept for state in states(disk, Random(SEED), Density(1)) if state.torn is None}
    assert len(kept) == 2**4


def test_many_waiting_writes_are_torn_at_each_sector() -> None:
    disk = disk_of(Name("a", 0), Sync(None), Write(0, 0, bytes(4096)))
    cuts = {s.torn.bytes_kept for s in states(disk, Random(SEED), Density(1)) if s.torn is not None}
    assert cuts == {1, *range(512, 4096, 512), 4095}


def test_a_file_that_waits_for_its_sync_ends_after_each_byte() -> None:
    disk = disk_of(
        Name("a", 0), Name("b", 1), Sync(None), Write(0, 0, b"abc"), Write(1, 0, b"x"), Write(0, 3, b"def")
    )  # fmt: skip
    found = {disk.content(0, state.kept, state.torn) for state in tails(disk, 0)}
    assert found == {b"abcdef"[:length] for length in range(7)}
    assert all(disk.content(1, state.kept, state.torn) == b"" for state in tails(disk, 0))


@pytest.mark.parametrize("synced_first", [True, False])
def test_each_byte_torn_off_is_set_against_what_was_acknowledged(
    memory: Path, synced_first: bool
) -> None:
    """A log that is acknowledged before its sync loses what it said; what is there in part counts as nothing."""
    said: list[Operation] = [Sync(0), Mark(ACKNOWLEDGED)]
    reader = Reader("", "", Disk({0: b""}, {"log": 0}))
    reader.operations = [
        Mark(BEGIN), Write(0, 0, b"abc"), *(said if synced_first else reversed(said))
    ]  # fmt: skip
    how = Reopener(memory, "log", lambda _path: None, lambda path: [_whole_lines(path)], ())
    count = Trial("log", reader, how).run(Random(SEED), 0, each_byte=True)
    assert count.tails == 4
    assert count.corrupt == 0
    assert count.lost == 0 if synced_first else count.lost >= 3


def _whole_lines(path: Path) -> str:
    return "abc" if path.read_bytes() == b"abc" else ""


def test_a_recording_played_whole_is_the_folder_itself(tmp_path: Path) -> None:
    reader = record("day", tmp_path)
    disk = reader.start.copy()
    for number, operation in enumerate(reader.operations):
        disk.apply(number, operation)
    found = dict(disk.folder(list(disk.waiting), None, len(disk.waiting_names)))
    assert found == {path.name: path.read_bytes() for path in (tmp_path / "files").iterdir()}
    assert reader.operations.count(Mark(ACKNOWLEDGED)) > 6


@pytest.mark.parametrize("scenario", ["intent", "restart", "hub granted"])
def test_the_stores_lose_no_acknowledged_transaction(scenario: str) -> None:
    count = trial(scenario, SEED, 0)
    assert not count.failures
    assert count.states > 500
    assert len(count.contents) >= 2, "only one content was ever seen: nothing was cut"


@pytest.mark.parametrize("settings", [s for s in Settings if s is not Settings.OURS])
def test_weaker_settings_are_found_wanting(settings: Settings) -> None:
    count = trial("printed", SEED, 0, settings)
    assert count.lost + count.corrupt > 0


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_every_sync_of_a_commit_matters(memory: Path, left_out: int) -> None:
    """Leave out the sync of the journal, of the store, of the journal's end: each is missed."""
    reader = record("printed", memory)
    again = memory / "again"
    again.mkdir()
    cut = Trial("printed", without(reader, left_out), station_store.reopener(again))
    count = cut.run(Random(SEED), 0)
    assert count.lost + count.corrupt > 0


def without(reader: Reader, left_out: int) -> Reader:
    """Return the recording with one group of syncs of its last transaction left out."""
    begin = reader.operations.index(Mark("begin"))
    places = [n for n, op in enumerate(reader.operations) if n > begin and isinstance(op, Sync)]
    journal, store, end = places[:-2], places[-2:-1], places[-1:]
    gone = set((journal, store, end)[left_out])
    operations = [op for n, op in enumerate(reader.operations) if n not in gone]
    return Reader(reader.folder, reader.marks, reader.start, operations)
