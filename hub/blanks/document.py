"""Documents over the ledger: each has a kind, a number, a day, who signed, and the moves it makes. Written once.

A document of the same kind and number that says the same is answered with the one that is here, so a command may be
given twice; one that says something else is refused. Nothing is ever edited: a mistake is another document.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from hub import ledger, letterhead
from hub.blanks.errors import DocumentError, DocumentExistsError, DocumentUnknownError
from hub.clock import local_day
from hub.home import Hub
from hub.ledger import Move
from hub.schema import blank_moves
from hub.tables import blanks

_DOCUMENTS = blanks.blank_documents
_MOVES = blanks.blank_document_moves
_WITNESSES = blanks.blank_witnesses

Counts = Mapping[str, int]  # series -> blanks

TEXT_LENGTH_MAX = 120
COUNT_MAX = 1_000_000


class Kind(StrEnum):
    """What a document does."""

    RECEIPT = "RECEIPT"
    TRANSFER = "TRANSFER"
    CONFIRMATION = "CONFIRMATION"
    CANCELLATION = "CANCELLATION"
    LENDING = "LENDING"
    LENDING_BACK = "LENDING_BACK"
    BORROWING = "BORROWING"
    BORROWING_BACK = "BORROWING_BACK"
    SEALING = "SEALING"
    DESTRUCTION = "DESTRUCTION"
    RETURN = "RETURN"
    MISSING = "MISSING"
    FOUND = "FOUND"


@dataclass(frozen=True, slots=True)
class Head:
    """What every document says of itself.

    Attributes:
        by: who writes it.
        number: its number; None takes the office's next one.
        day: that stands on the paper; None is today.
        reason: why, where that is not plain.
        witnesses: who saw it.
    """

    by: str
    number: str | None = None
    day: date | None = None
    reason: str = ""
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """So many blanks of a series from one account to another."""

    series: str
    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document moves, and the note, bag or office it is about."""

    lines: tuple[Line, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was written."""

    id: int
    kind: Kind
    number: str
    day: date
    at: datetime
    by: str
    reason: str
    about: str
    witnesses: tuple[str, ...]
    lines: tuple[Line, ...]

    def counts(self) -> dict[str, int]:
        """Add up its lines by series."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.series] = totals.get(line.series, 0) + line.count
        return totals


Planner = Callable[[sa.Connection, str], Plan]
Written = Callable[[sa.Connection, Document], None]


def enter(
    hub: Hub, kind: Kind, head: Head, asked: Sequence[object], plan: Planner,
    written: Written | None = None,
) -> Document:  # fmt: skip
    """Write a document with its moves in one transaction, or return the one of this number that says the same.

    Args:
        hub: whose book it is.
        kind: what the document does.
        head: number, day and people.
        asked: all else that was asked for; decides whether a repetition says the same.
        plan: works out the moves, from the book as it stands and the document's number.
        written: what is to be kept with it, called after its moves are in the ledger.

    Raises:
        DocumentExistsError: its number is taken by one that says something else.
        BlanksShortError: a place holds fewer blanks than are taken.
        DocumentError, LetterheadError, CommandError.
    """
    _check(head)
    now, today = hub.clock.now(), local_day(hub.clock, hub.zone)
    day = head.day or today
    if day > today:
        raise DocumentError(f"{day} has not come yet: give the day on the paper")
    sha256 = _sha256(kind, head, asked)

    def body(connection: sa.Connection) -> Document:
        known = head.number and _row(connection, kind, head.number)
        if known:
            if known.asked_sha256 != sha256:
                raise DocumentExistsError(
                    f"{kind} {head.number} is here and says something else: use another number"
                )
            return _read(connection, known)
        number = head.number or letterhead.next_number(connection, kind, day, now)
        planned = plan(connection, number)
        row = {
            "kind": kind.value, "number": number, "day": day, "at": now, "by": head.by,
            "reason": head.reason, "about": planned.about, "asked_sha256": sha256,
        }  # fmt: skip
        made = _write(connection, row, planned.lines, head.witnesses)
        if written is not None:
            written(connection, made)
        return made

    return hub.store.write(body)


def find(connection: sa.Connection, kind: Kind, number: str) -> Document:
    """Return a document.

    Raises:
        DocumentUnknownError: none is here.
    """
    row = _row(connection, kind, number)
    if row is None:
        raise DocumentUnknownError(f"no {kind} {number} is here: see `ktp-hub blanks documents`")
    return _read(connection, row)


def of_id(connection: sa.Connection, document: int) -> Document:
    """Return the document of an id that is here."""
    query = sa.select(_DOCUMENTS).where(_DOCUMENTS.c.id == document)
    return _read(connection, connection.execute(query).one())


def listed(connection: sa.Connection, first: date, last: date) -> list[Document]:
    """Return the documents of a period, oldest first."""
    query = sa.select(_DOCUMENTS).where(_DOCUMENTS.c.day.between(first, last))
    rows = connection.execute(query.order_by(_DOCUMENTS.c.id)).all()
    return [_read(connection, row) for row in rows]


def check_counts(counts: Counts, *, least: int = 1) -> None:
    """Refuse counts that are none.

    Raises:
        DocumentError: there are none, or one is below `least` or beyond COUNT_MAX.
    """
    if not counts:
        raise DocumentError("no blanks are named: give --blanks SERIES=COUNT")
    for series, count in counts.items():
        if not least <= count <= COUNT_MAX:
            raise DocumentError(
                f"{count} blanks of series {series} cannot be: give {least} to {COUNT_MAX}"
            )


def lines(counts: Counts, source: str, target: str) -> tuple[Line, ...]:
    """Move counts from one account to another; a series with none is left out."""
    return tuple(Line(series, source, target, n) for series, n in sorted(counts.items()) if n)


def _write(
    connection: sa.Connection, row: Mapping[str, object], moved: Iterable[Line], seen: Sequence[str]
) -> Document:
    new = sa.insert(_DOCUMENTS).returning(_DOCUMENTS)
    document = connection.execute(new, row).one()
    for place, name in enumerate(seen):
        values = {"document": document.id, "name": name, "place": place}
        connection.execute(sa.insert(_WITNESSES), values)
    paper = f"{document.kind} {document.number}"
    for line in moved:
        move = Move(
            line.series, line.source, line.target, line.count, paper,
            document.reason or document.kind.lower(),
        )  # fmt: skip
        values = {"move": ledger.post(connection, move, document.at), "document": document.id}
        connection.execute(sa.insert(_MOVES), values)
    return _read(connection, document)


def _row(connection: sa.Connection, kind: Kind, number: str) -> sa.Row[tuple[object, ...]] | None:
    query = sa.select(_DOCUMENTS).where(
        _DOCUMENTS.c.kind == kind.value, _DOCUMENTS.c.number == number
    )
    return connection.execute(query).first()


def _read(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> Document:
    moves = blank_moves.c
    moved = sa.select(moves.series, moves.source, moves.target, moves.count).join(
        _MOVES, _MOVES.c.move == moves.id
    )
    moved = moved.where(_MOVES.c.document == row.id).order_by(moves.id)
    seen = sa.select(_WITNESSES.c.name).where(_WITNESSES.c.document == row.id)
    return Document(
        row.id, Kind(row.kind), row.number, row.day, row.at, row.by, row.reason, row.about,
        tuple(connection.execute(seen.order_by(_WITNESSES.c.place)).scalars()),
        tuple(Line(*one) for one in connection.execute(moved)),
    )  # fmt: skip


def _check(head: Head) -> None:
    texts = (head.by, head.number or "x", head.reason, *head.witnesses)
    if not all(text.isprintable() and len(text) <= TEXT_LENGTH_MAX for text in texts):
        raise DocumentError(
            f"a name, number or reason is longer than {TEXT_LENGTH_MAX} or not printable: shorten it"
        )
    if not all(text.strip() for text in (head.by, head.number or "x", *head.witnesses)):
        raise DocumentError("a document names who writes it and who saw it: give every name")
    if len(set(head.witnesses)) != len(head.witnesses):
        raise DocumentError("a witness is named twice: name another person")


def _sha256(kind: Kind, head: Head, asked: Sequence[object]) -> str:
    """Hash what was asked, so that the same words can be told from others."""
    day = None if head.day is None else head.day.isoformat()
    said = [kind, head.by, day, head.reason, sorted(head.witnesses), *asked]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
