"""Imports print-ready records from a file: each record accepted, known already, or refused and kept verbatim.

A file is read once, in transactions of some records each; imported again, whatever part of it went in before is known
already and changes nothing. A record replaces an earlier one of the same id only with a higher data version and while
nobody holds it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from hub import lines, schema
from hub.admission import batch
from hub.admission.batch import Outcome, Verdict
from hub.clock import local_day
from hub.errors import CommandError, ImportUnreadableError
from hub.home import Hub
from hub.judge import Judged, judge
from hub.lines import CsvLines, JsonLines, Line
from hub.refusals import LineRefusedError, Refusal

CHUNK_LINES = 100
HEAD_BYTES = 8
CHUNK_BYTES = 8 * 1024 * 1024
SHOWN_REFUSALS = 1000


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


def _store_chunk(hub: Hub, file: str, chunk: list[Verdict]) -> list[Outcome]:
    now = hub.clock.now()

    def body(connection: sa.Connection) -> list[Outcome]:
        hub.store.plan_anew(connection)
        return batch.store(connection, file, chunk, now)

    return hub.store.write(body)


def _count(summary: ImportSummary, line: Line, verdict: Judged | Refusal, outcome: Outcome) -> None:
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
