"""What a Magicard's status says, and the signs after a job that no emulator gives: a person looks at each such card."""

from dataclasses import replace

import pytest

from drivers.card import Verdict
from drivers.errors import DeadlineError
from drivers.magicard.codec import STATUS_REQUEST, Info, parse_status
from drivers.magicard.printing import SILENCE_S_MAX, print_card
from drivers.magicard.state import reasons_of
from support.printer_hand import play

pytestmark = pytest.mark.pure

BEFORE = Info(
    model_bits=2, model_name="Enduro", head_type=0, serial="EMU0000001", firmware="1.29",
    cards_printed=41, panels_printed=205, cards_since_cleaning=3, cards_between_cleanings=500,
    error=(0, 0), film_shots=300, film_shots_used=12, film_name="LC1",
)  # fmt: skip
WHOLE = "2,Enduro,0,EMU0000001,H,B,1.29,0,0,41,41,205,1,5,3,500,50,50,50,0,0,TAG,300,12,LC1,64,64,64,0,0,0,0,0,0,0"
PLACES = {
    1: "model_name", 3: "serial", 6: "firmware", 9: "cards_printed", 11: "panels_printed",
    14: "cards_since_cleaning", 15: "cards_between_cleanings", 22: "film_shots", 23: "film_shots_used",
    24: "film_name",
}  # fmt: skip
PANELS, CARD_S, REST_S = 5, 120.0, 2.0
DONE = replace(BEFORE, cards_printed=42, panels_printed=210)


def told(info: Info) -> bytes:
    fields = WHOLE.split(",")
    for place, fact in PLACES.items():
        fields[place] = str(getattr(info, fact))
    fields[19:21] = map(str, info.error)
    return b"\x01STA$$" + ",".join(fields).encode() + b",\x03"


def judged(*looks: Info) -> tuple[Verdict, str]:
    """Print one card; the printer's looks follow each other, the last one for ever."""
    left = list(looks)

    def player(request: bytes) -> bytes:
        assert request.endswith(STATUS_REQUEST)
        return told(left.pop(0) if len(left) > 1 else left[0])

    outcome = play(print_card(b"page", BEFORE, PANELS, CARD_S, REST_S), player)
    return outcome.verdict, outcome.reason


def test_a_status_told_is_the_status_read() -> None:
    assert parse_status(told(DONE)) == DONE


def test_a_card_and_its_panels_counted_once_and_for_good_is_a_printed_card() -> None:
    assert judged(BEFORE, BEFORE, DONE) == (Verdict.PRINTED, "")


@pytest.mark.parametrize(
    ("looks", "word"),
    [
        ((BEFORE, replace(BEFORE, error=(11, 1))), "media-needed"),
        ((replace(DONE, serial="EMU0000002"),), "another serial number"),
        ((replace(DONE, cards_printed=43),), "moved by 2, not by 1"),
        ((replace(DONE, cards_printed=40),), "moved by -1, not by 1"),
        ((DONE, replace(DONE, error=(11, 1))), "media-needed"),
        ((DONE, replace(DONE, panels_printed=211)), "went on after the card"),
        ((replace(DONE, panels_printed=209),), "not told of the card in time"),
        ((BEFORE,), "not told of the card in time"),
    ],
)
def test_every_other_sign_is_a_doubt(looks: tuple[Info, ...], word: str) -> None:
    verdict, reason = judged(*looks)
    assert verdict is Verdict.UNKNOWN
    assert word in reason


def test_a_printer_that_falls_silent_is_given_up_before_the_cards_deadline() -> None:
    def silent(_request: bytes) -> bytes:
        raise DeadlineError("no answer")

    outcome = play(print_card(b"page", BEFORE, PANELS, CARD_S, REST_S), silent)
    assert (outcome.verdict, outcome.reason) == (
        Verdict.UNKNOWN, "it has not answered since the job",
    )  # fmt: skip
    assert SILENCE_S_MAX - 5 <= outcome.busy_s < CARD_S


@pytest.mark.parametrize(
    ("info", "keywords"),
    [
        (BEFORE, set()),
        (replace(BEFORE, cards_since_cleaning=500), {"x-cleaning-due"}),
        (replace(BEFORE, cards_between_cleanings=0, cards_since_cleaning=9), set()),
        (replace(BEFORE, film_name=""), {"marker-supply-missing"}),
        (replace(BEFORE, film_shots_used=300), {"marker-supply-empty"}),
        (replace(BEFORE, film_shots=0, film_shots_used=0), set()),
        (replace(BEFORE, error=(11, 1)), {"media-path-input-feed-error", "media-needed"}),
    ],
)
def test_a_status_in_the_words_of_ipp(info: Info, keywords: set[str]) -> None:
    assert {reason.keyword for reason in reasons_of(info)} == keywords
