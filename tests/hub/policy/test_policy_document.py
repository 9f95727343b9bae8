"""A policy as a file: both articles' offices fit in and differ; what a policy cannot mean is refused by name."""

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import PolicyInvalidError
from hub.policy import document
from prr.policy import Barrier, Policy, SiteState
from prr.record import IssueType

pytestmark = pytest.mark.pure

PALEMBANG, PROBOLINGGO = "palembang-2017.toml", "probolinggo-2017.toml"


def example(name: str) -> Policy:
    return document.read(document.EXAMPLES / name)


def changed(**changes: Any) -> Policy:
    told = tomllib.loads((document.EXAMPLES / PALEMBANG).read_text())
    return document.of(told | changes, "one.toml")


def test_both_articles_offices_are_policies_and_differ() -> None:
    palembang, probolinggo = example(PALEMBANG), example(PROBOLINGGO)
    damaged = IssueType.LOST_OR_DAMAGED
    assert (palembang.rank(IssueType.NEW), palembang.rank(damaged)) == (0, 1)
    assert (probolinggo.rank(IssueType.NEW), probolinggo.rank(damaged)) == (0, 0)
    assert (palembang.barrier, probolinggo.barrier) == (Barrier.OFFICE, Barrier.NONE)
    assert palembang.site("SEBERANG-ULU-I").issue_types == (IssueType.NEW,)
    assert set(palembang.site("DISDUKCAPIL").issue_types) == set(IssueType)
    assert palembang.site("KEMUNING").state is SiteState.TRIAL
    assert probolinggo.site("KRAKSAAN").state is SiteState.OFF


def test_a_new_district_is_served_at_its_old_one() -> None:
    policy = example(PALEMBANG)
    assert policy.prints_for("SEBERANG-ULU-I") == ("SEBERANG-ULU-I", "JAKABARING")
    assert policy.prints_for("JAKABARING") == ()
    assert policy.prints_for("KEMUNING") == ("KEMUNING",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"classes": [["NEW"]]}, "each issue type must stand in one class"),
        ({"classes": [list(IssueType), ["NEW"]]}, "each issue type must stand in one class"),
        ({"classes": [list(IssueType), []]}, "each issue type must stand in one class"),
        ({"cap_per_printer": -1}, "cap_per_printer: Input should be greater"),
        ({"cap_per_printer": 1001}, "cap_per_printer: Input should be less"),
        ({"caps": 3}, "caps: Extra inputs"),
        ({"suket": {"months": 6, "days": 30}}, "months or days, one of them"),
        ({"suket": {"months": 6.5}}, "suket.months"),
        ({"sites": {"A": {"prints_at": "A"}}}, "prints at another one that prints itself"),
        ({"sites": {"A": {"prints_at": "B"}, "B": {"prints_at": "C"}}}, "prints itself"),
        ({"others": {"prints_at": "B"}}, "only a named site"),
        ({"signature": "00"}, "the hub signs"),
        ({"decree": "a\x07b"}, "control character"),
    ],
)
def test_what_a_policy_cannot_mean_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyInvalidError, match=words):
        changed(**changes)


@pytest.mark.parametrize(
    ("content", "words"), [(b"classes = [", "no TOML"), (b"\xff\xfe", "no TOML"), (None, "be read")]
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyInvalidError, match=words):
        document.read(path)


@given(st.permutations(list(IssueType)), st.lists(st.integers(1, 5), max_size=5))
def test_whatever_the_order_each_type_has_its_rank(order: list[IssueType], cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts)), len(order)]
    classes = [order[a:b] for a, b in itertools.pairwise(edges)]
    policy = changed(classes=classes)
    ranks = [policy.rank(kind) for kind in order]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(len(classes)))
