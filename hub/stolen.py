"""A stolen station: its identity is taken back at once, and what was on it is written down for those who must be told.

The report tells what the hub knows: rights the station held (their data lies encrypted on its disk, under a key
sealed to the machine), cards it printed since it was last heard (their data may not be destroyed there yet), the
signed allowances it holds, its blanks, its certificates. It names records, not persons; names go to a file of their
own.

The clock: UU 27/2022 art. 46(1) wants the persons and the authority told in writing within 3 x 24 hours. It is
counted here from `since`, the strictest reading. What ends the rights (LOST, by two people, after the stated wait) is
not here.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub import identities, keys, ledger, rights, schema, stations
from hub.home import Hub
from prr.record import PrintReadyRecord

NOTICE_WITHIN = timedelta(hours=72)
LAW = "UU 27/2022 (PDP) pasal 46"
LOCKED_REASON = "stolen"


@dataclass(frozen=True, slots=True)
class StolenReport:
    """What a stolen station takes along. Records are named by id; times are UTC."""

    station: str
    site: str
    since: datetime
    reported_at: datetime
    notice_due_at: datetime
    law: str
    asked_by: str
    approved_by: str
    last_heard_at: datetime | None
    records_held: Sequence[str]
    records_perhaps: Sequence[str]
    certificates: Sequence[identities.Identity]
    allowances: Sequence[str]
    blanks: dict[str, int]

    @property
    def persons(self) -> int:
        """Return how many persons' records are or may be on it."""
        return len({*self.records_held, *self.records_perhaps})

    def facts(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {"persons": self.persons, **asdict(self)}


def declare(hub: Hub, station: str, by: str, second: str, since: datetime) -> StolenReport:
    """Revoke a station's identity, lock it, put what it holds in doubt, and report. Declaring again reports again.

    Raises:
        OnePersonError: both names are one person's.
        StationUnknownError: there is no such station.
    """
    identities.check_two(by, second)
    now = hub.clock.now()

    def body(connection: sa.Connection) -> StolenReport:
        row = stations.get(connection, station)
        identities.revoke_all(connection, station, now, "STOLEN", by=by, second=second)
        stations.lock(connection, station, row.locked_reason or LOCKED_REASON)
        held = rights.held_by(connection, station)
        for right in held:
            if not right.in_doubt:
                rights.change(connection, right, "station-stolen", now, in_doubt=1)
        return StolenReport(
            station=station, site=row.site, since=since, reported_at=now,
            notice_due_at=since + NOTICE_WITHIN, law=LAW, asked_by=by, approved_by=second,
            last_heard_at=row.synced_at,
            records_held=[_named(right) for right in held],
            records_perhaps=_told_since(connection, station, row.synced_at),
            certificates=identities.listed(connection, station),
            allowances=_allowances(connection, station, since),
            blanks=_blanks(connection, station),
        )  # fmt: skip

    return hub.store.write(body)


def write_names(hub: Hub, report: StolenReport, path: Path) -> int:
    """Write the persons of a report, for their notices, to a new file only its owner may read; return their number.

    Raises:
        OSError: the file is there already or cannot be written.
    """
    named = {*report.records_held, *report.records_perhaps}
    joined = schema.rights.join(
        schema.records, schema.rights.c.record_sha256 == schema.records.c.sha256
    )
    columns = (schema.rights.c.record_id, schema.rights.c.issue_no, schema.records.c.payload)
    query = sa.select(*columns).select_from(joined).where(schema.rights.c.site == report.site)
    rows = hub.store.read(lambda connection: connection.execute(query).all())
    lines = []
    for row in rows:
        if _named(row) in named:
            person = PrintReadyRecord.model_validate_json(row.payload)
            told = {"right": _named(row), "name": person.name, "address": person.address}
            lines.append(json.dumps(told, ensure_ascii=False))
    keys.write_private(path, "".join(f"{line}\n" for line in sorted(lines)).encode())
    return len(lines)


def words(report: StolenReport) -> str:
    """Word a report for people, Indonesian first."""
    heard = report.last_heard_at
    keys_told = [
        f"  {one.sha256}  sampai/until {one.not_after:%Y-%m-%d}  {one.revoked_for}"
        for one in report.certificates
    ]
    lines = [
        f"LAPORAN STASIUN DICURI / STOLEN STATION: {report.station} ({report.site})",
        f"Sejak / since:              {report.since:%Y-%m-%d %H:%M} UTC",
        f"Terakhir terdengar / heard: {'-' if heard is None else f'{heard:%Y-%m-%d %H:%M} UTC'}",
        f"Batas pemberitahuan / notice due: {report.notice_due_at:%Y-%m-%d %H:%M} UTC ({report.law}, 3 x 24 jam)",
        f"Diminta / disetujui (asked, approved): {report.asked_by}, {report.approved_by}",
        f"Jumlah orang / persons: {report.persons}",
        f"  ada di stasiun, terenkripsi / on it, encrypted: {len(report.records_held)}",
        *(f"    {name}" for name in report.records_held),
        f"  mungkin masih ada / perhaps still on it: {len(report.records_perhaps)}",
        *(f"    {name}" for name in report.records_perhaps),
        "Sertifikat yang dicabut / certificates, all revoked:",
        *(keys_told or ["  -"]),
        "Kuota cetak yang dipegang / allowances it holds (printer.day: cards):",
        *([f"  {line}" for line in report.allowances] or ["  -"]),
        "Blangko / blanks:",
        *([f"  {place}: {count}" for place, count in report.blanks.items()] or ["  -"]),
        "Data tiap rekaman / of each record: NIK, nama/name, alamat/address, foto/photo, tanda tangan/signature.",
        "Langkah berikut / next: beritahu orang dan lembaga sebelum batas; setelah masa tunggu nyatakan hak hilang.",
        "  Tell persons and authority before the time is up; after the wait two people declare the rights lost.",
    ]
    return "".join(f"{line}\n" for line in lines)


def _named(row: Any) -> str:
    return str(rights.named(row))


def _told_since(
    connection: sa.Connection, station: str, heard_at: datetime | None
) -> Sequence[str]:
    """Return the printed rights whose report was applied since the last sync: the station may not know that yet."""
    reports, entries = schema.reports, schema.outbox_entries
    query = (
        sa.select(schema.rights.c.record_id, schema.rights.c.issue_no)
        .select_from(
            reports.join(schema.rights, reports.c.right_id == schema.rights.c.id).join(
                entries,
                sa.and_(
                    reports.c.station == entries.c.station,
                    reports.c.seq == entries.c.seq,
                ),
            )
        )
        .where(reports.c.station == station, reports.c.outcome == "PRINTED")
        .order_by(reports.c.seq)
    )
    if heard_at is not None:
        query = query.where(entries.c.applied_at >= heard_at)
    return [_named(row) for row in connection.execute(query)]


def _allowances(connection: sa.Connection, station: str, since: datetime) -> Sequence[str]:
    """Return what the station's printers may have printed from the day before `since` on: a day is a local one."""
    columns = schema.allowances.c
    query = sa.select(columns.allowance_id, columns.cap).where(columns.station == station)
    query = query.where(columns.day >= since.date() - timedelta(days=1)).order_by(columns.day)
    return [f"{row.allowance_id}: {row.cap}" for row in connection.execute(query)]


def _blanks(connection: sa.Connection, station: str) -> dict[str, int]:
    prefix = f"station:{station}:"
    return {
        f"{series} {account.removeprefix(prefix)}": count
        for series, accounts in ledger.balances(connection).items()
        for account, count in accounts.items()
        if account.startswith(prefix) and count
    }
