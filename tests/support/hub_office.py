"""A real hub for tests: its own directory and SQLite file, a clock that stands still, stations with access keys."""

import contextlib
import json
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub import home, intake, rights, service, stations
from hub.home import Hub
from prr.exchange import (
    GENESIS_SHA256,
    Claim,
    ClaimAnswer,
    Grant,
    Loading,
    OutboxEntry,
    Outcome,
    Report,
    Told,
)
from prr.record import IssueType, Right
from support import records

SERIES = "S1"
PRINTER = "PRN-001"


class StillClock:
    """A clock that moves when told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Office:
    """An open hub and shortcuts for what tests do with it."""

    directory: Path
    hub: Hub
    clock: StillClock
    configs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_station(self, name: str = "P1", site: str = records.SITE, *types: IssueType) -> None:
        new = stations.NewStation(
            name, site, "http://127.0.0.1:8600", "tcp://127.0.0.1:9100", types or tuple(IssueType)
        )
        self.configs[name] = tomllib.loads(stations.add(self.hub, new))

    @property
    def imports(self) -> Path:
        """The folder of import files."""
        folder = self.directory.parent / "imports"
        folder.mkdir(exist_ok=True)
        return folder

    def import_fields(self, *rows: dict[str, Any]) -> intake.ImportSummary:
        path = self.imports / "records.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return intake.import_file(self.hub, path)

    def import_records(self, *numbers: int, **changes: Any) -> None:
        summary = self.import_fields(*(records.json_fields(n, **changes) for n in numbers))
        assert summary.accepted == len(numbers), summary

    def claim(self, station: str = "P1", count: int = 1, key: str | None = None) -> ClaimAnswer:
        claim_key = key or str(uuid.uuid4())
        return service.claim(self.hub, Claim(claim_key=claim_key, station=station, count_max=count))

    def right(self, n: int, issue_no: int = 1) -> sa.Row[Any]:
        """Return the row of the n-th record's right."""
        right = Right(record_id=f"R{n:06d}", issue_no=issue_no)
        row = self.hub.store.read(lambda connection: rights.find(connection, right))
        assert row is not None
        return row

    def balances(self, series: str = SERIES) -> dict[str, int]:
        """Return the accounts of a series that are not at zero, a station's without the leading word."""
        accounts = service.stock(self.hub).get(series, {})
        return {name.removeprefix("station:"): n for name, n in accounts.items() if n}

    def alarms(self) -> list[str]:
        return [alarm.code.value for alarm in service.alarm_list(self.hub)]

    def load(self, station: str = "P1", count: int = 100) -> None:
        """Book blanks to the hub and on to a station."""
        service.receive_blanks(self.hub, SERIES, count, "D1")
        service.send_blanks(self.hub, station, SERIES, count, "D2")


class Teller:
    """A station's chain of outbox entries, as its courier would keep it."""

    def __init__(self, office: Office, station: str = "P1") -> None:
        self.office = office
        self.station = station
        self.seq = 0
        self.sha256 = GENESIS_SHA256
        self.intent = 0

    def entry(self, body: Told) -> OutboxEntry:
        """Make the next entry of the chain."""
        made = OutboxEntry(
            station=self.station, seq=self.seq + 1, previous_sha256=self.sha256,
            at=self.office.clock.now(), body=body,
        )  # fmt: skip
        self.seq, self.sha256 = made.seq, made.sha256()
        return made

    def tell(self, *bodies: Told) -> int:
        """Add entries to the chain, send them, and return how far the hub has applied it."""
        entries = tuple(self.entry(body) for body in bodies)
        return service.apply_outbox(self.office.hub, self.station, entries).applied_seq

    def report(
        self, outcome: Outcome, grant: Grant | None, intent: int | None = None, **changes: Any
    ) -> Report:
        """Make a report of a new intent, or of the one named."""
        if intent is None:
            self.intent += 1
        return Report.model_validate(
            {
                "intent": intent or self.intent, "attempt": 1, "outcome": outcome,
                "right": None if grant is None else grant.record.right,
                "fence": None if grant is None else grant.fence,
                "series": SERIES, "printer_serial": PRINTER, "image_sha256": "a" * 64,
                "allowance_id": "A1", "day": "2017-09-05", "zone": "Asia/Jakarta",
            }
            | changes
        )  # fmt: skip

    def load(self, count: int) -> None:
        self.tell(Loading(series=SERIES, count=count, by="OP1"))


@contextlib.contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Make a hub under a folder, open it, and close it."""
    directory = folder / "hub"
    home.init(directory, "Asia/Jakarta", 200, SERIES)
    clock = StillClock(datetime(2017, 9, 5, 3, 0, tzinfo=UTC))
    with home.opened(directory, clock) as hub:
        yield Office(directory, hub, clock)
