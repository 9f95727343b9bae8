"""Sequencer: runs queued motions one after the other on machine time. No thread, no clock, no words of any family.

Theory of operation. A motion starts at the end of the one before (or at its arrival) and lasts its duration, so a late
step never makes a card slower. What stands in the way of a motion is put to the Foreman, the family's firmware:

    QUEUED --may start--> RUNNING --time over, ready--> finished
    QUEUED --Stoppage--> Foreman.stopped: True = held, tried again at every step; False = taken off the queue
    RUNNING --Stoppage at its end--> Foreman.failed, the motion is over
    RUNNING --freeze--> interrupted: the machine stands as a power cut would leave it

A head that is too warm is no stoppage: the next panel waits for it. Nothing happens past the watcher's horizon, the
instant of the next incident, until that has happened.
"""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from emulator.machine.card import Position
from emulator.machine.mechanics import Machine
from emulator.machine.motions import Motion, PrintPanel
from emulator.machine.stoppage import Cause, Stoppage


@dataclass(frozen=True, slots=True)
class Work:
    """One queued motion.

    Attributes:
        motion: what to do.
        arrived_s: the machine instant it was asked for; it does not begin before.
        mark: the foreman's own note on it.
    """

    motion: Motion
    arrived_s: float
    mark: object = None


class Foreman(Protocol):
    """Whoever decides what becomes of a motion."""

    def permits(self, work: Work) -> bool:
        """Say whether it may start at all yet; asked again at every step."""

    def refuses(self, work: Work) -> Cause | None:
        """Return why it must not start now, such as an error nobody has cleared."""

    def stopped(self, work: Work, cause: Cause) -> bool:
        """Hear that something stands in its way; True to wait until it is gone, False to drop the motion."""

    def failed(self, work: Work, cause: Cause) -> None:
        """Hear that it went wrong at its end; it is over."""

    def finished(self, work: Work) -> None:
        """Hear that it is done."""


class Sequencer:
    """The queue and the motion under way."""

    def __init__(self, machine: Machine, foreman: Foreman) -> None:
        self.queue: deque[Work] = deque()
        self._machine = machine
        self._foreman = foreman
        self._running: Work | None = None
        self._waits_for: Cause | None = None
        self._kept_back = False  # its foreman did not permit the next one yet
        self._started_s = 0.0
        self._ends_s = 0.0

    def add(self, work: Work) -> None:
        """Queue a motion behind the others."""
        self.queue.append(work)

    # --- what can be seen -------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Say whether anything runs or waits."""
        return self._running is not None or bool(self.queue)

    @property
    def running(self) -> Work | None:
        """Return the work under way."""
        return self._running

    @property
    def printing(self) -> bool:
        """Say whether a panel is being printed or waits to be."""
        works = [*self.queue, *([self._running] if self._running else [])]
        return any(isinstance(work.motion, PrintPanel) for work in works)

    @property
    def plane_bytes(self) -> int:
        """Return how many bytes of planes wait to be printed."""
        return sum(
            work.motion.byte_count for work in self.queue if isinstance(work.motion, PrintPanel)
        )

    @property
    def waits_for(self) -> Cause | None:
        """Return what a person has to remove before the next motion starts."""
        return self._waits_for

    def share_done(self, now_s: float) -> float:
        """Return how much of the running motion's time is over, 0..1."""
        duration_s = self._ends_s - self._started_s
        if self._running is None or duration_s <= 0:
            return 0.0
        return min(max((now_s - self._started_s) / duration_s, 0.0), 1.0)

    @property
    def shown_position(self) -> Position | None:
        """Return where a sensor sees a card now."""
        work = self._running
        if work is not None and work.motion.passing is not None and self._ends_s > self._started_s:
            return work.motion.passing
        card = self._machine.inside
        return None if card is None else card.position

    # --- time -------------------------------------------------------------------------------

    def step(self, now_s: float) -> float | None:
        """Do everything that is due; return the instant of the next thing, None if only an event can bring one."""
        while True:
            until_s = min(now_s, self._machine.watcher.horizon_s)
            if self._running is None:
                if not self.queue:
                    return None
                if not self._foreman.permits(self.queue[0]):
                    self._kept_back = True
                    return None
                wake_s = self._start(self.queue[0], until_s)
                if wake_s is not None:
                    return wake_s
                if self._waits_for is not None:
                    return None
                continue
            if self._ends_s > until_s:
                return self._ends_s
            if not self._running.motion.ready(self._machine):
                # The outside was slower than the machine: time has passed for it too.
                self._ends_s = until_s
                return None
            self._finish(self._running)

    def interrupt(self, now_s: float) -> Work | None:
        """Stop what moves, as a power cut would leave it; return it."""
        work, done = self._running, self.share_done(now_s)
        if work is None:
            return None
        self._running, self._ends_s = None, now_s
        was_open, self._machine.cover_open = self._machine.cover_open, False
        try:
            work.motion.interrupt(self._machine, done, now_s)
        except Stoppage:
            pass  # it could not even get that far: everything stays where it is
        finally:
            self._machine.cover_open = was_open
        return work

    def put_back(self, now_s: float) -> None:
        """Stop what moves and begin it anew at the next step."""
        if self._running is not None:
            self.queue.appendleft(self._running)
            self._running, self._ends_s = None, now_s

    def freeze(self, now_s: float) -> None:
        """Stop for good: the power is gone."""
        self.interrupt(now_s)
        self.queue.clear()
        self._waits_for = None

    # --- inside -----------------------------------------------------------------------------

    def _start(self, work: Work, now_s: float) -> float | None:
        """Try to start; return an instant to try again at, or None: started, stopped, or held for a person."""
        held = self._waits_for is not None or self._kept_back
        start_s = now_s if held else max(self._ends_s, work.arrived_s)
        if start_s > now_s:
            return start_s
        if work.motion.prints and self._machine.head.resting(start_s):
            resumes_s = self._machine.head.rest_ends_s(start_s)
            if resumes_s > now_s:
                return resumes_s
            start_s = resumes_s
        try:
            refused = self._foreman.refuses(work)
            if refused is not None:
                raise Stoppage(refused)  # noqa: TRY301 - the same road as a fresh one
            work.motion.check(self._machine)
            duration_s = work.motion.duration_s(self._machine)
        except Stoppage as stoppage:
            self._stopped(work, stoppage.cause)
            return None
        self._waits_for = None
        self._kept_back = False
        self.queue.popleft()
        self._running = work
        self._started_s = start_s
        self._ends_s = start_s + duration_s
        if not work.motion.silent:
            self._machine.tell(work.motion.name(self._machine), start_s)
        work.motion.start(self._machine)
        return None

    def _stopped(self, work: Work, cause: Cause) -> None:
        self.queue.popleft()
        if self._foreman.stopped(work, cause):
            self._waits_for = cause
            self.queue.appendleft(work)
        else:
            self._waits_for = None

    def _finish(self, work: Work) -> None:
        self._running = None
        try:
            work.motion.finish(self._machine, self._ends_s)
        except Stoppage as stoppage:
            self._foreman.failed(work, stoppage.cause)
            return
        self._foreman.finished(work)
