"""A station whose printer is a queue of a real cupsd: one card, one doubt, one word of a person, and no second card."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.choice import Choice
from station.jobs import Decision
from station.press import Press
from station.printer import Printer
from support.cups_server import CupsServer, cups_server, queue
from support.house import LAYOUT, House, Station
from support.house import house as opened_house
from support.office import wait_until

PEOPLE = ("ani", "budi")
WITHIN_S = 20.0
REST_S = 3.0  # in which nothing more may be printed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "office"
    folder.mkdir()
    with opened_house(folder) as made:
        yield made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CupsServer]:
    folder = tmp_path / "cups"
    folder.mkdir()
    with cups_server(folder, queue("Tray", "tray"), "PreserveJobFiles No") as found:
        yield found


class QueueStation:
    """The house's station with its press on a queue, in real time."""

    def __init__(self, station: Station, server: CupsServer) -> None:
        self.station = station
        section = station.config.printer.model_copy(
            update={"uri": server.uri("Tray"), "driver": "cups"}
        )
        config = station.config.model_copy(update={"printer": section})
        printer = Printer(section, station.clock)
        choice = Choice(config, station.store, station.vault, LAYOUT, printer.driver, station.clock)
        self.story = Press(
            config, station.store, printer, choice, station.clock, station.stopping
        ).story()
        station.start("courier")  # a printer it has not met needs an allowance of its own

    def run(self, until: str, within_s: float = WITHIN_S) -> bool:
        """Go on until a query finds a row; tell whether it did."""
        end_s = time.monotonic() + within_s
        while time.monotonic() < end_s:
            if self.station.rows(until):
                return True
            pause_s = next(self.story)
            assert self.station.courier is not None
            next(self.station.courier)
            time.sleep(min(pause_s, 0.2))
            self.station.clock.sleep(max(pause_s, 0.2))
        return False


def test_each_card_of_a_queue_waits_for_a_person(
    house: House, server: CupsServer, tmp_path: Path
) -> None:
    station = house.add()
    house.give(station, 1, 2)
    press = QueueStation(station, server)
    assert press.run("SELECT 1 FROM intent WHERE in_doubt"), station.reasons()
    assert len(server.cards) == 1
    assert not press.run("SELECT 1 FROM intent WHERE intent > 1", REST_S)  # the line stands
    station.desk.resolve(1, Decision.PRINTED, PEOPLE)
    assert press.run("SELECT 1 FROM intent WHERE intent = 2 AND in_doubt"), station.reasons()
    assert len(server.cards) == 2
    assert sorted(station.states().values()) == ["IN_DOUBT", "PRINTED"]
    spool = tmp_path / "cups" / "spool"
    wait_until(lambda: not list(spool.glob("d*")), "nothing of a card is left in the spool")
