"""A store keeper's month by command; what is refused is one sentence and leaves no trace."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from hub import cli
from hub.blanks.errors import DocumentError, QuotaExceededError, TransferEndedError
from hub.errors import BlanksShortError, LedgerError
from hub.letterhead import LetterheadError
from support.hub_office import SERIES, Office

KEEPER = ("--by", "ani")


class Desk:
    """The command line of one hub."""

    def __init__(self, office: Office) -> None:
        self._dir = ("--dir", str(office.directory))

    def say(self, *words: str) -> str:
        done = CliRunner().invoke(cli.app, [*words, *self._dir])
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    def refused(self, *words: str) -> BaseException:
        done = CliRunner().invoke(cli.app, [*words, *self._dir])
        assert done.exit_code != 0, (words, done.output)
        assert done.exception is not None
        return done.exception

    def told(self, *words: str) -> Any:
        return json.loads(self.say(*words, "--json"))


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An office with a name, a station P1, and a hundred citizens' blanks."""
    monkeypatch.setattr("hub.home.SystemClock", lambda: office.clock)
    office.add_station()
    made = Desk(office)
    made.say("office", "set", "--name", "Dispendukcapil", "--code", "3574", *KEEPER)
    made.say("blanks", "series", SERIES, "--kind", "WNI", *KEEPER)
    made.say("blanks", "receipt", "--blanks", f"{SERIES}=100", "--number", "B-1", "--from", "Ditjen",
             *KEEPER)  # fmt: skip
    return made


def places(desk: Desk, on: str = "2017-09-05") -> dict[str, int]:
    held = desk.told("blanks", "at", "--on", on)["held"]
    return {one["account"]: one["count"] for one in held}


def test_a_store_keepers_month_ends_with_every_blank_in_its_place(desk: Desk) -> None:
    desk.say("blanks", "transfer", "--blanks", f"{SERIES}=30", "--to", "P1", *KEEPER)
    (on_its_way,) = desk.told("blanks", "transit")
    number = on_its_way["number"]
    assert number == "0001/TRANSFER/IX/2017"
    desk.say("blanks", "confirm", number, "--blanks", f"{SERIES}=29", "--by", "budi",
             "--reason", "kotak terbuka")  # fmt: skip
    desk.say("blanks", "lend", "--blanks", f"{SERIES}=10", "--office", "3513", *KEEPER)
    desk.say("blanks", "take-back", "--blanks", f"{SERIES}=4", "--office", "3513", *KEEPER)
    desk.say("blanks", "borrow", "--blanks", f"{SERIES}=8", "--office", "1671", *KEEPER)
    desk.say("blanks", "bring-back", "--blanks", f"{SERIES}=3", "--office", "1671", *KEEPER)
    desk.say("blanks", "seal", "--blanks", f"{SERIES}=2", "--from", "STOCK", "--number", "K-1",
             *KEEPER)  # fmt: skip
    desk.say("blanks", "destroy", "K-1", "--reason", "dibakar", "--witness", "budi",
             "--witness", "citra", *KEEPER)  # fmt: skip
    desk.say("blanks", "found", "--blanks", f"{SERIES}=1", "--to", "STOCK", "--was-missing",
             "--reason", "di laci", "--witness", "budi", *KEEPER)  # fmt: skip
    desk.say("blanks", "missing", "--blanks", f"{SERIES}=2", "--from", "STOCK",
             "--reason", "hitung fisik", "--witness", "budi", *KEEPER)  # fmt: skip
    desk.say("blanks", "give-back", "--blanks", f"{SERIES}=5", "--to", "Ditjen", *KEEPER)
    assert places(desk) == {
        "SUPPLIER": -100, "BORROWED": -5, "DESTROYED": 2, "MISSING": 2, "RETURNED": 5, "STOCK": 61,
        "office:3513:LENT": 6, "station:P1:STOCK": 29,
    }  # fmt: skip
    assert sum(places(desk).values()) == 0
    assert len(desk.told("blanks", "documents")) == 12
    moved = desk.told("blanks", "turnover", "--from", "2017-09-05", "--to", "2017-09-05")
    assert {one["account"]: one["closing"] for one in moved if one["closing"]} == places(desk)
    assert places(desk, "2017-09-04") == {}


def test_a_document_is_refused_in_one_sentence_and_leaves_no_trace(desk: Desk) -> None:
    before = places(desk)
    blanks = ("--blanks", f"{SERIES}=101")
    assert isinstance(
        desk.refused("blanks", "transfer", *blanks, "--to", "P1", *KEEPER), BlanksShortError
    )
    for count in ("-5", "1e3", "3.5", ""):
        assert desk.refused("blanks", "lend", "--blanks", f"{SERIES}={count}", "--office", "3513",
                            *KEEPER)  # fmt: skip
    assert isinstance(
        desk.refused(
            "blanks", "destroy", "K-9", "--reason", "dibakar", "--witness", "budi", *KEEPER
        ),
        DocumentError,
    )
    assert places(desk) == before
    assert len(desk.told("blanks", "documents")) == 1


def test_a_transfer_confirmed_twice_is_one_and_with_other_words_is_refused(desk: Desk) -> None:
    sent = ("blanks", "transfer", "--blanks", f"{SERIES}=5", "--to", "P1", "--number", "T-1")
    desk.say(*sent, *KEEPER)
    confirmed = ("blanks", "confirm", "T-1", "--blanks", f"{SERIES}=5", "--by", "budi")
    assert desk.say(*confirmed) == desk.say(*confirmed)
    other = (*confirmed[:3], "--blanks", f"{SERIES}=4", "--by", "budi", "--reason", "kurang")
    assert isinstance(desk.refused(*other), TransferEndedError)
    assert isinstance(
        desk.refused("blanks", "cancel", "T-1", "--reason", "salah", *KEEPER), TransferEndedError
    )
    assert places(desk)["station:P1:STOCK"] == 5
    assert desk.told("blanks", "transit") == []


def test_no_quota_is_passed_by_a_series_nobody_declared(desk: Desk) -> None:
    desk.say("blanks", "quota", "WNI", "--count", "120", "--from", "2017-09-01",
             "--to", "2017-09-30", "--document", "Q-1", *KEEPER)  # fmt: skip
    plain = ("blanks", "receive", "--document", "B-2")
    assert isinstance(desk.refused(*plain, "--count", "21"), QuotaExceededError)
    assert isinstance(desk.refused(*plain, "--count", "1", "--series", "S9"), DocumentError)
    desk.say(*plain, "--count", "20")
    (quota,) = desk.told("blanks", "quotas")
    assert (quota["received"], quota["left"]) == (120, 0)


def test_without_a_name_the_office_numbers_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.home.SystemClock", lambda: office.clock)
    desk, series = Desk(office), "S2"
    desk.say("blanks", "series", series, "--kind", "WNA", *KEEPER)
    words = ("--blanks", f"{series}=1", "--office", "3513")
    assert isinstance(desk.refused("blanks", "borrow", *words, *KEEPER), LetterheadError)
    desk.say("blanks", "borrow", *words, "--number", "P-1", *KEEPER)
    assert isinstance(
        desk.refused("blanks", "series", series, "--kind", "WNI", *KEEPER), LedgerError
    )
    (held, _) = desk.told("blanks", "at")["held"]
    assert held["kind"] == "WNA"
