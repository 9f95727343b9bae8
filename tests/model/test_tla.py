"""The contract in the model checker: the small true configuration holds, and a rule taken out is missed."""

import pytest

from model.tla.checker import CheckerError, check
from model.tla.runs import BUGS, SMALL, TRUE

BY_NAME = {run.name: run for run in BUGS}


def test_the_small_true_configuration_holds() -> None:
    checked = check(SMALL)
    assert checked.as_expected, checked.text
    assert (checked.states, checked.depth) == (4280, 34)


@pytest.mark.parametrize("name", ["NoFence", "TwoOpen"])
def test_a_rule_taken_out_breaks_its_law(name: str) -> None:
    checked = check(BY_NAME[name])
    assert checked.broken == checked.run.breaks, checked.text
    assert checked.trace[0] == "Initial"
    assert checked.trace[-1] == {"NoFence": "PrinterDoes", "TwoOpen": "Intent"}[name]


def test_without_java_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CheckerError, match="tools/model-packages"):
        check(SMALL)


def test_every_bug_names_a_law_of_the_model() -> None:
    assert len(BUGS) >= 12
    assert all(run.breaks in run.laws and run.bugs for run in BUGS)
    assert not any(run.bugs or run.breaks for run in TRUE)
