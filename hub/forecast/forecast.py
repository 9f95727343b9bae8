"""An office's forecast: need, shortage, days, and which limit binds; each line with its scope, day and formula.

Deliveries that are expected stand in the forecast only: nothing is promised to anybody on blanks that are not there.
"""

from dataclasses import dataclass
from datetime import date

from hub.forecast.figure import Figure, total
from hub.forecast.limits import Capacity, Limit, days_for, needed_a_day


@dataclass(frozen=True, slots=True)
class Expected:
    """Blanks that somebody promised for a day."""

    blanks: int
    day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What a forecast is asked for.

    Attributes:
        spoiled_per_thousand: blanks spoiled for a thousand good cards, as counted.
        deadline: by when all must be through, None: whenever.
    """

    waiting: Figure
    capacity: Capacity
    spoiled_per_thousand: int = 0
    expected: Expected | None = None
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The answer; `lines` are figures to show, the rest are days and names.

    Attributes:
        days_of_stock: until the blanks are used up, None: never at this rate.
        days_to_clear: for all that wait, if blanks never ended; None: never.
        binding: which limit binds today, and the cards it leaves.
        needed_a_day: to be through by the deadline; None without one, or when it has passed.
    """

    lines: tuple[Figure, ...]
    rate: int
    days_of_stock: int | None
    days_to_clear: int | None
    binding: tuple[Limit, int]
    needed_a_day: int | None


def made(plan: Plan) -> Forecast:
    """Make a forecast."""
    waiting, capacity = plan.waiting, plan.capacity
    office, day = waiting.office, waiting.day
    spoiled = -(-waiting.value * plan.spoiled_per_thousand // 1000)
    spoil = Figure(
        "spoilage", spoiled, office, "blanks", day,
        f"{waiting.term} x {plan.spoiled_per_thousand} / 1000 = {spoiled:,}",
    )  # fmt: skip
    need = total("need", "blanks", (waiting, spoil))
    blanks = Figure("stock", capacity.blanks, office, "blanks", day)
    lines = [waiting, spoil, need, blanks, _short("shortage", need, blanks)]
    if plan.expected is not None:
        coming = Figure("expected", plan.expected.blanks, office, "blanks", day)
        lines += [coming, _short("shortage-after-delivery", need, blanks, coming)]
    by = plan.deadline
    return Forecast(
        tuple(lines), capacity.rate, days_for(capacity.blanks, capacity.rate),
        days_for(waiting.value, capacity.rate), capacity.binding(),
        None if by is None else needed_a_day(waiting.value, day, by),
    )  # fmt: skip


def _short(key: str, need: Figure, *there: Figure) -> Figure:
    """Return what is missing, never below zero."""
    left = total(key, "blanks", (need,), there)
    if left.value >= 0:
        return left
    return Figure(key, 0, left.office, left.scope, left.day, f"{left.formula}: none")
