"""A full or a read-only disk, a real one of its own: no new card begins, and the one under way is settled."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.errors import StoreError
from support.house import House
from support.still_wire import FEED

DISK_BYTES = 40 * 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The station's folder as a file system that nothing else can fill."""
    folder = tmp_path / "P1"
    folder.mkdir()
    options = f"size={DISK_BYTES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "ktp-test", str(folder)], check=True)
    assert folder.is_mount()
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Fill the disk to the last byte; it is capped by its own size."""
    assert disk.is_mount()
    with (disk / "filler").open("wb", buffering=0) as file:
        for block in (2**20, 4096, 1):
            try:
                for _ in range(DISK_BYTES // block + 1):
                    file.write(bytes(block))
            except OSError:
                continue


def test_inv_26_on_a_full_disk_no_card_begins_and_the_one_under_way_is_settled(
    disk: Path, house: House
) -> None:
    station = house.add()
    house.give(station, 1, 2, 3)

    def watch(data: bytes) -> None:
        if FEED in data[:4096]:
            fill(disk)
            station.watch = lambda _data: None

    station.watch = watch
    station.start("press")
    assert house.run(lambda: station.states()["R000001"] == "PRINTED"), station.reasons()
    house.run(lambda: False, 60)
    assert (station.fed, len(station.good)) == (1, 1)
    assert "spool-area-full" in station.reasons()
    (disk / "filler").unlink()
    assert house.run(lambda: len(station.good) == 2)
    station.die()
    station.store.close()
    remount(disk, "ro")
    with pytest.raises(StoreError):
        station.open()
    remount(disk, "rw")
    station.open()
    house.time.advance(60)
    station.start("press")
    assert house.run(lambda: len(set(station.good)) == 3, people=True), station.reasons()


def remount(disk: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(disk)], check=True)
