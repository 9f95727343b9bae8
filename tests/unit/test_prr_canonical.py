"""Canonical JSON: one value, one sequence of bytes, which read back is the value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prr.canonical import canonical_json

pytestmark = pytest.mark.pure

# without lone surrogates, which UTF-8 has no bytes for
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_reading_gives_the_value_and_writing_again_the_same_bytes(value: Any) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(texts, values, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], order: Any) -> None:
    pairs = list(value.items())
    order.shuffle(pairs)
    assert canonical_json(dict(pairs)) == canonical_json(value)


def test_the_form() -> None:
    assert canonical_json({"b": [1, None, True], "a": 'é\u2028"'}) == (
        '{"a":"é\u2028\\"","b":[1,null,true]}'.encode()
    )


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": {"b": [float("nan")]}}])
def test_floats_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no floats"):
        canonical_json(value)


@pytest.mark.parametrize("value", [b"x", object(), {1, 2}])
def test_what_json_has_no_word_for_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
