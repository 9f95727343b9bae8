"""The plans that `make model` explores, the largest first, and the short one that `make test` exhausts."""

from model.explorer.plan import Plan

STATES_MAX = 120_000

SHORT = Plan("two stations, one right", claims=1, intents=1, blanks=1, late=0)

FULL = (
    Plan("hub put back from a copy", claims=1, intents=1, blanks=1, late=0, restore=True),
    Plan("old messages, right wanted back", intents=1, blanks=1, revoke=True),
    Plan("station written off", claims=1, intents=1, blanks=1, late=0, lost=True),
    Plan("two stations, two blanks", claims=1, late=0, jam=True),
    Plan("right given back, claimed again", intents=1, blanks=1, late=0, release=True),
    Plan("right wanted back", claims=1, intents=1, blanks=1, late=0, revoke=True),
    Plan("station's disk put back", stations=1, claims=1, late=0, copied=True),
    Plan("two rights, latch in the schema only", stations=1, rights=2, late=0, pushy=True),
    Plan("two days, a card a day", stations=1, claims=1, late=0, cap=1, days=2),
    Plan("counter not certified", stations=1, claims=1, jam=True, certified=False),
    SHORT,
)

# Plans that do break a law, and why no rule of the station can help: a store put back from a copy, on a station that
# has not heard its hub since, does not know what it has forgotten, and its printer has made no card that would show it.
LIMITS = (
    Plan(
        "disk put back, right given back", stations=1, claims=1, intents=1, blanks=1, late=0,
        copied=True, release=True,
    ),
    Plan(
        "disk put back, right wanted back", stations=1, claims=1, intents=1, blanks=1, late=0,
        copied=True, revoke=True,
    ),
)  # fmt: skip
