"""NIK vectors: every one of them, on the day they were made for."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prr import nik

pytestmark = pytest.mark.pure

VECTORS = json.loads(
    (Path(__file__).parents[1] / "captures" / "nik_vectors.json").read_text(encoding="utf-8")
)
ON = date.fromisoformat(VECTORS["reference_date"])


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["note"])
def test_vector(vector: dict[str, Any]) -> None:
    verdict = nik.examine(vector["nik"], ON)
    assert verdict.verdict == vector["verdict"]
    assert list(verdict.codes) == vector["codes"]
    for name in ("sex", "day", "month", "serial", "region"):
        if name in vector:
            assert getattr(verdict, name) == vector[name], name
    if "years" in vector:
        assert list(verdict.years) == vector["years"]


def test_there_are_vectors_of_every_kind() -> None:
    codes = {code for vector in VECTORS["vectors"] for code in vector["codes"]}
    assert codes == {*nik.NikError, *nik.NikWarning}


@given(st.text(max_size=20), st.dates(date(2011, 1, 1), date(2100, 1, 1)))
def test_no_text_makes_it_fail(text: str, on: date) -> None:
    verdict = nik.examine(text, on)
    if verdict.verdict != "reject":
        assert len(text) == 16
        assert text.isascii()


@given(
    st.dates(date(1930, 1, 1), date(2017, 9, 5)),
    st.booleans(),
    st.sampled_from(sorted(nik.PROVINCES)),
)
def test_what_is_written_into_a_nik_is_read_from_it(born: date, woman: bool, province: str) -> None:
    day = born.day + (nik.WOMEN_DAY_OFFSET if woman else 0)
    verdict = nik.examine(f"{province}7199{day:02d}{born:%m%y}0001", ON)
    assert verdict.verdict != "reject"
    assert (verdict.day, verdict.month) == (born.day, born.month)
    assert born.year in verdict.years
    assert verdict.sex == ("P" if woman else "L")
