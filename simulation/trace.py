"""The trace of a run: every step as a line, hashed as it comes. The same seed gives the same hash."""

import hashlib
from collections import Counter

from simulation.scheduler import Scheduler


class Trace:
    """What happened, in order.

    Attributes:
        lines: kept only when asked for; a campaign keeps hashes.
        reached: how often each thing that must happen sometimes did.
    """

    def __init__(self, scheduler: Scheduler, *, keep: bool) -> None:
        self.lines: list[str] = []
        self.reached: Counter[str] = Counter()
        self._scheduler = scheduler
        self._keep = keep
        self._digest = hashlib.blake2b(digest_size=16)

    def say(self, who: str, what: str) -> None:
        """Note something."""
        line = f"{self._scheduler.now_s:12.3f}  {who:<8} {what}"
        self._digest.update(line.encode())
        self._digest.update(b"\n")
        if self._keep:
            self.lines.append(f"{self._scheduler.steps:6d} {line}")

    def reach(self, what: str) -> None:
        """Note that something which must happen sometimes has happened."""
        self.reached[what] += 1

    @property
    def sha(self) -> str:
        """Return the hash of all lines so far."""
        return self._digest.hexdigest()
