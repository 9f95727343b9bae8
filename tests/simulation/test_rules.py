"""A rule taken out of the running station is found out by the simulation, and its story is short."""

import itertools

import pytest

from simulation import quiet
from simulation.rules import RULES, without
from simulation.run import Ending, run
from simulation.settings import Settings, settings_of
from simulation.shrink import shrunk, story

SEEDS_MAX = 60
# Where the hunt begins: a seed that showed it. If the station changes it goes on from there.
FIRST = {
    "commit": 1, "latch": 1, "idle-only": 9, "fence": 0, "anchor": 17, "never-retry": 1,
    "allowance": 2,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def silence() -> None:
    quiet.be_quiet()


def hunt(name: str) -> tuple[Settings, Ending]:
    rule = RULES[name]
    for seed in itertools.islice(itertools.count(FIRST[name]), SEEDS_MAX):
        settings = settings_of(seed, favours=rule.favours)
        ending = run(settings, only=rule.breaks)
        if ending.broken in rule.breaks:
            return settings, ending
    raise AssertionError(f"{SEEDS_MAX} seeds without the rule {name} showed nothing")


@pytest.mark.parametrize("name", RULES)
def test_a_missing_rule_is_found_out(name: str) -> None:
    with without(RULES[name]):
        _settings, ending = hunt(name)
    assert ending.broken in RULES[name].breaks


def test_the_rules_are_put_back() -> None:
    settings = settings_of(1)
    before = run(settings)
    with without(RULES["commit"]):
        assert run(settings, only=RULES["commit"].breaks).broken
    after = run(settings)
    assert not before.broken
    assert (before.sha, before.broken) == (after.sha, after.broken)


def test_a_failing_seed_shrinks_to_a_story() -> None:
    rule = RULES["commit"]
    with without(rule):
        settings, ending = hunt("commit")
        short = shrunk(settings, ending.broken, lambda fewer: run(fewer, only=rule.breaks))
        played = run(short, keep=True, only=rule.breaks)
        told = story(short, played)
    assert played.broken == ending.broken
    assert 1 <= len(short.faults) <= len(settings.faults)
    assert all(str(fault) in told for fault in short.faults)
    assert f"seed {settings.seed}: {ending.broken} at step {played.step}" in told
    # Without any one of the faults that are left the invariant holds: the story is minimal.
    with without(rule):
        for fault in short.faults:
            assert run(short.without({fault.number}), only=rule.breaks).broken != ending.broken
