"""The rules of print-once, each of which can be taken out of a running simulation. Nothing in the station knows of it.

What is taken out is put back at the end. With a rule out the people are trusting: they unlock a printer when it asks
for it, without comparing each card with the book. Without that the anchor and two careful people catch nearly all.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.driver import Commit, Script
from drivers.errors import PrinterError
from drivers.evolis import driver as evolis_driver
from drivers.evolis import printing
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.exchange import Exchange
from drivers.evolis.pacing import Pacing
from prr.exchange import Outcome
from simulation import templates
from simulation.faults import Kind
from simulation.link import Line
from station import attempt, database, doubt
from station.database import Transaction
from station.jobs import DoubtEvidence
from station.press import Press
from station.worker import Story

DOUBLE = "inv_01_one_good_card_a_right"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and how it is taken out.

    Attributes:
        breaks: the invariants of which one must be found broken then.
        favours: kinds of fault drawn more often, so that the hunt is short.
    """

    name: str
    take_out: Callable[[ExitStack], None]
    breaks: frozenset[str] = frozenset({DOUBLE})
    favours: Mapping[Kind, float] | None = None


@contextmanager
def without(rule: Rule) -> Iterator[None]:
    """Take a rule out for as long as the block runs."""
    with ExitStack() as stack:
        rule.take_out(stack)
        yield


@contextmanager
def _swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    old = owner.__dict__[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


@contextmanager
def _worded(query: str, text: str) -> Iterator[None]:
    old = database.QUERIES[query]
    assert text != old, f"{query} is worded otherwise by now"
    database.QUERIES[query] = text
    try:
        yield
    finally:
        database.QUERIES[query] = old


# --- commit -----------------------------------------------------------------------------------


def _print_then_commit(
    exchange: Exchange, part_one: bytes, before: Evidence, pacing: Pacing, card_deadline_s: float
) -> Script[CardOutcome]:
    """Make the intent durable when the card is done, as a careless program would."""
    try:
        outcome = yield from printing._print(exchange, part_one, before, pacing, card_deadline_s)
    except PrinterError as exc:
        outcome = CardOutcome(Verdict.UNKNOWN, Evidence(), str(exc))
    yield Commit(before)
    return outcome


def _take_out_commit(stack: ExitStack) -> None:
    stack.enter_context(_swapped(evolis_driver, "print_card", _print_then_commit))


# --- latch ------------------------------------------------------------------------------------


def _ask_once(press: Press) -> Story:
    """Ask about every doubt once, and go on printing."""
    with press._database.read() as tx:
        rows = doubt.open_intents(tx)
    for row in rows:
        yield from press._ask_evidence(row)


def _take_out_latch(stack: ExitStack) -> None:
    stack.enter_context(_swapped(Press, "_settle_doubts", _ask_once))
    stack.enter_context(templates.lawless("latch"))


# --- idle only --------------------------------------------------------------------------------


def _take_out_idle_only(stack: ExitStack) -> None:
    believed = property(lambda told: told.counter_delta == 0)
    stack.enter_context(_swapped(DoubtEvidence, "proves_not_printed", believed))
    stack.enter_context(_swapped(EvolisDriver, "finish_script", EvolisDriver.evidence))


# --- the others -------------------------------------------------------------------------------


def _take_out_fence(stack: ExitStack) -> None:
    grant = database.QUERIES["right_grant"].partition("\nWHERE held_right")[0]
    idle = "\nWHERE held_right.state NOT IN ('CACHED', 'INTENT', 'IN_DOUBT')"
    stack.enter_context(_worded("right_grant", grant + idle))
    stack.enter_context(_swapped(Line, "forges_keys", True))


def _believe_any_counter(press: Press, before: Evidence) -> None:
    with press._database.write() as tx:
        tx.run("printer_counter", serial=press._serial, counter=before.counter)


def _take_out_anchor(stack: ExitStack) -> None:
    stack.enter_context(_swapped(Press, "_check_anchor", _believe_any_counter))


def _retry_all(tx: Transaction, station: str, at: datetime) -> int:
    rows = doubt.open_intents(tx)
    for row in rows:
        attempt.put_in_doubt(tx, station, row["intent"], at)
        attempt.settle(tx, station, row["intent"], Outcome.NOT_PRINTED, at, decided_by=("retry",))
    return len(rows)


def _take_out_never_retry(stack: ExitStack) -> None:
    stack.enter_context(_swapped(doubt, "doubt_all", _retry_all))


def _take_out_allowance(stack: ExitStack) -> None:
    opened = database.QUERIES["allowance_open"].replace("cap - (", "1000 - (")
    left = database.QUERIES["allowances_left"].replace("max(0, cap - (", "max(0, 1000 - (")
    stack.enter_context(_worded("allowance_open", opened))
    stack.enter_context(_worded("allowances_left", left))
    stack.enter_context(templates.lawless("allowance"))


RULES = {
    rule.name: rule
    for rule in (
        Rule("commit", _take_out_commit),
        Rule("latch", _take_out_latch),
        Rule("idle-only", _take_out_idle_only),
        Rule("fence", _take_out_fence, favours={Kind.ANSWER_OLD: 40.0}),
        Rule("anchor", _take_out_anchor, favours={Kind.RESTORED: 40.0}),
        Rule("never-retry", _take_out_never_retry),
        Rule("allowance", _take_out_allowance, frozenset({"inv_20_cap_holds"})),
    )
}
