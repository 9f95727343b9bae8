"""Virtual time and everything that is due in it: one heap, one thread, nothing sleeps.

Who has to wait in the middle of a step (a read on the wire, a call to the hub) sleeps here: meanwhile everybody else
goes on, inside that wait. So steps interleave as threads and machines do, and ties are broken by the seed. A wait may
be overslept when somebody inside it waits longer, which is what a busy machine does to a thread as well.
"""

import heapq
import random
from collections.abc import Callable

Act = Callable[[], None]


class Scheduler:
    """The one clock of a simulation, in seconds since its beginning.

    Attributes:
        steps: acts carried out so far.
        after_act: called after each.
    """

    def __init__(self, chance: random.Random) -> None:
        self.now_s = 0.0
        self.steps = 0
        self.after_act: Act = lambda: None
        self._chance = chance
        self._number = 0
        self._due: list[tuple[float, float, int, Act]] = []

    def at(self, instant_s: float, act: Act) -> None:
        """Have something done at an instant; two at one instant come in an order of the seed's."""
        self._number += 1
        heapq.heappush(self._due, (instant_s, self._chance.random(), self._number, act))

    def after(self, delay_s: float, act: Act) -> None:
        """Have something done after a while."""
        self.at(self.now_s + delay_s, act)

    def sleep(self, duration_s: float) -> None:
        """Let time pass for whoever is in the middle of a step; the others act meanwhile."""
        self.run_until(self.now_s + duration_s)

    def run_until(self, instant_s: float) -> None:
        """Do everything that is due until an instant."""
        while self._due and self._due[0][0] <= instant_s:
            self._step()
        self.now_s = max(self.now_s, instant_s)

    def run_while(self, going: Callable[[], bool], until_s: float) -> None:
        """Do what is due as long as something holds, at most until an instant."""
        while going() and self._due and self._due[0][0] <= until_s:
            self._step()

    def _step(self) -> None:
        instant_s, _tie, _number, act = heapq.heappop(self._due)
        self.now_s = max(self.now_s, instant_s)
        act()
        self.steps += 1
        self.after_act()
