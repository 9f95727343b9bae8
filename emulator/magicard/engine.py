"""Engine: the rules of trouble of the Enduro firmware, as the foreman of a sequencer.

Theory of operation. How the real firmware behaves after an error is not openly known. Here an error is latched and
nothing starts while it stands; it is over when a person has removed its cause, or by a restart:

    nothing was fed          the job and all behind it are dropped; with `resumes_after_error` they wait and go on
    a card is inside         that card is spoiled; once the error is over the path is run empty into the reject bin
    the output tray is full  everything waits, the card is good
    the card was taken away  a person has to confirm at the printer

A job that arrives while an error stands is dropped in the same way, unless `resumes_after_error`. At power-up the
path is run empty too, so that no card is ever printed twice. A head that is too warm is no error, it takes time.
"""

from dataclasses import dataclass, replace

from emulator.machine.card import Bin
from emulator.machine.mechanics import Machine
from emulator.machine.motions import PACE, EjectCard, Motion, Pace, TakeCard
from emulator.machine.sequencer import Sequencer, Work
from emulator.machine.stoppage import Cause, JamPlace, Stoppage
from emulator.magicard.job import Job, motions_of

_RIBBON_CAUSES = frozenset(
    {Cause.RIBBON_ENDED, Cause.RIBBON_MISSING, Cause.RIBBON_TORN, Cause.RIBBON_WRONG}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which card of a job a motion belongs to, counted from 1, and whether it is that card's last."""

    job: Job
    card: int
    last: bool = False


class Engine:
    """Runs the motions of one boot of the firmware.

    Args:
        machine: the mechanics.
        resumes_after_error: jobs wait for the end of an error that befell them before a card was fed.
        pace: durations; nobody's figures for this family are known, so they are those of `machine/motions.py`.
    """

    def __init__(
        self,
        machine: Machine,
        *,
        resumes_after_error: bool = False,
        pace: Pace = PACE,
    ) -> None:
        self.sequencer = Sequencer(machine, self)
        self._machine = machine
        self._resumes = resumes_after_error
        self._pace = pace
        self._standing: Cause | None = None
        self._ribbon_at_error: int | None = None

    # --- what is asked of it ----------------------------------------------------------------

    @property
    def error(self) -> Cause | None:
        """Return the error that stands; an open cover is one as long as it is open."""
        if self._standing is None and self._machine.cover_open:
            return Cause.COVER_OPEN
        return self._standing

    def accept(self, job: Job, now_s: float) -> bool:
        """Queue a job; False if it is dropped because an error stands."""
        if self.error not in (None, Cause.OUTPUT_FULL) and not self._resumes:
            return False
        self._machine.tell("job", now_s)
        self.sequencer.queue.extend(self._card(job, 1, now_s))
        return True

    def add(self, motions: list[Motion], now_s: float) -> bool:
        """Queue motions that belong to no job; False if an error stands."""
        if self.error is not None:
            return False
        self.sequencer.queue.extend(Work(motion, now_s) for motion in motions)
        return True

    def step(self, now_s: float) -> float | None:
        """Do everything that is due; return the instant of the next thing, None if only an event can bring one."""
        if self._standing is not None and self._removed(self._standing):
            self._clear(now_s)
        return self.sequencer.step(now_s)

    def confirm(self, now_s: float) -> None:
        """Hear a person say at the printer that all is well; it is believed of a card that is gone."""
        if self._standing is Cause.NO_CARD:
            self._clear(now_s)

    def run_empty(self, now_s: float) -> None:
        """Have a card inside go to the reject bin before anything else."""
        if self._machine.inside is not None:
            self.sequencer.queue.appendleft(Work(EjectCard(Bin.REJECT, self._pace), now_s))

    def cover_opened(self, now_s: float) -> None:
        """Stop what moves: that card is spoiled."""
        work = self.sequencer.interrupt(now_s)
        if work is not None:
            self.failed(work, Cause.COVER_OPEN)

    def freeze(self, now_s: float) -> None:
        """Stop for good: the power is gone."""
        self.sequencer.freeze(now_s)

    # --- foreman ----------------------------------------------------------------------------

    def permits(self, work: Work) -> bool:  # noqa: ARG002 - an interface
        """Start nothing while an error stands."""
        return self._standing is None

    def refuses(self, work: Work) -> Cause | None:
        """Feed no card for a film that lacks a panel of the job."""
        ribbon = self._machine.ribbon
        if not isinstance(work.motion, TakeCard) or not isinstance(work.mark, Mark):
            return None
        if ribbon is None or set(work.mark.job.panels) <= set(ribbon.kind.panels):
            return None
        return Cause.RIBBON_WRONG

    def stopped(self, work: Work, cause: Cause) -> bool:
        """Latch the error; wait with the motion or drop it."""
        self._latch(cause)
        if cause is Cause.OUTPUT_FULL or self._may_resume(work):
            return True
        self._drop(work)
        return False

    def failed(self, work: Work, cause: Cause) -> None:
        """Latch the error; begin the motion anew later, or drop all of its card."""
        self._latch(cause)
        if self._may_resume(work):
            self.sequencer.queue.appendleft(work)
        else:
            self._drop(work)

    def finished(self, work: Work) -> None:
        """Go on with the next copy."""
        mark = work.mark
        if isinstance(mark, Mark) and mark.last and mark.card < mark.job.copies:
            works = self._card(mark.job, mark.card + 1, work.arrived_s)
            self.sequencer.queue.extendleft(reversed(works))

    # --- inside -----------------------------------------------------------------------------

    def _card(self, job: Job, card: int, now_s: float) -> list[Work]:
        works = [Work(motion, now_s, Mark(job, card)) for motion in motions_of(job, self._pace)]
        works[-1] = replace(works[-1], mark=Mark(job, card, last=True))
        return works

    def _latch(self, cause: Cause) -> None:
        self._standing = cause
        self._ribbon_at_error = self._machine.state.ribbon

    def _may_resume(self, work: Work) -> bool:
        return self._resumes and isinstance(work.mark, Mark) and self._machine.inside is None

    def _drop(self, work: Work) -> None:
        """Drop what belongs to the same card, and with it everything behind unless it may go on."""
        queue = self.sequencer.queue
        if not self._resumes:
            queue.clear()
        while queue and work.mark is not None and _same_card(queue[0], work):
            queue.popleft()

    def _removed(self, cause: Cause) -> bool:
        """Say whether a person has removed what caused an error."""
        machine = self._machine
        if cause in _RIBBON_CAUSES:
            return self._ribbon_good(cause)
        conditions = {
            Cause.COVER_OPEN: machine.cover_open,
            Cause.FEEDER_EMPTY: not machine.state.hopper,
            Cause.FEED_JAM: machine.jam_ahead is JamPlace.BEFORE_FEED,
            Cause.JAM: machine.jammed,
            Cause.OUTPUT_FULL: machine.output_full,
        }
        return not conditions.get(cause, True)

    def _ribbon_good(self, cause: Cause) -> bool:
        try:
            self._machine.check_ribbon()
        except Stoppage:
            return False
        return (
            cause is not Cause.RIBBON_WRONG or self._machine.state.ribbon != self._ribbon_at_error
        )

    def _clear(self, now_s: float) -> None:
        cause, self._standing = self._standing, None
        if cause is not Cause.OUTPUT_FULL:
            self.run_empty(now_s)


def _same_card(one: Work, other: Work) -> bool:
    if not isinstance(one.mark, Mark) or not isinstance(other.mark, Mark):
        return False
    return one.mark.job is other.mark.job and one.mark.card == other.mark.card
