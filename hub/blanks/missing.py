"""Blanks that are not where the book has them, and blanks that turn up: each with a reason and a second person."""

import sqlalchemy as sa

from hub.blanks import account, document
from hub.blanks.document import Counts, Document, Head, Kind, Plan
from hub.blanks.errors import DocumentError
from hub.home import Hub
from hub.ledger import Place


def miss(hub: Hub, head: Head, counts: Counts, source: str) -> Document:
    """Write blanks off as missing.

    Raises:
        BlanksShortError: the book has fewer there.
        DocumentError: no reason, or nobody beside who writes has seen it.
    """
    document.check_counts(counts)
    _check_seen(head)

    def plan(connection: sa.Connection, _number: str) -> Plan:
        place = account.of_words(connection, source)
        if place == Place.MISSING:
            raise DocumentError("what is missing is missing already: name where it was")
        return Plan(document.lines(counts, place, Place.MISSING), source)

    return document.enter(hub, Kind.MISSING, head, [dict(counts), source], plan)


def find(hub: Hub, head: Head, counts: Counts, target: str, *, was_missing: bool) -> Document:
    """Book blanks that turned up: those written off before, or ones the book never had.

    Raises:
        BlanksShortError: fewer were written off as missing.
        DocumentError: no reason, or nobody beside who writes has seen it.
    """
    document.check_counts(counts)
    _check_seen(head)
    source = Place.MISSING if was_missing else Place.FOUND

    def plan(connection: sa.Connection, _number: str) -> Plan:
        place = account.of_words(connection, target)
        if place == Place.MISSING:
            raise DocumentError("blanks that turned up lie somewhere: name where they are now")
        return Plan(document.lines(counts, source, place), target)

    return document.enter(hub, Kind.FOUND, head, [dict(counts), target, source], plan)


def _check_seen(head: Head) -> None:
    if not head.reason or not set(head.witnesses) - {head.by}:
        raise DocumentError("say why, and who beside you has seen it: --reason and --witness")
