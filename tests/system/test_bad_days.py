"""Every bad day of the library, lived through by a real station.

In the end each record is on one good card, no blank is unaccounted for, the office's book agrees with the machine, and
people had to decide just what the machine could not prove.
"""

import re
from dataclasses import dataclass

import pytest

from emulator.scenario import library
from support.day import BLANKS, Day, OpenDay
from support.office import wait_until
from support.people import People, good_cards

RECORDS = 3
SPEED = 200.0
BEGINNING = {"no-allowance"}  # until the first word of the office has come
LOOKING = {"printer-fault", "needs-approval"}  # while people have a machine off or a record in hand


@dataclass(frozen=True)
class Ending:
    """How a bad day ends.

    Attributes:
        decided: what people had to decide, in order, as a pattern.
        media: what the station prints over; each is a day of its own.
        reasons: why the press stood still meanwhile; None: not the same every time.
    """

    decided: str = ""
    media: tuple[str, ...] = ("tcp",)
    reasons: frozenset[str] | None = frozenset()


DOUBT = frozenset({"in-doubt"})

ENDINGS = {
    # By seed: whatever it is, it ends well. Two seeds are two days.
    "bad-luck": Ending(r"(spoiled |printed |not-printed )*", ("tcp", "tcp seed 2"), None),
    "busy-printer": Ending(media=("tcp", "usb")),
    "dropped-links": Ending("printed spoiled printed ", ("tcp", "usb"), DOUBT),
    "empty-hopper": Ending(reasons=frozenset({"no-blanks"})),
    "flaky-cable": Ending("spoiled spoiled ", ("tcp", "usb", "serial"), DOUBT),
    "full-tray": Ending(reasons=frozenset({"printer-fault"})),
    "hot-afternoon": Ending(),
    "jammed-morning": Ending(r"(not-printed )+spoiled spoiled ", reasons=DOUBT),
    "late-answers": Ending(media=("tcp", "serial")),
    "noisy-line": Ending("printed printed printed ", ("tcp", "serial"), DOUBT),
    "old-machine": Ending(),
    "open-cover": Ending("spoiled ", reasons=DOUBT),
    "power-cut-exit": Ending("spoiled ", reasons=DOUBT),
    "power-cut-noon": Ending("spoiled ", ("tcp", "usb", "serial"), DOUBT),
    "rebooting-printer": Ending("spoiled ", reasons=DOUBT),
    "silent-printer": Ending("printed ", reasons=DOUBT),
    "stale-answers": Ending("printed printed ", reasons=DOUBT),
    "stalled-endpoint": Ending("spoiled ", ("usb",), DOUBT),
    "swapped-printer": Ending("printed ", ("tcp", "usb"), DOUBT),
    # Until it is taped together the printer takes no card, and says so only when it should.
    "torn-ribbon": Ending("spoiled (not-printed )*", reasons=DOUBT),
    "worn-ribbon": Ending("spoiled ", reasons=DOUBT),
    "wrong-clock": Ending(),
}


DAYS = [(name, medium) for name, ending in ENDINGS.items() for medium in ending.media]


def test_every_scenario_has_an_ending() -> None:
    assert {scenario.name for scenario in library()} == set(ENDINGS)


@pytest.mark.parametrize(("name", "medium"), DAYS, ids=map(" ".join, DAYS))
def test_a_bad_day_ends_well(open_day: OpenDay, name: str, medium: str) -> None:
    medium, _, seed = medium.partition(" seed ")
    day = open_day(RECORDS, speed=SPEED, medium=medium)
    chance = {"seed": int(seed)} if seed else {}
    day.printer.tell("scenario", name=name, **chance)
    people = People(day.station, day.printer)
    reasons: set[str] = set()

    def over() -> bool:
        people.look()
        reasons.update(day.reasons())
        told = day.told()
        return bool(told["cards"]["printed"] == RECORDS and not told["outbox_waiting"])

    day.station.start()
    wait_until(over, lambda: f"{RECORDS} cards printed, so far {people.decided} {reasons}")
    ending = ENDINGS[name]
    assert re.fullmatch(ending.decided, "".join(f"{word} " for word in people.decided))
    if ending.reasons is not None:
        assert ending.reasons <= reasons <= ending.reasons | BEGINNING | LOOKING
    check_cards_and_books(day, people)


def check_cards_and_books(day: Day, people: People) -> None:
    """Hold the machine's truth, the station's word and the office's book against each other."""
    truth = day.printer.truth()
    spoiled = people.decided.count("spoiled")
    good = good_cards(day.printer)
    assert len(good) == len(set(good)) == RECORDS
    assert len(truth["output"]) + len(truth["reject"]) == RECORDS + spoiled
    assert truth["inside"] is None
    accounts = day.hub.accounts(day.told()["station"])
    assert accounts["PRINTED"] == RECORDS
    assert accounts.get("SPOILED", 0) == spoiled
    assert accounts["LOADED"] == truth["hopper"]["count"] == BLANKS - RECORDS - spoiled
