"""Incidents on a clock that only the test moves: in order, and the same whatever the size of its steps."""

import math
from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emulator.evolis.firmware import Firmware
from emulator.evolis.models import MODELS
from emulator.incidents import REMEMBERED, Incidents
from emulator.line import Line
from emulator.machine.card import Bin, Card
from emulator.machine.motions import PACE
from emulator.moment import Moment
from emulator.orders import Orders
from emulator.printer import Printer
from emulator.scenario import read_scenario
from emulator.scenario_player import ScenarioPlayer
from support import evolis_job as job
from support.rig import Rig

pytestmark = pytest.mark.pure

# Two panels are enough to be cut in the second of them, and quick to send.
PANELS = b"".join(job.bitmap(panel, 2, job.FULL_RESIN) for panel in "ko")
SHORT_JOB = job.job_head(0) + job.command("Sr") + PANELS + job.END_OF_CARD
FEED_S, K_S, O_S = PACE.feed_s, PACE.resin_panel_s, PACE.overlay_panel_s
WIND_S = 3 * PACE.wind_panel_s  # y, m and c are passed over
O_BEGINS_S = FEED_S + WIND_S + K_S

step_sizes = st.lists(st.floats(0.05, 40), min_size=1, max_size=6)


class Day:
    """A printer whose time passes in steps of the test's choice."""

    def __init__(self, *, blanks: int = 10, whole_jobs: bool = False) -> None:
        self.rig = Rig(blanks=blanks)
        self.machine = self.rig.machine
        self.firmware = self.rig.firmware = Firmware(
            self.machine, MODELS["primacy2"], whole_jobs=whole_jobs
        )
        self.printer = Printer(self.firmware, Line(Random(1)), self.rig.clock)
        self.orders = Orders(self.printer)
        self.player = ScenarioPlayer(self.printer, self.orders)

    def order(self, do: str, **arguments: Any) -> None:
        self.orders.do({"do": do, **arguments}, self.rig.clock.now_s())

    def plan(self, at_s: float, do: str, **arguments: Any) -> None:
        order = {"do": do, **arguments}
        self.printer.incidents.at(at_s, lambda now_s: void(self.orders.do(order, now_s)))

    def play(self, text: str) -> None:
        head = 'title = "t"\nsays = "s"\n'
        self.player.play(read_scenario(head + text, "t"), self.rig.clock.now_s())

    def run(self, until_s: float, steps: Iterator[float]) -> None:
        clock = self.rig.clock
        while clock.now_s() < until_s:
            clock.advance(min(next(steps), until_s - clock.now_s()))
            self.printer._advance(clock.now_s())

    def run_exactly(self, until_s: float) -> None:
        """Step to each instant something is due, as a simulation does."""
        clock = self.rig.clock
        while clock.now_s() < until_s:
            next_s = self.printer._advance(clock.now_s())
            stop_s = until_s if next_s is None else min(next_s, until_s)
            clock.advance(stop_s - clock.now_s())
        self.printer._advance(until_s)

    @property
    def happened(self) -> list[tuple[str, Any]]:
        return [(what, at_s) for at_s, what in self.printer.incidents.happened]

    @property
    def inside(self) -> Card:
        assert self.machine.inside is not None
        return self.machine.inside

    def columns(self, panel: str) -> int:
        """Return how far the head came in a panel of full ink."""
        (face,) = self.inside.faces.values()
        plane = face.planes[panel]
        count = int(np.count_nonzero(plane.any(axis=0)))
        assert plane[:, :count].any(axis=0).all(), "lines go left to right"
        return count

    def outcome(self) -> object:
        """Return everything a step size might have changed."""
        cards = [*(gone.card for gone in self.rig.gone)]
        if self.machine.inside is not None:
            cards.append(self.machine.inside)
        state = self.machine.state
        return (
            [(gone.number, gone.bin, round(gone.print_seconds, 6)) for gone in self.rig.gone],
            [ink_of(card) for card in cards],
            (state.fed, len(state.hopper), state.counters.panels, self.machine.ribbon),
            (self.firmware.powered, self.firmware.boots, self.machine.jammed),
            list(self.printer.incidents.happened),
        )


def void(_answer: object) -> None:
    """Drop what an order answers."""


def ink_of(card: Card) -> object:
    return card.uid, {
        side: (face.panels_used, {panel: int(np.sum(ink)) for panel, ink in face.planes.items()})
        for side, face in card.faces.items()
    }


# --- the calendar -------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 5), max_size=20))
def test_incidents_happen_in_order_of_time_and_then_of_being_ordered(instants: list[int]) -> None:
    incidents = Incidents()
    happened: list[tuple[float, int]] = []
    for number, at_s in enumerate(instants):
        incidents.at(at_s, lambda now_s, number=number: happened.append((now_s, number)))  # type: ignore[misc]
    for at_s in sorted(instants):
        assert incidents.horizon_s == at_s
        incidents.happen()
    assert happened == sorted((at_s, number) for number, at_s in enumerate(instants))
    assert incidents.horizon_s == math.inf


def test_an_incident_may_plan_another_at_its_own_instant() -> None:
    incidents = Incidents()
    happened: list[str] = []
    incidents.at(3, lambda now_s: incidents.at(now_s, lambda _s: happened.append("second")))
    incidents.at(3, lambda _s: happened.append("first"))
    while incidents.horizon_s < math.inf:
        incidents.happen()
    assert happened == ["first", "second"]


def test_only_the_last_ones_are_remembered() -> None:
    incidents = Incidents()
    for number in range(REMEMBERED + 5):
        incidents.note(number, "x")
    assert [at_s for at_s, _what in incidents.happened] == list(range(5, REMEMBERED + 5))


def test_moments_go_to_whoever_listens_and_to_nobody_else() -> None:
    incidents = Incidents()
    heard: list[Moment] = []
    incidents.begins(Moment(1, "feed", 0.0))
    incidents.listen(heard.append)
    incidents.begins(Moment(2, "feed", 1.0))
    incidents.listen(None)
    incidents.begins(Moment(3, "feed", 2.0))
    assert heard == [Moment(2, "feed", 1.0)]


# --- the same at every step ---------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(step_sizes)
def test_one_second_into_a_panel_is_the_same_ink_whatever_the_step(steps: list[float]) -> None:
    day = Day()
    day.play('[[incident]]\nat = "print o"\nafter_s = 1.0\norder = { do = "power-cut" }')
    day.rig.send(SHORT_JOB)
    day.run(60, cycle(steps))
    assert day.happened == [("power-cut", pytest.approx(O_BEGINS_S + 1.0))]
    assert day.columns("k") == 1016
    assert day.columns("o") == int(1.0 / O_S * 1016)


@settings(max_examples=25, deadline=None)
@given(step_sizes, st.floats(0.01, O_S - 0.01))
def test_a_panel_is_inked_as_far_as_its_time_went(steps: list[float], after_s: float) -> None:
    day = Day()
    day.play(f'[[incident]]\nat = "print o"\nafter_s = {after_s}\norder = {{ do = "reboot" }}')
    day.rig.send(SHORT_JOB)
    day.run(20, cycle(steps))
    assert day.columns("o") == pytest.approx(after_s / O_S * 1016, abs=1)


# Orders and their counterparts: what is put right lets the machine go on.
PAIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"do": "open-cover"}, {"do": "close-cover"}),
    ({"do": "empty-hopper"}, {"do": "add-blanks", "count": 5}),
    ({"do": "remove-ribbon"}, {"do": "ribbon", "type": "YMCKO"}),
    ({"do": "output-capacity", "cards": 0}, {"do": "output-capacity"}),
    ({"do": "power-cut"}, {"do": "power-on"}),
    ({"do": "jam", "where": "inside"}, {"do": "clear-jam"}),
    ({"do": "reboot"}, {"do": "open-cover"}),
]
bad_days = st.lists(
    st.tuples(st.integers(0, 60).map(lambda n: n / 4), st.integers(1, 40), st.sampled_from(PAIRS)),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(bad_days, step_sizes, st.booleans())
def test_a_bad_day_ends_the_same_whatever_the_step(
    incidents: list[tuple[float, int, tuple[dict[str, Any], dict[str, Any]]]],
    steps: list[float],
    host_handles_errors: bool,
) -> None:
    days = [Day(), Day()]
    for day in days:
        for at_s, lasts_s, (wrong, right) in incidents:
            day.plan(at_s, **wrong)
            day.plan(at_s + lasts_s, **right)
        day.rig.say(f"Pem;{2 if host_handles_errors else 0}")
        day.rig.send(SHORT_JOB + job.END_OF_JOB + SHORT_JOB + job.END_OF_JOB)
    days[0].run_exactly(120)
    days[1].run(120, cycle(steps))
    assert days[1].outcome() == days[0].outcome()


def test_a_motion_that_was_held_goes_on_the_instant_its_cause_is_gone() -> None:
    """Not when somebody looks the next time."""
    day = Day(blanks=0)
    day.plan(10.0, "add-blanks", count=1)
    day.rig.send(SHORT_JOB + job.END_OF_JOB)
    day.run(100, iter([100.0]))
    (gone,) = day.rig.gone
    assert gone.bin is Bin.OUTPUT
    day = Day(blanks=0)
    day.plan(10.0, "add-blanks", count=1)
    day.plan(10.0 + FEED_S / 2, "power-cut")
    day.rig.send(SHORT_JOB + job.END_OF_JOB)
    day.run(100, iter([100.0]))
    assert day.machine.state.fed == 1  # the rollers had it when the power went


@settings(max_examples=25, deadline=None)
@given(step_sizes)
@example([100.0])
def test_what_a_moment_sets_free_goes_on_at_its_instant(steps: list[float]) -> None:
    """The incident is planned only while the machine runs, and the next card waits for it by then."""
    days = [Day(), Day()]
    for day in days:
        day.order("output-capacity", cards=1)
        day.play('[[incident]]\nat = "departed"\nafter_s = 30\norder = { do = "output-capacity" }')
        day.rig.send(SHORT_JOB + job.END_OF_JOB + SHORT_JOB + job.END_OF_JOB)
    days[0].run_exactly(200)
    days[1].run(200, cycle(steps))
    assert len(days[0].rig.gone) == 2
    assert days[1].outcome() == days[0].outcome()


@settings(max_examples=25, deadline=None)
@given(step_sizes)
def test_a_reset_stops_the_machine_at_its_instant(steps: list[float]) -> None:
    """`Srs` given in a panel: the answer gets out first, and the panel goes on just so long."""
    days = [Day(), Day()]
    for day in days:
        day.rig.send(SHORT_JOB)
        day.run_exactly(O_BEGINS_S + 0.5)
        day.rig.say("Srs")
    days[0].run_exactly(60)
    days[1].run(60, cycle(steps))
    assert days[1].outcome() == days[0].outcome()


# --- what was ordered at one instant ------------------------------------------------------------


@pytest.mark.parametrize("first", ["power-cut", "open-cover"])
def test_of_two_at_one_instant_the_first_ordered_is_first(first: str) -> None:
    second = {"power-cut": "open-cover", "open-cover": "power-cut"}[first]
    day = Day()
    day.play(
        f'[[incident]]\nat = "print o"\nafter_s = 0.5\norder = {{ do = "{first}" }}\n'
        f'[[incident]]\nat = "print o"\nafter_s = 0.5\norder = {{ do = "{second}" }}'
    )
    day.rig.send(SHORT_JOB)
    day.run(60, iter([60.0]))
    assert [what for _at_s, what in day.printer.incidents.happened] == [first, second]
    # a cover opened first puts the panel back to be begun anew, so the power cut finds nothing half done
    expected = ["k", "o"] if first == "power-cut" else ["k"]
    assert [face.panels_used for face in day.inside.faces.values()] == [expected]


def test_what_follows_at_once_happens_before_anything_else_moves() -> None:
    day = Day()
    day.play(
        '[[incident]]\nat = "print o"\norder = { do = "power-cut" }\n'
        'then = [ { do = "power-on" }, { after_s = 2.5, do = "open-cover" } ]'
    )
    day.rig.send(SHORT_JOB)
    day.run(60, iter([60.0]))
    assert day.happened == [
        ("power-cut", pytest.approx(O_BEGINS_S)),
        ("power-on", pytest.approx(O_BEGINS_S)),
        ("open-cover", pytest.approx(O_BEGINS_S + 2.5)),
    ]
    assert day.columns("k") == 1016
    assert not day.firmware.ram.claimed


# --- the cover in a panel -----------------------------------------------------------------------

COVER = (
    '[[incident]]\nat = "print o"\nafter_s = 0.75\norder = { do = "open-cover" }\n'
    'then = [ { after_s = 20, do = "close-cover" } ]'
)


def test_a_cover_opened_in_a_panel_fails_the_job_of_a_host_who_handles_errors() -> None:
    day = Day()
    day.rig.say("Pem;2")
    day.play(COVER)
    day.rig.send(SHORT_JOB + job.END_OF_JOB)
    day.run(60, iter([60.0]))
    assert day.columns("o") == 1016 // 2
    assert day.rig.status.error == 0x02000000
    assert day.rig.gone == []


def test_a_cover_opened_in_a_panel_is_waited_for_by_the_printer_itself() -> None:
    day = Day()
    day.play(COVER)
    day.rig.send(SHORT_JOB + job.END_OF_JOB)
    day.run(O_BEGINS_S + 10, iter([0.5] * 100))
    assert day.inside.heated
    (face,) = day.inside.faces.values()
    assert face.panels_used == ["k"]  # what lay under the head is begun anew
    day.run(60, iter([0.5] * 200))
    (gone,) = day.rig.gone
    assert [face.panels_used for face in gone.card.faces.values()] == [["k", "o"]]


# --- a job that is not all here -----------------------------------------------------------------

HALF_JOB = SHORT_JOB[: len(SHORT_JOB) - 50_000]


def test_half_a_job_feeds_its_card_by_default_and_not_on_a_machine_of_whole_jobs() -> None:
    fed = {}
    for whole_jobs in (False, True):
        day = Day(whole_jobs=whole_jobs)
        day.rig.send(HALF_JOB)
        day.run_exactly(60)
        assert day.rig.status.claimed
        fed[whole_jobs] = day.machine.state.fed
    assert fed == {False: 1, True: 0}


def test_a_whole_job_is_printed_once_the_rest_has_come() -> None:
    """The end of the card is enough; the end of the job comes when the host pleases."""
    day = Day(whole_jobs=True)
    day.rig.send(SHORT_JOB.removesuffix(job.END_OF_CARD))
    day.run_exactly(60)
    assert day.machine.state.fed == 0
    day.rig.send(job.END_OF_CARD)
    assert day.rig.gone == []  # it takes its time from now on
    day.run_exactly(120)
    assert [gone.bin for gone in day.rig.gone] == [Bin.OUTPUT]
    assert day.rig.gone[0].print_seconds == pytest.approx(O_BEGINS_S + O_S + PACE.eject_s)


def test_a_job_without_its_eject_is_whole_at_its_end() -> None:
    day = Day(whole_jobs=True)
    day.rig.send(SHORT_JOB.removesuffix(job.END_OF_CARD))
    day.rig.send(job.END_OF_JOB)
    day.run_exactly(60)
    assert day.columns("o") == 1016
    assert not day.rig.status.claimed


def test_what_is_no_job_moves_at_once_on_any_machine() -> None:
    day = Day(whole_jobs=True)
    assert day.rig.do("Si") == "OK"
    assert day.machine.state.fed == 1


def test_a_power_cut_in_half_a_job_leaves_the_blank_in_the_hopper() -> None:
    day = Day(whole_jobs=True)
    day.rig.send(HALF_JOB)
    day.plan(5.0, "power-cut")
    day.plan(6.0, "power-on")
    day.run_exactly(20)
    assert (day.machine.state.fed, len(day.machine.state.hopper)) == (0, 10)
    day.rig.send(SHORT_JOB + job.END_OF_JOB)
    day.run_exactly(60)
    assert len(day.rig.gone) == 1
