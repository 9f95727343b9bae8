"""One life of a station whose clock jumps at one point: before a durable write, or before a frame to the printer.

Real courier, press, desk and hub in one process on a still time, with the emulator's machine (`support.house`). The
wall clock jumps while the roles run, or the power goes at that point and the PC comes up with another time. Later the
clock is set right, a day passes, and everything must have ended: each record one good card, no allowance overdrawn,
every blank where the book says.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from reliability.machine import MEMORY
from support.house import House, Killed, Station, house
from support.hub_office import SERIES

RECORDS, CAP, BLANKS = 2, 1, 6  # a card a day: whoever takes a day for another prints one too many
DAYS_WRONG = 2  # the second begins with the close of the first
WRONG_S = 60.0  # how long roles go on with the wrong clock each day, in machine time
REST_S = 300.0
DAYS_MAX = 4  # a card that counts for a day ahead may leave none for the next ones
DAY_S = 86_400.0
USED, DAYS = (Path(__file__).with_name(f"{name}.sql").read_text() for name in ("used", "days"))


@dataclass(frozen=True, slots=True)
class Case:
    """Where and how far a clock jumps.

    Attributes:
        point: counted from 1 over the writes and frames of a station's life.
        jump_s: by how much, both ways.
        reboot: the PC loses power there and comes up with the other time.
    """

    zone: str
    point: int
    jump_s: float
    reboot: bool

    def __str__(self) -> str:
        """Name it for a failure and for the command line."""
        how = "reboot" if self.reboot else "running"
        return f"{self.zone},{self.point},{self.jump_s:.0f},{how}"

    @classmethod
    def named(cls, text: str) -> "Case":
        """Read what `str` wrote."""
        zone, point, jump_s, how = text.split(",")
        return cls(zone, int(point), float(jump_s), how == "reboot")


@dataclass(slots=True)
class Points:
    """Counts a station's writes and frames, and lets something happen at one."""

    at: int
    happens: Callable[[], None]
    passed: int = 0

    def step(self, _data: bytes = b"") -> None:
        """Hear of one more."""
        self.passed += 1
        if self.passed == self.at:
            self.happens()


def live(case: Case) -> bool:
    """Live through a case; returns whether its point was there.

    Raises:
        AssertionError: a law does not hold.
    """
    parent = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="ktp-clock-", dir=parent) as folder, house(Path(folder)) as home:
        home.office.hub = replace(home.office.hub, zone=case.zone, cap=CAP)
        station = home.add(blanks=BLANKS)
        home.office.import_records(*range(1, RECORDS + 1))
        points = Points(case.point, lambda: _jump(station, case))
        station.watch = points.step
        station.store.heard = points.step
        _go_wrong(home, station)
        station.clock.wrong_s = 0.0
        _come_right(home, station)
        _judge(station)
        return points.passed >= case.point


def _jump(station: Station, case: Case) -> None:
    station.clock.wrong_s += case.jump_s
    if case.reboot:
        raise Killed


def _go_wrong(home: House, station: Station) -> None:
    """Go on with the wrong clock into another day; after a reboot with the line down, or the hub would put it right."""
    station.start()
    for day in range(DAYS_WRONG):
        if day:
            home.time.advance(DAY_S)
        try:
            home.run(lambda: False, WRONG_S, people=True)
        except Killed:
            station.die()
            station.clock.boots += 1
            station.line.down = True
            home.time.advance(60)
            station.start()
            home.run(lambda: False, WRONG_S, people=True)
    station.die()
    station.line.down = False


def _come_right(home: House, station: Station) -> None:
    """Start with the right time and go on, day after day, until everything has ended."""
    station.clock.boots += 1
    station.start()
    for _ in range(DAYS_MAX):
        if home.run(lambda: _ended(station), REST_S, people=True):
            return
        _hold_caps(station)
        home.time.advance(timedelta(days=1).total_seconds())
    raise AssertionError(f"not ended: {station.states()}, {station.reasons()}")


def _ended(station: Station) -> bool:
    return list(station.states().values()) == ["SHREDDED"] * RECORDS


def _hold_caps(station: Station) -> None:
    for row in station.rows(USED):
        assert row["used"] <= row["cap"], "an allowance is overdrawn"


def _judge(station: Station) -> None:
    """Hold what lies in the trays against the book."""
    _hold_caps(station)
    good = station.good
    assert len(good) == len(set(good)), "two good cards of one record"
    assert len(good) == RECORDS, f"{len(good)} good cards of {RECORDS} records"
    days = [row["day"] for row in station.rows(DAYS)]
    assert days == sorted(days), "the day went back"
    hopper = len(station.machine.state.hopper)
    with station.store.read() as tx:
        loaded = int(tx.value("blanks_loaded", series=SERIES) or 0)
    assert loaded == hopper, f"the book has {loaded} blanks, the hopper {hopper}"
