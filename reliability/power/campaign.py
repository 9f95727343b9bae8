"""Power cuts of the running daemon: both roles print on a file system that dies under them, again and again.

After each cut the store must open, be whole, and hold every commit the daemon had been told of; at the end every record
is on one card and the hub's ledger is the cards'. Runs in a mount namespace of its own: `python -m reliability.power`.
"""

import os
import signal
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from reliability.child import Child
from reliability.clock import sleep, wait_until
from reliability.commits import commits
from reliability.disk.reopen import dump
from reliability.disk.stage import Settings, with_settings
from reliability.office import DONE_S, FaultOffice
from reliability.power.acknowledged import Acknowledged, stopped
from reliability.power.ext4 import Ext4
from station import daemon
from support.office import HubProcess

RUN_S_MIN, RUN_S_MAX = 0.0, 0.7  # after its first commit
AHEAD = 6  # records kept ready, so that the station never runs dry between two cuts
RIBBON_EVERY = 100
LOOK_S = 0.05
RIGHT_AFTER = 0.7  # share of the cuts that come right after a commit
COMMIT_LOOK_S, COMMIT_LOOKS = 0.0005, 2000
STORE = "station.sqlite"


@dataclass
class PowerCuts:
    """One station, its file system, and what the cuts gave."""

    office: FaultOffice
    disk: Ext4
    chance: Random
    settings: Settings = Settings.OURS
    acknowledged: Acknowledged = field(default_factory=Acknowledged)
    cuts: int = 0
    commits_told: int = 0
    commits_lost: int = 0
    in_print: int = 0
    failures: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, hub: HubProcess, folder: Path, chance: Random, settings: Settings) -> "PowerCuts":
        """Make the file system and an office whose station keeps its state there."""
        disks: list[Ext4] = []

        def prepare(place: Path) -> None:
            disks.append(Ext4.make(folder / "disk.img", place / "state"))

        office = FaultOffice.open(hub, folder / "P", "P", prefetch=10, prepare=prepare)
        return cls(office, disks[0], chance, settings)

    def run(self, count: int) -> None:
        """Cut so many times, then let everything finish and look at every card.

        Raises:
            AssertionError: nothing finishes, or the cards tell another story.
        """
        for number in range(count):
            if number % RIBBON_EVERY == 0:
                self.office.printer.new_ribbon()
            if self.office.given - self.office.printed() < AHEAD:
                self.office.give(AHEAD)
            self._once()
        running = self._start()
        wait_until(self._finished, "everything finishes after the last cut", DONE_S * 2)
        running.end()
        self.office.check()
        self.office.check_hub()

    def close(self) -> None:
        """End what runs and unmount."""
        self.office.close()
        self.disk.unmount()

    def _start(self) -> Child:
        return self.office.start(patch=partial(_tell_commits, self.acknowledged, self.settings))

    def _once(self) -> None:
        """Run for a while, cut, and look at what is left."""
        began = commits(self.office.folder / "state" / STORE)
        running = self._start()
        self._wait_for_a_commit()
        left_s = self.chance.uniform(RUN_S_MIN, RUN_S_MAX)
        while left_s > 0:
            sleep(min(LOOK_S, left_s))
            left_s -= LOOK_S
            self.office.people.look()
        if self.chance.random() < RIGHT_AFTER:
            self._wait_for_a_commit()
        assert running.poll() is None, (self.office.folder / "station.log").read_text()[-2000:]
        os.kill(running.pid, signal.SIGSTOP)
        wait_until(lambda: stopped(running.pid), "the daemon stands still", DONE_S, 0.001)
        told = self.acknowledged.number
        self.disk.cut()
        running.end(signal.SIGKILL)
        self.disk.unmount()
        self.disk.mount()
        self.cuts += 1
        self.commits_told += max(0, told - began)
        self._judge(told)

    def _wait_for_a_commit(self) -> None:
        """Come back when the daemon has just been told that a commit is durable: the worst moment for a weak one."""
        number, left = self.acknowledged.number, COMMIT_LOOKS
        while self.acknowledged.number == number and left:
            sleep(COMMIT_LOOK_S)
            left -= 1

    def _judge(self, told: int) -> None:
        store = self.office.folder / "state" / STORE
        journal = store.with_name(f"{STORE}-journal")
        left_bytes = journal.stat().st_size if journal.exists() else 0
        found = f"the store had {commits(store)}, its journal {left_bytes} bytes"
        try:
            self.in_print += self.office.station.status()["cards"][
                "in_print"
            ]  # rolls back what was open
            dump(store)
        except AssertionError as error:
            self.failures.append(f"cut {self.cuts}: {error}")
        kept = commits(store)
        self.acknowledged.restart(kept)
        lost = told - kept
        if lost > 0:
            self.commits_lost += lost
            self.failures.append(
                f"cut {self.cuts}: {lost} of {told} acknowledged commits are gone; {found}"
            )

    def _finished(self) -> bool:
        self.office.people.look()
        told = self.office.station.status()
        return told["rights"] == {"SHREDDED": self.office.given} and not told["outbox_waiting"]


def _tell_commits(acknowledged: Acknowledged, settings: Settings) -> None:
    """In the station's process: let its database say what it was told."""
    setattr(daemon, "Database", acknowledged.database(with_settings(settings)))  # noqa: B010
