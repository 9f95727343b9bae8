"""Incidents: what is going to happen to a printer at machine instants, and what has. No thread; the caller locks.

The firmware must not run past the next incident (`horizon_s`), so that "one second into the magenta panel" means the
same at every speed: whoever steps it runs it up to the horizon, lets the incident happen, and goes on.
"""

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable

from emulator.moment import Moment

REMEMBERED = 50

Happening = Callable[[float], None]
Listener = Callable[[Moment], None]


class Incidents:
    """A calendar of one printer; also the Watcher of its machine.

    Attributes:
        scenario: name of the scenario that is played, None for none.
        happened: the last incidents as (machine instant, what).
    """

    def __init__(self) -> None:
        self.scenario: str | None = None
        self.happened: deque[tuple[float, str]] = deque(maxlen=REMEMBERED)
        self._due: list[tuple[float, int, Happening]] = []
        self._order = itertools.count()
        self._listener: Listener | None = None

    def at(self, instant_s: float, happening: Happening) -> None:
        """Have something happen at an instant."""
        heapq.heappush(self._due, (instant_s, next(self._order), happening))

    def note(self, at_s: float, what: str) -> None:
        """Remember that something has happened."""
        self.happened.append((at_s, what))

    def listen(self, listener: Listener | None) -> None:
        """Have a function hear of every moment; None for nobody."""
        self._listener = listener

    def begins(self, moment: Moment) -> None:
        """Pass a moment on."""
        if self._listener is not None:
            self._listener(moment)

    @property
    def horizon_s(self) -> float:
        """Return the instant of the next incident, infinity if none is known."""
        return self._due[0][0] if self._due else math.inf

    def happen(self) -> None:
        """Let the next one happen."""
        instant_s, _order, happening = heapq.heappop(self._due)
        happening(instant_s)
