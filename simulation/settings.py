"""What a seed decides before anything happens: stations and records, media and counters, and which faults."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from emulator.firmware import Medium
from emulator.machine.mechanics import CounterKept, CounterMoves
from simulation import faults
from simulation.clock import BEGINS_AT
from simulation.faults import Fault, Kind

MIDNIGHT_IS_AFTER = timedelta(hours=15, minutes=59)  # in Jakarta, counted from BEGINS_AT


@dataclass(frozen=True, slots=True)
class StationSettings:
    """One station, its PC and its printer.

    Attributes:
        together: courier and press are one process.
        certified: the office says that an unmoved counter proves that nothing was fed. Said only where it is true.
        whole_jobs: the printer feeds only when all of a job is there.
    """

    name: str
    medium: Medium
    together: bool
    counter_moves: CounterMoves
    counter_kept: CounterKept
    certified: bool
    whole_jobs: bool
    approval: Literal["policy", "person"]
    prefetch_count: int
    sync_s: float


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole run.

    Attributes:
        records: how many records the office imports on each morning.
        pictures: full faces by the real layout, encoded by the real driver, and composed by the emulator.
        begins_at: some runs begin a minute before midnight, so that a day rolls while a card is printed.
    """

    seed: int
    stations: tuple[StationSettings, ...]
    records: tuple[int, ...]
    cap: int
    pictures: bool
    begins_at: datetime
    faults: tuple[Fault, ...]

    def without(self, numbers: Collection[int]) -> "Settings":
        """Return the same run without some of its faults."""
        left = tuple(fault for fault in self.faults if fault.number not in numbers)
        return Settings(
            self.seed, self.stations, self.records, self.cap, self.pictures, self.begins_at, left
        )


def settings_of(
    seed: int,
    stations: int | None = None,
    days: int | None = None,
    *,
    pictures: bool = False,
    favours: Mapping[Kind, float] | None = None,
) -> Settings:
    """Draw the settings of a seed; what is given is not drawn."""
    chance = random.Random(f"settings {seed}")
    station_count = stations or chance.choice((1, 1, 2, 2, 3))
    records = tuple(
        4 + min(25, int(chance.expovariate(1 / 3)))
        for _ in range(days or chance.choice((1, 1, 1, 2)))
    )
    rate = chance.choice((0.1, 0.25, 0.5, 0.9))
    plan = faults.draw(chance, station_count, sum(records), rate, favours)
    least = -(-max(records) // station_count)
    late = chance.random() < 0.15
    return Settings(
        seed=seed,
        stations=tuple(_station(chance, index) for index in range(station_count)),
        records=records,
        cap=chance.choice((least + 2, least + 6, 200)),
        pictures=pictures,
        begins_at=BEGINS_AT
        + MIDNIGHT_IS_AFTER * late
        - timedelta(seconds=chance.randrange(60)) * late,
        faults=plan,
    )


def _station(chance: random.Random, index: int) -> StationSettings:
    moves = chance.choice(tuple(CounterMoves))
    kept = chance.choice(tuple(CounterKept))
    proof = moves is CounterMoves.FEED and kept is CounterKept.AT_ONCE
    return StationSettings(
        name=f"UJI-{index + 1}",
        medium=chance.choice((Medium.TCP, Medium.USB)),
        together=chance.random() < 0.7,
        counter_moves=moves,
        counter_kept=kept,
        certified=proof and chance.random() < 0.8,
        whole_jobs=chance.random() < 0.3,
        approval="person" if chance.random() < 0.33 else "policy",
        prefetch_count=chance.choice((1, 3, 8, 20)),
        sync_s=chance.choice((30.0, 120.0, 300.0)),
    )
