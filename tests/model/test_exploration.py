"""The production code explored: the short plan to its end, and each rule taken out."""

import pytest

from model.explorer.mutations import MUTATIONS, Mutation, explore_without
from model.explorer.plan import Plan
from model.explorer.plans import FULL, LIMITS, SHORT
from model.explorer.search import explore
from station.database import MIGRATIONS, QUERIES

TINY = Plan("one station, one card", stations=1, claims=1, intents=1, blanks=1, late=0)


def test_the_short_plan_is_exhausted_and_breaks_no_law() -> None:
    found = explore(SHORT)
    assert found.broken is None, found.trace
    assert found.exhausted
    assert found.states >= 100_000


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_rule_taken_out_is_missed(mutation: Mutation) -> None:
    before = (dict(QUERIES), list(MIGRATIONS))
    found = explore_without(mutation)
    assert found.broken is not None
    assert found.broken.startswith(mutation.breaks)
    assert found.trace
    assert before == (QUERIES, MIGRATIONS), "the rule was not put back"


def test_the_same_plan_is_explored_the_same_way() -> None:
    assert explore(TINY) == explore(TINY)


def test_a_bound_is_kept_and_said() -> None:
    found = explore(TINY, states_max=50)
    assert not found.exhausted
    assert 50 <= found.states < 100


def test_the_short_plan_is_among_the_full_ones() -> None:
    assert SHORT in FULL


@pytest.mark.parametrize("plan", LIMITS, ids=lambda plan: plan.name)
def test_a_known_limit_is_still_one(plan: Plan) -> None:
    found = explore(plan)
    assert found.broken is not None, "the limit is gone: make the plan one of FULL"
    assert found.broken.startswith("FreeClean")
    assert any("the copy of its disk is put back" in said for said in found.trace)
