"""The sequencer by itself: motions on machine time, what stands in their way, and how they are stopped."""

import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.machine.card import Position
from emulator.machine.mechanics import Machine
from emulator.machine.motions import Motion
from emulator.machine.sequencer import Sequencer, Work
from emulator.machine.stoppage import Cause, Stoppage
from emulator.moment import Moment
from support.rig import Rig

pytestmark = pytest.mark.pure


class Run(Motion):
    """A motion that only takes time, and notes what becomes of it."""

    forbidden_after_error = True

    def __init__(self, name: str, duration_s: float = 1.0, *, prints: bool = False) -> None:
        self.prints = prints
        self.stands_in_its_way: Cause | None = None
        self.fails: Cause | None = None
        self.is_ready = True
        self.seen: list[tuple[str, float]] = []
        self._name = name
        self._duration_s = duration_s

    def name(self, machine: Machine) -> str:
        return self._name

    def check(self, machine: Machine) -> None:
        if self.stands_in_its_way is not None:
            raise Stoppage(self.stands_in_its_way)

    def duration_s(self, machine: Machine) -> float:
        return self._duration_s

    def ready(self, machine: Machine) -> bool:
        return self.is_ready

    def finish(self, machine: Machine, now_s: float) -> None:
        self.seen.append(("finish", now_s))
        if self.fails is not None:
            raise Stoppage(self.fails)

    def interrupt(self, machine: Machine, done: float, now_s: float) -> None:
        self.seen += [("interrupt", now_s), ("share", done)]
        machine.check_closed()
        self.seen.append(("went through", now_s))


@dataclass
class Chief:
    """A foreman who does as a test says, and notes what he hears."""

    permitted: bool = True
    refused: Cause | None = None
    waits: bool = False
    heard: list[tuple[str, Work]] = field(default_factory=list)

    def permits(self, work: Work) -> bool:
        return self.permitted

    def refuses(self, work: Work) -> Cause | None:
        return self.refused

    def stopped(self, work: Work, cause: Cause) -> bool:
        self.heard.append((f"stopped {cause}", work))
        return self.waits

    def failed(self, work: Work, cause: Cause) -> None:
        self.heard.append((f"failed {cause}", work))

    def finished(self, work: Work) -> None:
        self.heard.append(("finished", work))

    @property
    def words(self) -> list[str]:
        return [word for word, _work in self.heard]


@dataclass
class Gate:
    """A watcher with a horizon, who notes what begins."""

    horizon_s: float = math.inf
    begun: list[tuple[str, float]] = field(default_factory=list)

    def begins(self, moment: Moment) -> None:
        self.begun.append((moment.what, moment.at_s))


class Shop:
    """A sequencer with a machine, a chief and a gate."""

    def __init__(self, *motions: Run, **chief: bool) -> None:
        self.machine = Rig().machine
        self.gate = Gate()
        self.machine.watcher = self.gate
        self.chief = Chief(**chief)  # type: ignore[arg-type]
        self.sequencer = Sequencer(self.machine, self.chief)
        for motion in motions:
            self.add(motion)

    def add(self, motion: Run, arrived_s: float = 0.0) -> None:
        self.sequencer.add(Work(motion, arrived_s))


durations = st.floats(0, 20)
steps = st.lists(st.floats(0, 30), max_size=12)


@given(st.lists(st.tuples(durations, durations), min_size=1, max_size=6), steps)
def test_motions_follow_each_other_without_a_gap_however_late_the_steps(
    asked: list[tuple[float, float]], steps: list[float]
) -> None:
    shop = Shop()
    motions, expected, free_s = [], [], 0.0
    for arrived_s, duration_s in sorted(asked):
        motions.append(Run("run", duration_s))
        shop.add(motions[-1], arrived_s)
        free_s = max(free_s, arrived_s) + duration_s
        expected.append(free_s)
    for now_s in sorted(steps):
        shop.sequencer.step(now_s)
        done = [at_s for motion in motions for _word, at_s in motion.seen]
        assert done == [at_s for at_s in expected if at_s <= now_s]
    shop.sequencer.step(1000.0)
    assert [at_s for motion in motions for _word, at_s in motion.seen] == expected
    assert shop.chief.words == ["finished"] * len(motions)


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_step_tells_the_instant_of_the_next(first_s: float, second_s: float) -> None:
    shop = Shop(Run("a", first_s), Run("b", second_s))
    now_s, instants = 0.0, []
    while (next_s := shop.sequencer.step(now_s)) is not None:
        assert next_s > now_s
        instants.append(next_s)
        now_s = next_s
    assert now_s == first_s + second_s
    assert len(instants) == (first_s > 0) + (first_s + second_s > first_s)


@given(st.floats(0, 9), st.floats(0, 100))
def test_nothing_happens_past_the_horizon(horizon_s: float, now_s: float) -> None:
    shop = Shop(Run("a", 2), Run("b", 3), Run("c", 4))
    shop.gate.horizon_s = horizon_s
    shop.sequencer.step(now_s)
    until_s = min(now_s, horizon_s)
    assert len(shop.chief.heard) == sum(end_s <= until_s for end_s in (2, 5, 9))
    assert shop.gate.begun == [
        (name, at_s) for name, at_s in (("a", 0), ("b", 2), ("c", 5)) if at_s <= until_s
    ]


def test_what_stands_in_the_way_holds_the_motion_until_it_is_gone() -> None:
    motion = Run("a", 2)
    shop = Shop(motion, Run("b"), waits=True)
    motion.stands_in_its_way = Cause.FEEDER_EMPTY
    for now_s in (0.0, 1.0, 2.0):
        assert shop.sequencer.step(now_s) is None
    assert shop.sequencer.waits_for is Cause.FEEDER_EMPTY
    assert shop.chief.words == ["stopped feeder-empty"] * 3
    assert (shop.sequencer.busy, shop.gate.begun) == (True, [])
    motion.stands_in_its_way = None
    assert shop.sequencer.step(10.0) == 12.0  # its time begins now, not when it was asked for
    assert shop.sequencer.waits_for is None
    shop.sequencer.step(13.0)
    assert shop.gate.begun == [("a", 10.0), ("b", 12.0)]


def test_a_chief_who_does_not_wait_drops_the_motion_and_goes_on() -> None:
    motion = Run("a")
    motion.stands_in_its_way = Cause.JAM
    shop = Shop(motion, Run("b"))
    assert shop.sequencer.step(0.0) == 1.0
    assert shop.chief.words == ["stopped jam"]
    assert shop.sequencer.waits_for is None
    assert shop.gate.begun == [("b", 0.0)]


def test_a_refusal_takes_the_same_road_as_a_stoppage() -> None:
    shop = Shop(Run("a"))
    shop.chief.refused = Cause.COVER_OPEN
    shop.sequencer.step(0.0)
    assert shop.chief.words == ["stopped cover-open"]
    assert not shop.sequencer.busy


def test_a_motion_that_fails_at_its_end_is_over_and_the_next_begins_then() -> None:
    motion = Run("a", 2)
    motion.fails = Cause.RIBBON_TORN
    shop = Shop(motion, Run("b", 1))
    shop.sequencer.step(10.0)
    assert shop.chief.words == ["failed ribbon-torn", "finished"]
    assert shop.gate.begun == [("a", 0.0), ("b", 2.0)]


def test_nothing_starts_without_permission() -> None:
    shop = Shop(Run("a"))
    shop.chief.permitted = False
    assert shop.sequencer.step(5.0) is None
    assert shop.gate.begun == []
    shop.chief.permitted = True
    assert shop.sequencer.step(5.0) == 6.0  # its time begins when it may
    assert shop.gate.begun == [("a", 5.0)]


def test_a_motion_waits_for_the_outside_and_time_passes_for_it_too() -> None:
    motion = Run("a", 2)
    motion.is_ready = False
    shop = Shop(motion, Run("b", 1))
    assert shop.sequencer.step(2.0) is None
    assert shop.sequencer.step(5.0) is None
    assert shop.chief.words == []
    motion.is_ready = True
    shop.sequencer.step(5.0)
    assert shop.gate.begun[-1] == ("b", 5.0)


def test_only_what_prints_waits_for_a_hot_head() -> None:
    shop = Shop(Run("a", 1), Run("p", 1, prints=True))
    shop.machine.head.set_temperature(120, 0.0)
    resumes_s = shop.machine.head.rest_ends_s(1.0)
    assert resumes_s > 1.0
    assert shop.sequencer.step(1.0) == pytest.approx(resumes_s)
    assert shop.sequencer.waits_for is None
    shop.sequencer.step(resumes_s + 1)
    assert shop.gate.begun == [("a", 0.0), ("p", pytest.approx(resumes_s))]


# --- stopped ------------------------------------------------------------------------------------


@given(st.floats(0, 10))
def test_put_back_begins_anew_from_that_instant(at_s: float) -> None:
    motion = Run("a", 10)
    shop = Shop(motion, Run("b", 1))
    shop.sequencer.step(0.0)
    shop.sequencer.put_back(at_s)
    assert shop.sequencer.running is None
    assert motion.seen == []
    shop.sequencer.step(100.0)
    assert motion.seen == [("finish", at_s + 10)]
    assert shop.gate.begun == [("a", 0.0), ("a", at_s), ("b", at_s + 10)]


def test_put_back_without_a_motion_changes_nothing() -> None:
    shop = Shop(Run("a"))
    shop.sequencer.put_back(3.0)
    assert len(shop.sequencer.queue) == 1
    assert shop.sequencer.step(0.0) == 1.0


@given(st.floats(0, 10))
def test_interrupt_leaves_the_share_of_its_time_and_the_rest_of_the_queue(at_s: float) -> None:
    motion = Run("a", 8)
    shop = Shop(motion, Run("b", 1))
    shop.sequencer.step(0.0)
    work = shop.sequencer.interrupt(at_s)
    assert work is not None
    assert work.motion is motion
    assert motion.seen[:2] == [("interrupt", at_s), ("share", min(at_s / 8, 1.0))]
    assert shop.sequencer.running is None
    assert shop.chief.words == []  # nobody is told: whoever interrupts knows
    shop.sequencer.step(at_s)
    assert shop.gate.begun[-1] == ("b", at_s)


def test_an_open_cover_does_not_keep_a_card_from_lying_where_it_stopped() -> None:
    motion = Run("a", 8)
    shop = Shop(motion)
    shop.sequencer.step(0.0)
    shop.machine.cover_open = True
    shop.sequencer.interrupt(1.0)
    assert motion.seen[-1] == ("went through", 1.0)
    assert shop.machine.cover_open


def test_a_motion_that_could_not_get_that_far_leaves_everything() -> None:
    motion = Run("a", 8)
    shop = Shop(motion)
    shop.sequencer.step(0.0)
    shop.machine.jammed = True
    assert shop.sequencer.interrupt(1.0) is not None
    assert motion.seen[-1] == ("share", 1 / 8)
    assert not shop.machine.cover_open


def test_interrupting_nothing_is_nothing() -> None:
    assert Shop(Run("a")).sequencer.interrupt(1.0) is None


@given(st.floats(0, 10))
def test_frozen_for_good(at_s: float) -> None:
    motions = [Run("a", 5), Run("b", 5), Run("c", 5)]
    shop = Shop(*motions)
    shop.sequencer.step(at_s)
    shop.sequencer.freeze(at_s)
    seen = [list(motion.seen) for motion in motions]
    assert not shop.sequencer.busy
    assert shop.sequencer.step(1000.0) is None
    assert [motion.seen for motion in motions] == seen
    assert motions[2].seen == [] or at_s == 10


def test_frozen_while_it_waits_it_waits_for_nothing_any_more() -> None:
    motion = Run("a")
    motion.stands_in_its_way = Cause.COVER_OPEN
    shop = Shop(motion, waits=True)
    shop.sequencer.step(0.0)
    shop.sequencer.freeze(1.0)
    assert shop.sequencer.waits_for is None
    assert not shop.sequencer.busy


def test_a_card_is_shown_where_it_passes_while_it_moves() -> None:
    motion = Run("a", 2)
    motion.passing = Position.FEEDER
    shop = Shop(motion)
    assert shop.sequencer.shown_position is None
    shop.sequencer.step(1.0)
    assert shop.sequencer.shown_position is Position.FEEDER
    assert shop.sequencer.share_done(1.0) == 0.5
    shop.sequencer.step(2.0)
    assert shop.sequencer.shown_position is None
