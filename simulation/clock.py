"""The clocks of a simulation: the station's, which may lie, and the hub's, both out of one virtual time."""

from datetime import UTC, datetime, timedelta

from simulation.scheduler import Scheduler

BEGINS_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Jakarta
DAY_S = 86_400.0


class HubClock:
    """The true time."""

    def __init__(self, scheduler: Scheduler, begins_at: datetime) -> None:
        self._scheduler = scheduler
        self._begins_at = begins_at

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return self._begins_at + timedelta(seconds=self._scheduler.now_s)


class StationClock:
    """The clocks of one PC, for station and driver.

    Attributes:
        offset_s: how far the wall clock is wrong.
    """

    def __init__(self, scheduler: Scheduler, begins_at: datetime, name: str) -> None:
        self.offset_s = 0.0
        self._scheduler = scheduler
        self._begins_at = begins_at
        self._name = name
        self._boots = 1
        self._booted_s = 0.0

    def now(self) -> datetime:
        """Return the wall clock, UTC."""
        return self._begins_at + timedelta(seconds=self._scheduler.now_s + self.offset_s)

    def unix_s(self) -> float:
        """Return the wall clock as Unix time."""
        return self.now().timestamp()

    def monotonic_s(self) -> float:
        """Return seconds that never go back."""
        return self._scheduler.now_s

    def boot_s(self) -> float:
        """Return seconds since the PC was started."""
        return self._scheduler.now_s - self._booted_s

    def sleep(self, duration_s: float) -> None:
        """Let virtual time pass."""
        self._scheduler.sleep(duration_s)

    @property
    def boot_id(self) -> str:
        """Return the id of this boot."""
        return f"{self._name}-boot-{self._boots}"

    def boot(self) -> None:
        """Start the PC anew."""
        self._boots += 1
        self._booted_s = self._scheduler.now_s
