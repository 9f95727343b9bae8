"""Row 11: the clock jumps at every durable write and every frame of a life, while it runs and through a reboot."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from reliability.jumps.trial import Case, live
from reliability.outside import Told, by_command, python
from reliability.row import Order, Result

HOUR_S, DAY_S = 3_600.0, 86_400.0
SIZES_S = (1.0, HOUR_S, 25 * HOUR_S, 400 * DAY_S, 3_650 * DAY_S)
JUMPS_S = tuple(sign * size for size in SIZES_S for sign in (1, -1))
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
CASES_MIN, CASES_SHORT_MIN = 500, 8
SECOND_LOOK = 8  # so often a point is tried with jumps of another size too
STEP_SHORT = 61
POINTS_MAX = 2_000


def held(first: int, *, short: bool) -> dict[str, Any]:
    """Go through the points, from the first one until a life has no more."""
    struck: Counter[str] = Counter()
    failures: list[str] = []
    point = 1
    while point < POINTS_MAX:
        there = False
        for case in cases(point, first):
            try:
                there = live(case)
            except AssertionError as error:
                failures.append(f"{case}: {error}")
                there = True
            struck[f"{case.jump_s:+.0f}"] += there
        if not there:
            break
        point += STEP_SHORT if short else 1
    return {
        "cases": sum(struck.values()), "points": point - 1, "jumps": dict(struck),
        "failures": failures,
    }  # fmt: skip


def cases(point: int, first: int) -> Iterator[Case]:
    """Yield the cases of a point: sizes and zones take turns, so that neighbours differ."""
    turns = (0, 5) if point % SECOND_LOOK == 0 else (0,)
    for turn in turns:
        for reboot in (False, True):
            jump_s = JUMPS_S[(first + 3 * point + turn + 7 * reboot) % len(JUMPS_S)]
            yield Case(ZONES[(first + point + turn) % len(ZONES)], point, jump_s, reboot)


def judge(told: Told, order: Order) -> Result:
    """Set the cases against the goal."""
    wanted = CASES_SHORT_MIN if order.short else CASES_MIN
    failures = tuple(told["failures"])
    counted = {
        "cases": told["cases"],
        "duplicate_cards": sum("two good cards" in one for one in failures),
        "lost_blanks": sum("blanks" in one for one in failures),
        "cap_breaches": sum("overdrawn" in one for one in failures),
    }
    words = (
        f"{told['cases']:,} cases over {told['points']} writes and frames, "
        f"{len(told['jumps'])} sizes, {len(ZONES)} zones, {len(failures)} breaches"
    )
    replay = f"python -m reliability.jumps case {failures[0].split(': ')[0]}" if failures else ""
    return Result.judged(told["cases"] >= wanted, words, counted, failures, replay)


def _command(order: Order) -> list[str]:
    return python("reliability.jumps", order.seed, *(["short"] if order.short else []))


run = by_command(_command, judge)
