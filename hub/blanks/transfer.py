"""Transfers between places of the office, both ends confirming; until then the blanks are goods in transit.

    send     source -> note:NUMBER:TRANSIT
    confirm  transit -> target as counted; fewer: the rest is MISSING; more: the rest is FOUND; both with a reason
    cancel   transit -> source, by the sender, before anybody confirmed

A transfer ends once: the key of a table holds it. The same confirmation again is answered the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hub.blanks import account, document
from hub.blanks.document import Counts, Document, Head, Kind, Line, Plan
from hub.blanks.errors import DocumentError, DocumentExistsError, TransferEndedError
from hub.home import Hub
from hub.ledger import Place, at_named
from hub.tables import blanks

_TRANSFERS = blanks.blank_transfers
_ENDS = blanks.blank_transfer_ends


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer: what was sent, where to, and the document that ended it if one did."""

    sent: Document
    target: str
    end: Document | None

    @property
    def source(self) -> str:
        """The account the blanks came from."""
        return self.sent.lines[0].source

    def counted(self) -> dict[str, int]:
        """Return what the other end counted, by series; nothing before it confirmed."""
        if self.end is None or self.end.kind is not Kind.CONFIRMATION:
            return {}
        found: dict[str, int] = {}
        for line in self.end.lines:
            if line.target == self.target:
                found[line.series] = found.get(line.series, 0) + line.count
        return found


def send(hub: Hub, head: Head, counts: Counts, source: str, target: str) -> Document:
    """Send blanks off; places as `hub.blanks.account` reads them.

    Raises:
        BlanksShortError: the source holds fewer.
        DocumentError, StationUnknownError, CommandError.
    """
    document.check_counts(counts)
    ends: list[str] = []

    def plan(connection: sa.Connection, number: str) -> Plan:
        ends[:] = [account.of_words(connection, words) for words in (source, target)]
        if ends[0] == ends[1]:
            raise DocumentError("a transfer goes from one place to another: name two places")
        return Plan(document.lines(counts, ends[0], at_named(Place.TRANSIT, number)), target)

    def written(connection: sa.Connection, made: Document) -> None:
        connection.execute(sa.insert(_TRANSFERS), {"document": made.id, "target": ends[1]})

    return document.enter(hub, Kind.TRANSFER, head, [dict(counts), source, target], plan, written)


def confirm(hub: Hub, number: str, head: Head, counts: Counts) -> Document:
    """Take in what arrived, as counted by the other end.

    Args:
        hub: whose book it is.
        number: of the transfer; the confirmation is kept under the same.
        head: who counted; its reason names a difference.
        counts: series -> blanks counted; a series that was sent and is not here was not there.

    Raises:
        TransferEndedError: it was confirmed with other words, or cancelled.
        DocumentError: a difference without a reason.
        DocumentUnknownError: there is no such transfer.
    """
    document.check_counts(counts, least=0)

    def plan(connection: sa.Connection, _number: str) -> Plan:
        transfer = _open(connection, number)
        return Plan(_arrived(transfer, counts, head.reason), number)

    return _end(hub, Kind.CONFIRMATION, number, head, counts, plan)


def cancel(hub: Hub, number: str, head: Head) -> Document:
    """Bring blanks back that nobody confirmed; only who sent them may say so.

    Raises:
        TransferEndedError: it was confirmed, or cancelled with other words.
        DocumentError: another person than the sender, or no reason.
        DocumentUnknownError: there is no such transfer.
    """

    def plan(connection: sa.Connection, _number: str) -> Plan:
        transfer = _open(connection, number)
        if head.by != transfer.sent.by or not head.reason:
            raise DocumentError(f"transfer {number} is cancelled by its sender, with a reason")
        counts = transfer.sent.counts()
        back = document.lines(counts, at_named(Place.TRANSIT, number), transfer.source)
        return Plan(back, number)

    return _end(hub, Kind.CANCELLATION, number, head, {}, plan)


def find(connection: sa.Connection, number: str) -> Transfer:
    """Return a transfer.

    Raises:
        DocumentUnknownError: there is none of this number.
    """
    return _of(connection, document.find(connection, Kind.TRANSFER, number))


def on_the_way(connection: sa.Connection) -> Sequence[Transfer]:
    """Return the transfers nobody has confirmed or cancelled, oldest first."""
    query = sa.select(_TRANSFERS.c.document).outerjoin(
        _ENDS, _ENDS.c.transfer == _TRANSFERS.c.document
    )
    rows = connection.execute(query.where(_ENDS.c.document.is_(None)).order_by("document"))
    return [_of(connection, document.of_id(connection, one)) for one in rows.scalars().all()]


def _of(connection: sa.Connection, sent: Document) -> Transfer:
    target = sa.select(_TRANSFERS.c.target).where(_TRANSFERS.c.document == sent.id)
    end = sa.select(_ENDS.c.document).where(_ENDS.c.transfer == sent.id)
    ended = connection.execute(end).scalar()
    return Transfer(
        sent, connection.execute(target).scalar_one(),
        None if ended is None else document.of_id(connection, ended),
    )  # fmt: skip


def _open(connection: sa.Connection, number: str) -> Transfer:
    transfer = find(connection, number)
    if transfer.end is not None:
        raise TransferEndedError(
            f"transfer {number} has ended with a {transfer.end.kind}: see `ktp-hub blanks documents`"
        )
    return transfer


def _end(
    hub: Hub, kind: Kind, number: str, head: Head, counts: Counts, plan: document.Planner
) -> Document:
    def written(connection: sa.Connection, made: Document) -> None:
        sent = document.find(connection, Kind.TRANSFER, number)
        connection.execute(sa.insert(_ENDS), {"transfer": sent.id, "document": made.id})

    under = Head(head.by, number, head.day, head.reason, head.witnesses)
    try:
        return document.enter(hub, kind, under, [dict(counts)], plan, written)
    except DocumentExistsError as error:
        raise TransferEndedError(
            f"transfer {number} has ended with other words: see `ktp-hub blanks documents`"
        ) from error


def _arrived(transfer: Transfer, counts: Counts, reason: str) -> tuple[Line, ...]:
    sent = transfer.sent.counts()
    transit = at_named(Place.TRANSIT, transfer.sent.number)
    arrived: list[Line] = []
    for series in sorted(sent.keys() | counts.keys()):
        told, was = counts.get(series, 0), sent.get(series, 0)
        if told != was and not reason:
            raise DocumentError(
                f"{was} blanks of series {series} were sent and {told} counted: say why (--reason)"
            )
        came, lost = min(told, was), max(0, was - told)
        arrived += document.lines({series: came}, transit, transfer.target)
        arrived += document.lines({series: lost}, transit, Place.MISSING)
        arrived += document.lines({series: told - came}, Place.FOUND, transfer.target)
    return tuple(arrived)
