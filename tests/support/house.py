"""A whole office in this process: real hub functions, real press and courier stories, the emulator's machines.

One thread, one still time; a process ends where a test says (`Killed`), and starts again on the same store.
"""

import hashlib
import itertools
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from drivers.link import Link
from emulator.machine.card import Bin, Departure, Side
from emulator.machine.mechanics import Machine
from prr import seal
from prr.exchange import Zone
from prr.profile import CertifiedProfile
from station.choice import Choice
from station.config import (
    Config,
    CourierSection,
    HubSection,
    PressSection,
    PrinterSection,
    StationSection,
)
from station.courier import Courier
from station.database import Database, Transaction
from station.desk import Desk
from station.jobs import Decision
from station.layout import Layout
from station.press import Press
from station.printer import Printer
from station.vault import Vault
from station.worker import Story
from support import hub_office, profiles
from support.hub_line import HubLine
from support.hub_office import SERIES, Office
from support.rig import Rig
from support.still_wire import FEED, StillTime, StillWire

BEGINS_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CARDS_BEFORE = 40  # in the printer's life: a counter at zero proves nothing
WHOLE_FACE = 5  # panels of a YMCKO face
LAYOUT = Layout.load(None)
QUIET_S = 300.0  # longer than any card, jam or retry takes


class Killed(BaseException):
    """The process ends here, as kill -9 ends it."""


class StationClock:
    """One PC's clocks; the wall clock lies by `wrong_s`."""

    def __init__(self, time: StillTime) -> None:
        self._time = time
        self.wrong_s = 0.0
        self.boots = 1

    def now(self) -> datetime:
        return BEGINS_AT + timedelta(seconds=self._time.now_s + self.wrong_s)

    def monotonic_s(self) -> float:
        return self._time.now_s

    def boot_s(self) -> float:
        return self._time.now_s

    def sleep(self, duration_s: float) -> None:
        self._time.advance(duration_s)

    @property
    def boot_id(self) -> str:
        return f"boot-{self.boots}"


class Store(Database):
    """A store that counts its durable writes and may end the process, or fail, at one.

    Attributes:
        kill_at: the write, counted from 1, at which it happens; 0 for none.
        kept: whether that write still becomes durable.
        end: what happens then.
        heard: hears of each write before it begins; what it raises ends the process there.
    """

    kill_at = 0
    kept = False
    writes = 0
    end: BaseException = Killed()
    heard: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        self.heard()
        self.writes += 1
        killed = self.writes == self.kill_at
        with super().write() as tx:
            yield tx
            if killed and not self.kept:
                raise self.end
        if killed:
            raise self.end


class StillPrinter(Printer):
    """The press's printer on a wire without a socket."""

    def __init__(
        self, section: PrinterSection, clock: StationClock, open_wire: Callable[[], StillWire],
        profile: CertifiedProfile | None,
    ) -> None:  # fmt: skip
        super().__init__(section, clock, profile=profile)
        self._open_wire = open_wire

    def _linked(self) -> Link:
        if self._link is None:
            self._link = Link(self._open_wire(), self._clock.monotonic_s)
        return self._link


class Station:
    """One PC with its store and its printer; both outlive the processes."""

    def __init__(self, house: "House", name: str, *, blanks: int, certified: bool) -> None:
        self.house = house
        self.name = name
        self.clock = StationClock(house.time)
        self.rig = Rig(blanks=0)
        self.machine: Machine = self.rig.machine
        self.machine.state.serial = self.machine.shown_serial = f"UJI-{name}"
        counters = self.machine.state.counters
        counters.inserted = counters.kept = CARDS_BEFORE
        self.machine.add_blanks(blanks)
        house.time.followers.append(self.rig.wait)
        self.folder = house.folder / name
        self.folder.mkdir(exist_ok=True)
        self.config = _config(house.office, name, self.folder)
        self.profile = profiles.certified(house.office.hub.key) if certified else None
        self.store = self.open()
        self.vault = Vault(name, bytes(32))
        self.line = HubLine(self.config.hub, house.office)
        self.watch: Callable[[bytes], None] = lambda _data: None
        self.stopping = threading.Event()
        self.keys = (f"{name[-1]}0000000-0000-0000-0000-{n:012d}" for n in itertools.count(1))
        self.press: Story | None = None
        self.courier: Story | None = None
        self.decided: list[str] = []
        if blanks:
            self.desk.load(blanks, "ani")

    def open(self) -> Store:
        """Open the store as a process that starts does."""
        self.store = Store(self.config.store_path)
        return self.store

    @property
    def serial(self) -> str:
        return self.machine.state.serial

    @property
    def desk(self) -> Desk:
        return Desk(self.config, self.store, self.clock)

    def start(self, *roles: str) -> None:
        """Start roles, both where none is named."""
        if "press" in roles or not roles:
            printer = StillPrinter(self.config.printer, self.clock, self._open_wire, self.profile)
            choice = Choice(self.config, self.store, self.vault, LAYOUT, printer.driver, self.clock)
            self.press = Press(
                self.config, self.store, printer, choice, self.clock, self.stopping
            ).story()
        if "courier" in roles or not roles:
            self.courier = Courier(
                self.config, self.store, self.line, self.vault, self.clock, self.stopping,
                random.Random(1), self.keys.__next__,
            ).story()  # fmt: skip

    def die(self) -> None:
        """End both processes where they stand; store and machine stay as they are."""
        for story in (self.press, self.courier):
            if story is not None:
                story.close()
        self.press = self.courier = None
        self.store.close()
        self.watch = lambda _data: None
        self.open()

    def at_feed(self, then: BaseException, *, sent: bool) -> None:
        """Let something happen at the bytes that feed a card: before they go out, or at the next ones after them."""
        fed: list[bool] = []

        def watch(data: bytes) -> None:
            if fed or (FEED in data[:4096] and not sent):
                self.watch = lambda _data: None
                raise then
            if FEED in data[:4096]:
                fed.append(True)

        self.watch = watch

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """Ask the store's file as another process would: what is not durable is not seen."""
        with closing(sqlite3.connect(f"file:{self.store.path}?mode=ro", uri=True)) as eyes:
            eyes.row_factory = sqlite3.Row
            return eyes.execute(question, values).fetchall()

    def states(self) -> dict[str, str]:
        """Return where each right stands here."""
        query = "SELECT record_id, state FROM held_right ORDER BY record_id"
        return {row["record_id"]: row["state"] for row in self.rows(query)}

    def reasons(self) -> str:
        """Return why the press stands still, as it says."""
        found = self.rows("SELECT reasons FROM role WHERE role = 'press'")
        return str(found[0]["reasons"]) if found else ""

    def _open_wire(self) -> StillWire:
        return StillWire(self.rig, self.house.time, self._seen)

    def _seen(self, data: bytes) -> None:
        self.watch(data)

    # -- what really happened ------------------------------------------------------------------------------

    @property
    def good(self) -> list[str]:
        """Return what is on each good card, as a word that differs from record to record."""
        return [face_of(card) for card in self.rig.gone if whole(card)]

    @property
    def fed(self) -> int:
        return self.machine.state.fed

    # -- people --------------------------------------------------------------------------------------------

    def people_look(self) -> None:
        """Settle the doubt that stands by looking at the card, and let a spoiled record print again."""
        with self.store.read() as tx:
            row = tx.one("intents_open", printer_serial=None)
        if row is None or not row["in_doubt"] or row["doubt"] is None:
            return
        word = self._judge(row["counter_before"])
        self.decided.append(word)
        self.desk.resolve(row["intent"], Decision(word), ("ani", "budi"))
        if word == "spoiled" and row["record_id"] is not None:
            with self.store.write() as tx:
                tx.run("right_approve", record_id=row["record_id"], issue_no=row["issue_no"])

    def _judge(self, counter_before: int) -> str:
        fed = self.machine.state.counters.inserted - counter_before
        assert fed in (0, 1), "a printer fed more than one card for one intent"
        if not fed:
            self.machine.clear_jam(self.rig.clock.now_s())
            return "not-printed"
        if self.machine.inside is not None:
            self.machine.take_card(self.rig.clock.now_s())
            return "spoiled"
        return "printed" if whole(self.rig.gone[-1]) else "spoiled"


class House:
    """The office: a hub, one time, and as many stations as a test adds."""

    def __init__(self, folder: Path, office: Office) -> None:
        self.folder = folder
        self.office = office
        self.time = StillTime()
        self.time.followers.append(lambda s: office.clock.forward(timedelta(seconds=s)))
        office.clock.at = BEGINS_AT
        self.stations: list[Station] = []

    def add(self, name: str = "P1", *, blanks: int = 10, certified: bool = False) -> Station:
        """Add a station that has met its printer and heard the hub; its blanks are booked and in the hopper."""
        self.office.add_station(name)
        self.office.load(name, 50)
        made = Station(self, name, blanks=blanks, certified=certified)
        self.stations.append(made)
        made.start()
        assert self.run(lambda: made.rows("SELECT * FROM allowance") != []), made.reasons()
        made.die()
        return made

    def give(self, station: Station, *numbers: int) -> None:
        """Let a station hold these records, brought by a courier that then ends."""
        self.office.import_records(*numbers)
        wanted = {f"R{number:06d}": "CACHED" for number in numbers}
        station.start("courier")
        assert self.run(lambda: wanted.items() <= station.states().items()), station.reasons()
        station.die()

    def run(
        self, until: Callable[[], bool], limit_s: float = QUIET_S, *, people: bool = False
    ) -> bool:
        """Let every started role go on until something is so; tell whether it came to be."""
        end_s = self.time.now_s + limit_s
        due: dict[Story, float] = {}
        while not until():
            if self.time.now_s >= end_s:
                return False
            for station in self.stations:
                for story in (station.press, station.courier):
                    if story is not None and due.get(story, 0.0) <= self.time.now_s:
                        due[story] = self.time.now_s + next(story)
                if people:
                    station.people_look()
            stories = [s for st in self.stations for s in (st.press, st.courier) if s is not None]
            assert stories, "nobody runs"
            next_s = min(due[story] for story in stories)
            self.time.advance(max(0.01, next_s - self.time.now_s))
        return True

    def close(self) -> None:
        for station in self.stations:
            station.die()
            station.store.close()
            station.line.close()


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Open an office and close it."""
    with hub_office.office(folder) as office:
        made = House(folder, office)
        try:
            yield made
        finally:
            made.close()


def whole(card: Departure) -> bool:
    """Tell whether a card that left is a good one: all panels on it, and in the output bin."""
    face = card.card.faces.get(Side.FRONT)
    return card.bin is Bin.OUTPUT and face is not None and len(face.panels_used) == WHOLE_FACE


def face_of(card: Departure) -> str:
    """Return a word for what is printed in black: the person's data, so it differs from record to record."""
    return hashlib.sha256(card.card.faces[Side.FRONT].planes["k"].tobytes()).hexdigest()[:12]


def _config(office: Office, name: str, folder: Path) -> Config:
    return Config(
        station=StationSection(id=name, zone=cast("Zone", office.hub.zone), state_dir=folder),
        hub=HubSection(
            url="http://127.0.0.1:1", access_key="k",
            public_key=seal.public_key_text(office.hub.key.public_key()),
        ),
        printer=PrinterSection(uri="tcp://127.0.0.1:1", series=SERIES),
        press=PressSection(),
        courier=CourierSection(sync_s=5.0, backoff_s_max=10),
    )  # fmt: skip
