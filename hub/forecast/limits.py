"""What an office can print in a day, how long that takes, and which limit binds.

Four limits stand side by side and only the smallest counts: the cap (heat), the operator's minutes, the ribbons and the
blanks that are there. An office with a high cap and no blanks is helped by blanks alone. Whole cards and whole days.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Limit(StrEnum):
    """What stands in the way of one more card."""

    CAP = "CAP"
    OFFICE_CAP = "OFFICE_CAP"
    TIME = "TIME"
    STOCK = "STOCK"
    RIBBON = "RIBBON"


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an office has.

    Attributes:
        blanks: in stock and loaded.
        printers: that work at the same time.
        cap: cards a printer and day.
        office_cap: cards a day in the whole office, None: no such cap.
        minutes_per_card: of an operator at a printer, None: not known.
        hours: of work a day.
        ribbon_cards: what the ribbons there are last for, None: not known.
    """

    blanks: int
    printers: int
    cap: int
    office_cap: int | None = None
    minutes_per_card: float | None = None
    hours: float = 7.0
    ribbon_cards: int | None = None

    def a_day(self) -> dict[Limit, int]:
        """Return what each limit of a day allows."""
        found = {Limit.CAP: self.cap * self.printers}
        if self.office_cap is not None:
            found[Limit.OFFICE_CAP] = self.office_cap
        if self.minutes_per_card is not None:
            found[Limit.TIME] = int(self.hours * 60 / self.minutes_per_card) * self.printers
        return found

    def supplies(self) -> dict[Limit, int]:
        """Return what each supply allows in all."""
        found = {Limit.STOCK: self.blanks}
        if self.ribbon_cards is not None:
            found[Limit.RIBBON] = self.ribbon_cards
        return found

    @property
    def rate(self) -> int:
        """Return how many cards a day can be made as long as there are supplies."""
        return min(self.a_day().values())

    def binding(self) -> tuple[Limit, int]:
        """Return what binds today and how many cards it leaves; of equal ones the first in the order of Limit."""
        everything = self.a_day() | self.supplies()
        limit = min(Limit, key=lambda one: everything.get(one, 10**9))
        return limit, everything[limit]


def days_for(cards: int, rate: int) -> int | None:
    """Return in how many days so many cards are made, the last day perhaps with one; None: never."""
    assert cards >= 0, cards
    if cards == 0:
        return 0
    return None if rate <= 0 else -(-cards // rate)


def needed_a_day(cards: int, today: date, by: date) -> int | None:
    """Return how many cards a day it takes to be through on a day, both days worked; None: it has passed."""
    days = (by - today).days + 1
    return None if days < 1 else -(-cards // days)
