"""Records in the store: kept by the hash of the very bytes that are signed, and the rights made of them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub import epochs, rights, schema
from prr.record import PrintReadyRecord

_RECORDS = schema.records


def keep(
    connection: sa.Connection, record: PrintReadyRecord, warnings: Sequence[str], now: datetime
) -> str:
    """Store a version of a record; returns its SHA-256."""
    kept = row(record, warnings, now)
    connection.execute(sa.insert(_RECORDS), kept)
    return str(kept["sha256"])


def row(record: PrintReadyRecord, warnings: Sequence[str], now: datetime) -> dict[str, Any]:
    """Return what is kept of a version of a record."""
    payload = record.canonical()
    return {
        "sha256": hashlib.sha256(payload).hexdigest(), "payload": payload,
        "warnings": ",".join(warnings), "imported_at": now,
    }  # fmt: skip


def add_right(
    connection: sa.Connection, record: PrintReadyRecord, sha256: str, class_rank: int
) -> None:
    """Make the right of a record: READY, or as stations said of it before this hub forgot it."""
    heard = epochs.recall(connection, record.record_id, record.issue_no)
    connection.execute(sa.insert(schema.rights), right_columns(record, sha256, class_rank) | heard)


def right_columns(record: PrintReadyRecord, sha256: str, class_rank: int) -> dict[str, Any]:
    """Return what a right's row says of its record, which stands in a class of the policy's."""
    return {
        "record_id": record.record_id, "issue_no": record.issue_no, "record_sha256": sha256,
        "data_version": record.data_version, "site": record.site,
        "issue_type": record.issue_type.value,
        "class_rank": class_rank,
        "queued_on": record.recorded_on or rights.QUEUED_LAST,
    }  # fmt: skip


def of_right(connection: sa.Connection, row: sa.Row[Any]) -> PrintReadyRecord:
    """Read the record of a right."""
    query = sa.select(_RECORDS.c.payload).where(_RECORDS.c.sha256 == row.record_sha256)
    return PrintReadyRecord.model_validate_json(connection.execute(query).scalar_one())
