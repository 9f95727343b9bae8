"""From Commit to outcome: one card through the claim protocol, and the judgement at its end.

    Commit    the intent is durable; nothing has been sent that moves a card
    part one  claims the printer, feeds, downloads, ejects; answered at once
    claim up  the printer has the job
    part two  Pcla;0, queued behind the card; sent after an error too, or the claim would stay up for ever
    claim down, machine at rest
    evidence  serial, counter, card position, status

PRINTED needs every sign: claim seen up and down, no ERR bit, the counter one further, at rest, no card in the path, the
same serial number. Anything less is UNKNOWN with the sentence that says why. No PrinterError leaves here.
"""

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.driver import Commit, Pause, Script
from drivers.errors import PrinterError
from drivers.evolis.codec import StatusBlock, refuses
from drivers.evolis.evidence import gather
from drivers.evolis.exchange import Exchange
from drivers.evolis.job import PART_TWO
from drivers.evolis.pacing import Pacing
from drivers.evolis.state import busy, fault_bits, job_active

JOB_ANSWER_S = 30.0  # the vendor host's own limit for the answer to a job
CLAIM_UP_S_MAX = 10.0  # of pauses; the bit rises as soon as the header is read
CLAIM_UP_POLL_S = 0.05
REST_S_MAX = 5.0  # of pauses from claim down to a machine at rest
REST_POLL_S = 0.02


def print_card(
    exchange: Exchange, part_one: bytes, before: Evidence, pacing: Pacing, card_deadline_s: float
) -> Script[CardOutcome]:
    """Commit, print, judge. A card may move after the Commit; returns, never raises, what the printer did."""
    yield Commit(before)
    try:
        return (yield from _print(exchange, part_one, before, pacing, card_deadline_s))
    except PrinterError as exc:
        return CardOutcome(Verdict.UNKNOWN, Evidence(), f"the link failed while printing: {exc}")


def _print(
    exchange: Exchange, part_one: bytes, before: Evidence, pacing: Pacing, card_deadline_s: float
) -> Script[CardOutcome]:
    answer = yield from exchange.post(part_one, JOB_ANSWER_S)
    doubts = [f"it answered the job with {answer.text[:60]!r}"] if refuses(answer.text) else []
    block, raised_s = yield from wait_for_claim(exchange, answer.status)
    if not job_active(block):
        doubts.append("the claim was never seen")
    released = yield from exchange.post(PART_TWO, JOB_ANSWER_S)
    block, waited_s = yield from wait_for_release(
        exchange, released.status, pacing, card_deadline_s
    )
    if not job_active(block):
        block = yield from _wait_for_rest(exchange, block)
    after, block = yield from gather(exchange)
    doubts += _doubts(before, after, block)
    busy_s = raised_s + waited_s
    if doubts:
        return CardOutcome(Verdict.UNKNOWN, after, "; ".join(doubts), busy_s)
    pacing.learn(waited_s)
    return CardOutcome(Verdict.PRINTED, after, busy_s=busy_s)


def wait_for_claim(exchange: Exchange, block: StatusBlock) -> Script[tuple[StatusBlock, float]]:
    """Poll until the claim is up or the time is over; return the last status and the pauses spent."""
    waited_s = 0.0
    while not job_active(block) and waited_s < CLAIM_UP_S_MAX:
        yield Pause(CLAIM_UP_POLL_S)
        waited_s += CLAIM_UP_POLL_S
        block = yield from exchange.poll()
    return block, waited_s


def wait_for_release(
    exchange: Exchange, block: StatusBlock, pacing: Pacing, card_deadline_s: float
) -> Script[tuple[StatusBlock, float]]:
    """Poll until the claim is down or the time is over; return the last status and the pauses spent."""
    waited_s = 0.0
    while job_active(block) and waited_s < card_deadline_s:
        pause_s = pacing.pause_s(waited_s)
        yield Pause(pause_s)
        waited_s += pause_s
        block = yield from exchange.poll()
    return block, waited_s


def _wait_for_rest(exchange: Exchange, block: StatusBlock) -> Script[StatusBlock]:
    waited_s = 0.0
    while busy(block) and not fault_bits(block) and waited_s < REST_S_MAX:
        yield Pause(REST_POLL_S)
        waited_s += REST_POLL_S
        block = yield from exchange.poll()
    return block


def _doubts(before: Evidence, after: Evidence, block: StatusBlock) -> list[str]:
    """Return what speaks against a good card, one clause each; empty if every sign is there."""
    doubts = []
    faults = fault_bits(block)
    if faults:
        doubts.append(f"it reports {', '.join(map(str, faults))}")
    if job_active(block):
        doubts.append("the claim has not been dropped in time")
    if busy(block):
        doubts.append("it is not at rest")
    if before.counter is None or after.counter is None:
        doubts.append("its card counter can't be read")
    elif after.counter - before.counter != 1:
        doubts.append(f"its card counter moved by {after.counter - before.counter}, not by 1")
    if before.counter_kind != after.counter_kind:
        doubts.append("another card counter answered")
    if after.card_inside is not False:
        doubts.append("a card may still be inside")
    if before.serial != after.serial:
        doubts.append("another serial number answers")
    return doubts
