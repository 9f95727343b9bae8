"""One loop of the station: a story told in steps, each a bounded piece of work that says how long to wait.

A story is a generator of delays in seconds. The loop waits them out, cut short by the stop event; a story that sees
the stop event ends by itself when it may (the press: after the card). Nothing here catches a programmer's error: it
ends the process, and systemd starts a new one.
"""

import threading
from collections.abc import Generator

from station.clock import Clock

Story = Generator[float, None, None]
STEP_PAUSE_S_MAX = 1.0  # so that a loop never looks dead to the watchdog


class Worker:
    """Runs one story on the calling thread."""

    def __init__(self, name: str, story: Story, clock: Clock, stop: threading.Event) -> None:
        self.name = name
        self._story = story
        self._clock = clock
        self._stop = stop
        self._beat_s = clock.monotonic_s()

    def step(self) -> float | None:
        """Do one piece of work; returns the seconds to wait, or None when the story has ended."""
        self._beat_s = self._clock.monotonic_s()
        return next(self._story, None)

    def run(self) -> None:
        """Step until the story ends."""
        while (delay_s := self.step()) is not None:
            self._wait(delay_s)

    def silent_s(self) -> float:
        """Return the seconds since the last step began."""
        return self._clock.monotonic_s() - self._beat_s

    def close(self) -> None:
        """End the story where it stands; its `finally` clauses run."""
        self._story.close()

    def _wait(self, delay_s: float) -> None:
        until_s = self._clock.monotonic_s() + delay_s
        while (left_s := until_s - self._clock.monotonic_s()) > 0:
            self._beat_s = self._clock.monotonic_s()
            pause_s = min(left_s, STEP_PAUSE_S_MAX)
            if self._stop.is_set():
                self._clock.sleep(pause_s)
            elif self._stop.wait(pause_s):
                return
