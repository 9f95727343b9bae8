"""Moments: what begins in a machine, and who watches. Incidents are tied to them."""

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that begins.

    Attributes:
        card: running number of the card it is about, 1 for the first ever fed.
        what: a motion's name (feed, align, print y, turn, move, eject, reject, encode, clean), `job` or `departed`.
        at_s: the machine instant.
    """

    card: int
    what: str
    at_s: float


class Watcher(Protocol):
    """Whoever wants to know, and may have time stand still until something has happened."""

    @property
    def horizon_s(self) -> float:
        """Return the machine instant past which nothing may happen yet."""

    def begins(self, moment: Moment) -> None:
        """Hear that something begins."""


class Unwatched:
    """Nobody watches."""

    horizon_s = math.inf

    def begins(self, moment: Moment) -> None:
        """Do nothing."""
