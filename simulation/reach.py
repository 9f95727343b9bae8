"""What a campaign must have seen at least once, or it has proved nothing."""

from collections import Counter

from simulation.faults import Kind

# The rows of the table of doubts that this printer family can show. It can't name a job afterwards and reads no chip,
# so "done without error of this job id" and "the UID of this blank" are no rows here.
DOUBTS = (
    "doubt: d=0 certified, proved not printed",
    "doubt: d=0, people say NOT_PRINTED",
    "doubt: d=0 with a card in the path",
    "doubt: d=1, people say PRINTED",
    "doubt: d=1, people say SPOILED",
    "doubt: d>=2",
    "doubt: d<0",
    "doubt: another printer answers",
    "doubt: counter unreadable",
)
STEPS = tuple(f"crash after P{step}" for step in (0, 1, 2, 4, 5))
OTHERS = (
    "revoked while INTENT",
    "an intent reported twice: in doubt, then settled",
    "day roll during INTENT",
    "full disk at P5",
    "settled on a full disk by the ballast",
    "old answer refused",
    "printer unlocked after a count",
    "station written off",
)


def wanted() -> list[str]:
    """Return everything that has to be reached."""
    return [*DOUBTS, *STEPS, *OTHERS, *(f"fault: {kind}" for kind in Kind)]


def missing(reached: Counter[str]) -> list[str]:
    """Return what was not reached."""
    return [what for what in wanted() if not reached[what]]
