"""A campaign: many seeds, some with full pictures, on some processes; their figures and what they reached."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from simulation import quiet, reach
from simulation.run import Ending, run
from simulation.settings import settings_of

DAYS_A_YEAR = 365
DOUBLE = "inv_01_one_good_card_a_right"
LOST_BLANKS = ("inv_14_blanks_add_up", "inv_15_one_blank_an_intent", "inv_16_counter_fits_the_book",
               "inv_17_book_is_hopper")  # fmt: skip
CAP = ("inv_20_cap_holds", "inv_21_feeds_within_allowances")


@dataclass(frozen=True, slots=True)
class Task:
    """One seed of a campaign."""

    seed: int
    pictures: bool


@dataclass
class Figures:
    """What a campaign adds up to."""

    seeds: int = 0
    seeds_with_pictures: int = 0
    station_days: int = 0
    attempts: int = 0
    attempts_certified: int = 0
    good_cards: int = 0
    faults: int = 0
    doubts: int = 0
    doubts_settled_by_people: int = 0
    doubts_certified: int = 0
    doubts_certified_settled_by_people: int = 0
    doubts_certified_of_spoiled_cards: int = 0
    steps: int = 0
    took_s: float = 0.0
    jobs: int = 1
    reached: Counter[str] = field(default_factory=Counter)
    broken: list[dict[str, Any]] = field(default_factory=list)

    def add(self, task: Task, ending: Ending) -> None:
        """Take in one seed."""
        self.seeds += 1
        self.seeds_with_pictures += task.pictures
        self.station_days += ending.station_days
        self.attempts += ending.attempts
        self.attempts_certified += ending.attempts_certified
        self.good_cards += ending.good_cards
        self.faults += ending.faults
        self.doubts += ending.doubts
        self.doubts_settled_by_people += ending.by_people
        self.doubts_certified += ending.doubts_certified
        self.doubts_certified_settled_by_people += ending.by_people_certified
        self.doubts_certified_of_spoiled_cards += ending.spoiled_certified
        self.steps += ending.step
        self.reached.update(ending.reached)
        if ending.broken:
            self.broken.append(
                {
                    "seed": ending.seed, "pictures": task.pictures, "broken": ending.broken,
                    "sentence": ending.sentence, "step": ending.step,
                    "at_s": round(ending.at_s, 3), "sha": ending.sha,
                }
            )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data, sums and rates besides."""
        named = Counter(one["broken"] for one in self.broken)
        return asdict(self) | {
            "reached": dict(sorted(self.reached.items())),
            "not_reached": reach.missing(self.reached),
            "station_years": round(self.station_days / DAYS_A_YEAR, 2),
            "faults_per_10_attempts": round(10 * self.faults / max(1, self.attempts), 2),
            "duplicates": named[DOUBLE],
            "lost_blanks": sum(named[name] for name in LOST_BLANKS),
            "cap_breaches": sum(named[name] for name in CAP),
        }


def tasks(first: int, seeds: int, pictures: int) -> list[Task]:
    """Return the seeds of a campaign, the first of them with full pictures."""
    return [Task(first + at, at < pictures) for at in range(seeds)]


def endings(todo: list[Task], jobs: int) -> Iterator[tuple[Task, Ending]]:
    """Run every task and yield how it ended, in order."""
    quiet.be_quiet()
    with ExitStack() as stack:
        if jobs == 1:
            results: Iterator[Ending] = map(play, todo)
        else:
            pool = multiprocessing.get_context("spawn").Pool(jobs, quiet.be_quiet)
            results = stack.enter_context(pool).imap(play, todo, chunksize=4)
        yield from zip(todo, results, strict=True)


def play(task: Task) -> Ending:
    """Run one task."""
    return run(settings_of(task.seed, pictures=task.pictures))


def held(
    first: int, seeds: int, pictures: int, jobs: int, *,
    told: Callable[[Figures], None], now_s: Callable[[], float],
) -> Figures:  # fmt: skip
    """Hold a campaign and return its figures.

    Args:
        first: the first seed.
        seeds: how many.
        pictures: how many of them with full pictures.
        jobs: processes.
        told: hears of the figures after each seed.
        now_s: a monotonic clock.
    """
    figures = Figures(jobs=jobs)
    began_s = now_s()
    todo = tasks(first, seeds, pictures)
    for task, ending in endings(todo, jobs):
        figures.add(task, ending)
        figures.took_s = round(now_s() - began_s, 1)
        told(figures)
    return figures
