"""Makes a failing seed short: leaves faults out and plays the rest again, as long as the same invariant breaks.

Delta debugging over the plan of faults (Zeller and Hildebrandt's ddmin): halves, quarters, and so on down to single
faults. What is left is told line by line.
"""

from collections.abc import Callable

from simulation.faults import Fault
from simulation.run import Ending
from simulation.settings import Settings

Play = Callable[[Settings], Ending]
PLAYS_MAX = 120
LAST_LINES = 40


def shrunk(settings: Settings, broken: str, play: Play) -> Settings:
    """Return the same run with as few faults as still break that invariant."""
    left = list(settings.faults)
    parts = 2
    plays = 0
    while left and plays < PLAYS_MAX:
        size = -(-len(left) // parts)
        chunks = [left[start : start + size] for start in range(0, len(left), size)]
        for chunk in chunks:
            plays += 1
            rest = [fault for fault in left if fault not in chunk]
            if play(_only(settings, rest)).broken == broken:
                left, parts = rest, max(2, parts - 1)
                break
        else:
            if parts >= len(left):
                break
            parts = min(len(left), 2 * parts)
    return _only(settings, left)


def _only(settings: Settings, faults: list[Fault]) -> Settings:
    kept = {fault.number for fault in faults}
    return settings.without({fault.number for fault in settings.faults} - kept)


def story(settings: Settings, ending: Ending) -> str:
    """Tell a failing run: who is there, which faults are left, what happened at the end, what broke."""
    head = [
        f"seed {ending.seed}: {ending.broken} at step {ending.step}, {ending.at_s:.3f} s",
        f"  {ending.sentence}",
        "stations:",
        *(
            f"  {one.name}: {one.medium}, counter moves at {one.counter_moves}, kept {one.counter_kept},"
            f" {'certified' if one.certified else 'not certified'}, approval by {one.approval}"
            for one in settings.stations
        ),
        f"records a day: {list(settings.records)}, cap {settings.cap}",
        "faults that are needed:" if settings.faults else "no fault is needed",
        *(f"  {fault}" for fault in settings.faults),
        f"the last {LAST_LINES} of {len(ending.lines)} lines (step, second, who, what):",
        *(f"  {line}" for line in ending.lines[-LAST_LINES:]),
    ]
    return "\n".join(head)
