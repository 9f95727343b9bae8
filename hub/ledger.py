"""The ledger of blank cards: double entry, per series, append-only.

Accounts are the places a blank can be. A move takes blanks from one place to another and makes two entries, each with
the balance after it; a CHECK keeps every place but the sources at or above zero. Law, per series: what SUPPLIER gave,
what was FOUND and what is BORROWED is the sum of all other places. Nothing is ever edited: a mistake is moved back.

Some places exist once for something: `note:NUMBER:TRANSIT` for a transfer note, `bag:NUMBER:SEALED` for a sealed bag,
`office:CODE:LENT` for another office. What is BORROWED is a debt: the account is below zero by what must go back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hub import schema
from hub.errors import BlanksShortError

_MOVES = schema.blank_moves
_ENTRIES = schema.blank_entries


class Place(StrEnum):
    """The kinds of place. Those in STATION_PLACES exist once a station, in NAMED_PLACES once a name."""

    SUPPLIER = "SUPPLIER"
    STOCK = "STOCK"
    LOADED = "LOADED"
    IN_PRINT = "IN_PRINT"
    PRINTED = "PRINTED"
    SPOILED = "SPOILED"
    TEST = "TEST"
    RETURNED = "RETURNED"
    DESTROYED = "DESTROYED"
    MISSING = "MISSING"
    FOUND = "FOUND"
    TRANSIT = "TRANSIT"
    SEALED = "SEALED"
    LENT = "LENT"
    BORROWED = "BORROWED"


STATION_PLACES = frozenset(
    {Place.STOCK, Place.LOADED, Place.IN_PRINT, Place.PRINTED, Place.SPOILED, Place.TEST}
)
NAMED_PLACES = {Place.TRANSIT: "note", Place.SEALED: "bag", Place.LENT: "office"}
LEFT_PLACES = frozenset({Place.STOCK, Place.LOADED})  # a blank there can still become a card


@dataclass(frozen=True, slots=True)
class Move:
    """So many blanks of a series from one account to another, and the paper that says so."""

    series: str
    source: str
    target: str
    count: int
    document: str
    reason: str
    intent: str | None = None


def at_station(station: str, place: Place) -> str:
    """Return the account of a place at a station."""
    assert place in STATION_PLACES, place
    return f"station:{station}:{place}"


def at_named(place: Place, name: str) -> str:
    """Return the account of a place that exists once a note, a bag or an office."""
    return f"{NAMED_PLACES[place]}:{name}:{place}"


def place_of(account: str) -> Place:
    """Return the kind of place an account is."""
    return Place(account.rpartition(":")[2])


def post(connection: sa.Connection, move: Move, at: datetime) -> int:
    """Write a move into the ledger; return its number.

    Raises:
        BlanksShortError: the source account holds fewer; the transaction must be given up.
    """
    assert move.count > 0, "a move of no blanks"
    written = connection.execute(
        sa.insert(_MOVES).returning(_MOVES.c.id),
        {
            "at": at, "series": move.series, "source": move.source, "target": move.target,
            "count": move.count, "document": move.document, "reason": move.reason,
            "intent": move.intent,
        },
    ).scalar_one()  # fmt: skip
    _enter(connection, written, move.series, move.source, -move.count)
    _enter(connection, written, move.series, move.target, move.count)
    return int(written)


def post_told(connection: sa.Connection, move: Move, at: datetime) -> int:
    """Write a move that has happened already at a station; return by how many blanks the book was short.

    What the book does not have there is entered as FOUND first: the cards exist, and a gap in the book must not stop
    a station's chain. The caller raises an alarm for people to look.
    """
    held = balance(connection, move.series, move.source)
    short = max(0, move.count - held)
    if short:
        cover = Move(
            move.series, Place.FOUND, move.source, short, move.document, "not in the book",
            move.intent,
        )  # fmt: skip
        post(connection, cover, at)
    post(connection, move, at)
    return short


def balance(connection: sa.Connection, series: str, account: str) -> int:
    """Return how many blanks of a series an account holds; below zero for a source."""
    return _last(connection, series, account)[1]


def balances(connection: sa.Connection) -> dict[str, dict[str, int]]:
    """Sum all entries: series -> account -> blanks."""
    total_of = sa.cast(
        sa.func.sum(_ENTRIES.c.delta), sa.BigInteger
    )  # PostgreSQL's sum is a decimal
    query = sa.select(_ENTRIES.c.series, _ENTRIES.c.account, total_of)
    query = query.group_by(_ENTRIES.c.series, _ENTRIES.c.account)
    totals: dict[str, dict[str, int]] = {}
    for series, account, total in connection.execute(query.order_by("series", "account")):
        totals.setdefault(series, {})[account] = total
    return totals


def summary(accounts: Mapping[str, int]) -> dict[str, int]:
    """Add up one series by kind of place: `received`, `found`, `borrowed`, each place in lower case, what is `left`."""
    places = dict.fromkeys(Place, 0)
    for account, total in accounts.items():
        places[place_of(account)] += total
    received, found = -places.pop(Place.SUPPLIER), -places.pop(Place.FOUND)
    borrowed = -places.pop(Place.BORROWED)
    left = sum(places[place] for place in LEFT_PLACES)
    named = {place.value.lower(): total for place, total in places.items()}
    sources = {"received": received, "found": found, "borrowed": borrowed}
    return sources | named | {"left": left}


def _enter(connection: sa.Connection, move: int, series: str, account: str, delta: int) -> None:
    entry_no, held = _last(connection, series, account)
    if held + delta < 0 and account not in schema.SOURCE_ACCOUNTS:
        raise BlanksShortError(series, account, held, -delta)
    connection.execute(
        sa.insert(_ENTRIES),
        {
            "series": series, "account": account, "entry_no": entry_no + 1,
            "move": move, "delta": delta, "balance": held + delta,
        },
    )  # fmt: skip


def _last(connection: sa.Connection, series: str, account: str) -> tuple[int, int]:
    query = sa.select(_ENTRIES.c.entry_no, _ENTRIES.c.balance)
    query = query.where(_ENTRIES.c.series == series, _ENTRIES.c.account == account)
    row = connection.execute(query.order_by(_ENTRIES.c.entry_no.desc()).limit(1)).first()
    return (0, 0) if row is None else (row.entry_no, row.balance)
