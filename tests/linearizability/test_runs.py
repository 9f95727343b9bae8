"""Short runs with real hubs and servers: the sound hub passes, the one with a fault sown into it is found out."""

from pathlib import Path

import pytest

from linearizability.run import Plan, run


def quiet(_words: str) -> None:
    """Say nothing of the progress."""


def test_claims_are_linearizable_while_the_hub_is_killed(tmp_path: Path) -> None:
    facts = run(Plan(800, records=60, kills=3, folder=tmp_path), quiet)
    assert facts["linearizable"], facts
    assert facts["operations"] >= 800
    assert facts["kills"] >= 3
    assert facts["unknown"] >= 1


def test_claims_are_linearizable_through_kills_and_a_fail_over(tmp_path: Path) -> None:
    facts = run(Plan(800, "postgresql", 1, records=60, kills=2, folder=tmp_path), quiet)
    assert facts["linearizable"], facts
    assert facts["fail_overs"] == 1
    assert facts["unknown"] >= 1


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_hub_that_reads_first_and_takes_afterwards_is_found(tmp_path: Path, store: str) -> None:
    plan = Plan(600, store, records=30, kills=0, program="linearizability.mutant", folder=tmp_path)
    facts = run(plan, quiet)
    assert not facts["linearizable"]
    assert any("GRANT" in found for found in facts["violations"])
