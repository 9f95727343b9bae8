"""Which limit binds: always the smallest; more of anything never takes longer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.forecast.figure import Figure
from hub.forecast.forecast import Expected, Plan, made
from hub.forecast.limits import Capacity, Limit, days_for, needed_a_day

pytestmark = pytest.mark.pure

TODAY = date(2017, 9, 5)
capacities = st.builds(
    Capacity, blanks=st.integers(0, 10_000), printers=st.integers(0, 20), cap=st.integers(0, 1000),
    office_cap=st.none() | st.integers(0, 5_000), minutes_per_card=st.none() | st.floats(0.5, 30),
    hours=st.floats(1, 24), ribbon_cards=st.none() | st.integers(0, 5_000),
)  # fmt: skip


def waiting(count: int) -> Figure:
    return Figure("waiting", count, "1671", "people", TODAY)


@given(capacities)
def test_the_smallest_limit_binds(capacity: Capacity) -> None:
    limit, left = capacity.binding()
    everything = capacity.a_day() | capacity.supplies()
    assert everything[limit] == left == min(everything.values())
    assert capacity.rate == min(capacity.a_day().values())


@given(st.integers(0, 10**5), st.integers(0, 10**4), st.integers(0, 500), st.integers(1, 500))
def test_more_never_takes_longer(cards: int, more: int, rate: int, faster: int) -> None:
    slow, fast = days_for(cards, rate), days_for(cards, rate + faster)
    assert fast is not None
    assert slow is None or fast <= slow
    assert days_for(cards + more, rate + faster) >= fast  # type: ignore[operator]  # the rate is above 0


@pytest.mark.parametrize(
    ("capacity", "limit", "left"),
    [
        (Capacity(3_000, 16, 200), Limit.STOCK, 3_000),
        (Capacity(30_000, 16, 200), Limit.CAP, 3_200),
        (Capacity(30_000, 16, 200, office_cap=700), Limit.OFFICE_CAP, 700),
        (Capacity(30_000, 1, 200, minutes_per_card=3), Limit.TIME, 140),
        (Capacity(30_000, 1, 200, ribbon_cards=120), Limit.RIBBON, 120),
        (Capacity(0, 1, 200), Limit.STOCK, 0),
    ],
)
def test_the_articles_limits(capacity: Capacity, limit: Limit, left: int) -> None:
    assert capacity.binding() == (limit, left)


def test_three_minutes_a_card_are_140_in_seven_hours_and_the_cap_would_take_ten() -> None:
    assert Capacity(9_999, 1, 200, minutes_per_card=3).rate == 140
    assert Capacity(9_999, 1, 200, minutes_per_card=3, hours=10).rate == 200


@given(st.integers(0, 10**6), st.integers(0, 400))
def test_by_a_day_all_are_through_and_not_with_one_less(cards: int, days: int) -> None:
    rate = needed_a_day(cards, TODAY, TODAY + timedelta(days=days))
    assert rate is not None
    assert rate * (days + 1) >= cards > (rate - 1) * (days + 1)
    assert needed_a_day(cards, TODAY, TODAY - timedelta(days=1)) is None


def test_a_forecast_says_how_each_line_came_about() -> None:
    plan = Plan(
        waiting(29_966), Capacity(10_000, 1, 200), 20, Expected(5_000, TODAY), date(2018, 6, 27)
    )
    found = made(plan)
    lines = {one.key: one for one in found.lines}
    assert lines["spoilage"].value == 600
    assert lines["need"].value == 30_566
    assert lines["shortage"].value == 20_566
    assert lines["shortage-after-delivery"].value == 15_566
    assert lines["need"].formula == (
        "29,966 waiting (2017-09-05) + 600 spoilage (2017-09-05) = 30,566"
    )
    assert (found.days_of_stock, found.days_to_clear, found.rate) == (50, 150, 200)
    assert found.needed_a_day == 102


def test_nothing_is_short_below_zero_and_a_standing_office_is_never_through() -> None:
    found = made(Plan(waiting(5), Capacity(10, 0, 200)))
    assert {one.key: one.value for one in found.lines}["shortage"] == 0
    assert (found.rate, found.days_of_stock, found.days_to_clear) == (0, None, None)
    assert made(Plan(waiting(0), Capacity(0, 1, 200))).days_to_clear == 0
