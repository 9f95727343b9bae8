"""The page of the model: every figure comes from a run, and one that is missing is missed."""

import pytest

from model import page

pytestmark = pytest.mark.pure

RUN = {
    "name": "small", "bugs": [], "states": 4280, "depth": 34, "broken": None, "trace": [],
}  # fmt: skip
PLAN = {
    "plan": "two stations", "states": 193440, "events": 971776, "calls": 2516, "depth": 29, "exhausted": True,
    "broken": None,
}  # fmt: skip
RULE = {"rule": "fence", "states": 8356, "broken": "FreeClean: x", "trace": ["a", "b"]}


def test_the_tables_stand_in_their_places() -> None:
    data = {"tla": [RUN], "code": [PLAN], "mutations": [RULE, RULE | {"broken": None}]}
    told = page.text(data, "today")
    assert "@" not in told
    assert "| small | none | 4,280 | 34 | none |" in told
    assert "| two stations | 193,440 | 971,776 | 2,516 | 29 | all | none |" in told
    assert "| fence | 8,356 | FreeClean: x | 2 |" in told
    assert "NOT MISSED" in told


def test_half_a_run_makes_no_page() -> None:
    with pytest.raises(KeyError):
        page.text({"tla": [RUN]}, "today")
