"""Loans between offices: what we lend stays ours (LENT); what we borrow is a debt (BORROWED).

BORROWED is one account below zero; how much is owed to which office is added up from the documents, and no office gets
back more than it gave.
"""

import sqlalchemy as sa

from hub.blanks import document, series
from hub.blanks.document import Counts, Document, Head, Kind, Plan
from hub.blanks.errors import DocumentError
from hub.home import Hub
from hub.ledger import Place, at_named
from hub.schema import blank_moves
from hub.tables import blanks

_DOCUMENTS = blanks.blank_documents
_MOVES = blanks.blank_document_moves


def lend(hub: Hub, head: Head, counts: Counts, office: str) -> Document:
    """Lend blanks of the stock to another office.

    Raises:
        BlanksShortError: the stock holds fewer.
        DocumentError: see `hub.blanks.document.enter`.
    """
    plan = Plan(document.lines(counts, Place.STOCK, at_named(Place.LENT, office)), office)
    return _enter(hub, Kind.LENDING, head, counts, plan)


def take_back(hub: Hub, head: Head, counts: Counts, office: str) -> Document:
    """Take back blanks that another office had.

    Raises:
        BlanksShortError: it has fewer of ours.
        DocumentError: see `hub.blanks.document.enter`.
    """
    plan = Plan(document.lines(counts, at_named(Place.LENT, office), Place.STOCK), office)
    return _enter(hub, Kind.LENDING_BACK, head, counts, plan)


def borrow(hub: Hub, head: Head, counts: Counts, office: str) -> Document:
    """Borrow blanks from another office; no quota of ours is used up by it.

    Raises:
        DocumentError: a series nobody declared; see `hub.blanks.document.enter`.
    """
    document.check_counts(counts)

    def plan(connection: sa.Connection, _number: str) -> Plan:
        for name in counts:
            series.demand(connection, name)
        return Plan(document.lines(counts, Place.BORROWED, Place.STOCK), office)

    return document.enter(hub, Kind.BORROWING, head, [dict(counts), office], plan)


def bring_back(hub: Hub, head: Head, counts: Counts, office: str) -> Document:
    """Bring borrowed blanks back.

    Raises:
        DocumentError: more than is owed to that office.
        BlanksShortError: the stock holds fewer.
    """
    document.check_counts(counts)

    def plan(connection: sa.Connection, _number: str) -> Plan:
        debt = owed(connection, office)
        for name, count in counts.items():
            if count > debt.get(name, 0):
                raise DocumentError(
                    f"office {office} is owed {debt.get(name, 0)} blanks of series {name}: "
                    f"{count} cannot go back"
                )
        return Plan(document.lines(counts, Place.STOCK, Place.BORROWED), office)

    return document.enter(hub, Kind.BORROWING_BACK, head, [dict(counts), office], plan)


def owed(connection: sa.Connection, office: str) -> dict[str, int]:
    """Return what is owed to an office, by series."""
    moves = blank_moves.c
    query = sa.select(moves.series, moves.source, moves.count).join(
        _MOVES, _MOVES.c.move == moves.id
    )
    query = query.join(_DOCUMENTS, _DOCUMENTS.c.id == _MOVES.c.document).where(
        _DOCUMENTS.c.about == office,
        sa.or_(moves.source == Place.BORROWED, moves.target == Place.BORROWED),
    )
    debt: dict[str, int] = {}
    for name, source, count in connection.execute(query):
        sign = 1 if source == Place.BORROWED else -1
        debt[name] = debt.get(name, 0) + sign * count
    return debt


def _enter(hub: Hub, kind: Kind, head: Head, counts: Counts, plan: Plan) -> Document:
    document.check_counts(counts)
    return document.enter(
        hub, kind, head, [dict(counts), plan.about], lambda _connection, _number: plan
    )
