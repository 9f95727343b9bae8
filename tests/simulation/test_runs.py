"""Runs of the true code: they replay exactly, hold every invariant, and what is simulated is like what is real."""

from collections import Counter

import numpy as np
import pytest

from drivers.card import CardDesign
from drivers.evolis.driver import EvolisDriver
from emulator.evolis.bitmap import Bitmap, ink_of
from emulator.evolis.parser import Parser
from simulation import campaign, quiet, reach
from simulation.campaign import Figures
from simulation.face import QuickDriver, marked, read_mark
from simulation.faults import Kind
from simulation.records import right_of
from simulation.run import run
from simulation.settings import settings_of

SEEDS = 45


@pytest.fixture(scope="module", autouse=True)
def silence() -> None:
    quiet.be_quiet()


@pytest.mark.parametrize("number", [1, 2, 77, 4711])
def test_the_quick_job_is_the_drivers_own(number: int) -> None:
    face = marked(right_of(number, issue_no=3))
    assert QuickDriver().encode(CardDesign(face)) == EvolisDriver().encode(CardDesign(face))


def test_a_mark_is_read_from_the_ink() -> None:
    of = right_of(815, issue_no=2)
    job = QuickDriver().encode(CardDesign(marked(of))).job_data
    planes = [event for event in Parser().receive_data(job) if isinstance(event, Bitmap)]
    resin = next(ink_of(plane) for plane in planes if plane.panel == "k")
    assert read_mark(resin) == of
    assert read_mark(np.zeros_like(resin)) is None


def test_the_same_seed_gives_the_same_trace() -> None:
    first, again, other = run(settings_of(3)), run(settings_of(3)), run(settings_of(4))
    assert first.sha == again.sha
    assert first.step == again.step
    assert first.sha != other.sha


def test_a_trace_kept_is_the_trace_hashed() -> None:
    kept = run(settings_of(3), keep=True)
    assert kept.sha == run(settings_of(3)).sha
    assert kept.lines


def test_a_short_campaign_holds() -> None:
    figures = Figures()
    for task, ending in campaign.endings(campaign.tasks(0, SEEDS, 0), 1):
        figures.add(task, ending)
    told = figures.as_json()
    assert figures.broken == []
    assert (told["duplicates"], told["lost_blanks"], told["cap_breaches"]) == (0, 0, 0)
    assert told["faults_per_10_attempts"] >= 1
    assert figures.doubts > figures.doubts_certified_settled_by_people


@pytest.mark.parametrize("seed", [5, 21])
def test_full_pictures_hold(seed: int) -> None:
    ending = run(settings_of(seed, stations=1, days=1, pictures=True))
    assert ending.broken == ""
    assert ending.good_cards > 0


@pytest.mark.parametrize("seed", range(6))
def test_a_stale_hub_holds(seed: int) -> None:
    ending = run(settings_of(seed, favours={Kind.STALE_HUB: 12.0}))
    assert ending.broken == ""


def test_a_campaign_names_what_it_never_reached() -> None:
    seen = Counter(reach.wanted())
    assert reach.missing(seen) == []
    del seen["doubt: d>=2"]
    assert reach.missing(seen) == ["doubt: d>=2"]
