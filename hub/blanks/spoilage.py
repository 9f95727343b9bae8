"""Spoiled blanks: sealed in a numbered bag, then the bag destroyed before two witnesses, with minutes for each [V].

A bag is closed once and destroyed whole. Blanks whose chip was read are named in it, and a named blank lies in one
bag only.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from hub.blanks import account, document
from hub.blanks.document import Counts, Document, Head, Kind, Plan
from hub.blanks.errors import BlankElsewhereError, DocumentError
from hub.home import Hub
from hub.ledger import Place, at_named, place_of
from hub.schema import blank_entries, reports
from hub.tables import blanks
from prr.exchange import Outcome

_SEALED = blanks.sealed_blanks

# What may be destroyed: cards that came out useless or as a test, and blanks damaged before they were used.
_SOURCES = frozenset({Place.SPOILED, Place.TEST, Place.STOCK})
WITNESSES_MIN = 2


def seal(hub: Hub, head: Head, counts: Counts, source: str, uids: Sequence[str] = ()) -> Document:
    """Close a bag; the document's number is the bag's.

    Args:
        hub: whose book it is.
        head: with the number on the bag.
        counts: series -> cards in it.
        source: where they were: `P1:SPOILED`, `P1:TEST`, `STOCK` or `P1`.
        uids: chips that were read, in hex.

    Raises:
        BlankElsewhereError: a named blank is in another bag, or was handed in as a good card.
        BlanksShortError: fewer are there.
        DocumentError: see `hub.blanks.document.enter`; more names than cards.
    """
    document.check_counts(counts)
    names = sorted({uid.upper() for uid in uids})
    if len(names) != len(uids) or len(names) > sum(counts.values()):
        raise DocumentError("a blank is named twice, or more are named than are in the bag")

    def plan(connection: sa.Connection, number: str) -> Plan:
        place = account.of_words(connection, source)
        if place_of(place) not in _SOURCES:
            raise DocumentError(f"blanks are not sealed from {source}: name P1:SPOILED or STOCK")
        for uid in names:
            _see_where_it_is(connection, uid)
        return Plan(document.lines(counts, place, at_named(Place.SEALED, number)), number)

    def written(connection: sa.Connection, made: Document) -> None:
        for uid in names:
            connection.execute(sa.insert(_SEALED), {"uid": uid, "document": made.id})

    return document.enter(hub, Kind.SEALING, head, [dict(counts), source, names], plan, written)


def destroy(hub: Hub, head: Head, bag: str) -> Document:
    """Destroy all that is in a bag; the reason says how and where.

    Raises:
        DocumentError: fewer than two witnesses beside who writes, no reason, or the bag is gone already.
        DocumentUnknownError: there is no such bag.
    """
    if len(set(head.witnesses) - {head.by}) < WITNESSES_MIN:
        raise DocumentError("two people beside who writes see a destruction: give --witness twice")
    if not head.reason:
        raise DocumentError("the minutes say how and where it was done: give --reason")

    def plan(connection: sa.Connection, _number: str) -> Plan:
        document.find(connection, Kind.SEALING, bag)
        inside = _inside(connection, at_named(Place.SEALED, bag))
        if not inside:
            raise DocumentError(f"bag {bag} is empty: it was destroyed already")
        lines = document.lines(inside, at_named(Place.SEALED, bag), Place.DESTROYED)
        return Plan(lines, bag)

    return document.enter(hub, Kind.DESTRUCTION, head, [bag], plan)


def named_in(connection: sa.Connection, bag: str) -> list[str]:
    """Return the chips that were read when a bag was closed."""
    sealing = document.find(connection, Kind.SEALING, bag)
    query = sa.select(_SEALED.c.uid).where(_SEALED.c.document == sealing.id)
    return list(connection.execute(query.order_by(_SEALED.c.uid)).scalars())


def _inside(connection: sa.Connection, bag: str) -> dict[str, int]:
    entries = blank_entries.c
    query = sa.select(entries.series, sa.func.sum(entries.delta)).where(entries.account == bag)
    return {name: int(n) for name, n in connection.execute(query.group_by(entries.series)) if n}


def _see_where_it_is(connection: sa.Connection, uid: str) -> None:
    bagged = sa.select(_SEALED.c.uid).where(_SEALED.c.uid == uid)
    if connection.execute(bagged).first() is not None:
        raise BlankElsewhereError(f"blank {uid} is in another bag: read the chip again")
    good = sa.select(reports.c.intent).where(
        reports.c.blank_uid == uid, reports.c.outcome == Outcome.PRINTED
    )
    if connection.execute(good).first() is not None:
        raise BlankElsewhereError(f"blank {uid} was reported as a good card: find out whose it is")
