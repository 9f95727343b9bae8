"""From Commit to outcome: one card through a queue, and what little the queue can prove of it.

    Commit      the intent is durable; nothing of the card has been sent
    Print-Job   one job, one card, a name that tells nothing
    job-state   asked for until the job has ended, or the time is up: then it is cancelled

A job that is `completed` has been handed to the device and no more (CUPS' backend(7): transmitted); with a jammed card
it is completed too. So every way out of here is UNKNOWN, with the queue's word in the sentence, and a person looks into
the tray (docs/adr/0022).
"""

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.cups.questions import JobState, Questions
from drivers.cups.queue import Queue
from drivers.driver import Commit, Pause, Script
from drivers.errors import PrinterError

POLL_S = 0.5

LOOK = "look into the tray whether the card is there and good"
_ENDED = {
    JobState.COMPLETED: "the queue has handed the card on",
    JobState.ABORTED: "the queue has given the card up",
    JobState.CANCELED: "somebody has cancelled the card",
}


def evidence_of(queue: Queue, *, own_jobs: bool = False) -> Evidence:
    """Return what a queue tells of cards: whether a job of ours is alive, and what stands in the way."""
    errors = tuple(reason.keyword for reason in queue.status.errors)
    return Evidence(job_active=own_jobs, errors=errors)


def print_card(
    questions: Questions, name: str, document: bytes, sides: int, before: Queue, deadline_s: float
) -> Script[CardOutcome]:
    """Commit, print, tell. A card may move after the Commit; returns, never raises, what the queue did."""
    yield Commit(evidence_of(before))
    try:
        return (yield from _print(questions, name, document, sides, deadline_s))
    except PrinterError as exc:
        return _unknown(f"the queue failed while printing: {exc}", 0.0)


def _print(
    questions: Questions, name: str, document: bytes, sides: int, deadline_s: float
) -> Script[CardOutcome]:
    job = yield from questions.print_job(name, document, sides=sides)
    waited_s = 0.0
    while waited_s < deadline_s:
        state = yield from questions.job_state(job)
        if state is None:
            return _unknown("the queue has forgotten the card", waited_s)
        if state in _ENDED:
            return _unknown(_ENDED[state], waited_s)
        yield Pause(POLL_S)
        waited_s += POLL_S
    cancelled = yield from questions.cancel(job)
    ended = "and was cancelled" if cancelled else "and could not be cancelled: see `cancel`"
    return _unknown(f"the queue has not ended the card in {deadline_s:.0f} s {ended}", waited_s)


def _unknown(reason: str, waited_s: float) -> CardOutcome:
    return CardOutcome(Verdict.UNKNOWN, Evidence(), f"{reason}; {LOOK}", waited_s)
