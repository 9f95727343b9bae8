"""A certification of printers that no emulator setting makes: one that says what it did not do, or keeps no card.

The emulator stays what it is; between it and the procedure some of the family's scripts are told otherwise.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.card import Evidence
from drivers.certify.asked import Word
from drivers.certify.conversation import Patience
from drivers.errors import CertificationError
from emulator.machine.mechanics import CounterMoves
from support.certifying import certify, person, printer
from support.technician import Technician

IMPATIENT = Patience(grace_s=0.1, boot_s=0.3, watch_s=0.1, poll_s=0.05)
Script = Generator[Any, Any, Any]
Telling = Callable[[Script], Script]


class Told:
    """A family's scripts, some of them told otherwise."""

    def __init__(self, real: Any, **otherwise: Telling) -> None:
        self._real, self._otherwise = real, otherwise

    def __getattr__(self, name: str) -> Callable[..., Script]:
        real: Callable[..., Script] = getattr(self._real, name)
        telling = self._otherwise.get(name)
        return real if telling is None else lambda *wanted: telling(real(*wanted))


def says(value: Any) -> Telling:
    """Do nothing and say so much."""

    def telling(script: Script) -> Script:
        script.close()
        return value
        yield

    return telling


def sees(hands: Technician, at: tuple[str, str], **wrong: Any) -> Telling:
    """Look, and see something else as long as a question was the last one."""

    def telling(script: Script) -> Script:
        found: Evidence = yield from script
        return replace(found, **wrong) if hands.asked[-1:] == [at] else found

    return telling


LINK = "a job waits, link lost"
HALF_CUT = "power cut, half a job"
EMPTIED = (LINK, "empty-hopper")
CASES: dict[str, tuple[str, dict[str, Telling]]] = {
    "it feeds with its cover open": ("with its cover open", {"feed": says(value=True)}),
    "it feeds nothing": ("refuses to feed", {"feed": says(value=False)}),
    "its job does not end": ("the job does not end", {"end_job": says(value=False)}),
}
SIGHTS: dict[str, tuple[str, tuple[str, str], dict[str, Any]]] = {
    "a card in the way": ("not ready: a card inside", ("begin", "blanks-in"), {"card_inside": True}),
    "a job in the way": ("not ready: a job in memory", ("begin", "blanks-in"), {"job_active": True}),
    "half a job for ever": ("outlives a power cut", (HALF_CUT, "where"), {"job_active": True}),
    "blanks in an empty hopper": ("said to be empty", EMPTIED, {"errors": ()}),
    "a card left in it": ("still has a card inside", (LINK, "replug"), {"card_inside": True}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_printer_that_says_what_it_did_not_do_gets_no_profile(tmp_path: Path, case: str) -> None:
    sentence, otherwise = CASES[case]
    with printer(tmp_path) as bench, pytest.raises(CertificationError, match=sentence):
        certify(bench, person(bench), "tcp", IMPATIENT, lambda real: Told(real, **otherwise))


def test_a_printer_that_printed_no_card_gets_no_profile(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench, lies={("printed", "where"): Word.HOPPER})
        with pytest.raises(CertificationError, match="says it printed a card, and none has moved"):
            certify(
                bench, hands, "tcp", IMPATIENT, lambda real: Told(real, print_and_keep=says(None))
            )


@pytest.mark.parametrize("case", SIGHTS)
def test_a_printer_that_sees_what_is_not_there_gets_no_profile(tmp_path: Path, case: str) -> None:
    sentence, at, wrong = SIGHTS[case]
    with printer(tmp_path) as bench:
        hands = person(bench)
        look = sees(hands, at, **wrong)
        with pytest.raises(CertificationError, match=sentence):
            certify(bench, hands, "tcp", IMPATIENT, lambda real: Told(real, look=look))
        assert at in hands.asked


def test_a_job_that_waits_and_moves_the_counter_gets_no_profile(tmp_path: Path) -> None:
    counted = {"by": 0}

    def posts(script: Script) -> Script:
        counted["by"] = 1
        yield from script

    def look(script: Script) -> Script:
        found: Evidence = yield from script
        return replace(found, counter=(found.counter or 0) + counted["by"])

    with (
        printer(tmp_path) as bench,
        pytest.raises(CertificationError, match="moved though the hopper is said to be empty"),
    ):
        certify(
            bench, person(bench), "tcp", IMPATIENT,
            lambda real: Told(real, look=look, post_waiting=posts),
        )  # fmt: skip


def test_a_printer_that_is_not_ready_is_told_why(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        bench.control.do("open-cover")
        with pytest.raises(CertificationError, match="not ready: cover-open"):
            certify(bench, person(bench), patience=IMPATIENT)
        assert bench.truth()["cards_fed"] == 0


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        (("error", "where"), "a card moved that the printer says it did not feed"),
        (("fed alone", "where"), "none lies inside"),
    ],
)
def test_a_blind_printer_and_a_wrong_person_end_it(
    tmp_path: Path, lie: tuple[str, str], sentence: str
) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench, lies={lie: Word.OUTPUT})
        blind = sees(hands, lie, card_inside=None)
        with pytest.raises(CertificationError, match=sentence):
            certify(bench, hands, "tcp", IMPATIENT, lambda real: Told(real, look=blind))


class Throwing(Technician):
    """A person at a printer that throws out what lies in it, at some questions; she finds it in the tray."""

    at: tuple[tuple[str, str], ...] = ()
    thrown = 0

    def answer(self, step: str, question: str) -> str:
        if (step, question) in self.at and self._still()["inside"] is not None:
            self.order("take-card")
            self.thrown += 1
            super().answer(step, question)
            return Word.OUTPUT
        if question == "output-count":
            return str(len(self._still()["output"]) + self.thrown)
        return super().answer(step, question)


def throwing(bench: Any, *at: tuple[str, str]) -> Throwing:
    hands = Throwing(bench.control.do)
    hands.at = at
    return hands


def test_a_printer_that_throws_its_card_out_at_power_on_is_measured_so(tmp_path: Path) -> None:
    cuts = ("power cut, fed alone", "power cut, printed", HALF_CUT)
    with printer(tmp_path) as bench:
        hands = throwing(bench, *((cut, "where") for cut in cuts))
        facts, _talk = certify(bench, hands)
    assert hands.thrown == len(cuts)
    assert facts.card_after_power_cut.value == "leaves"
    assert (facts.counter_moves_at.value, facts.counter_kept.value) == ("feed", True)
    assert "take-card" not in {question for _, question in hands.asked}


def test_a_printer_that_keeps_no_printed_card_is_measured_as_far_as_it_goes(tmp_path: Path) -> None:
    with printer(tmp_path, counter_moves=CounterMoves.PRINT) as bench:
        hands = throwing(bench, ("printed", "where"), ("half a job", "where"))
        facts, _talk = certify(bench, hands)
    assert facts.counter_moves_at.value is None, "print and eject look the same"
    assert facts.half_job_feeds.value is True
