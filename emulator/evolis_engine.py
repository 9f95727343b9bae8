"""Engine: the queue of actions and the rules of trouble. Stepped on machine time, no thread, no clock of its own.

Theory of operation. Actions run one after the other, each from the end of the one before (or from its arrival) for its
duration, so a late step never makes a card slower. A Stoppage is treated by who handles errors:

    printer (`Pem;0`)  empty feeder, open cover, ended ribbon, full tray: the action waits and goes on by itself when
                       the cause is gone; the reply, if somebody waits for one, says the error at once
    host (`Pem;2`)     ERR bit and reply text; the rest of the job is thrown away up to its `Pcla;0`, which still runs
                       and drops the claim; what has not arrived yet is drained by the firmware

A head that is too warm is no error: the next panel waits for it. After an error nothing is fed or printed until it is
cleared, but a card inside may be ejected.
"""

from collections import deque
from dataclasses import dataclass

from emulator import evolis_words as words
from emulator.card import Position
from emulator.evolis_actions import Action, ClearError, DropClaim, PrintPanel
from emulator.evolis_ram import Ram, Ticket
from emulator.mechanics import Machine
from emulator.stoppage import Cause, Stoppage

# What each cause raises and says. Pairing of bit and text is a guess the sheet marks as such.
TROUBLE = {
    Cause.FEEDER_EMPTY: (words.ERR_FEEDER_ERROR, words.FEEDER_ERROR),
    Cause.FEED_JAM: (words.ERR_FEEDER_ERROR, words.FEEDER_ERROR),
    Cause.JAM: (words.ERR_MECHANICAL, words.MECHANICAL_ERROR),
    Cause.NO_CARD: (words.ERR_MECHANICAL, words.CARD_ERROR),
    Cause.COVER_OPEN: (words.ERR_COVER_OPEN, words.COVER_OPEN),
    Cause.RIBBON_ENDED: (words.ERR_RIBBON_ENDED, words.RIBBON_ERROR),
    Cause.RIBBON_MISSING: (words.ERR_RIBBON_ERROR, words.RIBBON_ERROR),
    Cause.RIBBON_WRONG: (words.ERR_BAD_RIBBON, words.RIBBON_ERROR),
    Cause.OUTPUT_FULL: (words.ERR_HOPPER_FULL, words.OUTPUT_FULL),
}

# Causes a person can remove while the printer waits.
HOLDABLE = frozenset(
    {
        Cause.FEEDER_EMPTY,
        Cause.COVER_OPEN,
        Cause.RIBBON_ENDED,
        Cause.RIBBON_MISSING,
        Cause.OUTPUT_FULL,
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """One queued action. The ticket of a chain is answered by its last action."""

    action: Action
    ticket: Ticket
    in_job: bool
    last: bool
    arrived_s: float


class Engine:
    """Runs the actions of one boot of the firmware."""

    def __init__(self, machine: Machine, ram: Ram) -> None:
        self.standing: Cause | None = None
        self._machine = machine
        self._ram = ram
        self._queue: deque[Work] = deque()
        self._running: Work | None = None
        self._held = False
        self._started_s = 0.0
        self._ends_s = 0.0

    @property
    def busy(self) -> bool:
        """Say whether anything runs or waits."""
        return self._running is not None or bool(self._queue)

    @property
    def printing(self) -> bool:
        """Say whether a panel is being printed or waits to be."""
        works = [*self._queue, *([self._running] if self._running else [])]
        return any(isinstance(work.action, PrintPanel) for work in works)

    @property
    def running(self) -> Action | None:
        """Return the action under way."""
        return None if self._running is None else self._running.action

    @property
    def plane_bytes(self) -> int:
        """Return how many bytes of planes wait to be printed."""
        return sum(
            len(work.action.bitmap.payload)
            for work in self._queue
            if isinstance(work.action, PrintPanel)
        )

    def enqueue(self, actions: list[Action], ticket: Ticket, *, in_job: bool, now_s: float) -> None:
        """Append a chain of actions; in a job the ticket is answered at once, else by the last action."""
        if in_job:
            ticket.text = words.OK
        final = len(actions) - 1
        for index, action in enumerate(actions):
            self._queue.append(Work(action, ticket, in_job, index == final, now_s))

    def step(self, now_s: float) -> float | None:
        """Do everything that is due; return the instant of the next thing, None if only an event can bring one."""
        while True:
            if self._running is None:
                if not self._queue:
                    return None
                wake_s = self._start(self._queue[0], now_s)
                if wake_s is not None:
                    return wake_s
                if self._held:
                    return None
                continue
            if self._ends_s > now_s:
                return self._ends_s
            if not self._running.action.ready(self._machine):
                self._ends_s = (
                    now_s  # the outside was slower than the machine: time has passed for it too
                )
                return None
            self._finish(self._running)

    def cover_opened(self, now_s: float) -> None:
        """Stop what moves: the host's job fails, the printer's own goes on from its last action once closed."""
        work = self._running
        if work is None:
            return
        if self._ram.host_handles_errors:
            self._break_off(work, now_s)
            self._fail(work, Cause.COVER_OPEN)
        else:
            self._running = None
            self._queue.appendleft(work)

    def freeze(self, now_s: float) -> None:
        """Stop for good: the power is gone."""
        if self._running is not None:
            self._break_off(self._running, now_s)
        self._running = None
        self._queue.clear()

    def _start(self, work: Work, now_s: float) -> float | None:
        """Try to start; return an instant to try again at, or None: started, failed, or held for a person."""
        start_s = now_s if self._held else max(self._ends_s, work.arrived_s)
        if work.action.prints and self._machine.head.resting(start_s):
            resumes_s = self._machine.head.rest_ends_s(start_s)
            if resumes_s > now_s:
                return resumes_s
            start_s = resumes_s
        try:
            if work.action.forbidden_after_error and self.standing is not None:
                raise Stoppage(self.standing)  # noqa: TRY301 - the same road as a fresh one
            work.action.check(self._machine, in_job=work.in_job)
            duration_s = work.action.duration_s(self._machine)
        except Stoppage as stoppage:
            self._stopped(work, stoppage.cause)
            return None
        self._held = False
        self._queue.popleft()
        self._running = work
        self._started_s = start_s
        self._ends_s = start_s + duration_s
        work.action.start(self._machine)
        return None

    def _stopped(self, work: Work, cause: Cause) -> None:
        if cause in HOLDABLE and not self._ram.host_handles_errors and self.standing is None:
            self._held = True
            if not work.ticket.done:
                work.ticket.text = TROUBLE[cause][1]
        else:
            self._held = False
            self._queue.popleft()
            self._fail(work, cause)

    def _finish(self, work: Work) -> None:
        try:
            reply = work.action.finish(self._machine, self._ram, self._ends_s)
        except Stoppage as stoppage:
            self._fail(work, stoppage.cause)
            return
        self._running = None
        if isinstance(work.action, ClearError):
            self.standing = None
        if work.last and not work.ticket.done:
            work.ticket.text = reply

    def _fail(self, work: Work, cause: Cause) -> None:
        """Latch the error, answer whoever waits, throw away what belongs together with this work."""
        self._running = None
        bit, text = TROUBLE[cause]
        if not isinstance(work.action, ClearError):
            self._ram.errors |= bit
            self.standing = cause
        if not work.ticket.done:
            work.ticket.text = text
        if work.in_job:
            self._throw_job_away()
        else:
            while self._queue and not self._queue[0].in_job:
                self._queue.popleft().ticket.text = text

    def _throw_job_away(self) -> None:
        while self._queue:
            if isinstance(self._queue[0].action, DropClaim):
                return
            ticket = self._queue.popleft().ticket
            ticket.text = ticket.text or words.MECHANICAL_ERROR
        self._ram.draining = self._ram.job_open

    def _break_off(self, work: Work, now_s: float) -> None:
        duration_s = self._ends_s - self._started_s
        done = (now_s - self._started_s) / duration_s if duration_s > 0 else 0.0
        was_open, self._machine.cover_open = self._machine.cover_open, False
        try:
            work.action.interrupt(self._machine, min(max(done, 0.0), 1.0), now_s)
        except Stoppage:
            pass  # it could not even get that far: everything stays where it is
        finally:
            self._machine.cover_open = was_open

    @property
    def shown_position(self) -> Position | None:
        """Return where a sensor sees a card now."""
        action = self.running
        if action is not None and action.passing is not None and self._ends_s > self._started_s:
            return action.passing
        card = self._machine.inside
        return None if card is None else card.position
