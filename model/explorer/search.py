"""Breadth first over every world of a plan, so that the first violation found is one of the shortest."""

from collections.abc import Callable
from dataclasses import dataclass

from model.explorer.plan import Plan
from model.explorer.world import Office, World

Progress = Callable[[int, int, int], None]  # states, waiting, depth


@dataclass(frozen=True, slots=True)
class Found:
    """What an exploration found.

    Attributes:
        states: different worlds, each judged by every law.
        steps: events tried.
        calls: calls of the production code that were made for them.
        depth: events from the start to the last world found.
        exhausted: there was nothing left to try.
        broken: the law that was broken, or None.
        trace: what happened up to there, a sentence an event.
    """

    plan: str
    states: int
    steps: int
    calls: int
    depth: int
    exhausted: bool
    broken: str | None = None
    trace: tuple[str, ...] = ()


def explore(
    plan: Plan, *, states_max: int | None = None, only: str | None = None,
    progress: Progress | None = None,
) -> Found:  # fmt: skip
    """Explore a plan to its end, to the first violation, or to a number of states.

    Args:
        plan: what is explored.
        states_max: where to stop.
        only: the one law to judge by; all where it is None.
        progress: told after each level.
    """
    office = Office(plan)
    first = office.first()
    before: dict[World, World | None] = {first: None}
    level, depth, steps = [first], 0, 0
    broken: str | None
    while level:
        later: list[World] = []
        for world in level:
            try:
                following = list(office.next(world))
            except AssertionError as error:
                broken = _judged(f"Assertion: {error}", only)
                if broken is None:
                    continue
                return _found(office, before, steps, depth, broken, _trace(office, before, world))
            for _, after in following:
                steps += 1
                if after in before:
                    continue
                before[after] = world
                broken = _judged(office.broken_law(after), only)
                if broken is not None:
                    trace = _trace(office, before, after)
                    return _found(office, before, steps, depth + 1, broken, trace)
                later.append(after)
            if states_max is not None and len(before) >= states_max:
                return _found(office, before, steps, depth + 1, None)
        if progress is not None:
            progress(len(before), len(later), depth)
        level, depth = later, depth + 1
    return _found(office, before, steps, depth - 1, None, exhausted=True)


def _judged(broken: str | None, only: str | None) -> str | None:
    if broken is None or only is None or broken.startswith(only):
        return broken
    return None


def _found(
    office: Office, before: dict[World, World | None], steps: int, depth: int, broken: str | None,
    trace: tuple[str, ...] = (), *, exhausted: bool = False,
) -> Found:  # fmt: skip
    calls = office.hub.calls + sum(side.station.calls for side in office.sides)
    return Found(office.plan.name, len(before), steps, calls, depth, exhausted, broken, trace)


def _trace(office: Office, before: dict[World, World | None], world: World) -> tuple[str, ...]:
    """Tell how a world came about: each event is found again among those of the world before."""
    sentences: list[str] = []
    while (earlier := before[world]) is not None:
        sentences.append(next(said for said, after in office.next(earlier) if after == world))
        world = earlier
    return tuple(reversed(sentences))
