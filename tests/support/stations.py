"""A station's parts for tests: real store, real vault, a hub's key, a clock one can set."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.card import Evidence
from prr import seal
from prr.exchange import Allowance, Grant
from prr.record import Right
from station import attempt, grants
from station.config import Config, HubSection, PressSection, PrinterSection, StationSection
from station.database import Database
from station.vault import Vault
from support.records import record

STATION = "UJI-01"
SERIAL = "E2-0001"
SERIES = "BLANK"
DAY = date(2026, 3, 2)
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VAULT = Vault(STATION, bytes(32))


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
    seconds: float = 1000.0
    boot_id: str = "boot-1"
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.seconds

    def boot_s(self) -> float:
        return self.seconds

    def sleep(self, duration_s: float) -> None:
        self.slept.append(duration_s)
        self.advance(duration_s)

    def advance(self, duration_s: float) -> None:
        self.seconds += duration_s
        self.at += timedelta(seconds=duration_s)


def database(folder: Path) -> Database:
    return Database(folder / "station.sqlite")


def config(folder: Path, press: PressSection | None = None) -> Config:
    """Return a configuration whose hub and printer nobody answers for."""
    public_key = seal.public_key_text(HUB_KEY.public_key())
    return Config(
        station=StationSection(id=STATION, zone="Asia/Jakarta", state_dir=folder),
        hub=HubSection(url="http://127.0.0.1:1", public_key=public_key),
        printer=PrinterSection(uri="tcp://127.0.0.1:1"),
        press=press or PressSection(),
    )


def grant(number: int, fence: int = 1, **changes: object) -> Grant:
    return Grant.signed(HUB_KEY, STATION, 1, fence, record(number, **changes))


def allowance(cap: int = 200, day: date = DAY, serial: str = SERIAL) -> Allowance:
    made = Allowance(
        allowance_id=f"{serial}.{day.isoformat()}", printer_serial=serial, day=day,
        zone="Asia/Jakarta", cap=cap,
    )  # fmt: skip
    return made.signed(HUB_KEY)


def stock(
    store: Database, *, cap: int = 200, blanks: int = 50, numbers: tuple[int, ...] = ()
) -> None:
    """Give a store an allowance, a printer, blanks and granted rights."""
    with store.write() as tx:
        grants.keep_allowances(tx, (allowance(cap),))
        tx.run("printer_seen", serial=SERIAL, model="Evolis Primacy 2", firmware="1450")
        if blanks:
            tx.run(
                "blank_move", series=SERIES, source="OUTSIDE", target="LOADED", count=blanks,
                intent=None, who="uji", at="2026-03-02T03:00:00+00:00",
            )  # fmt: skip
        made = tuple(grant(number) for number in numbers)
        grants.keep(tx, VAULT, "none", made, approved=True, pull_ms=5)


def plan(right: Right | None, fence: int | None = 1, day: date = DAY) -> attempt.Plan:
    return attempt.Plan(
        right=right,
        fence=fence if right else None,
        image_sha256="0" * 64,
        printer_serial=SERIAL,
        series=SERIES,
        allowance_id=f"{SERIAL}.{day.isoformat()}",
        day=day,
        zone="Asia/Jakarta",
    )


def evidence(counter: int | None = 100, **changes: object) -> Evidence:
    facts: dict[str, object] = {
        "serial": SERIAL, "counter": counter, "counter_kind": "inserted_head",
        "job_active": False, "card_inside": False,
    }  # fmt: skip
    return Evidence(**(facts | changes))  # type: ignore[arg-type]
