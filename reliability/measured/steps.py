"""Row 6: steps of the store's Hypothesis machine, each followed by its invariants."""

from reliability.outside import Told, by_command, python
from reliability.row import Order, Result

STEPS, STEPS_SHORT = 1_000_000, 8_000


def command(order: Order) -> list[str]:
    """Return the command of row 6."""
    return python(
        "reliability.measured.histories", order.seed, STEPS_SHORT if order.short else STEPS
    )


def judge(told: Told, order: Order) -> Result:
    """Set the steps against the goal."""
    wanted = STEPS_SHORT if order.short else STEPS
    words = f"{told['steps']:,} steps, {told['changes']:,} of them changed the store"
    return Result.judged(
        told["steps"] >= wanted, words, {"steps": told["steps"]}, tuple(told["failures"])
    )


run = by_command(command, judge)
