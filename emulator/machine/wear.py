"""Wear: the dots of a print head that hours above the quality limit have burnt out, for good.

Each `HOURS_PER_DOT` hours too hot cost one dot. A dot is one row of the card: the card travels under the head
lengthwise, so a dead dot leaves a thin line without ink from one short edge to the other, on every panel of every card.
The rate is a setting, not a measurement: at 300 cards a day about one dot in seven days of work.
"""

import random

from emulator.machine.card import CARD_HEIGHT_PX

HOURS_PER_DOT = 20.0


def dead_rows(seed: str, hot_s: float) -> tuple[int, ...]:
    """Return the rows a head can no longer print, in the order they died.

    Args:
        seed: which head it is; the same head always loses the same dots, and a dead one never comes back.
        hot_s: seconds above the quality limit, ever.
    """
    count = min(int(hot_s / (HOURS_PER_DOT * 3600)), CARD_HEIGHT_PX)
    if count == 0:
        return ()
    rows = list(range(CARD_HEIGHT_PX))
    random.Random(f"{seed} head").shuffle(rows)  # noqa: S311 - wear, not secrets
    return tuple(rows[:count])
