"""When to look whether the card is done: seldom early, often near the end, and soon enough after it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.evolis.pacing import POLL_S_MAX, POLL_S_MIN, Pacing

pytestmark = pytest.mark.pure


def _polls(pacing: Pacing, card_s: float) -> tuple[int, float]:
    """Return how many polls a card of that length takes and how late its end is seen."""
    waited_s, polls = 0.0, 0
    while waited_s < card_s:
        waited_s += pacing.pause_s(waited_s)
        polls += 1
    return polls, waited_s - card_s


@given(st.floats(0, 1000), st.floats(0.05, 120))
def test_a_pause_is_between_its_bounds(waited_s: float, card_s: float) -> None:
    assert POLL_S_MIN <= Pacing(card_s).pause_s(waited_s) <= POLL_S_MAX


def test_a_far_end_is_left_alone_and_a_near_one_is_not() -> None:
    pacing = Pacing(12.9)
    assert pacing.pause_s(0.0) == POLL_S_MAX
    assert pacing.pause_s(0.95 * 12.9) == POLL_S_MIN


@given(st.floats(1.0, 30.0), st.floats(0.95, 1.05))
def test_a_learned_card_is_seen_done_within_50_ms(usual_s: float, this_time: float) -> None:
    pacing = Pacing(13.0)
    for _ in range(4):
        pacing.learn(usual_s)
    polls, late_s = _polls(pacing, usual_s * this_time)
    assert late_s <= 0.05
    assert polls <= usual_s / POLL_S_MAX + 0.1 * usual_s / POLL_S_MIN + 10


def test_an_unexpectedly_short_card_is_learned() -> None:
    pacing = Pacing(13.0)
    for _ in range(6):
        waited_s = 0.0
        while waited_s < 0.6:
            waited_s += pacing.pause_s(waited_s)
        pacing.learn(waited_s)
    assert _polls(pacing, 0.6)[1] <= 0.05


def test_a_card_far_overdue_is_polled_less_and_less() -> None:
    pacing = Pacing(10.0)
    assert pacing.pause_s(10.0) < pacing.pause_s(14.0) < pacing.pause_s(20.0)
    assert pacing.pause_s(60.0) == POLL_S_MAX


def test_a_card_done_before_the_first_look_is_learned_as_the_shortest_pause() -> None:
    pacing = Pacing(13.0)
    pacing.learn(0.0)
    assert pacing.pause_s(0.0) == POLL_S_MIN
    assert pacing.pause_s(1.0) == POLL_S_MAX
