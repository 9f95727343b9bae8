"""Row 3 of the table: real ext4 power cuts, in a mount namespace of their own."""

from collections import Counter

from reliability.outside import Told, by_command, python
from reliability.power import ext4
from reliability.row import Order, Result

CUTS_MIN = 300
CUTS_SHORT = 15


def run(order: Order) -> Result:
    """Cut, where power can be cut."""
    why = ext4.why_not()
    return Result.not_run(why) if why else by_command(_command, judge)(order)


def _command(order: Order) -> list[str]:
    count = CUTS_SHORT if order.short else CUTS_MIN
    return [
        "unshare", "-m", "--propagation", "private", *python("reliability.power", order.seed, count),
    ]  # fmt: skip


def judge(told: Told, order: Order) -> Result:
    """Set what the cuts gave against the goal."""
    people: Counter[str] = Counter(told["people"])
    measured = (
        f"{told['cuts']} cuts, {told['commits_acknowledged']:,} commits acknowledged, {told['commits_lost']} lost; "
        f"{told['cards']} good cards, {told['in_print']} cuts with a card in print, {sum(people.values())} doubts"
    )
    failures = tuple(told["failures"])
    figures = {
        "cuts": told["cuts"], "commits_acknowledged": told["commits_acknowledged"],
        "commits_lost": told["commits_lost"], "cards": told["cards"], "in_print": told["in_print"],
        "doubts": dict(people), "cap_breaches": 0,
        "duplicate_cards": sum("same record" in failure for failure in failures),
        "lost_blanks": sum("blanks" in failure for failure in failures),
    }  # fmt: skip
    kept = told["commits_lost"] == 0 and told["cuts"] >= (CUTS_SHORT if order.short else CUTS_MIN)
    return Result.judged(kept, measured, figures, failures)
