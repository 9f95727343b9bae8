"""Machine time, injected: how fast the emulated printer lives compared with the people and programs around it.

The only file of the emulator that asks the computer for the time. One machine second is one second of a real
printer; with a speed of 20 it passes in 50 ms. A virtual clock stands still until it is told to go on.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """What the emulator asks of time."""

    @property
    def speed(self) -> float:
        """Return machine seconds per real second."""

    def now_s(self) -> float:
        """Return machine seconds since the clock was made; never goes back."""

    def real_s(self, machine_s: float) -> float:
        """Return how long a machine duration lasts for the people outside."""


class MachineClock:
    """Machine time that runs along with the computer's monotonic clock, `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"speed is {speed}; it must be greater than 0")
        self._speed = speed
        self._started_s = time.monotonic()

    @property
    def speed(self) -> float:
        """Return machine seconds per real second."""
        return self._speed

    def now_s(self) -> float:
        """Return machine seconds since the clock was made."""
        return (time.monotonic() - self._started_s) * self._speed

    def real_s(self, machine_s: float) -> float:
        """Return how long a machine duration lasts outside."""
        return machine_s / self._speed


class VirtualClock:
    """Machine time that goes on only when told to, for simulations and tests of the firmware without threads."""

    speed = 1.0

    def __init__(self) -> None:
        self._now_s = 0.0

    def now_s(self) -> float:
        """Return the virtual instant."""
        return self._now_s

    def real_s(self, machine_s: float) -> float:
        """Return the duration itself: inside and outside are one."""
        return machine_s

    def advance(self, duration_s: float) -> float:
        """Let time pass and return the new instant."""
        assert duration_s >= 0, "time does not go back"
        self._now_s += duration_s
        return self._now_s
