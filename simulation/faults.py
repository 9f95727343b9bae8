"""What can go wrong in a simulation, as a list drawn from the seed beforehand. Nothing strikes here.

A fault waits for a card: it is armed when its station has begun so many cards, and strikes at the so-and-so-manieth
durable write, frame or call after that, or so many seconds later. A plan is a plain list, so a failing one can be cut
down by leaving faults out and playing the rest again.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Trigger(StrEnum):
    """What a fault counts once it is armed."""

    WRITE = "write"
    FRAME = "frame"
    CALL = "call"
    TIME = "time"


class Kind(StrEnum):
    """The kinds of fault; the word is what a story calls it."""

    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    REQUEST_TWICE = "request delivered twice"
    REQUEST_LATE = "copy of a request arrives late"
    ANSWER_OLD = "late copy of an old answer instead of the answer"
    LINK_DOWN = "link down"
    HUB_KILLED_BEFORE = "hub killed before its commit"
    HUB_KILLED_AFTER = "hub killed after its commit"
    CRASH_BEFORE_WRITE = "process killed, the write did not happen"
    CRASH_AFTER_WRITE = "process killed, the write happened"
    CRASH_ON_FRAME = "process killed at a frame"
    FSYNC_LOST = "fsync failed, the write did not happen"
    FSYNC_KEPT = "fsync failed, the write happened"
    DISK_FULL = "disk full"
    PC_POWER_CUT = "power of the PC cut"
    PRINTER_POWER_CUT = "power of the printer cut"
    BOTH_POWER_CUT = "power of PC and printer cut"
    UNPLUGGED = "cable pulled"
    JAM_BEFORE_FEED = "jam before the feed"
    JAM_INSIDE = "jam inside"
    JAM_AT_EXIT = "jam at the exit"
    RIBBON_TORN = "ribbon torn"
    COVER_OPEN = "cover opened"
    SILENCE = "printer silent"
    CLOCK_JUMP = "clock of the PC jumps"
    REVOCATION = "the office takes a right back"
    STRANGER = "cards made behind the station's back"
    OTHER_SERIAL = "another serial number answers"
    COUNTER_ANEW = "the printer's counter begins anew"
    RESTORED = "the station's store put back from a copy"
    FROZEN = "process stopped for a while"
    STALE_HUB = "hub fails over to a stale replica"


TRIGGERS: dict[Kind, Trigger] = {
    **dict.fromkeys(
        (Kind.REQUEST_LOST, Kind.ANSWER_LOST, Kind.REQUEST_TWICE, Kind.REQUEST_LATE,
         Kind.ANSWER_OLD, Kind.HUB_KILLED_BEFORE, Kind.HUB_KILLED_AFTER),
        Trigger.CALL,
    ),
    **dict.fromkeys(
        (Kind.CRASH_BEFORE_WRITE, Kind.CRASH_AFTER_WRITE, Kind.FSYNC_LOST, Kind.FSYNC_KEPT,
         Kind.DISK_FULL),
        Trigger.WRITE,
    ),
    Kind.CRASH_ON_FRAME: Trigger.FRAME,
}  # fmt: skip

# How often each kind is drawn against the others.
_WEIGHTS: dict[Kind, float] = dict.fromkeys(Kind, 1.0) | {
    Kind.CRASH_BEFORE_WRITE: 2.0,
    Kind.CRASH_AFTER_WRITE: 2.5,
    Kind.CRASH_ON_FRAME: 3.0,
    Kind.REVOCATION: 2.0,
    Kind.ANSWER_OLD: 2.0,
    Kind.STRANGER: 0.5,
    Kind.OTHER_SERIAL: 0.4,
    Kind.COUNTER_ANEW: 0.4,
    Kind.RESTORED: 0.25,
    Kind.STALE_HUB: 0.5,
}

_COUNT_MAX = {Trigger.WRITE: 7, Trigger.FRAME: 45, Trigger.CALL: 6}
_DELAY_S_MAX = 9.0  # a card takes some six seconds, and some kinds should strike after it


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        number: its place in the plan.
        station: at which station, by index.
        card: armed when that station has begun so many cards.
        count: strikes at this write, frame or call after that; 0 for TIME.
        delay_s: strikes so many seconds after that; 0 for the others.
        duration_s: how long it lasts, where it does.
        share: a draw of 0..1 for whatever else the kind needs.
    """

    number: int
    kind: Kind
    station: int
    card: int
    count: int
    delay_s: float
    duration_s: float
    share: float

    @property
    def trigger(self) -> Trigger:
        """Return what it counts."""
        return TRIGGERS.get(self.kind, Trigger.TIME)

    def __str__(self) -> str:
        when = (
            f"{self.delay_s:.1f} s later"
            if self.trigger is Trigger.TIME
            else f"{self.trigger} {self.count} after it"
        )
        return (
            f"station {self.station + 1}, card {self.card}, {when}: {self.kind}"
            f" ({self.duration_s:.0f} s, {self.share:.2f})"
        )


def draw(
    chance: random.Random, stations: int, cards: int, rate: float,
    favours: Mapping[Kind, float] | None = None,
) -> tuple[Fault, ...]:  # fmt: skip
    """Draw a plan: about `rate` faults a card; kinds that are favoured come more often than usual."""
    weighed = _WEIGHTS | dict(favours or {})
    kinds, weights = list(weighed), list(weighed.values())
    count = max(1, round(cards * rate))
    return tuple(
        _one(chance, number, chance.choices(kinds, weights)[0], stations, cards)
        for number in range(count)
    )


def _one(chance: random.Random, number: int, kind: Kind, stations: int, cards: int) -> Fault:
    trigger = TRIGGERS.get(kind, Trigger.TIME)
    timed = trigger is Trigger.TIME
    return Fault(
        number=number,
        kind=kind,
        station=chance.randrange(stations),
        card=chance.randint(0, max(1, round(cards / stations))),
        count=0 if timed else chance.randint(1, _COUNT_MAX[trigger]),
        delay_s=round(chance.uniform(0, _DELAY_S_MAX), 3) if timed else 0.0,
        duration_s=round(chance.choice((2.0, 15.0, 60.0, 300.0)) * chance.uniform(0.5, 1.0), 3),
        share=chance.random(),
    )
