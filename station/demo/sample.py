"""The sample an office imports in the demo: invented people, and one line for each fault an import must refuse.

Nobody in it can exist: the district of each NIK is 99, which was never assigned, and each name says that it is a
specimen. Regions are real, people and addresses are not.
"""

import base64
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from prr.record import IssueType, PrintReadyRecord, Sex
from station.demo.portrait import portrait, signature

SITE = "DEMO"
_ISSUED_ON = date(2026, 1, 5)
_FIRST_BIRTHDAY = date(1958, 1, 1)
_BIRTHDAYS = 15_000  # until 1999: of age on the day of issue, and the NIK's century is certain
_WOMEN_DAY_OFFSET = 40

_DIGITS = ("NOL", "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN")
_REGIONS = (  # as the NIK has it, province, regency
    ("1671", "SUMATERA SELATAN", "KOTA PALEMBANG"),
    ("3513", "JAWA TIMUR", "KABUPATEN PROBOLINGGO"),
    ("3574", "JAWA TIMUR", "KOTA PROBOLINGGO"),
)
_TITLES = ("CONTOH", "TOKOH CONTOH", "WARGA CONTOH", "NAMA CONTOH", "TELADAN CONTOH")
_LONG_NAME = "RADEN CONTOH NAMA YANG SENGAJA DIBUAT PANJANG SEKALI NOMOR {}"
_STREETS = (
    "JL. MELATI KARANGAN",
    "JL. ANGIN LALU",
    "GANG REKAAN",
    "JL. CONTOH RAYA",
    "DUSUN KHAYAL",
)
_VILLAGES = ("CONTOHREJO", "SUMBERREKA", "KARANGCONTOH", "TELUK REKAAN")
_DISTRICTS = ("REKAAN TIMUR", "CONTOH ILIR", "KHAYALAN")
_RELIGIONS = ("ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDHA", "KHONGHUCU",
              "KEPERCAYAAN TERHADAP TUHAN YME")  # fmt: skip
_MARITAL = ("BELUM KAWIN", "KAWIN", "CERAI HIDUP", "CERAI MATI")
_OCCUPATIONS = ("WIRASWASTA", "PETANI/PEKEBUN", "KARYAWAN SWASTA", "GURU", "MENGURUS RUMAH TANGGA",
                "PELAJAR/MAHASISWA", "NELAYAN/PERIKANAN", "KARYAWAN HONORER")  # fmt: skip
_BLOOD = ("A", "B", "AB", "O", "-")
_LONG_NAME_EVERY = 5  # so that a small sample shows how a long one is set

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What was written: lines in all, records that can be printed, each faulty case with the refusal due to it."""

    lines: int
    printable: int
    refusals: dict[str, str]


def write_sample(path: Path, printable: int, seed: int) -> SampleFacts:
    """Write a JSON Lines file of `printable` good records with the faulty lines among them; same seed, same bytes."""
    assert printable >= 1
    chance = Random(seed)  # noqa: S311 - draws a sample
    lines = [record(number, chance).model_dump_json() for number in range(1, printable + 1)]
    faulty, refusals = _faulty_lines(json.loads(lines[0]))
    places = len(lines)
    for place, line in enumerate(faulty):
        # Evenly among the good ones, and after the first: one of them repeats its id.
        lines.insert(1 + place + place * places // (len(faulty) + 1), line)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return SampleFacts(len(lines), printable, refusals)


def record(number: int, chance: Random) -> PrintReadyRecord:
    """Make the invented person of a number from 1."""
    region, province, regency = chance.choice(_REGIONS)
    born = _FIRST_BIRTHDAY + timedelta(days=chance.randrange(_BIRTHDAYS))
    sex = chance.choice((Sex.MAN, Sex.WOMAN))
    return PrintReadyRecord(
        record_id=f"DEMO-{number:06d}",
        issue_type=IssueType.NEW,
        upstream_status="PRINT_READY_RECORD",
        data_version=1,
        site=SITE,
        recorded_on=_ISSUED_ON - timedelta(days=chance.randrange(20, 200)),
        nik=_nik(region, born, sex, number),
        name=_name(number, chance),
        birth_place=regency.split(" ", 1)[1],
        birth_date=born,
        sex=sex,
        blood_type=chance.choice(_BLOOD),
        address=f"{chance.choice(_STREETS)} NO. {chance.randrange(1, 200)}",
        rt=f"{chance.randrange(1, 20):03d}",
        rw=f"{chance.randrange(1, 12):03d}",
        village=chance.choice(_VILLAGES),
        district=chance.choice(_DISTRICTS),
        regency=regency,
        province=province,
        religion=chance.choice(_RELIGIONS),
        marital_status=chance.choice(_MARITAL),
        occupation=chance.choice(_OCCUPATIONS),
        issue_place=regency,
        issue_date=_ISSUED_ON,
        photo=portrait(born.year, sex, chance),
        signature=signature(chance),
    )


def _nik(region: str, born: date, sex: Sex, number: int) -> str:
    """Return a NIK that can be nobody's: district 99; its serial differs from that of any record near it."""
    day = born.day + (_WOMEN_DAY_OFFSET if sex is Sex.WOMAN else 0)
    return f"{region}99{day:02d}{born:%m%y}{(number - 1) % 9999 + 1:04d}"


def _name(number: int, chance: Random) -> str:
    said = " ".join(_DIGITS[int(digit)] for digit in str(number))
    if number % _LONG_NAME_EVERY == 0:
        return _LONG_NAME.format(said)
    return f"{chance.choice(_TITLES)} {said}"


def _faulty_lines(good: Fields) -> tuple[list[str], dict[str, str]]:
    """Return a line for each fault, and the import's code for each case."""
    lines, refusals = [], {}
    for place, (case, code, spoil) in enumerate(_FAULTS, start=1):
        fields = {**good, "record_id": f"DEMO-BAD-{place:02d}"}
        spoil(fields)
        lines.append(json.dumps(fields, separators=(",", ":")))
        refusals[case] = code
    lines.append(lines[0][: len(lines[0]) // 2])
    refusals["broken JSON"] = "BAD_JSON"
    return lines, refusals


def _month_13(fields: Fields) -> None:
    fields["nik"] = fields["nik"][:8] + "13" + fields["nik"][10:]


def _nik_as_number(fields: Fields) -> None:
    fields["nik"] = int(fields["nik"])


def _no_photo(fields: Fields) -> None:
    fields["photo"] = None


def _photo_no_image(fields: Fields) -> None:
    fields["photo"] = _base64(b"this was a photo once" * 40)


def _photo_100_megapixels(fields: Fields) -> None:
    fields["photo"] = _base64(vast_png(10_000))


def _name_200_letters(fields: Fields) -> None:
    fields["name"] = "CONTOH " * 28 + "DUA"  # not one letter over any limit: far over


def _control_characters(fields: Fields) -> None:
    fields["address"] = "JL. CONTOH\u0007 NO. 1\u001b[2J"


def _same_id(fields: Fields) -> None:
    fields["record_id"] = "DEMO-000001"
    fields["address"] = "JL. YANG LAIN NO. 2"


def _status_duplicate(fields: Fields) -> None:
    fields["upstream_status"] = "DUPLICATE_RECORD"


def _status_unknown(fields: Fields) -> None:
    fields["upstream_status"] = "SIAP_CETAK_BESOK"


def _unknown_field(fields: Fields) -> None:
    fields["nama_ibu"] = "IBU CONTOH"


_FAULTS: tuple[tuple[str, str, Callable[[Fields], None]], ...] = (
    ("NIK with month 13", "NIK_BIRTH_DATE", _month_13),
    ("NIK as a number", "NIK_AS_NUMBER", _nik_as_number),
    ("no photo", "PHOTO_MISSING", _no_photo),
    ("photo that is no image", "PHOTO_UNREADABLE", _photo_no_image),
    ("photo of 100 megapixels", "PHOTO_TOO_LARGE", _photo_100_megapixels),
    ("name of 200 letters", "NAME_TOO_LONG", _name_200_letters),
    ("control characters", "CONTROL_CHARACTER", _control_characters),
    ("same id, other content", "DUPLICATE_ID", _same_id),
    ("status DUPLICATE_RECORD", "STATUS_NOT_PRINTABLE", _status_duplicate),
    ("unknown status", "STATUS_UNKNOWN", _status_unknown),
    ("unknown field", "FIELD_UNKNOWN", _unknown_field),
)


def vast_png(side_px: int) -> bytes:
    """Return a sound PNG of one black square: a few kilobytes that some decoders make hundreds of megabytes of."""
    header = struct.pack(">IIBBBBB", side_px, side_px, 1, 0, 0, 0, 0)  # 1 bit a pixel, grey
    rows = zlib.compress(bytes((1 + (side_px + 7) // 8) * side_px), 1)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
