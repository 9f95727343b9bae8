"""A figure with what makes it worth something: of which office, of what, on which day, and how it came about.

Offices have published totals made of an August result and a September count, and figures of a city and of its regency
in one sentence. Figures here are added only if they are of one office and one day; who mixes days says so, and the
result says so too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.errors import FiguresMixedError


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an office.

    Attributes:
        key: its name, stable.
        value: cards, blanks or people.
        scope: what is counted.
        day: on which day it was so; of a mixed figure the last one.
        formula: how it came about, "" where it was told.
        mixed: figures of several days are in it.
    """

    key: str
    value: int
    office: str
    scope: str
    day: date
    formula: str = ""
    mixed: bool = False

    @property
    def term(self) -> str:
        """Return it as a part of a formula."""
        return f"{self.value:,} {self.key} ({self.day})"


def total(
    key: str, scope: str, plus: Sequence[Figure], minus: Sequence[Figure] = (),
    *, mixed_days: bool = False,
) -> Figure:  # fmt: skip
    """Add figures and take others away; the formula shows each with its day.

    Raises:
        FiguresMixedError: of several offices; of several days, unless `mixed_days`.
    """
    assert plus, "a total of nothing"
    parts = [*plus, *minus]
    offices = sorted({part.office for part in parts})
    if len(offices) > 1:
        raise FiguresMixedError(f"{key}: figures of offices {' and '.join(offices)} do not add up")
    days = sorted({part.day for part in parts})
    mixed = len(days) > 1 or any(part.mixed for part in parts)
    if mixed and not mixed_days:
        names = ", ".join(f"{part.key} ({part.day})" for part in parts)
        raise FiguresMixedError(
            f"{key}: these figures are of different days: {names}; say so with --allow-mixed-dates"
        )
    value = sum(part.value for part in plus) - sum(part.value for part in minus)
    formula = " + ".join(part.term for part in plus)
    formula += "".join(f" - {part.term}" for part in minus)
    return Figure(key, value, offices[0], scope, days[-1], f"{formula} = {value:,}", mixed)
