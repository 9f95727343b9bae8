"""PrintReadyRecord: one version of one citizen's card data, and the Right to make one good card of it.

What it is not: a judge of the person. It holds what the register said; form is checked here, images in
`prr.image`, print-worthiness by `prr.status`.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, NewType

from pydantic import AfterValidator, Field, StringConstraints

from prr import nik as nik_form
from prr.canonical import Contract, Ordinal

RecordId = NewType("RecordId", str)

NAME_LETTERS_MAX = 100  # Permendagri 73/2022 allows 60; older names are longer and lawful
IMAGE_BYTES_MAX = 8 * 1024 * 1024

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def _no_control_characters(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control character")
    return text


def _nik_text(text: str) -> str:
    if nik_form.PATTERN.fullmatch(text) is None:
        raise ValueError("a NIK is sixteen digits, kept as text")
    return text


Nik = Annotated[str, Field(strict=True), AfterValidator(_nik_text)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", strict=True)]
BlankUid = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{8,20}$", strict=True)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_LETTERS_MAX, strict=True),
    AfterValidator(_no_control_characters),
]
Line = Annotated[
    str, StringConstraints(max_length=120, strict=True), AfterValidator(_no_control_characters)
]
FilledLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strict=True),
    AfterValidator(_no_control_characters),
]
Image = Annotated[bytes, Field(min_length=1, max_length=IMAGE_BYTES_MAX)]


class IssueType(StrEnum):
    """Why a card is made: the six cases of Perpres 96/2018."""

    NEW = "NEW"
    MOVED_IN = "MOVED_IN"
    DATA_CHANGE = "DATA_CHANGE"
    WNA_RENEWAL = "WNA_RENEWAL"
    LOST_OR_DAMAGED = "LOST_OR_DAMAGED"
    OUTSIDE_DOMICILE = "OUTSIDE_DOMICILE"


class Sex(StrEnum):
    """Sex as the card states it."""

    MAN = "LAKI-LAKI"
    WOMAN = "PEREMPUAN"


class Right(Contract):
    """Permission to make one good card: a record and its issue number; never expires by itself."""

    record_id: Code
    issue_no: int = Field(ge=1, le=99)

    def __str__(self) -> str:
        """Return the right as `record/issue`, safe for logs."""
        return f"{self.record_id}/{self.issue_no}"


class PrintReadyRecord(Contract):
    """All that goes on one card, as the register released it.

    Images are base64 in JSON, PNG or JPEG bytes in memory. `blank_uid` names the one blank this card must go on,
    where the office encodes the chip before printing.
    """

    record_id: Code
    issue_no: int = Field(default=1, ge=1, le=99)
    issue_type: IssueType
    upstream_status: Line
    data_version: Ordinal
    site: Code
    recorded_on: date | None = None

    nik: Nik
    name: Name
    birth_place: FilledLine
    birth_date: date
    sex: Sex
    blood_type: Annotated[str, StringConstraints(pattern=r"^(-|(A|B|AB|O)[+-]?)$")] = "-"
    address: FilledLine
    rt: Annotated[str, StringConstraints(pattern=r"^([0-9]{3})?$")] = ""
    rw: Annotated[str, StringConstraints(pattern=r"^([0-9]{3})?$")] = ""
    village: FilledLine
    district: FilledLine
    regency: FilledLine
    province: FilledLine
    religion: FilledLine
    marital_status: FilledLine
    occupation: FilledLine
    citizenship: FilledLine = "WNI"
    valid_until: FilledLine = "SEUMUR HIDUP"
    issue_place: FilledLine
    issue_date: date

    photo: Image
    signature: Image
    blank_uid: BlankUid | None = None

    @property
    def right(self) -> Right:
        """Return the right this record gives."""
        return Right(record_id=self.record_id, issue_no=self.issue_no)
