"""Which disk states a power cut can leave at one point of a recording.

Of what waits: all of it, none, each alone lost, each alone kept, every subset where they are few and random halves
where they are many, beginnings of it; and one write torn after each sector, in its middle, before its last byte, with
the rest kept, lost or halved. Names come in order, so of them every beginning. Where a sync is about to come, a file
may also end after any byte: what waits came in order as far as that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from random import Random

from reliability.disk.storage import SECTOR_BYTES, Change, Disk, Torn, Write

SUBSETS_MAX = 7  # up to so many waiting changes every subset is tried


@dataclass(frozen=True, slots=True)
class State:
    """One way the disk may look: which waiting changes came, which one in part, how many names."""

    kept: frozenset[int]
    torn: Torn | None
    names_count: int


@dataclass(frozen=True, slots=True)
class Density:
    """How many states of a point are tried: random subsets; whether each waiting write is torn, or the last."""

    halves: int
    each_torn: bool = True


def states(disk: Disk, chance: Random, density: Density) -> Iterator[State]:
    """Give the states at this point; the same one may come twice."""
    names = len(disk.waiting_names)
    for kept in _kept(list(disk.waiting), chance, density.halves):
        yield State(kept, None, names)
    for count in range(names):
        yield State(frozenset(disk.waiting), None, count)
        yield State(frozenset(), None, count)
    yield from _torn(disk, chance, density, names)


def tails(disk: Disk, file: int) -> Iterator[State]:
    """Give a file's every torn tail: its waiting writes in order up to each single byte, nothing else on the disk."""
    names = len(disk.waiting_names)
    kept: list[int] = []
    for number, change in disk.waiting.items():
        if change.file != file:
            continue
        yield State(frozenset(kept), None, names)
        if isinstance(change, Write):
            for cut in range(1, len(change.data)):
                yield State(frozenset(kept), Torn(number, cut), names)
        kept.append(number)
    yield State(frozenset(kept), None, names)


def _kept(numbers: list[int], chance: Random, halves: int) -> Iterator[frozenset[int]]:
    if len(numbers) <= SUBSETS_MAX:
        for bits in range(2 ** len(numbers)):
            yield frozenset(n for place, n in enumerate(numbers) if bits >> place & 1)
        return
    whole = frozenset(numbers)
    yield whole
    for place, number in enumerate(numbers):
        yield whole - {number}
        yield frozenset((number,))
        yield frozenset(numbers[:place])
    for _ in range(halves):
        yield _half(numbers, chance)


def _torn(disk: Disk, chance: Random, density: Density, names: int) -> Iterator[State]:
    numbers = list(disk.waiting)
    for number, change in disk.waiting.items():
        others = [n for n in numbers if n != number]
        last = number == numbers[-1]
        if not (last or density.each_torn):
            continue
        for cut in _cuts(change):
            torn = Torn(number, cut)
            yield State(frozenset(others), torn, names)
            if last:  # the write under way when the power went
                yield State(frozenset(), torn, names)
                for _ in range(max(1, density.halves // 16)):
                    yield State(_half(others, chance), torn, names)


def _cuts(change: Change) -> Iterator[int]:
    if not isinstance(change, Write):
        return
    length = len(change.data)
    cuts = chain(range(SECTOR_BYTES, length, SECTOR_BYTES), (length // 2, length - 1, 1))
    yield from sorted({cut for cut in cuts if 0 < cut < length})


def _half(numbers: list[int], chance: Random) -> frozenset[int]:
    bits = chance.getrandbits(len(numbers)) if numbers else 0
    return frozenset(number for place, number in enumerate(numbers) if bits >> place & 1)
