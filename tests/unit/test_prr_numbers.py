"""Whole numbers on the wire stay within what both ends can keep: one too great is refused where it is read."""

from typing import Any

import pytest
from pydantic import ValidationError

from prr.canonical import WHOLE_MAX
from prr.exchange import LogPlace, Sync
from prr.record import PrintReadyRecord
from support import records, words

pytestmark = pytest.mark.pure


def said(name: str, value: object) -> Sync:
    changes: dict[str, Any] = {name: value}
    return words.word(**changes)


@pytest.mark.parametrize("name", ["start_no", "hub_epoch", "told_seq", "last_seq"])
def test_a_stations_word(name: str) -> None:
    assert getattr(said(name, WHOLE_MAX), name) == WHOLE_MAX
    for value in (WHOLE_MAX + 1, 2**63, 10**40, -1):
        with pytest.raises(ValidationError):
            said(name, value)


def test_a_place_in_a_log() -> None:
    with pytest.raises(ValidationError):
        LogPlace(seq=WHOLE_MAX + 1, head_sha256="0" * 64)


def test_a_records_version() -> None:
    fields = records.record(1).model_dump()
    with pytest.raises(ValidationError):
        PrintReadyRecord.model_validate(fields | {"data_version": WHOLE_MAX + 1})
