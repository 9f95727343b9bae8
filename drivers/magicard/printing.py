"""From Commit to outcome: one card, and the judgement at its end.

    Commit      the intent is durable; nothing has been sent
    job         all its pages; it feeds a card when the last byte is there
    counters    asked for every now and then: cards one further, panels further by what the card uses
    rest        once both are there, asked for once more after a while in which nothing may change

There is no message at the end of a job and no word of a job at all. So PRINTED needs every sign that can be had: the
card counter one further, the panel counter further by exactly the panels of this card (the last panel is done then,
and only the way out is left), both still the same and no error after the rest, the same serial number. When the
counters move is known of no real printer; one that counts otherwise ends every card in UNKNOWN, and a person looks at
it. While a page is received nothing may be answered (docs/protocols/magicard.md, 1): silence is waited out.
"""

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.driver import Commit, Expect, Pause, Script, Send
from drivers.errors import DeadlineError, PrinterError
from drivers.magicard.codec import STATUS_REQUEST, Info, parse_status, reply_whole
from drivers.magicard.state import NO_ERROR, evidence_of

ANSWER_S = 2.0  # as the vendor's filter waits
POLL_S = 0.5
SILENCE_S_MAX = 60.0  # the longest seen between a job and the next status was 34 s


def ask_status(within_s: float = ANSWER_S) -> Script[Info]:
    """Ask for the status. No card moves."""
    yield Send(STATUS_REQUEST)
    data = yield Expect(within_s, reply_whole)
    return parse_status(data)


def print_card(
    pages: bytes, before: Info, panels: int, card_deadline_s: float, rest_s: float
) -> Script[CardOutcome]:
    """Commit, print, judge. A card may move after the Commit; returns, never raises, what the printer did."""
    yield Commit(evidence_of(before))
    waited_s = silent_s = 0.0
    try:
        yield Send(pages)
        while True:
            info = yield from _heard()
            silent_s = 0.0 if info is not None else silent_s + POLL_S + ANSWER_S
            if info is not None and (doubt := _speaks_against(before, info)):
                return _unknown(info, doubt, waited_s)
            if info is not None and _counted(before, info, panels):
                return (yield from _after_rest(before, info, rest_s, waited_s))
            if silent_s >= SILENCE_S_MAX:
                return _unknown(info, "it has not answered since the job", waited_s)
            if waited_s >= card_deadline_s:
                return _unknown(info, "its counters have not told of the card in time", waited_s)
            yield Pause(POLL_S)
            waited_s += POLL_S if info is not None else POLL_S + ANSWER_S
    except PrinterError as exc:
        return CardOutcome(
            Verdict.UNKNOWN, Evidence(), f"the link failed while printing: {exc}", waited_s
        )


def _heard() -> Script[Info | None]:
    try:
        return (yield from ask_status())
    except DeadlineError:
        return None  # it may be busy with the page


def _after_rest(before: Info, done: Info, rest_s: float, waited_s: float) -> Script[CardOutcome]:
    yield Pause(rest_s)
    last = yield from ask_status()
    if doubt := _speaks_against(before, last):
        return _unknown(last, doubt, waited_s)
    counts = (last.cards_printed, last.panels_printed)
    if counts != (done.cards_printed, done.panels_printed):
        return _unknown(last, "its counters went on after the card", waited_s)
    return CardOutcome(Verdict.PRINTED, evidence_of(last), busy_s=waited_s)


def _counted(before: Info, info: Info, panels: int) -> bool:
    return (
        info.cards_printed == before.cards_printed + 1
        and info.panels_printed == before.panels_printed + panels
    )


def _speaks_against(before: Info, info: Info) -> str:
    """Return what rules a good card out, "" if nothing does."""
    if info.error != NO_ERROR:  # a film that has just ended speaks against the next card only
        return f"it reports {', '.join(evidence_of(info).errors)}"
    if info.serial != before.serial:
        return "another serial number answers"
    if not before.cards_printed <= info.cards_printed <= before.cards_printed + 1:
        return f"its card counter moved by {info.cards_printed - before.cards_printed}, not by 1"
    return ""


def _unknown(info: Info | None, reason: str, waited_s: float) -> CardOutcome:
    evidence = Evidence() if info is None else evidence_of(info)
    return CardOutcome(Verdict.UNKNOWN, evidence, reason, waited_s)
