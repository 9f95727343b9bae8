"""Row 14: fuzzed inputs, each ending in an answer or a typed error, within bounded memory."""

from reliability.outside import Told, by_command, python
from reliability.row import Order, Result

INPUTS, INPUTS_SHORT = 2_000_000, 40_000
RSS_MIB_MAX = 256


def judge(told: Told, order: Order) -> Result:
    """Set inputs, crashes and memory against the goal."""
    wanted = INPUTS_SHORT if order.short else INPUTS
    words = (
        f"{told['inputs']:,} inputs to {len(told['targets'])} ways in, {len(told['crashes'])} crashes, "
        f"at most {told['rss_mib']} MiB; {told['noise_bytes']:,} random bytes to each of {told['codecs']} codecs"
    )
    kept = told["inputs"] >= wanted and told["rss_mib"] <= RSS_MIB_MAX
    figures = {"inputs": told["inputs"], "rss_mib": told["rss_mib"]}
    return Result.judged(kept, words, figures, tuple(told["crashes"]))


def _command(order: Order) -> list[str]:
    return python("reliability.fuzz", order.seed, INPUTS_SHORT if order.short else INPUTS)


run = by_command(_command, judge)
