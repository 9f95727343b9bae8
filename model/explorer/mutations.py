"""The rules of the production code, each taken out once: the exploration must find what they are there for.

A rule is taken out in the running program only, for as long as the exploration of its plan lasts.
"""

from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from drivers.card import Evidence
from hub import decisions, epochs, rights
from model.explorer.plan import Plan
from model.explorer.search import Found, explore
from prr.record import Right
from station import attempt, doubt, jobs
from station.database import MIGRATIONS, QUERIES, Transaction
from station.jobs import Decision
from station.press import Press


@dataclass(frozen=True, slots=True)
class Mutation:
    """A rule taken out, where it is missed, and the law that is broken then."""

    name: str
    what: str
    breaks: str
    plan: Plan
    taken_out: Callable[[], AbstractContextManager[None]]


def explore_without(mutation: Mutation) -> Found:
    """Explore a plan with one rule taken out."""
    with mutation.taken_out():
        return explore(mutation.plan, only=mutation.breaks)


@contextmanager
def _attribute(owner: Any, name: str, stand_in: object) -> Iterator[None]:
    kept = owner.__dict__[name]
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, kept)


@contextmanager
def _text(
    texts: MutableMapping[str, str] | MutableSequence[str], place: Any, old: str, new: str
) -> Iterator[None]:
    kept = texts[place]
    assert old in kept, f"the rule is worded otherwise now: {old}"
    texts[place] = kept.replace(old, new)
    try:
        yield
    finally:
        texts[place] = kept


def _retry(tx: Transaction, station: str, at: datetime) -> int:
    """Take everything begun for not printed, as a print spooler does."""
    for row in doubt.open_intents(tx):
        attempt.put_in_doubt(tx, station, row["intent"], at)
        doubt.resolve(tx, station, row["intent"], Decision.NOT_PRINTED, ("a", "b"), at)
    return 0


def _believe_any_counter(press: Press, now: Evidence) -> None:
    """Take the printer's counter for right wherever it stands."""
    with press._database.write() as tx:
        tx.run("printer_counter", serial=press._serial, counter=now.counter)


@contextmanager
def _both(one: AbstractContextManager[None], other: AbstractContextManager[None]) -> Iterator[None]:
    with one, other:
        yield


def _no_anchor() -> AbstractContextManager[None]:
    return _attribute(Press, "_check_anchor", _believe_any_counter)


def _ready_again(connection: sa.Connection, row: sa.Row[Any], now: datetime) -> Right:
    rights.change(connection, row, "lost", now, state="READY", holder=None, revoke_wanted=0)
    return rights.named(row)


def _only_the_counter(evidence: jobs.DoubtEvidence) -> bool:
    return evidence.usable and evidence.certified and evidence.counter_delta == 0


ONE = Plan("one station", stations=1, claims=1, late=0)
REVOKED = Plan("one station, revoked", stations=1, claims=1, intents=1, revoke=True)
MUTATIONS = (
    Mutation(
        "fence", "a grant counts under an old fence", "FreeClean", REVOKED,
        lambda: _text(QUERIES, "right_grant", " AND excluded.fence > held_right.fence", ""),
    ),
    Mutation(
        "one_open", "no index against a second open intent", "OneOpen",
        Plan("one station, two rights", stations=1, rights=2, late=0, pushy=True),
        lambda: _text(MIGRATIONS, 0, "UNIQUE INDEX one_open", "INDEX one_open"),
    ),
    Mutation(
        "tomb first", "a release without its tomb", "FreeClean", REVOKED,
        lambda: _text(
            QUERIES, "right_tomb", "SET state = 'TOMB', payload = NULL, payload_key = NULL",
            "SET approved = approved",
        ),
    ),
    Mutation(
        "restart", "a restart begins again what was begun, any counter will do", "PrintOnce", ONE,
        lambda: _both(_attribute(doubt, "doubt_all", _retry), _no_anchor()),
    ),
    Mutation(
        "idle only", "a counter is proof while a job is alive", "LedgerTrue", ONE,
        lambda: _attribute(jobs.DoubtEvidence, "proves_not_printed", property(_only_the_counter)),
    ),
    Mutation(
        "two people", "one person may say NOT PRINTED", "Assertion", ONE,
        lambda: _attribute(doubt, "people_needed", lambda *_, **__: 1),
    ),
    Mutation(
        "anchor", "the counter need not fit the store", "PrintOnce",
        Plan("one station, copied", stations=1, claims=1, late=0, copied=True),
        _no_anchor,
    ),
    Mutation(
        "freeze", "a restored hub grants at once", "OneHolder",
        Plan("restored", claims=1, intents=1, blanks=1, late=0, restore=True),
        lambda: _attribute(epochs, "require_open", lambda *_: None),
    ),
    Mutation(
        "lost", "a lost station's rights are granted again", "OneHolder",
        Plan("lost", claims=1, intents=1, blanks=1, late=0, lost=True),
        lambda: _attribute(decisions, "_lose", _ready_again),
    ),
)  # fmt: skip
