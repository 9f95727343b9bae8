"""A certification against the emulator in each of its settings: the profile comes out as the emulator was set."""

import itertools
from pathlib import Path

import pytest

from drivers.profile import Facts
from emulator.evolis.models import MODELS
from emulator.machine.mechanics import CounterKept, CounterMoves
from support.certifying import certify, person, printer


def values(facts: Facts) -> dict[str, bool | str | None]:
    return {name: getattr(facts, name).value for name in Facts.__slots__}


def expected(moves: CounterMoves, kept: CounterKept, *, whole: bool) -> dict[str, bool | str]:
    return {
        "counter_moves_at": moves.value,
        # A counter that moves when the card leaves has nothing to lose while it is inside.
        "counter_kept": kept is CounterKept.AT_ONCE or moves is CounterMoves.EJECT,
        "counter_readable_in_error": True,
        "card_seen": True,
        "card_after_power_cut": "stays",
        "job_seen": True,
        "half_job_feeds": not whole,
        "half_job_outlives_link": True,
        "half_job_outlives_power": False,
        "whole_job_outlives_link": True,
        "whole_job_outlives_power": False,
    }


SETTINGS = list(itertools.product(CounterMoves, CounterKept, (False, True)))


@pytest.mark.parametrize(("moves", "kept", "whole"), SETTINGS)
def test_the_profile_comes_out_as_the_emulator_was_set(
    tmp_path: Path, moves: CounterMoves, kept: CounterKept, *, whole: bool
) -> None:
    with printer(tmp_path, counter_moves=moves, counter_kept=kept, whole_jobs=whole) as bench:
        facts, talk = certify(bench, person(bench))
        truth = bench.truth()
    assert values(facts) == expected(moves, kept, whole=whole)
    assert talk.cards.used == truth["cards_fed"] == 3 + (not whole)
    assert (truth["claimed"], truth["session"], truth["inside"]) == (False, 0, None)


@pytest.mark.parametrize("medium", ["usb", "serial"])
@pytest.mark.parametrize("whole", [False, True])
def test_the_medium_makes_no_difference(tmp_path: Path, medium: str, *, whole: bool) -> None:
    with printer(tmp_path, whole_jobs=whole, model=MODELS["zenius"]) as bench:
        facts, _talk = certify(bench, person(bench), medium)
        truth = bench.truth()
    assert values(facts) == expected(CounterMoves.FEED, CounterKept.AT_ONCE, whole=whole)
    assert (truth["claimed"], truth["session"]) == (False, 0)
