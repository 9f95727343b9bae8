"""Synthetic print-ready records: nobody's data, valid in every field.

The district of each NIK is 99, which was never assigned. Pictures are drawn, tiny, and differ from record to record.
"""

import base64
import functools
import io
import json
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from prr.record import IssueType, PrintReadyRecord, Sex

SITE = "KEC-01"
_FIRST_BIRTHDAY = date(1950, 1, 1)
_BIRTHDAYS = 18_000  # until 1999: no century is ambiguous for a card holder


def record(n: int, **changes: Any) -> PrintReadyRecord:
    """Make the n-th record (n >= 1), with the named fields changed; changes are validated like the rest."""
    return PrintReadyRecord.model_validate(fields(n) | changes)


def fields(n: int) -> dict[str, Any]:
    """Return the fields of the n-th record as Python values; images as bytes."""
    born = _FIRST_BIRTHDAY + timedelta(days=n * 37 % _BIRTHDAYS)
    sex = Sex.WOMAN if n % 2 == 0 else Sex.MAN
    return {
        "record_id": f"R{n:06d}",
        "issue_type": IssueType.NEW,
        "upstream_status": "PRINT_READY_RECORD",
        "data_version": 1,
        "site": SITE,
        "recorded_on": date(2017, 1, 1) + timedelta(days=n % 200),
        "nik": nik(n, born, sex),
        "name": f"CONTOH NAMA {_letters(n)}",
        "birth_place": "CONTOHAN",
        "birth_date": born,
        "sex": sex,
        "blood_type": ("A", "B", "AB", "O", "-")[n % 5],
        "address": f"JL CONTOH NO {n}",
        "rt": f"{n % 20:03d}",
        "rw": f"{n % 9:03d}",
        "village": "DESA CONTOH",
        "district": "KECAMATAN CONTOH",
        "regency": "KOTA CONTOH",
        "province": "PROVINSI CONTOH",
        "religion": "ISLAM",
        "marital_status": "BELUM KAWIN",
        "occupation": "KARYAWAN SWASTA",
        "issue_place": "KOTA CONTOH",
        "issue_date": date(2017, 9, 5),
        "photo": photo_png(n % 7),
        "signature": signature_png(n % 5),
    }


def json_fields(n: int, **changes: Any) -> dict[str, Any]:
    """Return the n-th record as plain JSON data, images as base64, with changes put in unjudged."""
    plain: dict[str, Any] = json.loads(record(n).canonical())
    return plain | changes


def nik(n: int, born: date, sex: Sex) -> str:
    """Return a NIK that can be nobody's: district 99, and unlike that of any other n below 10,000."""
    day = born.day + (40 if sex is Sex.WOMAN else 0)
    return f"167199{day:02d}{born:%m%y}{(n - 1) % 9999 + 1:04d}"


@functools.cache
def photo_png(n: int, width_px: int = 60, height_px: int = 80) -> bytes:
    """Draw a face of sorts on the red or blue ground that the office uses."""
    picture = Image.new("RGB", (width_px, height_px), "#c01818" if n % 2 else "#1830c0")
    draw = ImageDraw.Draw(picture)
    shade = 120 + n * 15
    draw.ellipse(
        (width_px // 4, height_px // 6, width_px * 3 // 4, height_px * 2 // 3),
        fill=(shade, shade * 3 // 4, shade // 2),
    )
    draw.rectangle((width_px // 6, height_px * 3 // 4, width_px * 5 // 6, height_px), fill="white")
    return png_bytes(picture)


@functools.cache
def signature_png(n: int, width_px: int = 64, height_px: int = 24) -> bytes:
    """Draw a black squiggle on white."""
    picture = Image.new("L", (width_px, height_px), 255)
    points = [(x, height_px // 2 + (x * (n + 3)) % 11 - 5) for x in range(4, width_px - 4, 6)]
    ImageDraw.Draw(picture).line(points, fill=0, width=2)
    return png_bytes(picture)


def png_bytes(picture: Image.Image) -> bytes:
    """Encode a picture as PNG."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def base64_text(data: bytes) -> str:
    """Return bytes as the base64 text of JSON and CSV records."""
    return base64.b64encode(data).decode("ascii")


def _letters(n: int) -> str:
    """Write a number in letters: a name holds no digits."""
    letters = ""
    while n:
        n, digit = divmod(n, 26)
        letters = chr(ord("A") + digit) + letters
    return letters or "A"
