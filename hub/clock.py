"""Where the hub gets the time: the one place that asks the machine.

Everything else takes a Clock, so that a test or a simulation sets the time itself.
"""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)


def local_day(clock: Clock, zone: str) -> date:
    """Return the calendar day it is now in a zone such as Asia/Jakarta."""
    return clock.now().astimezone(ZoneInfo(zone)).date()
