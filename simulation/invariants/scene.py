"""What an invariant looks at: stores, printers, and what was remembered of them. It changes nothing of them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from prr.record import Right
from simulation.errors import InvariantBrokenError
from simulation.host import Host
from simulation.hub_host import HubHost
from simulation.look import Look


@dataclass
class StationScene:
    """One station as the invariants see it.

    Attributes:
        fences: the greatest fence seen of each right.
        tombs: fences under which a right was put down here.
        settled: settled intents as they were when first seen.
        restored: its store was put back from a copy; what it says of itself may contradict what it said before.
    """

    host: Host
    look: Look
    restored: bool = False
    fences: dict[Right, int] = field(default_factory=dict)
    held: dict[Right, tuple[int, str]] = field(default_factory=dict)
    tombs: dict[Right, int] = field(default_factory=dict)
    settled: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    last_intent: int = 0

    def forget(self) -> None:
        """Forget what an older store can't know any more."""
        self.restored = True
        self.held, self.settled, self.last_intent = {}, {}, 0


@dataclass
class Scene:
    """The whole world as the invariants see it.

    Attributes:
        good: how many good cards there are of each right, as the emulators made them.
        good_at_s: when the first of them left.
    """

    hub: HubHost
    hub_look: Look
    stations: list[StationScene]
    now_s: float = 0.0
    good: Counter[Right] = field(default_factory=Counter)
    good_at_s: dict[Right, float] = field(default_factory=dict)
    claims: dict[str, frozenset[tuple[Any, ...]]] = field(default_factory=dict)
    hub_fences: defaultdict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))


def expect(holds: bool, invariant: str, sentence: str) -> None:
    """Raise unless it holds."""
    if not holds:
        raise InvariantBrokenError(invariant, sentence)


def right(record_id: str, issue_no: int) -> Right:
    """Return a right by its two columns."""
    return Right.model_construct(record_id=record_id, issue_no=issue_no)
