"""A file system that fills up or turns read-only under the running daemon, in a mount namespace of its own.

Nothing may be begun on a disk that can't hold the end of it; what was begun is settled or in doubt, and once there is
room again everything finishes. `python -m reliability.power.mounts SEED COUNT` prints one JSON object.
"""

import errno
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reliability.child import Child
from reliability.clock import sleep, wait_until
from reliability.disk.reopen import dump
from reliability.machine import MEMORY
from reliability.office import DONE_S, FaultOffice, open_hub
from reliability.power.ext4 import Ext4
from support.office import HubProcess

CHUNKS_BYTES = (2**20, 2**16, 2**12)
BEGIN_S_MAX = 0.6
STILL_S = 1.0
RECORDS = 3


@dataclass
class Mounts:
    """One station on a file system that is treated badly."""

    office: FaultOffice
    disk: Ext4
    chance: Random
    cases: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, hub: HubProcess, folder: Path, chance: Random) -> "Mounts":
        """Make the file system and the office on it."""
        disks: list[Ext4] = []

        def prepare(place: Path) -> None:
            disks.append(Ext4.make(folder / "disk.img", place / "state"))

        office = FaultOffice.open(hub, folder / "M", "M1", prefetch=10, prepare=prepare)
        return cls(office, disks[0], chance)

    def full(self) -> None:
        """Fill it to the brim at some moment; wait; make room."""
        running = self._begin()
        filler = self.disk.folder / "filler"
        fill(filler)
        self._nothing_new(running)
        filler.unlink()
        self._finish(running)
        self.cases.append("full")

    def read_only(self) -> None:
        """Let ext4 give up as it does after an error of the disk: every write fails from then on."""
        running = self._begin()
        self.disk.remount("abort")
        self._nothing_new(running)
        running.end(signal.SIGKILL)
        self.disk.unmount()
        self.disk.mount()
        dump(self.disk.folder / "station.sqlite")
        self._finish(running)
        self.cases.append("read-only")

    def _begin(self) -> Child:
        """Start, with some records to print, and let it come somewhere."""
        self.office.give(RECORDS)
        running = self.office.start()
        sleep(self.chance.uniform(0, BEGIN_S_MAX))
        return running

    def _nothing_new(self, running: Child) -> None:
        """See that the cards stand still: what was begun before may come to its end, nothing is begun."""
        wait_until(
            lambda: not self.office.printer.truth()["busy"], "the card comes to its end", DONE_S
        )
        sleep(STILL_S / 4)
        fed = self.office.printer.truth()["cards_fed"]
        sleep(STILL_S)
        now = self.office.printer.truth()["cards_fed"]
        assert now == fed, (
            f"{now - fed} cards fed on a disk that can't be written; ended: {running.poll()}"
        )

    def _finish(self, running: Child) -> None:
        children = [running]

        def finished() -> bool:
            if children[-1].poll() is not None:  # as systemd would
                children.append(self.office.start())
            self.office.people.look()
            told = self.office.station.status()
            return told["rights"] == {"SHREDDED": self.office.given} and not told["outbox_waiting"]

        wait_until(finished, "everything finishes once there is room", DONE_S)
        children[-1].end(signal.SIGKILL)
        self.office.check()
        self.office.check_hub()


def fill(path: Path) -> None:
    """Put a file there that leaves no room; the file system is a small one of our own."""
    assert os.path.ismount(path.parent), "only a file system of our own is filled"
    with path.open("wb") as file:
        for chunk in CHUNKS_BYTES:
            try:
                while True:
                    os.write(file.fileno(), bytes(chunk))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def main() -> None:
    """Treat it badly so many times each way."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    failures: list[str] = []
    with TemporaryDirectory(prefix="ktp-mounts-", dir=MEMORY if MEMORY.is_dir() else None) as made:
        hub = open_hub(Path(made))
        try:
            mounts = Mounts.open(hub, Path(made), Random(seed))
            acts: tuple[Callable[[], None], ...] = (mounts.full, mounts.read_only)
            try:
                for act in acts * count:
                    act()
            except AssertionError as error:
                failures.append(f"seed {seed}, after {len(mounts.cases)} cases: {error}")
            finally:
                mounts.office.close()
                mounts.disk.unmount()
        finally:
            hub.end()
    print(json.dumps({"cases": len(mounts.cases), "failures": failures}))


if __name__ == "__main__":
    main()
