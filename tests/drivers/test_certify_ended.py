"""A certification that must not end in a profile: a wrong person, another printer, Ctrl-C at any question."""

from pathlib import Path

import pytest

from drivers.certify.asked import Word
from drivers.certify.conversation import Patience
from drivers.errors import CertificationError
from support.certifying import certify, person, printer
from support.emulated import Bench
from support.technician import SKIP, Technician

# Every question of a certification on a printer that feeds half a job, with what a wrong person says there.
LIES = {
    ("begin", "blanks-in"): "4",
    ("error", "open-cover"): SKIP,
    ("error", "where"): Word.INSIDE,
    ("error cleared", "close-cover"): SKIP,
    ("fed alone", "where"): Word.HOPPER,
    ("power cut, fed alone", "power-off"): SKIP,
    ("power cut, fed alone", "power-on"): SKIP,
    ("power cut, fed alone", "where"): Word.OUTPUT,
    ("ejected", "output-count"): "0",
    ("printed", "where"): Word.OUTPUT,
    ("power cut, printed", "power-off"): SKIP,
    ("power cut, printed", "where"): Word.HOPPER,
    ("printed", "take-card"): SKIP,
    ("printed", "card-look"): Word.BLANK,
    ("half a job", "where"): Word.HOPPER,
    ("half a job", "unplug"): SKIP,
    ("half a job", "replug"): SKIP,
    ("power cut, half a job", "power-off"): SKIP,
    ("power cut, half a job", "power-on"): SKIP,
    ("power cut, half a job", "where"): Word.OUTPUT,
    ("half a job", "take-card"): SKIP,
    ("half a job", "card-look"): Word.BLANK,
    ("a job waits, link lost", "empty-hopper"): "1",  # and there were two
    ("a job waits, link lost", "unplug"): SKIP,
    ("a job waits, link lost", "one-blank"): SKIP,
    ("a job waits, link lost", "card-came"): Word.NO,
    ("a job waits, link lost", "replug"): SKIP,
    ("a job waits, link lost", "output-count"): "1",
    ("a job waits, power cut", "empty-hopper"): "1",
    ("a job waits, power cut", "power-off"): SKIP,
    ("a job waits, power cut", "power-on"): SKIP,
    ("a job waits, power cut", "one-blank"): SKIP,
    ("a job waits, power cut", "card-came"): Word.YES,
    ("a job waits, power cut", "output-count"): "3",
    ("end", "blanks-left"): "2",
}  # fmt: skip
IMPATIENT = Patience(grace_s=0.1, boot_s=0.3, watch_s=0.1, poll_s=0.05)


def test_every_question_has_a_lie(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench)
        certify(bench, hands)
    assert set(LIES) <= set(hands.asked)
    assert set(hands.asked) - set(LIES) == {("power cut, printed", "power-on")}  # as the others


def ended(bench: Bench, hands: Technician) -> None:
    """See what must be true however it ended: no profile, no job or she was told of it, each card said."""
    truth = bench.truth()
    said = dict(hands.said)
    assert "no-profile" in said
    assert "profile" not in said
    assert not truth["claimed"] or "job-left" in said
    used = said.get("cards-used", said.get("card-perhaps", {"used": 0}))["used"]
    fed = truth["cards_fed"]
    assert used == fed or (used == fed - 1 and "card-perhaps" in said)


@pytest.mark.parametrize("lie", LIES, ids="/".join)
def test_a_person_who_says_what_is_not_so_gets_no_profile(
    tmp_path: Path, lie: tuple[str, str]
) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench, lies={lie: LIES[lie]})
        with pytest.raises(CertificationError):
            certify(bench, hands, patience=IMPATIENT)
        assert lie in hands.asked, "the lie was never told"
        ended(bench, hands)


@pytest.mark.parametrize("place", [Word.INSIDE, Word.OUTPUT])
def test_a_card_she_invents_is_missed_when_the_blanks_are_counted(
    tmp_path: Path, place: Word
) -> None:
    with printer(tmp_path, whole_jobs=True) as bench:
        hands = person(bench, lies={("half a job", "where"): place})
        with pytest.raises(CertificationError):
            certify(bench, hands, patience=IMPATIENT)
        assert not bench.truth()["claimed"]


QUESTIONS = 36  # of a certification on a printer that feeds half a job


def test_there_are_so_many_questions(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench)
        certify(bench, hands)
    assert len(hands.asked) == QUESTIONS


@pytest.mark.parametrize("number", range(QUESTIONS))
def test_ctrl_c_at_a_question_leaves_no_profile_and_no_job(tmp_path: Path, number: int) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench, stop_at=number)
        with pytest.raises(KeyboardInterrupt):
            certify(bench, hands, patience=IMPATIENT)
        ended(bench, hands)
        answers = bench.control.do("truth")
        reachable = hands.asked[-1][1] not in ("power-on", "replug", "one-blank", "card-came")
        if reachable:
            assert "job-left" not in dict(hands.said)
            assert (answers["claimed"], answers["session"]) == (False, 0)


@pytest.mark.parametrize("number", range(1, QUESTIONS, 5))
def test_another_printer_half_way_is_noticed(tmp_path: Path, number: int) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench)

        def swap(asked: int) -> None:
            if asked == number:
                bench.control.do("serial", text="LAIN000001")

        hands.before_answer = swap
        with pytest.raises(CertificationError, match="LAIN000001"):
            certify(bench, hands, patience=IMPATIENT)
        bench.control.do("serial")
        ended(bench, hands)


def test_another_printer_between_two_looks_is_noticed_though_it_goes_again(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        hands = person(bench)

        def swap(asked: int) -> None:
            there = hands.asked[asked] == ("printed", "where")
            bench.control.do("serial", text="LAIN000001" if there else None)

        hands.before_answer = swap
        with pytest.raises(CertificationError, match="LAIN000001"):
            certify(bench, hands, patience=IMPATIENT)
