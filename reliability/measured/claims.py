"""Row 9: claims of eight stations while hubs and database servers die, on both stores (`python -m linearizability`)."""

from reliability.outside import Told, by_command, python
from reliability.row import Order, Result, Run, Verdict
from reliability.suite import WITH_THE_TESTS

OPERATIONS = 100_000  # on each store


def run(order: Order) -> Result:
    """Run both; the row is kept if both are."""
    if order.short:
        return Result.not_run(WITH_THE_TESTS)
    one, other = sqlite(order), postgresql(order)
    verdict = Verdict.KEPT if one.verdict is other.verdict is Verdict.KEPT else Verdict.BROKEN
    return Result(
        verdict, f"{one.measured}; {other.measured}",
        {"sqlite": one.figures, "postgresql": other.figures}, one.failures + other.failures,
    )  # fmt: skip


def judge(told: Told, _order: Order) -> Result:
    """Judge one history."""
    store = "PostgreSQL" if told["store"] == "postgresql" else "SQLite"
    words = f"{store} {told['operations']:,}, {told['kills']} hubs killed"
    if told["fail_overs"]:
        words += f", {told['fail_overs']} fail-overs"
    failures = () if told["linearizable"] else (f"{store}: no lawful order",)
    kept = told["operations"] >= OPERATIONS and told["kills"] > 0
    return Result.judged(kept, words, {"operations": told["operations"]}, failures)


def _on(store: str, *more: str) -> Run:
    def command(order: Order) -> list[str]:
        given = ("--operations", OPERATIONS, "--store", store, "--seed", order.seed, *more)
        return python("linearizability", *given)

    return by_command(command, judge)


sqlite = _on("sqlite")
postgresql = _on("postgresql", "--fail-over")
