"""Engine: the rules of trouble of the Evolis firmware, as the foreman of a sequencer.

Theory of operation. A stoppage is treated by who handles errors:

    printer (`Pem;0`)  empty feeder, open cover, ended ribbon, full tray: the motion waits and goes on by itself when
                       the cause is gone; the reply, if somebody waits for one, says the error at once
    host (`Pem;2`)     ERR bit and reply text; the rest of the job is thrown away up to its `Pcla;0`, which still runs
                       and drops the claim; what has not arrived yet is drained by the firmware

After an error nothing is fed or printed until it is cleared, but a card inside may be ejected. Whether a job that is
not yet all here already feeds is not established: by default it does, motion by motion as the commands come; with
`whole_jobs` its card stays in the hopper until the command that ejects it, or the end of the job, has arrived.
"""

from dataclasses import dataclass

from emulator.evolis import words
from emulator.evolis.actions import INFORMATION, ClearError, DropClaim
from emulator.evolis.ram import Ram, Ticket
from emulator.machine.mechanics import Machine
from emulator.machine.motions import EjectCard, Motion
from emulator.machine.sequencer import Sequencer, Work
from emulator.machine.stoppage import Cause

# What each cause raises and says. Pairing of bit and text is a guess the sheet marks as such.
TROUBLE = {
    Cause.FEEDER_EMPTY: (words.ERR_FEEDER_ERROR, words.FEEDER_ERROR),
    Cause.FEED_JAM: (words.ERR_FEEDER_ERROR, words.FEEDER_ERROR),
    Cause.JAM: (words.ERR_MECHANICAL, words.MECHANICAL_ERROR),
    Cause.NO_CARD: (words.ERR_MECHANICAL, words.CARD_ERROR),
    Cause.COVER_OPEN: (words.ERR_COVER_OPEN, words.COVER_OPEN),
    Cause.RIBBON_ENDED: (words.ERR_RIBBON_ENDED, words.RIBBON_ERROR),
    Cause.RIBBON_MISSING: (words.ERR_RIBBON_ERROR, words.RIBBON_ERROR),
    Cause.RIBBON_TORN: (words.ERR_RIBBON_ERROR, words.RIBBON_ERROR),
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
class Mark:
    """What a motion belongs to. The ticket of a chain is answered by its last motion."""

    ticket: Ticket
    in_job: bool
    last: bool


class Engine:
    """Runs the motions of one boot of the firmware."""

    def __init__(self, machine: Machine, ram: Ram, *, whole_jobs: bool = False) -> None:
        self.standing: Cause | None = None
        self.sequencer = Sequencer(machine, self)
        self._machine = machine
        self._ram = ram
        self._whole_jobs = whole_jobs

    @property
    def busy(self) -> bool:
        """Say whether anything runs or waits."""
        return self.sequencer.busy

    @property
    def information(self) -> int:
        """Return the INFORMATION bits of the motion under way."""
        work = self.sequencer.running
        if work is None:
            return 0
        return INFORMATION.get(work.motion.name(self._machine).partition(" ")[0], 0)

    def enqueue(self, motions: list[Motion], ticket: Ticket, *, in_job: bool, now_s: float) -> None:
        """Append a chain of motions; in a job the ticket is answered at once, else by the last one."""
        if in_job:
            ticket.text = words.OK
        final = len(motions) - 1
        for index, motion in enumerate(motions):
            self.sequencer.add(Work(motion, now_s, Mark(ticket, in_job, index == final)))

    def step(self, now_s: float) -> float | None:
        """Do everything that is due; return the instant of the next thing, None if only an event can bring one."""
        return self.sequencer.step(now_s)

    def cover_opened(self, now_s: float) -> None:
        """Stop what moves: the host's job fails, the printer's own goes on from its last motion once closed."""
        if self._ram.host_handles_errors:
            work = self.sequencer.interrupt(now_s)
            if work is not None:
                self.failed(work, Cause.COVER_OPEN)
        else:
            self.sequencer.put_back(now_s)

    def freeze(self, now_s: float) -> None:
        """Stop for good: the power is gone."""
        self.sequencer.freeze(now_s)

    # --- foreman ----------------------------------------------------------------------------

    def permits(self, work: Work) -> bool:
        """Hold the motions of a job back until all of it is here, if this machine is made that way."""
        if not self._whole_jobs or not _mark(work).in_job or work.motion.silent:
            return True
        return self._machine.inside is not None or any(
            isinstance(other.motion, (EjectCard, DropClaim)) for other in self.sequencer.queue
        )

    def refuses(self, work: Work) -> Cause | None:
        """Feed and print nothing after an error."""
        return self.standing if work.motion.forbidden_after_error else None

    def stopped(self, work: Work, cause: Cause) -> bool:
        """Wait for a person, or fail."""
        waits = cause in HOLDABLE and not self._ram.host_handles_errors and self.standing is None
        if not waits:
            self.failed(work, cause)
            return False
        ticket = _mark(work).ticket
        if not ticket.done:
            ticket.text = TROUBLE[cause][1]
        return True

    def finished(self, work: Work) -> None:
        """Answer whoever waits for the last motion of a chain."""
        if isinstance(work.motion, ClearError):
            self.standing = None
        mark = _mark(work)
        if mark.last and not mark.ticket.done:
            mark.ticket.text = words.OK

    def failed(self, work: Work, cause: Cause) -> None:
        """Latch the error, answer whoever waits, throw away what belongs together with this work."""
        bit, text = TROUBLE[cause]
        mark = _mark(work)
        if not isinstance(work.motion, ClearError):
            self._ram.errors |= bit
            self.standing = cause
        if not mark.ticket.done:
            mark.ticket.text = text
        if mark.in_job:
            self._throw_job_away()
        else:
            queue = self.sequencer.queue
            while queue and not _mark(queue[0]).in_job:
                _mark(queue.popleft()).ticket.text = text

    def _throw_job_away(self) -> None:
        queue = self.sequencer.queue
        while queue:
            if isinstance(queue[0].motion, DropClaim):
                return
            ticket = _mark(queue.popleft()).ticket
            ticket.text = ticket.text or words.MECHANICAL_ERROR
        self._ram.draining = self._ram.job_open


def _mark(work: Work) -> Mark:
    assert isinstance(work.mark, Mark), "every motion of this firmware carries a mark"
    return work.mark
