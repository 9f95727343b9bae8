"""Opens offices for a day and ends their processes afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.day import BLANKS, QUICK, Day, OpenDay
from support.office import HubProcess, StationProcess, start_hub, start_printer


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
