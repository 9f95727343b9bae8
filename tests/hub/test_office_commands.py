"""What an office decides by command: two people, the words it prints, and what it refuses with one sentence."""

import json
import sys

import pytest
from typer.testing import CliRunner

from hub import cli
from hub.errors import HubError, StationExistsError
from prr.exchange import Outcome
from support.hub_office import Office, Teller

PEOPLE = ("--by", "ani", "--second", "budi", "--reason", "a trial")


def say(office: Office, *words: str, code: int = 0) -> str:
    """Run a command; returns what it printed."""
    done = CliRunner().invoke(cli.app, [*words, "--dir", str(office.directory)])
    assert done.exit_code == code, (words, done.output, done.exception)
    return done.output


def refused(office: Office, *words: str) -> str:
    """Run a command that the hub refuses; returns its sentence."""
    done = CliRunner().invoke(cli.app, [*words, "--dir", str(office.directory)])
    assert isinstance(done.exception, HubError), (words, done.output)
    return str(done.exception)


@pytest.fixture
def office(office: Office) -> Office:
    office.add_station("P1")
    office.import_records(1, 2)
    office.load("P1")
    return office


def test_a_station_is_written_off_and_what_it_held_is_named(office: Office) -> None:
    office.claim("P1", 2)
    told = say(office, "station", "lost", "P1", *PEOPLE, "--wait-h", "0")
    assert "2 rights are LOST" in told
    assert "ktp-hub reissue R000001 STATION_LOST" in told
    office.add_station("P2")
    assert "0 rights are LOST" in say(office, "station", "lost", "P2", *PEOPLE, "--wait-h", "0")
    assert "written off" in refused(office, "station", "unlock", "P1", *PEOPLE)


def test_a_station_is_added_once(office: Office) -> None:
    with pytest.raises(StationExistsError, match="name another"):
        office.add_station("P1")


def test_who_was_not_heard_since_a_restore_is_listed(office: Office) -> None:
    assert "every station was heard" in say(office, "awaited")
    assert "epoch 2" in say(office, "restored", *PEOPLE)
    assert say(office, "awaited") == "P1\n"
    assert json.loads(say(office, "awaited", "--json")) == ["P1"]


@pytest.mark.parametrize(
    ("cause", "words"), [("DAMAGED", "it is READY"), ("DATA_ERROR", "import the new version")]
)
def test_a_card_is_issued_again_for_a_listed_cause(office: Office, cause: str, words: str) -> None:
    teller = Teller(office)
    teller.tell(teller.report(Outcome.PRINTED, office.claim().grants[0]))
    assert words in say(office, "reissue", "R000001", cause, *PEOPLE)
    say(office, "reissue", "R000001", "BECAUSE", *PEOPLE, code=2)
    say(office, "reissue", "../R1", cause, *PEOPLE, code=2)


def test_closes_of_no_day_and_of_what_is_no_day(office: Office) -> None:
    assert "nothing" in say(office, "close")
    assert json.loads(say(office, "close", "--json", "--day", "2026-03-02")) == []
    say(office, "close", "--day", "2 March", code=2)


def test_a_right_is_taken_back_for_a_listed_reason(office: Office) -> None:
    say(office, "revoke", "R000001", "1", "--reason", "BECAUSE", code=2)
    told = json.loads(say(office, "revoke", "R000001", "1", "--reason", "DEAD", "--json"))
    assert (told["state"], told["revoke_wanted"]) == ("REVOKED", False)
    say(office, "hold", "KEC-01", "--reason", "", code=2)


def test_tables_without_rows_say_so(office: Office) -> None:
    assert say(office, "alarms") == "Alarms: nothing.\n"
    assert say(office, "quarantine") == "Quarantine: nothing.\n"
    assert "nothing" in say(office, "station", "identities")


def test_an_identity_is_revoked_by_two_with_a_reason(office: Office) -> None:
    people = ("--by", "ani", "--second", "budi")
    say(office, "station", "revoke", "P1", *people, "--reason", "", code=2)
    assert "0 certificates revoked" in say(office, "station", "revoke", "P1", *people)


def test_a_refusal_is_one_sentence_on_stderr(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ktp-hub", "reissue", "R9", "DAMAGED", *PEOPLE, "--dir", str(office.directory)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code
    assert capsys.readouterr().err == "ktp-hub: no record R9 is here\n"
