"""Statuses: spelling is forgiven, meaning is not; what is unknown never prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prr import status
from prr.status import UpstreamStatus

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("code", UpstreamStatus)
def test_every_status_is_known_and_one_prints(code: UpstreamStatus) -> None:
    assert status.normalise(code.value) is code
    assert status.printable(code.value) == (code is UpstreamStatus.PRINT_READY_RECORD)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("prr", UpstreamStatus.PRINT_READY_RECORD),
        ("Print Ready\r\nRecord", UpstreamStatus.PRINT_READY_RECORD),
        ("  PRINT__READY _RECORD\t", UpstreamStatus.PRINT_READY_RECORD),
        ("Efac", UpstreamStatus.ENROLL_FAILURE_AT_CENTRAL),
        ("card shippped", UpstreamStatus.CARD_SHIPPED),
        ("dup", UpstreamStatus.DUPLICATE_RECORD),
        ("adjudicate record in process", UpstreamStatus.ADJUDICATE_RECORD),
        ("PRINT_READY", None),
        ("PRINTREADYRECORD", None),
        ("", None),
    ],
)
def test_spellings(text: str, meant: UpstreamStatus | None) -> None:
    assert status.normalise(text) is meant


@given(st.text(max_size=30))
def test_what_is_unknown_never_prints(text: str) -> None:
    if status.normalise(text) is None:
        assert not status.printable(text)
