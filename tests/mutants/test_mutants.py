"""The mutants against the tree as it is: each applies, each law has one, each has its tests, the page says so.

That each is noticed is what `make mutants` shows; here is only what rots first.
"""

from pathlib import Path

import pytest

from mutants import page
from mutants.copy_of_tree import TreeCopy
from mutants.law import laws
from mutants.mutant import Edit, Held, Mutant, RuleTextError, mutants
from mutants.trial import run

ROOT = Path(__file__).resolve().parents[2]
ALL = mutants()
KNOWN = laws(ROOT)
BUGS = {
    "intent after the print", "lease at the hub", "auto-retry at restart", "release before its tomb",
    "no counter anchor", "no fence check", "two open intents", "no allowance", "count at finish",
    "latch removed", "idle-only removed", "restored hub not frozen",
    "acknowledged without being applied",
}  # fmt: skip


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_every_mutant_still_applies(mutant: Mutant) -> None:
    for edit in mutant.edits:
        edit.check(ROOT)
    assert mutant.laws


def test_every_law_has_a_test_and_a_mutant_or_says_what_it_waits_for() -> None:
    assert list(KNOWN) == list(range(1, 32))
    broken = {number for mutant in ALL for number in mutant.laws}
    for law in KNOWN.values():
        assert bool(law.tests) == (law.number in broken) == (not law.waits_for), law.number


def test_every_protocol_error_of_the_model_is_among_them() -> None:
    assert {mutant.name for mutant in ALL if mutant.bug} == BUGS


def test_the_page_is_made_of_the_data() -> None:
    assert (ROOT / page.PAGE).read_text() == page.text(KNOWN, ALL), "run `python -m mutants page`"


def test_a_text_that_is_gone_is_said() -> None:
    with pytest.raises(RuleTextError, match="0 times"):
        Edit("station/doubt.py", "no such text", "").check(ROOT)
    with pytest.raises(RuleTextError, match="0 times"):
        Edit("station/no_such_file.py", "x", "").check(ROOT)


def test_a_mutant_of_schema_and_code_has_two_halves() -> None:
    both = next(mutant for mutant in ALL if mutant.held is Held.BOTH)
    halves = both.halves()
    assert [half.held for half in halves] == [Held.SCHEMA, Held.CODE]
    assert sum(len(half.edits) for half in halves) == len(both.edits)


def test_the_copy_is_what_is_tested_and_comes_back_whole(tmp_path: Path) -> None:
    """A rule is taken out of a copy: a law breaks there, and holds again after; the live tree stays as it is."""
    tree = TreeCopy(ROOT, tmp_path)
    tree.check_imports()
    mutant = next(mutant for mutant in ALL if mutant.name == "one person says so twice")
    live = (ROOT / mutant.edits[0].file).read_bytes()
    broken = [KNOWN[number] for number in mutant.laws]
    with tree.mutated(mutant):
        assert (tree.root / mutant.edits[0].file).read_bytes() != live
        assert set(run(tree, broken, tmp_path / "first").broken) == set(mutant.laws)
    assert run(tree, broken, tmp_path / "second").broken == {}
    assert (ROOT / mutant.edits[0].file).read_bytes() == live
