"""Hot-plug: the difference of two looks, and when to try again."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drivers
from drivers.found import Found
from drivers.hotplug import PAUSE_S_MAX, HotPlug
from drivers.tool.arrivals import watch_arrivals

pytestmark = pytest.mark.pure

ROOT = Path(drivers.__file__).parent
RESET = re.compile(r"\.reset\(|libusb_reset|[\"']Srs[\"']|[\"']RST\b")


def one(number: int) -> Found:
    return Found(f"usb://0f49:{number:04x}", "Evolis", str(number))


@given(st.lists(st.sets(st.integers(0, 9)), max_size=20))
def test_who_came_less_who_went_is_who_is_there(looks: list[set[int]]) -> None:
    state, there = HotPlug(), set[str]()
    for look in looks:
        change = state.look(map(one, sorted(look)))
        came, went = ({found.uri for found in part} for part in (change.arrived, change.gone))
        assert not came & there
        assert went <= there
        there = (there | came) - went
        assert there == {one(number).uri for number in look}
        assert set(state.due(0.0)) == there


def test_a_line_without_an_address_is_nobody() -> None:
    assert HotPlug().look([Found("", "", "", "no libusb")]).arrived == ()


def test_a_pause_doubles_up_to_a_bound_and_ends_with_an_opening() -> None:
    state, now_s, pauses = HotPlug(), 0.0, []
    state.look([one(1)])
    for _ in range(9):
        state.failed(one(1).uri, now_s)
        pauses.append(next(s / 2 for s in itertools.count(1) if state.due(now_s + s / 2)))
        now_s += pauses[-1]
    assert pauses == [0.5, 1, 2, 4, 8, 16, PAUSE_S_MAX, PAUSE_S_MAX, PAUSE_S_MAX]
    state.opened(one(1).uri)
    assert state.due(now_s) == (one(1).uri,)


def test_one_that_was_gone_begins_without_a_pause() -> None:
    state = HotPlug()
    state.look([one(1)])
    state.failed(one(1).uri, 0.0)
    state.look([])
    state.look([one(1)])
    assert state.due(0.0) == (one(1).uri,)


def test_the_watch_tells_each_difference_once(capsys: pytest.CaptureFixture[str]) -> None:
    looks = [[one(1)], [one(1), one(2)], [one(2)]]

    def pause(_duration_s: float) -> None:
        if not looks:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch_arrivals(as_json=False, look=lambda: looks.pop(0), pause=pause)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[3]) for line in lines] == [
        ("datang", one(1).uri), ("datang", one(2).uri), ("pergi", one(1).uri),
    ]  # fmt: skip


def test_no_driver_ever_resets_a_device() -> None:
    """A printer that may hold a card is never reset: not by USB, not by its own command."""
    found = [
        f"{path.name}: {line}"
        for path in ROOT.rglob("*.py")
        for line in path.read_text().splitlines()
        if RESET.search(line)
    ]
    assert found == []
