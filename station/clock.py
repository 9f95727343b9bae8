"""Time, injected: wall, monotonic and boot time from one object, and the print day made of them.

The only file of the station that asks the machine for the time.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

# Indonesia keeps no summer time, so a fixed offset is exact and needs no time zone files.
OFFSET_HOURS = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What the station asks of time."""

    def now(self) -> datetime:
        """Return the wall clock, UTC; it may lie and jump."""

    def monotonic_s(self) -> float:
        """Return seconds that never go back while the process runs."""

    def boot_s(self) -> float:
        """Return seconds since boot, sleep included."""

    def sleep(self, duration_s: float) -> None:
        """Do nothing for a while."""

    @property
    def boot_id(self) -> str:
        """Return the id of this boot of the machine."""


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self._boot_id = BOOT_ID_FILE.read_text().strip()

    def now(self) -> datetime:
        """Return the wall clock, UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return the monotonic clock in seconds."""
        return time.monotonic()

    def boot_s(self) -> float:
        """Return CLOCK_BOOTTIME in seconds."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, duration_s: float) -> None:
        """Block the calling thread."""
        time.sleep(duration_s)

    @property
    def boot_id(self) -> str:
        """Return the kernel's boot id."""
        return self._boot_id


def print_day(now: datetime, zone: str, not_before: date | None) -> date:
    """Return the local calendar day a card printed now counts for.

    A clock that jumped back does not open an old day again: the day never goes below `not_before`.
    """
    today = now.astimezone(timezone(timedelta(hours=OFFSET_HOURS[zone]))).date()
    return today if not_before is None else max(today, not_before)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time that survives a lying wall clock as long as the machine was not restarted."""

    at: datetime
    boot_id: str
    boot_s: float

    @classmethod
    def of(cls, clock: Clock) -> "Moment":
        """Take down the present moment."""
        return cls(clock.now(), clock.boot_id, clock.boot_s())

    def elapsed_s(self, clock: Clock) -> float:
        """Return the seconds since: by boot time within one boot, else by the wall clock, never negative."""
        if clock.boot_id == self.boot_id:
            return max(0.0, clock.boot_s() - self.boot_s)
        return max(0.0, (clock.now() - self.at).total_seconds())

    def carried_on(self, clock: Clock) -> datetime:
        """Return what the time is now if it was right then: by boot time, after a reboot the later of both clocks."""
        if clock.boot_id == self.boot_id:
            return self.at + timedelta(seconds=self.elapsed_s(clock))
        return max(self.at, clock.now())

    def jump_s(self, later: "Moment") -> float:
        """Return by how many seconds the wall clock moved otherwise than it should have up to a later moment.

        Within one boot the time since boot says how long it was; after a reboot only a clock that went back shows.
        """
        went_s = (later.at - self.at).total_seconds()
        if later.boot_id == self.boot_id:
            return went_s - (later.boot_s - self.boot_s)
        return min(0.0, went_s)

    def text(self) -> str:
        """Write the moment as one line."""
        return f"{self.at.isoformat()} {self.boot_id} {self.boot_s:.3f}"

    @classmethod
    def from_text(cls, text: str) -> "Moment":
        """Read what `text` wrote."""
        at, boot_id, boot_s = text.split(" ")
        return cls(datetime.fromisoformat(at), boot_id, float(boot_s))
