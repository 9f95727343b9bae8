"""Heat on a virtual clock: the offices' rule comes out of two masses, and hours too hot cost dots for good."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.machine.card import Side
from emulator.machine.head import ROOM_C, THERMALS, Head
from emulator.machine.machine_state import MachineState, StateStore
from emulator.machine.mechanics import Machine
from emulator.machine.outlet import NoOutlet
from emulator.machine.ribbon import YMCKO
from emulator.machine.wear import HOURS_PER_DOT, dead_rows
from support.ink import INK

pytestmark = pytest.mark.pure

PANELS_S = (3.6, 6.2, 8.8, 10.4, 11.9)  # ends of the five panels of a colour card, from its begin
PANEL_S = 1.5
CARD_S = 12.9
WORK_H = 8.0

hours_of_work = st.floats(0, 12)


@dataclass
class Day:
    """What a day was like; hours from the first card on."""

    first_bad_h: float | None = None
    worst: float = 0.0
    rests: int = 0
    hot_h: float = 0.0


def day(cards: int, head: Head, every_s: float) -> Day:
    """Print colour cards, each so long after the last one began, or as soon as the head lets it."""
    found, free_s = Day(), 0.0
    for card in range(cards):
        begin_s = max(free_s, card * every_s)
        for panel_s in PANELS_S:
            start_s = begin_s + panel_s - PANEL_S
            if head.resting(start_s):
                found.rests += 1
                begin_s += head.rest_ends_s(start_s) - start_s
            end_s = begin_s + panel_s
            found.worst = max(found.worst, head.overheat(end_s))
            if found.first_bad_h is None and found.worst > 0:
                found.first_bad_h = end_s / 3600
            head.warm_panel(end_s)
        free_s = begin_s + CARD_S
    found.hot_h = head.hot_s / 3600
    return found


def spread(cards: int, room_c: float = ROOM_C) -> Day:
    return day(cards, Head(room_c), WORK_H * 3600 / cards)


# --- the rule -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cards", [50, 100, 200])
def test_up_to_two_hundred_a_day_stay_good(cards: int) -> None:
    assert spread(cards) == Day()


def test_more_than_two_hundred_get_worse_late_in_the_day() -> None:
    found = spread(250)
    assert found.first_bad_h is not None
    assert 5 < found.first_bad_h < 8
    assert 0.1 < found.worst < 0.4
    assert found.rests == 0


def test_three_hundred_a_day_are_plainly_bad_in_the_afternoon() -> None:
    found = spread(300)
    assert found.first_bad_h is not None
    assert 3.5 < found.first_bad_h < 5  # from eight on that is early afternoon
    assert found.worst > 0.5
    assert found.rests == 0


def test_four_hundred_a_day_make_it_rest() -> None:
    assert spread(400).rests > 100


def test_a_hot_room_takes_from_the_rule_and_a_cool_one_gives() -> None:
    assert spread(200, room_c=32).worst > 0
    assert spread(250, room_c=20).worst == 0


@pytest.mark.parametrize("cards", [1, 60])
def test_a_short_run_at_full_pace_from_cold_stays_good(cards: int) -> None:
    assert day(cards, Head(), CARD_S) == Day()


def test_a_long_run_at_full_pace_gets_worse_and_then_rests() -> None:
    assert 0 < day(100, Head(), CARD_S).worst < 1
    assert day(200, Head(), CARD_S).rests > 0


def test_the_night_is_long_enough() -> None:
    head = Head()
    day(200, head, WORK_H * 3600 / 200)
    assert head.chassis_c(24 * 3600) < ROOM_C + 2


# --- laws ---------------------------------------------------------------------------------------

waits = st.lists(st.floats(0, 5000), max_size=60)


@given(waits, st.floats(-10, 45))
def test_no_panel_ever_brings_it_below_the_room(waits_s: list[float], room_c: float) -> None:
    head, now_s = Head(room_c), 0.0
    for wait_s in waits_s:
        now_s += wait_s
        assert head.temperature_c(now_s) >= head.chassis_c(now_s) - 1e-9
        assert head.chassis_c(now_s) >= room_c
        head.warm_panel(now_s)
    assert head.temperature_c(now_s + 1e6) == pytest.approx(room_c)


@given(waits, st.integers(0, 200), st.floats(0, 200), st.floats(0, 200))
def test_left_alone_it_never_warms(
    waits_s: list[float], panels: int, head_c: float, chassis_c: float
) -> None:
    head, now_s = Head(), 0.0
    head.set_temperature(max(head_c, ROOM_C), now_s, max(chassis_c, ROOM_C))
    for _panel in range(panels):
        head.warm_panel(now_s)
    before_c = head.temperature_c(now_s), head.chassis_c(now_s)
    for wait_s in waits_s:
        now_s += wait_s
        after_c = head.temperature_c(now_s), head.chassis_c(now_s)
        assert after_c[0] <= before_c[0] + 1e-9
        assert after_c[1] <= before_c[1]
        before_c = after_c


@given(st.floats(ROOM_C, 200), st.floats(ROOM_C, 200), st.lists(st.floats(0, 9000), max_size=10))
def test_it_does_not_matter_how_often_one_looks(
    head_c: float, chassis_c: float, waits_s: list[float]
) -> None:
    """What the closed form says of one long wait is what it says of many short ones."""
    once, often, now_s = Head(), Head(), 0.0
    for head in (once, often):
        head.set_temperature(head_c, 0.0, chassis_c)
    for wait_s in waits_s:
        now_s += wait_s
        often.set_room(ROOM_C, now_s)  # changes nothing but has to work out where it stands
    assert often.temperature_c(now_s) == pytest.approx(once.temperature_c(now_s))
    assert often.chassis_c(now_s) == pytest.approx(once.chassis_c(now_s))
    once.set_room(ROOM_C, now_s)
    assert often.hot_s == pytest.approx(once.hot_s, abs=0.1)


@given(st.floats(THERMALS.rest_above_c + 0.1, 200), st.floats(ROOM_C, 69), st.floats(0, 1e5))
def test_a_hot_head_rests_until_it_is_clearly_cooler(
    head_c: float, chassis_c: float, now_s: float
) -> None:
    head = Head()
    head.set_temperature(head_c, now_s, chassis_c)
    assert head.resting(now_s)
    ends_s = head.rest_ends_s(now_s)
    assert head.resting(now_s + 0.9 * (ends_s - now_s))
    assert not head.resting(ends_s)
    assert head.temperature_c(ends_s) <= THERMALS.resume_below_c
    assert head.temperature_c(ends_s - 0.1) > THERMALS.resume_below_c - 1


@given(st.floats(0, 200), st.floats(0, 200))
def test_the_warmer_the_worse(one_c: float, other_c: float) -> None:
    found = []
    for head_c in sorted((one_c, other_c)):
        head = Head()
        head.set_temperature(head_c, 0.0)
        found.append(head.overheat(0.0))
        assert (found[-1] > 0) == (head_c > THERMALS.quality_limit_c)
        assert found[-1] <= 1
    assert found == sorted(found)


@given(st.floats(61, 200), st.floats(ROOM_C, 200))
def test_the_hot_hours_are_those_above_the_limit(head_c: float, chassis_c: float) -> None:
    head, twin, step_s = Head(), Head(), 20.0
    for one in (head, twin):
        one.set_temperature(head_c, 0.0, chassis_c)
    sampled_s = step_s * sum(
        twin.temperature_c(step_s * step) > THERMALS.quality_limit_c for step in range(3000)
    )
    head.set_room(ROOM_C, 3000 * step_s)
    assert head.hot_s == pytest.approx(sampled_s, abs=step_s)


# --- wear ---------------------------------------------------------------------------------------


@given(st.text(max_size=8), hours_of_work, hours_of_work)
def test_a_dead_dot_never_comes_back(seed: str, days: float, more: float) -> None:
    before = dead_rows(seed, days * 1e6)
    after = dead_rows(seed, (days + more) * 1e6)
    assert after[: len(before)] == before
    assert len(set(after)) == len(after) <= 648
    assert all(0 <= row < 648 for row in after)


def test_dots_die_one_by_one() -> None:
    dot_s = HOURS_PER_DOT * 3600
    assert dead_rows("head", 0.99 * dot_s) == ()
    assert len(dead_rows("head", 3 * dot_s)) == 3
    assert dead_rows("head", 3 * dot_s) != dead_rows("other", 3 * dot_s)
    assert len(dead_rows("head", 1e12)) == 648


def test_the_rule_spares_the_head_and_breaking_it_costs_a_dot_in_some_days() -> None:
    assert spread(200).hot_h == 0
    assert 1 / 14 < spread(300).hot_h / HOURS_PER_DOT < 1 / 3


def new_machine(store: StateStore, state: MachineState | None = None) -> Machine:
    machine = Machine(state or MachineState("t"), store, NoOutlet(), seed="t")
    if state is None:
        machine.fit_ribbon(YMCKO)
        machine.add_blanks(1)
    return machine


def test_a_worn_head_stays_worn_until_it_is_changed(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.json")
    machine = new_machine(store)
    machine.fit_head((HOURS_PER_DOT - 1) * 3600)
    machine.pick(0.0)
    machine.head.set_temperature(74, 0.0, 74)
    machine.print_panel("y", INK, 1.0)
    assert len(machine.dead_rows) == 0
    machine.print_panel("m", INK, 3 * 3600.0)  # an hour and more of these three above the limit
    dead = machine.dead_rows
    assert len(dead) == 1
    stored = store.load()
    assert stored is not None
    machine = new_machine(store, stored)
    assert machine.dead_rows == dead
    machine.print_panel("c", INK, 4 * 3600.0)
    assert machine.dead_rows == dead
    assert stored.inside is not None
    face = stored.inside.faces[Side.FRONT]
    assert not face.planes["c"][dead[0]].any()
    assert face.planes["y"][dead[0]].all()
    machine.fit_head()
    assert len(machine.dead_rows) == 0
    machine.print_panel("o", INK, 5 * 3600.0)
    assert face.planes["o"] is INK
