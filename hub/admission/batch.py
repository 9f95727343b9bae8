"""Stores judged lines in few statements a run; what comes of each is as if it had been stored by itself.

What the hub knows of the records of a run is read first, then each line is decided, then all is written. A record that
comes twice begins a new run, so that its second line sees what became of the first.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub import decisions, epochs, records, rights, schema
from hub.judge import Judged
from hub.lines import Line
from hub.policy import adoption
from hub.refusals import Code, Refusal
from prr.policy import Policy
from prr.record import Right

_ENDED = ("DONE", "REVOKED", "LOST")

Verdict = tuple[Line, Judged | Refusal]
Outcome = str | Refusal


@dataclass(slots=True)
class _Run:
    """What is known of a run's records, and the rows that are to be written of it."""

    rights: dict[tuple[str, int], sa.Row[Any]]
    heard: dict[tuple[str, int], dict[str, Any]]
    policy: Policy | None
    now: datetime
    records: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    replaced: list[tuple[sa.Row[Any], dict[str, Any]]] = field(default_factory=list)
    refused: list[tuple[Line, Refusal]] = field(default_factory=list)


def store(
    connection: sa.Connection, file: str, verdicts: Sequence[Verdict], now: datetime
) -> list[Outcome]:
    """Store verdicts; return what was done with each: accepted, known, replaced, or the refusal."""
    policy = adoption.ranked_by(connection)
    return [
        outcome
        for part in _runs(verdicts)
        for outcome in _store_run(connection, file, part, _Run({}, {}, policy, now))
    ]


def _runs(verdicts: Sequence[Verdict]) -> Iterator[list[Verdict]]:
    run: list[Verdict] = []
    seen: set[str] = set()
    for verdict in verdicts:
        judged = verdict[1]
        if isinstance(judged, Judged):
            if judged.record.record_id in seen:
                yield run
                run, seen = [], set()
            seen.add(judged.record.record_id)
        run.append(verdict)
    if run:
        yield run


def _store_run(
    connection: sa.Connection, file: str, verdicts: Sequence[Verdict], run: _Run
) -> list[Outcome]:
    ids = [judged.record.record_id for _, judged in verdicts if isinstance(judged, Judged)]
    if ids:
        run.rights = rights.of_records(connection, ids)
        run.heard = epochs.recall_of(connection, ids)
    outcomes = [_decide(connection, run, verdict) for verdict in verdicts]
    _write(connection, run)
    _keep(connection, file, run)
    return outcomes


def _decide(connection: sa.Connection, run: _Run, verdict: Verdict) -> Outcome:
    line, judged = verdict
    outcome = judged if isinstance(judged, Refusal) else _decide_record(connection, run, judged)
    if isinstance(outcome, Refusal):
        run.refused.append((line, outcome))
    return outcome


def _decide_record(connection: sa.Connection, run: _Run, judged: Judged) -> Outcome:
    record = judged.record
    key = (record.record_id, record.issue_no)
    present = run.rights.get(key)
    kept = records.row(record, judged.warnings, run.now)
    if present is not None and present.record_sha256 == kept["sha256"]:
        return "known"
    refusal = _refuse(connection, run, judged, present)
    if refusal is not None:
        return Refusal(refusal)
    run.records.append(kept)
    rank = adoption.rank(run.policy, record.issue_type)
    columns = records.right_columns(record, kept["sha256"], rank)
    if present is None:
        run.made.append(columns | run.heard.get(key, epochs.NOTHING_HEARD))
        return "accepted"
    run.replaced.append((present, columns))
    return "replaced"


def _refuse(
    connection: sa.Connection, run: _Run, judged: Judged, present: sa.Row[Any] | None
) -> Code | None:
    """Say why a record that is judged sound is not taken: for what is here already."""
    record = judged.record
    if present is not None:
        grown = record.data_version > present.data_version
        return None if present.state == "READY" and grown else Code.DUPLICATE_ID
    if not _previous_ended(run, record.right):
        return Code.PREVIOUS_ISSUE_OPEN
    if record.issue_no > 1 and not decisions.is_decided(connection, record.right):
        return Code.ISSUE_NOT_DECIDED
    return None


def _previous_ended(run: _Run, right: Right) -> bool:
    """Tell whether the issue before this one has ended, where it was made here."""
    row = run.rights.get((right.record_id, right.issue_no - 1))
    return row is None or row.state in _ENDED


def _write(connection: sa.Connection, run: _Run) -> None:
    if run.records:
        connection.execute(sa.insert(schema.records), run.records)
    if run.made:
        connection.execute(sa.insert(schema.rights), run.made)
    for present, columns in run.replaced:
        rights.change(connection, present, "replaced", run.now, **columns)


def _keep(connection: sa.Connection, file: str, run: _Run) -> None:
    """Keep refused lines as they were; the same line of the same file is kept once."""
    if not run.refused:
        return
    columns = schema.quarantine.c
    numbers = [line.number for line, _ in run.refused]
    query = sa.select(columns.line, columns.code, columns.raw_sha256)
    query = query.where(columns.file == file, columns.line.in_(numbers))
    kept = {tuple(row) for row in connection.execute(query)}
    rows = [_quarantine_row(file, line, refusal, run.now) for line, refusal in run.refused]
    new = [row for row in rows if (row["line"], row["code"], row["raw_sha256"]) not in kept]
    if new:
        connection.execute(sa.insert(schema.quarantine), new)


def _quarantine_row(file: str, line: Line, refusal: Refusal, now: datetime) -> dict[str, Any]:
    return {
        "at": now, "file": file, "line": line.number, "code": refusal.code.value,
        "sentence_en": refusal.english, "sentence_id": refusal.indonesian, "raw": line.raw,
        "raw_sha256": hashlib.sha256(line.raw).hexdigest(),
    }  # fmt: skip
