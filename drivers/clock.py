"""Time for those who start things: a wall clock, a monotonic one, a way to wait. All below get them passed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

Now = Callable[[], datetime]
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Time, from the composition root.

    Attributes:
        now: the wall clock, with a zone.
        monotonic: seconds that only grow.
        sleep: waits that many seconds.
    """

    now: Now
    monotonic: Callable[[], float]
    sleep: Sleep


def system_clocks() -> Clocks:
    """Return this machine's."""
    return Clocks(lambda: datetime.now(UTC), time.monotonic, time.sleep)
