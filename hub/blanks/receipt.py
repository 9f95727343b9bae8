"""Receipts from the supplier under a hand-over number (BAST), and blanks that go back to it."""

import sqlalchemy as sa

from hub.blanks import document, quota, series
from hub.blanks.document import Counts, Document, Head, Kind, Plan
from hub.home import Hub
from hub.ledger import Place


def receive(hub: Hub, head: Head, counts: Counts, sender: str) -> Document:
    """Take blanks from the supplier into the office's stock.

    Args:
        hub: whose book it is.
        head: with the number of the hand-over minutes.
        counts: series -> blanks; every series was declared WNI or WNA.
        sender: who handed them over.

    Raises:
        QuotaExceededError: a quota of this day leaves fewer.
        DocumentError: see `hub.blanks.document.enter`.
    """
    document.check_counts(counts)
    now = hub.clock.now()

    def plan(connection: sa.Connection, _number: str) -> Plan:
        for name in counts:
            series.demand(connection, name)
        quota.check(connection, counts, now, hub.zone)
        return Plan(document.lines(counts, Place.SUPPLIER, Place.STOCK), sender)

    return document.enter(hub, Kind.RECEIPT, head, [dict(counts), sender], plan)


def give_back(hub: Hub, head: Head, counts: Counts, receiver: str) -> Document:
    """Return blanks of the office's stock to the supplier; the quota is not given back with them.

    Raises:
        BlanksShortError: the stock holds fewer.
        DocumentError: see `hub.blanks.document.enter`.
    """
    document.check_counts(counts)
    plan = Plan(document.lines(counts, Place.STOCK, Place.RETURNED), receiver)
    return document.enter(
        hub, Kind.RETURN, head, [dict(counts), receiver], lambda _connection, _number: plan
    )
