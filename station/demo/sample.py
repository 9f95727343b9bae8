"""A sample of print-ready records for the demo: drawn portraits, NIKs that can be nobody's, and lines a hub must refuse.

Each NIK has the district 99, which was never assigned. Names say themselves that they are examples.
"""

import base64
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from prr.record import IssueType, PrintReadyRecord, Sex
from station.demo.portrait import portrait_jpeg, signature_jpeg

SITE = "DEMO"
FIRST_BIRTHDAY = date(1958, 1, 1)
NAMES = (
    "CONTOH SATU", "TOKOH REKAAN DUA", "CONTOH TIGA BUDIMAN", "REKAAN EMPAT", "CONTOH LIMA LESTARI",
    "TOKOH ENAM", "CONTOH TUJUH PUTRA", "REKAAN DELAPAN WATI", "TOKOH SEMBILAN", "CONTOH SEPULUH JAYA",
    "REKAAN SEBELAS", "CONTOH DUA BELAS SARI",
)  # fmt: skip
STREETS = (
    "JL. CONTOH RAYA",
    "GG. MISAL",
    "JL. UMPAMA",
    "PERUM REKAAN BLOK C",
    "JL. PERCOBAAN TIMUR",
)
JOBS = (
    "WIRASWASTA",
    "PETANI/PEKEBUN",
    "MENGURUS RUMAH TANGGA",
    "PELAJAR/MAHASISWA",
    "KARYAWAN SWASTA",
)
FAITHS = ("ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDHA", "KHONGHUCU")
MARRIAGES = ("BELUM KAWIN", "KAWIN", "CERAI HIDUP", "CERAI MATI")
BLOOD = ("A", "B", "AB", "O", "-")
FIRST_BAD_NUMBER = 900


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What was written: lines in all, and the lines that must be refused by the name of their fault."""

    lines: int
    bad: tuple[str, ...]


def write_sample(path: Path, printable: int, seed: int) -> SampleFacts:
    """Write a JSONL import file: `printable` good records with the bad lines strewn among them."""
    good = [json.dumps(_fields(number, seed)) for number in range(1, printable + 1)]
    bad = [
        (name, spoil(_fields(FIRST_BAD_NUMBER + n, seed)))
        for n, (name, spoil) in enumerate(FAULTS.items())
    ]
    lines = list(good)
    for number, (_, line) in enumerate(bad):
        lines.insert(1 + number * len(good) // len(bad) + number, line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return SampleFacts(len(lines), tuple(FAULTS))


def _fields(number: int, seed: int) -> dict[str, Any]:
    """Return one good record as plain JSON data; the fields of the bad ones are spoilt afterwards."""
    chance = random.Random(seed * 1000 + number)
    sex = chance.choice(list(Sex))
    born = FIRST_BIRTHDAY + timedelta(days=chance.randrange(14_000))
    day = born.day + (40 if sex is Sex.WOMAN else 0)
    record = PrintReadyRecord(
        record_id=f"DEMO-{number:04d}",
        issue_type=IssueType.NEW,
        upstream_status="PRINT_READY_RECORD",
        data_version=1,
        site=SITE,
        recorded_on=date(2017, 3, 1) + timedelta(days=number % 90),
        nik=f"357499{day:02d}{born:%m%y}{number:04d}",
        name=NAMES[number % len(NAMES)],
        birth_place="CONTOHAN",
        birth_date=born,
        sex=sex,
        blood_type=chance.choice(BLOOD),
        address=f"{chance.choice(STREETS)} NO. {chance.randrange(1, 99)}",
        rt=f"{chance.randrange(1, 20):03d}",
        rw=f"{chance.randrange(1, 9):03d}",
        village="DESA MISAL",
        district="KECAMATAN UMPAMA",
        regency="KOTA CONTOH",
        province="REKAAN",
        religion=chance.choice(FAITHS),
        marital_status=chance.choice(MARRIAGES),
        occupation=chance.choice(JOBS),
        issue_place="KOTA CONTOH",
        issue_date=date(2017, 9, 6),
        photo=portrait_jpeg(number + seed, woman=sex is Sex.WOMAN, birth_year=born.year),
        signature=signature_jpeg(number + seed),
    )
    fields: dict[str, Any] = record.model_dump(mode="json")
    return fields


def _with(**changes: Any) -> Callable[[dict[str, Any]], str]:
    return lambda fields: json.dumps(fields | changes)


def _without(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda fields: json.dumps({key: value for key, value in fields.items() if key != name})


def _huge_png(fields: dict[str, Any]) -> str:
    """Put in a picture of 100 megapixels that is a few kilobytes long."""
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "PNG")
    return json.dumps(fields | {"photo": base64.b64encode(buffer.getvalue()).decode()})


def _other_month(fields: dict[str, Any]) -> str:
    return json.dumps(fields | {"nik": fields["nik"][:8] + "13" + fields["nik"][10:]})


FAULTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "bad NIK": _other_month,
    "NIK as a number": lambda fields: json.dumps(fields | {"nik": int(fields["nik"])}),
    "no photo": _without("photo"),
    "a photo that isn't one": _with(photo=base64.b64encode(b"not an image" * 20).decode()),
    "a photo of 100 megapixels": _huge_png,
    "a name of 200 letters": _with(name="A" * 200),
    "control characters": _with(address="JL. CONTOH\x07\x1b[2J"),
    "an id that is taken": _with(record_id="DEMO-0001"),
    "a status that does not print": _with(upstream_status="DUPLICATE_RECORD"),
    "an unknown status": _with(upstream_status="SIAP_CETAK_MUNGKIN"),
    "an unknown field": _with(fingerprint="none"),
    "broken JSON": lambda fields: json.dumps(fields)[:200],
}
