"""A day at one station, with real processes: an office, a printer, and fixtures that open and close it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.office import (
    HubProcess,
    Printer,
    StationProcess,
    start_hub,
    start_printer,
    wait_until,
)

QUICK = "\n[courier]\nsync_s = 0.2\nbackoff_s_max = 1\n"
BLANKS = 12


@dataclass
class Day:
    """An office with one station, not started yet."""

    hub: HubProcess
    printer: Printer
    station: StationProcess

    def told(self) -> dict[str, Any]:
        return self.station.status()

    def reasons(self, role: str = "press") -> set[str]:
        """Return why a role stands still."""
        roles = {r["role"]: r for r in self.told()["roles"]}
        return {r["reason"] for r in roles[role]["reasons"]} if role in roles else set()

    def wait_reason(self, reason: str, role: str = "press") -> None:
        wait_until(lambda: reason in self.reasons(role), f"{role} stopped by {reason}")

    def wait_printed(self, count: int, *, reported: bool = True) -> None:
        def met() -> bool:
            told = self.told()
            return told["cards"]["printed"] == count and not (reported and told["outbox_waiting"])

        wait_until(met, f"{count} cards printed")


OpenDay = Callable[..., Day]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    process = start_hub(tmp_path_factory.mktemp("hub"))
    yield process
    process.end()


@pytest.fixture
def open_day(hub: HubProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenDay]:
    """Open an office whose station is named after the test; ends its processes afterwards."""
    made: list[Day] = []

    def make(
        records: int = 2, *, medium: str = "tcp", blanks: int = BLANKS, at: HubProcess = hub,
        more: str = "", **printer: Any,
    ) -> Day:  # fmt: skip
        name = f"S{abs(hash(request.node.name)) % 10**8}"
        machine = start_printer(tmp_path, blanks=blanks, serial=f"UJI{name}", **printer)
        uri = machine.uri(medium)
        station = StationProcess(at.add_station(name, name, tmp_path, uri, QUICK + more))
        if records:
            at.give(name, records, 1 + at.made)
        at.made += records
        at.send_blanks(name, BLANKS)
        with station.desk() as desk:
            desk.load(BLANKS, "ani")
        made.append(Day(at, machine, station))
        return made[-1]

    yield make
    for day in made:
        day.station.end()
        day.printer.end()
