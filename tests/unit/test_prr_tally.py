"""A day's tally: an unread counter says nothing, a read one says all it can."""

import pytest

from prr.exchange import Tally

pytestmark = pytest.mark.pure


def tally(first: int | None, last: int | None) -> Tally:
    return Tally(
        printer_serial="P", intent_first=1, intent_last=3, counter_first=first, counter_last=last,
        cards_min=2, cards_max=3,
    )  # fmt: skip


@pytest.mark.parametrize(("first", "last"), [(None, 12), (10, None), (None, None)])
def test_an_unread_counter_speaks_against_nothing(first: int | None, last: int | None) -> None:
    assert tally(first, last).moved is None
    assert tally(first, last).fits


@pytest.mark.parametrize(("moved", "fits"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_read_counter_must_lie_between_what_has_and_what_may_have_counted(
    moved: int, fits: bool
) -> None:
    assert tally(10, 10 + moved).fits is fits
