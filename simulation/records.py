"""The office's records: nobody's data, small pictures, one name like the other. A record's number is its mark.

The district of each NIK is 99, which was never assigned.
"""

import functools
import io
import json
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from prr.record import IssueType, PrintReadyRecord, Right, Sex

SITE = "KEC-01"
_FIRST_BIRTHDAY = date(1950, 1, 1)
_BIRTHDAYS = 18_000  # until 1999: no century is ambiguous for a card holder


def right_of(number: int, issue_no: int = 1) -> Right:
    """Return the right of the so-and-so-manieth record."""
    return Right(record_id=f"R{number:06d}", issue_no=issue_no)


def number_of(right: Right) -> int:
    """Return which record a right is of."""
    return int(right.record_id[1:])


def line_of(number: int) -> str:
    """Return a record as a line of an import file."""
    fields = json.loads(_pattern()) | _own(number)
    return json.dumps(fields)


def nik_of(number: int) -> str:
    """Return a record's NIK."""
    nik: str = _own(number)["nik"]
    return nik


def name_of(number: int) -> str:
    """Return a record's name."""
    return f"CONTOH SATU {_letters(number)}"


def _own(number: int) -> dict[str, Any]:
    born = _FIRST_BIRTHDAY + timedelta(days=number * 37 % _BIRTHDAYS)
    return {
        "record_id": right_of(number).record_id,
        "nik": f"167199{born.day:02d}{born:%m%y}{(number - 1) % 9999 + 1:04d}",
        "name": name_of(number),
        "birth_date": born.isoformat(),
        "recorded_on": (date(2017, 1, 1) + timedelta(days=number % 200)).isoformat(),
    }


@functools.cache
def _pattern() -> bytes:
    record = PrintReadyRecord.model_validate(
        _own(1)
        | {
            "issue_type": IssueType.NEW, "upstream_status": "PRINT_READY_RECORD",
            "data_version": 1, "site": SITE, "birth_place": "CONTOHAN", "sex": Sex.MAN,
            "address": "JL CONTOH NO 1", "rt": "001", "rw": "002", "village": "DESA CONTOH",
            "district": "KECAMATAN CONTOH", "regency": "KOTA CONTOH",
            "province": "PROVINSI CONTOH", "religion": "ISLAM", "marital_status": "BELUM KAWIN",
            "occupation": "KARYAWAN SWASTA", "issue_place": "KOTA CONTOH",
            "issue_date": date(2017, 9, 5), "photo": _png("#1830c0", 60, 80),
            "signature": _png("white", 64, 24),
        }
    )  # fmt: skip
    return record.canonical()


def _png(ground: str, width_px: int, height_px: int) -> bytes:
    picture = Image.new("RGB", (width_px, height_px), ground)
    pen = ImageDraw.Draw(picture)
    pen.line((4, 4, width_px - 4, height_px - 4), fill="black", width=2)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
