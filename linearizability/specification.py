"""What one right may do, as a sequence of things that happen one after the other.

    READY(fence) -grant(station, fence + 1)-> HELD(station, fence + 1) -release-> READY -> ...
                                              HELD -printed-> DONE

A lost claim (given up by its station when the hub was failed over) may have granted the right or not. A word after a
fail-over keeps what its station holds, and frees what it does not know of. No more is allowed: a fence twice, a grant
of what is held, a release of what another holds, all have no place in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a client did with one right, or read of it."""

    GRANT = "grant"
    RELEASE = "release"
    PRINTED = "printed"
    LOST_CLAIM = "lost-claim"
    WORD = "word"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class State:
    """A right as the hub should have it."""

    name: str = "READY"
    holder: str = ""
    fence: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done, between two moments of one clock.

    Attributes:
        kind: what.
        station: by whom; for FINAL the holder that was read.
        fence: under which fence; for WORD 0 where the station does not hold the right.
        invoked_ns: when it was begun.
        returned_ns: when its answer was there.
        name: for FINAL, the state that was read.
    """

    kind: Kind
    station: str
    fence: int
    invoked_ns: int
    returned_ns: int
    name: str = ""


def after(state: State, operation: Operation) -> Iterator[State]:
    """Give the states an operation may leave; none where it could not have happened."""
    station, fence = operation.station, operation.fence
    mine = state == State("HELD", station, fence)
    match operation.kind:
        case Kind.GRANT if state.name == "READY" and fence == state.fence + 1:
            yield State("HELD", station, fence)
        case Kind.RELEASE if mine:
            yield State("READY", "", fence)
        case Kind.PRINTED if mine:
            yield State("DONE", station, fence)
        case Kind.LOST_CLAIM if state.name == "READY":
            yield State("HELD", station, state.fence + 1)
        case Kind.WORD if not fence and _is_held_by(state, station):
            yield State("READY", "", state.fence)
        case Kind.FINAL if state == State(operation.name, station, fence):
            yield state


def may_pass(state: State, operation: Operation) -> bool:
    """Tell whether an operation may end in this state without having changed anything.

    A station does one thing after the other: nobody but itself changes what it holds while it gives its word.
    """
    match operation.kind:
        case Kind.LOST_CLAIM:
            return True
        case Kind.WORD if operation.fence:
            return state == State("HELD", operation.station, operation.fence)
        case Kind.WORD:
            return not _is_held_by(state, operation.station)
        case _:
            return False


def _is_held_by(state: State, station: str) -> bool:
    return state.name == "HELD" and state.holder == station
