"""Row 4 of the table: faults at every writing call and frame, and a file system that fills up or turns read-only."""

from dataclasses import replace

from reliability.kill import campaign
from reliability.outside import Told, by_command, python
from reliability.power import ext4
from reliability.row import Order, Result, Verdict

CASES, CASES_SHORT = 10, 2  # of each kind


def run(order: Order) -> Result:
    """Run both; the row is kept if both are, and says so where no file system can be mounted."""
    points = campaign.run(order)
    why = ext4.why_not()
    if why is not None:
        return replace(
            points, measured=f"{points.measured}; full and read-only disk not run: {why}"
        )
    disks = by_command(_command, _judge)(order)
    verdict = Verdict.KEPT if points.verdict is disks.verdict is Verdict.KEPT else Verdict.BROKEN
    return replace(
        points,
        verdict=verdict,
        measured=f"{points.measured}; {disks.measured}",
        failures=points.failures + disks.failures,
    )


def _command(order: Order) -> list[str]:
    count = CASES_SHORT if order.short else CASES
    words = python("reliability.power.mounts", order.seed, count)
    return ["unshare", "-m", "--propagation", "private", *words]


def _judge(told: Told, order: Order) -> Result:
    wanted = 2 * (CASES_SHORT if order.short else CASES)
    measured = f"{told['cases']} times a full or read-only disk"
    return Result.judged(told["cases"] == wanted, measured, {}, tuple(told["failures"]))
