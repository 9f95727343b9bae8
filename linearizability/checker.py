"""Looks for an order of overlapping operations that the specification allows (Wing and Gong; Lowe's just-in-time form).

The moments are walked through once. A configuration is a state of the right and the operations under way that have
happened already. When an operation returns it must have happened, or have been free to change nothing: each other
configuration is carried on by operations under way until it has, or is dropped. None left means that no order explains
what was seen.

Rights are checked one by one: a history is linearizable exactly if it is for each object in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from linearizability.specification import Operation, State, after, may_pass

Configuration = tuple[State, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Violation:
    """The first return that no order explains, and what the right could have been just before."""

    right: str
    operation: Operation
    states: tuple[State, ...]


def check(history: Mapping[str, Sequence[Operation]]) -> list[Violation]:
    """Check every right's history; returns what cannot be explained."""
    found = (check_right(right, operations) for right, operations in history.items())
    return [violation for violation in found if violation is not None]


def check_right(right: str, operations: Sequence[Operation]) -> Violation | None:
    """Check one right's history."""
    configurations: set[Configuration] = {(State(), frozenset())}
    open_now: set[int] = set()
    for returned, number in _moments(operations):
        if not returned:
            open_now.add(number)
            continue
        done = _until_happened(configurations, open_now, operations, number)
        if not done:
            states = sorted({state for state, _ in configurations}, key=repr)
            return Violation(right, operations[number], tuple(states))
        configurations = {(state, happened - {number}) for state, happened in done}
        open_now.discard(number)
    return None


def _moments(operations: Sequence[Operation]) -> list[tuple[bool, int]]:
    """Return (is a return, number of the operation) in the order of time; at one moment all begins come first."""
    moments: list[tuple[int, bool, int]] = []
    for number, operation in enumerate(operations):
        assert operation.invoked_ns <= operation.returned_ns, "an answer before its question"
        moments.append((operation.invoked_ns, False, number))
        moments.append((operation.returned_ns, True, number))
    return [(returned, number) for _, returned, number in sorted(moments)]


def _until_happened(
    configurations: Iterable[Configuration],
    open_now: set[int],
    operations: Sequence[Operation],
    number: int,
) -> set[Configuration]:
    """Carry configurations on, by as many operations under way as it takes, until the one has happened."""
    done: set[Configuration] = set()
    seen = set(configurations)
    to_do = list(seen)
    while to_do:
        state, happened = to_do.pop()
        if number in happened:
            done.add((state, happened))
            continue
        if may_pass(state, operations[number]):
            done.add((state, happened))
        for following in _steps(state, happened, open_now, operations):
            if following not in seen:
                seen.add(following)
                to_do.append(following)
    return done


def _steps(
    state: State, happened: frozenset[int], open_now: set[int], operations: Sequence[Operation]
) -> Iterator[Configuration]:
    for candidate in open_now - happened:
        for following in after(state, operations[candidate]):
            yield following, happened | {candidate}
