"""Every power cut of one recording: each state opened, each content set against what had been acknowledged.

A state is right if its content is that after the last acknowledged transaction, or that plus the one transaction under
way, whole. Contents are known by playing the recording to each acknowledgement without any loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from reliability.disk.recording import Reader
from reliability.disk.reopen import Reopened, Reopener
from reliability.disk.stage import ACKNOWLEDGED, BEGIN
from reliability.disk.states import Density, State, states, tails
from reliability.disk.storage import Disk, Mark, Sync

FAILURES_TOLD = 5
THIN = Density(2, each_torn=False)
FIRST = Density(8)
MORE = Density(100, each_torn=False)
ROUND_MIN = 100


@dataclass(slots=True)
class Count:
    """What the states of a scenario gave."""

    points: int = 0
    states: int = 0
    lost: int = 0
    corrupt: int = 0
    torn: int = 0
    tails: int = 0
    contents: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def note(self, scenario: str, point: int, state: State, told: str) -> None:
        """Take down a state that is not as it must be."""
        broken = told.startswith("broken")
        self.corrupt += broken
        self.lost += not broken
        if len(self.failures) < FAILURES_TOLD:
            why = told if broken else "lost: not the acknowledged content, nor one transaction more"
            kept = sorted(state.kept)
            self.failures.append(
                f"{scenario}, step {point}, kept {kept}, torn {state.torn}, names {state.names_count}: {why}"
            )


class Trial:
    """One scenario's recording under every cut."""

    def __init__(self, scenario: str, recorded: Reader, how: Reopener) -> None:
        self._scenario = scenario
        self._start, self._operations = recorded.start, recorded.operations
        self._reopened = Reopened(how)
        nothing = State(frozenset(), None, 0)
        self._contents = [self._content(self._start, nothing), *self._acknowledged()]

    def _acknowledged(self) -> Iterator[str]:
        """Give the content after each acknowledged transaction, nothing lost."""
        disk = self._start.copy()
        for number, operation in enumerate(self._operations):
            disk.apply(number, operation)
            if operation == Mark(ACKNOWLEDGED):
                yield self._content(
                    disk, State(frozenset(disk.waiting), None, len(disk.waiting_names))
                )

    def _content(self, disk: Disk, state: State) -> str:
        return self._reopened.content(disk.folder(state.kept, state.torn, state.names_count))

    def run(self, chance: Random, states_min: int, *, each_byte: bool = False) -> Count:
        """Cut at every step after the scenario's beginning, again with other halves until enough states are opened.

        With `states_min` 0 one thin round: every step, but only the write under way is torn. With `each_byte` each file
        that is synced is first cut after each byte of what waits.
        """
        count = Count()
        seen: dict[object, str] = {}
        if each_byte:
            self._tails(count, seen)
            count.tails = count.states
        self._round(count, seen, chance, FIRST if states_min else THIN)
        while count.states < states_min:
            before = count.states
            self._round(count, seen, chance, MORE)
            if count.states - before < ROUND_MIN:  # every subset of so few writes was opened
                break
        count.contents = set(seen.values())
        return count

    def _round(
        self, count: Count, seen: dict[object, str], chance: Random, density: Density
    ) -> None:
        points = 0
        for number, disk, acknowledged in self._points():
            points += 1
            self._judge(count, seen, number, disk, acknowledged, states(disk, chance, density))
        count.points = points

    def _tails(self, count: Count, seen: dict[object, str]) -> None:
        for number, disk, acknowledged in self._points():
            after = self._operations[number + 1 : number + 2]
            if after and isinstance(after[0], Sync) and after[0].file is not None:
                cut = tails(disk, after[0].file)
                self._judge(count, seen, number, disk, acknowledged, cut)

    def _points(self) -> Iterator[tuple[int, Disk, int]]:
        """Give each operation of the scenario: its number, the disk after it, its acknowledged transactions."""
        disk = self._start.copy()
        begun, acknowledged = False, 0
        for number, operation in enumerate(self._operations):
            disk.apply(number, operation)
            begun |= operation == Mark(BEGIN)
            acknowledged += operation == Mark(ACKNOWLEDGED)
            if begun:
                yield number, disk, acknowledged

    def _judge(
        self, count: Count, seen: dict[object, str], number: int, disk: Disk, acknowledged: int,
        tried: Iterator[State],
    ) -> None:  # fmt: skip
        lawful = set(self._contents[acknowledged : acknowledged + 2])
        for state in tried:
            key = _key(disk, state)
            told = seen.get(key)
            if told is None:
                told = seen[key] = self._content(disk, state)
                count.states += 1
                count.torn += state.torn is not None
            if told not in lawful:
                count.note(self._scenario, number, state, told)


def _key(disk: Disk, state: State) -> object:
    """Name a state by what is on the disk: equal names are equal bytes, at whatever point they come up."""
    durable = hash(tuple((file, hash(data)) for file, data in sorted(disk.contents.items())))
    names = tuple(disk.names_with(state.names_count).items())
    return durable, names, state.kept, state.torn
