"""The one place of this package that asks the machine for the time: how long a run took, and its day."""

import time
from datetime import UTC, datetime


class Watch:
    """Counts the seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds so far."""
        return time.perf_counter() - self._began


def today() -> str:
    """Return the day in UTC as YYYY-MM-DD."""
    return datetime.now(UTC).date().isoformat()
