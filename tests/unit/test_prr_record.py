"""Records: strict about form, stable as bytes, unknown fields refused."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from prr.record import PrintReadyRecord, Right
from support.records import fields, json_fields, record

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("n", [1, 2, 25, 26, 700, 9999])
def test_a_record_is_its_canonical_bytes(n: int) -> None:
    made = record(n)
    again = PrintReadyRecord.model_validate_json(made.canonical())
    assert again == made
    assert again.canonical() == made.canonical()
    assert again.sha256() == made.sha256()


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    st.binary(min_size=1, max_size=200),
    st.none() | st.dates(date(2010, 1, 1), date(2030, 1, 1)),
)
def test_any_name_image_and_day_survive_the_wire(name: str, photo: bytes, day: date | None) -> None:
    made = record(1, name=name, photo=photo, recorded_on=day)
    assert PrintReadyRecord.model_validate_json(made.canonical()) == made


BAD: list[dict[str, Any]] = [
    {"unknown": 1},
    {"nik": 1671990101909921},
    {"nik": "167199010190992"},
    {"nik": "\uff11" * 16},
    {"nik": "1671990101909921\n"},
    {"name": ""},
    {"name": "A" * 101},
    {"name": "A\x00B"},
    {"name": "A\u202eB"},
    {"name": "A\ufeffB"},
    {"address": "A\nB"},
    {"rt": "1"},
    {"sex": "MAN"},
    {"blood_type": "C+"},
    {"birth_date": "1945-02-30"},
    {"issue_no": 0},
    {"issue_no": 100},
    {"record_id": "a b"},
    {"record_id": "-a"},
    {"record_id": "a" * 65},
    {"blank_uid": "04a1b2c3"},
    {"photo": b""},
    {"photo": b"x" * (8 * 1024 * 1024 + 1)},
]


@pytest.mark.parametrize("change", BAD, ids=lambda change: f"{next(iter(change))}")
def test_what_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        record(1, **change)


@pytest.mark.parametrize(
    "name", sorted(fields(1).keys() - {"recorded_on", "blood_type", "rt", "rw"})
)
def test_fields_without_a_default_are_needed(name: str) -> None:
    with pytest.raises(ValidationError):
        PrintReadyRecord.model_validate(
            {key: value for key, value in json_fields(1).items() if key != name}
        )


def test_a_record_is_frozen_and_gives_its_right() -> None:
    made = record(3, issue_no=2)
    with pytest.raises(ValidationError):
        made.name = "B"
    assert made.right == Right(record_id="R000003", issue_no=2)
    assert str(made.right) == "R000003/2"
