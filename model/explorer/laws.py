"""What must hold in every explored state: the invariants of print-once that stores, messages and cards can show.

Masks hold four bits a right, so that the cards of all stations can be added.
"""

from dataclasses import dataclass

from model.explorer.hub_side import HubFacts
from model.explorer.part import NOTHING, Part
from model.explorer.station_facts import StationFacts

_ANY_BUT_ONE = 0xEEEEEEEEEEEEEEEE


@dataclass(frozen=True, slots=True)
class Shown:
    """What one station shows to the laws that look at more than one.

    Attributes:
        apart: its book may differ from the hub's: a card is being printed, or its disk is a copy.
    """

    good: int
    holds: int
    book: tuple[object, ...]
    apart: bool


def shown(part: Part, facts: StationFacts) -> Shown:
    """Return what a station shows."""
    printing = any(not one.in_doubt for one in facts.opened)
    return Shown(part.rig.good, facts.holds, facts.book, apart=printing or part.copy == 1)


def of_station(part: Part, facts: StationFacts) -> str | None:
    """Return the law broken at one station, with why; None where all hold."""
    if facts.broken is not None:
        return facts.broken
    rig, press = part.rig, part.press
    if rig.job != NOTHING and not facts.intents:
        return "IntentFirst: a job without an intent"
    if press.step in ("idle", "chosen") and any(not one.in_doubt for one in facts.opened):
        return "DoubtAfterCrash: nobody is printing, and an open intent is not in doubt"
    at_rest = not facts.opened and rig.job == NOTHING and part.copy != 1
    if at_rest and facts.book[2] != rig.hopper:
        return "LedgerTrue: the blanks in the book are not those in the hopper"
    return None


def of_all(hub: HubFacts, stations: tuple[Shown, ...]) -> str | None:
    """Return the law broken between hub and stations, with why; None where all hold."""
    good = sum(one.good for one in stations)
    holds = sum(one.holds for one in stations)
    broken = {
        "OneHolder: two stations hold one right": holds & _ANY_BUT_ONE,
        "PrintOnce: two good cards of one right": good & _ANY_BUT_ONE,
        "DoneTrue: a right is DONE and no card was made": hub.done & ~good,
        "FreeClean: a right is READY or REVOKED and its card was made": hub.free & good,
        "IssueInOrder: a new issue while the one before is open": hub.open_issues,
        "HubViewTrue: hub and station have told each other all and differ": any(
            book[0] == one.book[0] and book != one.book and not one.apart
            for book, one in zip(hub.books, stations, strict=True)
        ),
    }
    return next((law for law, is_so in broken.items() if is_so), None)
