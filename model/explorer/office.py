"""What stands still while the rest is explored: names, keys, clocks, and synthetic records.

Whatever is random or tells the time in the real office says the same here each time it is asked, so that equal
histories make equal bytes. The NIKs are of district 99, which was never assigned.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from prr import seal
from prr.record import IssueType, PrintReadyRecord, Right, Sex
from station.config import Config

SITE = "KEC-01"
SERIES = "BLANK"
ZONE = "Asia/Jakarta"
ISSUES = 2
FIRST_DAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STATIONS = ("UJI-1", "UJI-2", "UJI-3")

# What a role would write to its log is of no use here, and there are millions of steps.
SILENT = structlog.wrap_logger(
    structlog.PrintLogger(), wrapper_class=structlog.make_filtering_bound_logger(50)
)


@dataclass(slots=True)
class StillClock:
    """A clock that shows one moment of one day until it is set to another."""

    day: int = 0
    boot_id: str = "boot"

    def now(self) -> datetime:
        """Return the moment, UTC."""
        return FIRST_DAY + timedelta(days=self.day)

    def monotonic_s(self) -> float:
        """Return the seconds since the first day."""
        return self.day * 86_400.0

    def boot_s(self) -> float:
        """Return the seconds since the first day."""
        return self.day * 86_400.0

    def sleep(self, duration_s: float) -> None:
        """Do nothing: nobody waits here."""


def serial(station: str) -> str:
    """Return the serial number of a station's printer."""
    return f"{station}-P"


def rights(records: int) -> tuple[Right, ...]:
    """Return every right there can be, first issues first."""
    return tuple(
        Right(record_id=f"R{n}", issue_no=issue)
        for issue in range(1, ISSUES + 1)
        for n in range(1, records + 1)
    )


def record(n: int) -> PrintReadyRecord:
    """Make the n-th record."""
    return PrintReadyRecord(
        record_id=f"R{n}", issue_type=IssueType.NEW, upstream_status="PRINT_READY_RECORD",
        data_version=1, site=SITE, recorded_on=date(2026, 1, n), nik=f"167199{n:02d}0190{n:04d}",
        name="CONTOH NAMA", birth_place="CONTOHAN", birth_date=date(1990, 1, n), sex=Sex.MAN,
        address="JL CONTOH", village="DESA CONTOH", district="KECAMATAN CONTOH",
        regency="KOTA CONTOH", province="PROVINSI CONTOH", religion="ISLAM",
        marital_status="BELUM KAWIN", occupation="KARYAWAN SWASTA", issue_place="KOTA CONTOH",
        issue_date=date(2026, 1, 5), photo=_png(), signature=_png(),
    )  # fmt: skip


def config(station: str, folder: Path) -> Config:
    """Return a station's configuration; one right is held ahead."""
    return Config.model_validate(
        {
            "station": {"id": station, "zone": ZONE, "state_dir": folder},
            "hub": {
                "url": "http://127.0.0.1:1", "access_key": "none",
                "public_key": seal.public_key_text(HUB_KEY.public_key()),
            },
            "printer": {"uri": "tcp://127.0.0.1:1", "series": SERIES},
            "courier": {"prefetch_count": 1},
        }
    )  # fmt: skip


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (16, 16), 255).save(buffer, "PNG")
    return buffer.getvalue()
