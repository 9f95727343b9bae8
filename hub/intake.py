"""Imports print-ready records from a file: each record accepted, known already, or refused and kept verbatim.

A file is read once, in transactions of some records each; imported again, whatever part of it went in before is known
already and changes nothing. A record replaces an earlier one of the same id only with a higher data version and while
nobody holds it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from hub import decisions, lines, records, rights, schema
from hub.clock import local_day
from hub.errors import CommandError, ImportUnreadableError
from hub.home import Hub
from hub.judge import Judged, judge
from hub.lines import CsvLines, JsonLines, Line
from hub.policy import adoption
from hub.refusals import Code, LineRefusedError, Refusal
from prr.record import Right

CHUNK_LINES = 100
HEAD_BYTES = 8
CHUNK_BYTES = 8 * 1024 * 1024
SHOWN_REFUSALS = 1000

_ENDED = ("DONE", "REVOKED", "LOST")


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused line, without what stood in it."""

    line: int
    refusal: Refusal


@dataclass(slots=True)
class ImportSummary:
    """What became of a file's lines. `refusals` holds the first of them; all are in quarantine."""

    file: str
    lines: int = 0
    accepted: int = 0
    known: int = 0
    replaced: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    refusals: list[RefusedLine] = field(default_factory=list)


Verdict = tuple[Line, Judged | Refusal]


def import_file(hub: Hub, path: Path, recorded_until: date | None = None) -> ImportSummary:
    """Import a file of JSON Lines or CSV; of people recorded until a day only, where one is given.

    Raises:
        ImportUnreadableError: it cannot be read.
        CommandError: its name ends in none of .jsonl, .ndjson, .csv.
        StoreError: the store failed; what went in before stays.
    """
    try:
        with path.open("rb") as file:
            return _import(hub, path, file, recorded_until)
    except OSError as error:
        raise ImportUnreadableError(f"{path} cannot be read: {error.strerror}") from error


def _import(hub: Hub, path: Path, file: BinaryIO, until: date | None) -> ImportSummary:
    reader = lines.opened(path, file)
    if reader is None:
        raise CommandError(f"{path.name} is neither .jsonl nor .csv: name a file of records")
    _require_text(path.name, file)
    summary = ImportSummary(path.name)
    for chunk in _chunks(_verdicts(hub, reader, path.parent, until)):
        stored = _store_chunk(hub, path.name, chunk)
        for (line, verdict), outcome in zip(chunk, stored, strict=True):
            _count(summary, line, verdict, outcome)
    return summary


def _require_text(name: str, file: BinaryIO) -> None:
    """Refuse a file as a whole where every line of it would be refused for the same reason."""
    found = lines.other_encoding(file.read(HEAD_BYTES))
    file.seek(0)
    if found is not None:
        raise ImportUnreadableError(
            f"{name} is {found}: export it as CSV in UTF-8; nothing was imported"
        )


def _verdicts(
    hub: Hub, reader: JsonLines | CsvLines, folder: Path, until: date | None
) -> Iterator[Verdict]:
    today = local_day(hub.clock, hub.zone)
    for line in reader:
        try:
            yield line, judge(reader.fields(line), folder, today, until)
        except LineRefusedError as error:
            yield line, error.refusal


def _chunks(verdicts: Iterator[Verdict]) -> Iterator[list[Verdict]]:
    chunk: list[Verdict] = []
    size = 0
    for verdict in verdicts:
        chunk.append(verdict)
        size += len(verdict[0].raw)
        if len(chunk) == CHUNK_LINES or size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _store_chunk(hub: Hub, file: str, chunk: list[Verdict]) -> list[str | Refusal]:
    now = hub.clock.now()
    return hub.store.write(
        lambda connection: [_store(connection, file, verdict, now) for verdict in chunk]
    )


def _store(connection: sa.Connection, file: str, verdict: Verdict, now: datetime) -> str | Refusal:
    """Store one verdict; return what was done with a record, or the refusal."""
    line, judged = verdict
    outcome = judged if isinstance(judged, Refusal) else _store_record(connection, judged, now)
    if isinstance(outcome, Refusal):
        _keep(connection, file, line, outcome, now)
    return outcome


def _store_record(connection: sa.Connection, judged: Judged, now: datetime) -> str | Refusal:
    record = judged.record
    present = rights.find(connection, record.right)
    if present is not None and present.record_sha256 == record.sha256():
        return "known"
    if present is not None:
        grown = record.data_version > present.data_version
        if present.state != "READY" or not grown:
            return Refusal(Code.DUPLICATE_ID)
    elif not _previous_ended(connection, record.right):
        return Refusal(Code.PREVIOUS_ISSUE_OPEN)
    elif record.issue_no > 1 and not decisions.is_decided(connection, record.right):
        return Refusal(Code.ISSUE_NOT_DECIDED)
    sha256 = records.keep(connection, record, judged.warnings, now)
    rank = adoption.rank(adoption.ranked_by(connection), record.issue_type)
    if present is None:
        records.add_right(connection, record, sha256, rank)
        return "accepted"
    columns = records.right_columns(record, sha256, rank)
    rights.change(connection, present, "replaced", now, **columns)
    return "replaced"


def _previous_ended(connection: sa.Connection, right: Right) -> bool:
    """Tell whether the issue before this one has ended, where it was made here."""
    if right.issue_no == 1:
        return True
    previous = Right(record_id=right.record_id, issue_no=right.issue_no - 1)
    row = rights.find(connection, previous)
    return row is None or row.state in _ENDED


def _keep(
    connection: sa.Connection, file: str, line: Line, refusal: Refusal, now: datetime
) -> None:
    """Keep a refused line as it was; the same line of the same file is kept once."""
    columns = schema.quarantine.c
    row = {
        "at": now, "file": file, "line": line.number, "code": refusal.code.value,
        "sentence_en": refusal.english, "sentence_id": refusal.indonesian, "raw": line.raw,
        "raw_sha256": hashlib.sha256(line.raw).hexdigest(),
    }  # fmt: skip
    same = sa.select(columns.id).where(
        columns.file == file, columns.line == line.number, columns.code == row["code"],
        columns.raw_sha256 == row["raw_sha256"],
    )  # fmt: skip
    if connection.execute(same).first() is None:
        connection.execute(sa.insert(schema.quarantine), row)


def _count(
    summary: ImportSummary, line: Line, verdict: Judged | Refusal, outcome: str | Refusal
) -> None:
    summary.lines += 1
    if isinstance(outcome, Refusal):
        summary.refused[outcome.code.value] += 1
        if len(summary.refusals) < SHOWN_REFUSALS:
            summary.refusals.append(RefusedLine(line.number, outcome))
        return
    assert isinstance(verdict, Judged), "a refused line was stored"
    setattr(summary, outcome, getattr(summary, outcome) + 1)
    summary.warnings.update(verdict.warnings)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused line as the command line lists it; what stood in it stays in the store."""

    at: datetime
    file: str
    line: int
    code: str
    sentence_en: str
    sentence_id: str


def quarantined(hub: Hub) -> Sequence[Quarantined]:
    """Return all refused lines, oldest first."""
    columns = schema.quarantine.c
    query = sa.select(
        columns.at, columns.file, columns.line, columns.code, columns.sentence_en,
        columns.sentence_id,
    )  # fmt: skip
    rows = hub.store.read(lambda connection: connection.execute(query.order_by("id")).all())
    return [Quarantined(*row) for row in rows]
