"""kill -9 at every durable write: after restart no card twice, none lost, the ledger right, each doubt said clearly.

The press or the courier runs under strace, which kills it at its n-th fdatasync; n grows until a run gets through
unharmed. Then it starts again on the same store, people decide the doubts by looking at the cards, and the emulator's
truth is the oracle.
"""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.office import (
    HubProcess,
    StationProcess,
    start_hub,
    start_printer,
    wait_until,
)
from support.people import People, good_cards

CARDS = 2
BLANKS = 6
AT_ONCE = 2
POINTS_MAX = 200
FIRST_RECORD = {"press": 1, "courier": 5001}
GRACEFUL = (0, -signal.SIGTERM)  # ended by itself, or asked to before it had begun to listen
QUICK = "\n[courier]\nsync_s = 0.2\nbackoff_s_max = 1\n"
KILL = "strace -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:signal=SIGKILL:when={}"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    process = start_hub(tmp_path_factory.mktemp("hub"))
    yield process
    process.end()


class Trial:
    """One station, one printer, two records, one kill."""

    def __init__(self, hub: HubProcess, folder: Path, role: str, point: int) -> None:
        self.hub, self.role, self.point = hub, role, point
        self.name = f"{role}-{point}"
        folder = folder / self.name
        folder.mkdir()
        self.printer = start_printer(folder, blanks=BLANKS, serial=f"UJI-{self.name}")
        self.station = StationProcess(
            hub.add_station(self.name, self.name, folder, self.printer.tcp_uri, QUICK)
        )
        self.people = People(self.station, self.printer)
        hub.give(self.name, CARDS, FIRST_RECORD[role] + CARDS * point)
        hub.send_blanks(self.name, BLANKS)
        with self.station.desk() as desk:
            desk.load(BLANKS, "ani")

    def run(self) -> bool:
        """Kill once, restart, let people decide, check everything; returns whether the kill came."""
        try:
            return self._run()
        finally:
            for running in self.station.started:
                running.end()
            self.printer.end()

    def _run(self) -> bool:
        other = self.station.start(only="courier" if self.role == "press" else "press")
        victim = self.station.start(*KILL.format(self.point).split(), only=self.role)
        wait_until(
            lambda: victim.process.poll() is not None or self._done(), f"{self.name}: an end"
        )
        killed = victim.end() != 0  # the kill may come as late as the last write of a graceful stop
        if killed:
            victim = self.station.start(only=self.role)
            wait_until(self._done, f"{self.name}: all printed after the restart")
            assert victim.end() in GRACEFUL
        assert other.end() in GRACEFUL
        self._check()
        return killed

    def _done(self) -> bool:
        self.people.look()
        told = self.station.status()
        return told["rights"] == {"SHREDDED": CARDS} and not told["outbox_waiting"]

    def _check(self) -> None:
        truth = self.printer.truth()
        pictures = good_cards(self.printer)
        spoiled = self.people.decided.count("spoiled")
        assert len(pictures) == CARDS, (self.name, self.people.decided)
        assert len(set(pictures)) == CARDS, f"{self.name}: one record on two cards"
        assert truth["cards_fed"] == CARDS + spoiled
        accounts = self.hub.accounts(self.name)
        assert accounts.get("PRINTED") == CARDS, (self.name, accounts)
        assert accounts.get("SPOILED", 0) == spoiled
        assert accounts.get("LOADED") == truth["hopper"]["count"] == BLANKS - CARDS - spoiled
        assert accounts.get("IN_PRINT", 0) == 0


@pytest.mark.parametrize("role", ["press", "courier"])
def test_kill_at_every_durable_write(hub: HubProcess, tmp_path: Path, role: str) -> None:
    """Every point up to the first run that gets through; two trials at once."""

    def trial(point: int) -> bool:
        return Trial(hub, tmp_path, role, point).run()

    killed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for first in range(1, POINTS_MAX, AT_ONCE):
            answers = list(pool.map(trial, range(first, first + AT_ONCE)))
            killed += sum(answers)
            if not all(answers):
                break
    print(f"{role}: killed at {killed} durable writes")
    assert 20 <= killed < POINTS_MAX - AT_ONCE
    alarms = self_made_alarms(hub)
    assert not alarms, alarms


def self_made_alarms(hub: HubProcess) -> list[str]:
    """Return alarms that a kill must never raise."""
    return [code for code in hub.alarms() if "FORK" in code or "SECOND" in code or "FENCE" in code]
