"""Print days in three zones, and time since a moment under a lying clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clock import Moment, print_day
from support.stations import SetClock


@pytest.mark.parametrize(
    ("zone", "last_second_utc"),
    [("Asia/Jakarta", "16:59:59"), ("Asia/Makassar", "15:59:59"), ("Asia/Jayapura", "14:59:59")],
)
def test_the_day_turns_at_local_midnight(zone: str, last_second_utc: str) -> None:
    last = datetime.fromisoformat(f"2026-03-02T{last_second_utc}+00:00")
    assert print_day(last, zone, None) == date(2026, 3, 2)
    assert print_day(last + timedelta(seconds=1), zone, None) == date(2026, 3, 3)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.dates(date(2017, 1, 1), date(2036, 1, 1)),
)
def test_a_day_once_used_is_never_gone_back_from(now: datetime, latest: date) -> None:
    assert print_day(now, "Asia/Jakarta", latest) >= latest


@given(st.integers(-(10**9), 10**9))
def test_within_a_boot_the_wall_clock_does_not_matter(jump_s: int) -> None:
    clock = SetClock()
    moment = Moment.from_text(Moment.of(clock).text())
    clock.advance(5)
    clock.at += timedelta(seconds=jump_s)
    assert moment.elapsed_s(clock) == pytest.approx(5)


def test_after_a_restart_the_wall_clock_is_asked_and_never_gives_less_than_nothing() -> None:
    clock = SetClock()
    moment = Moment.of(clock)
    later = replace(clock, boot_id="boot-2", seconds=3.0)
    later.at += timedelta(hours=2)
    assert moment.elapsed_s(later) == pytest.approx(7200)
    later.at -= timedelta(days=9)
    assert moment.elapsed_s(later) == 0


@given(st.integers(-(10**8), 10**8), st.integers(0, 10**6))
def test_the_hubs_time_is_carried_on_by_the_time_since_boot(jump_s: int, passed_s: int) -> None:
    clock = SetClock()
    heard = Moment(clock.at + timedelta(days=365), clock.boot_id, clock.boot_s())
    clock.advance(passed_s)
    clock.at += timedelta(seconds=jump_s)
    assert heard.carried_on(clock) == heard.at + timedelta(seconds=passed_s)


def test_after_a_restart_the_later_of_both_clocks_counts() -> None:
    clock = SetClock()
    heard = Moment(clock.at, "boot-0", 5.0)
    assert heard.carried_on(replace(clock, at=clock.at - timedelta(days=9))) == clock.at
    later = clock.at + timedelta(hours=3)
    assert heard.carried_on(replace(clock, at=later)) == later
