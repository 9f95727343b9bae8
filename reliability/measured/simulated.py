"""Rows 5 and 20: a campaign of the simulation, and what became of the doubts of certified printers in it.

Row 20 reads what row 5 has left, so it is among the last to be run.
"""

import json

from reliability.machine import ROOT
from reliability.measured.checked import after
from reliability.outside import Told, python
from reliability.row import Order, Result
from reliability.suite import WITH_THE_TESTS

FIGURES = "var/simulation.json"

SEEDS, SEEDS_WITH_PICTURES = 2_000, 50
YEARS_MIN = 2.0
FAULTS_MIN = 1.0  # of ten attempts
DOUBTS_MAX = 1.0  # of a thousand attempts
PROCESSES = 2
WHY_PEOPLE = (
    "a card that was fed proves nothing on a printer that cannot name its last job: a person sees in the tray "
    "whether it is good"
)


def lived_through(told: Told) -> Result:
    """Judge a campaign."""
    failures = [
        *(f"seed {one['seed']}: {one['broken']}: {one['sentence']}; again: python -m simulation seed {one['seed']}"
          for one in told["broken"]),
        *(f"never reached: {what}" for what in told["not_reached"]),
    ]  # fmt: skip
    enough = (
        told["seeds"] >= SEEDS
        and told["seeds_with_pictures"] >= SEEDS_WITH_PICTURES
        and told["station_years"] >= YEARS_MIN
        and told["faults_per_10_attempts"] >= FAULTS_MIN
    )
    words = (
        f"{told['station_years']} station-years in {told['seeds']:,} seeds, {told['attempts']:,} attempts, "
        f"{told['faults_per_10_attempts']} faults to ten of them, all of {len(told['reached'])} reached"
    )
    counted = {name: told[name] for name in ("duplicates", "lost_blanks", "cap_breaches")}
    counted["duplicate_cards"] = counted.pop("duplicates")
    return Result.judged(enough, words, counted, tuple(failures))


def needed_people(told: Told) -> Result:
    """Judge the doubts of printers with a certified profile."""
    attempts = told["attempts_certified"]
    people = told["doubts_certified_settled_by_people"]
    spoiled = told["doubts_certified_of_spoiled_cards"]
    rate = 1000 * people / max(1, attempts)
    words = (
        f"{people} in {attempts:,} attempts ({rate:.0f} per 1,000), {spoiled} of them spoiled cards; "
        f"{told['doubts_certified'] - people} settled by proof; 0 by time-out, which the code does not know"
    )
    failures = () if rate <= DOUBTS_MAX else (WHY_PEOPLE,)
    return Result.judged(rate <= DOUBTS_MAX, words, {"per_1000": rate}, failures)


years = after(
    python("simulation", "campaign", "--seeds", SEEDS, "--pictures", SEEDS_WITH_PICTURES, "--jobs", PROCESSES),
    FIGURES, lived_through,
)  # fmt: skip


def doubts(order: Order) -> Result:
    """Run row 20 on the figures of row 5."""
    if order.short:
        return Result.not_run(WITH_THE_TESTS)
    path = ROOT / FIGURES
    if not path.exists():
        return Result.not_run("row 5 was not run before it")
    return needed_people(json.loads(path.read_text()))
