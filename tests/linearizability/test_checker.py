"""The checker against histories that have a lawful order, and against each kind that has none."""

import itertools
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linearizability.checker import check_right
from linearizability.history import History
from linearizability.specification import Kind, Operation, State, after

pytestmark = pytest.mark.pure


def op(
    kind: Kind, station: str, fence: int, invoked: int, returned: int, name: str = ""
) -> Operation:
    return Operation(kind, station, fence, invoked, returned, name)


GRANT, RELEASE, PRINTED, LOST, WORD, FINAL = Kind

LAWFUL = {
    "one after the other": [
        op(GRANT, "A", 1, 0, 1), op(RELEASE, "A", 1, 2, 3), op(GRANT, "B", 2, 4, 5),
        op(PRINTED, "B", 2, 6, 7), op(FINAL, "B", 2, 9, 9, "DONE"),
    ],
    "the answer to the release is late": [
        op(GRANT, "A", 1, 0, 1), op(RELEASE, "A", 1, 2, 9), op(GRANT, "B", 2, 3, 5),
    ],
    "the answer to the first grant is late": [
        op(GRANT, "A", 1, 0, 9), op(RELEASE, "A", 1, 4, 9), op(GRANT, "B", 2, 3, 9),
    ],
    "a lost claim had the right, and the word frees it": [
        op(LOST, "A", 0, 0, 5), op(WORD, "A", 0, 6, 9), op(GRANT, "B", 2, 10, 11),
    ],
    "a lost claim had nothing": [
        op(LOST, "A", 0, 0, 5), op(WORD, "A", 0, 6, 9), op(GRANT, "B", 1, 10, 11),
    ],
    "a word keeps what is held": [
        op(GRANT, "A", 1, 0, 1), op(WORD, "A", 1, 2, 3), op(FINAL, "A", 1, 9, 9, "HELD"),
    ],
}  # fmt: skip

UNLAWFUL = {
    "double win": [op(GRANT, "A", 1, 0, 5), op(GRANT, "B", 1, 2, 6)],
    "double win, one after the other": [op(GRANT, "A", 1, 0, 1), op(GRANT, "B", 2, 2, 3)],
    "read then write": [op(GRANT, "A", 1, 0, 9), op(GRANT, "B", 2, 0, 9)],
    "fence used again": [
        op(GRANT, "A", 1, 0, 1), op(RELEASE, "A", 1, 2, 3), op(GRANT, "B", 1, 4, 5),
    ],
    "fence left out": [op(GRANT, "A", 2, 0, 1)],
    "granted before it was given back": [
        op(GRANT, "A", 1, 0, 1), op(GRANT, "B", 2, 2, 3), op(RELEASE, "A", 1, 4, 5),
    ],
    "granted after it was printed": [
        op(GRANT, "A", 1, 0, 1), op(PRINTED, "A", 1, 2, 3), op(GRANT, "B", 2, 4, 5),
    ],
    "a release of another's grant": [op(GRANT, "A", 1, 0, 1), op(RELEASE, "B", 1, 2, 3)],
    "an acknowledged grant was forgotten": [
        op(GRANT, "A", 1, 0, 1), op(WORD, "A", 0, 2, 3), op(WORD, "A", 1, 4, 5),
    ],
    "an acknowledged release was forgotten": [
        op(GRANT, "A", 1, 0, 1), op(RELEASE, "A", 1, 2, 3), op(FINAL, "A", 1, 9, 9, "HELD"),
    ],
    "a lost claim explains one grant, not two": [
        op(LOST, "A", 0, 0, 5), op(WORD, "A", 0, 6, 9), op(GRANT, "B", 3, 10, 11),
    ],
    "a lost claim that is not freed": [
        op(LOST, "A", 0, 0, 5), op(GRANT, "B", 2, 10, 11),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LAWFUL)
def test_what_has_an_order_is_let_through(name: str) -> None:
    assert check_right("R", LAWFUL[name]) is None


@pytest.mark.parametrize("name", UNLAWFUL)
def test_what_has_none_is_found(name: str) -> None:
    found = check_right("R", UNLAWFUL[name])
    assert found is not None
    assert found.operation in UNLAWFUL[name]


def test_a_key_answered_in_two_ways_is_found() -> None:
    history = History()
    history.answered("k", b"one")
    history.answered("k", b"one")
    assert history.faults == []
    history.answered("k", b"two")
    assert len(history.faults) == 1


def lawful(seed: int, count: int) -> list[Operation]:
    """Make a history from a lawful order, each operation stretched around the moment it happened at."""
    chance, state, made = random.Random(seed), State(), list[Operation]()
    while len(made) < count:
        at = 10 * (len(made) + 1)
        station = chance.choice("ABC")
        kind = chance.choice((GRANT, RELEASE))
        fence = state.fence + 1 if kind is GRANT else state.fence
        holder = station if kind is GRANT else state.holder
        stretched = op(kind, holder, fence, at - chance.randrange(25), at + chance.randrange(25))
        following = list(after(state, stretched))
        if following:
            made.append(stretched)
            (state,) = following
    return made


def has_an_order(operations: list[Operation]) -> bool:
    """Try all orders: slow, and plainly right."""
    return any(_runs(order) for order in itertools.permutations(operations))


def _runs(order: tuple[Operation, ...]) -> bool:
    latest = 0
    states = {State()}
    for one in order:
        if one.returned_ns < latest:
            return False  # it ended before something earlier in the order began
        latest = max(latest, one.invoked_ns)
        states = set(_steps(states, one))
    return bool(states)


def _steps(states: set[State], one: Operation) -> Iterator[State]:
    for state in states:
        yield from after(state, one)


@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_every_lawful_history_is_let_through(seed: int, count: int) -> None:
    assert check_right("R", lawful(seed, count)) is None


@given(seed=st.integers(0, 10**6), place=st.integers(0, 4), change=st.sampled_from(range(4)))
@settings(max_examples=200, deadline=None)
def test_it_says_what_trying_all_orders_says(seed: int, place: int, change: int) -> None:
    history = lawful(seed, 5)
    one = history[place]
    changed = (
        op(one.kind, one.station, one.fence + 1, one.invoked_ns, one.returned_ns),
        op(one.kind, "Z", one.fence, one.invoked_ns, one.returned_ns),
        op(one.kind, one.station, one.fence, one.invoked_ns + 40, one.returned_ns + 40),
        one,
    )[change]
    history[place] = changed
    assert (check_right("R", history) is None) == has_an_order(history)
