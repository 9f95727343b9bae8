"""The policy's commands as an office types them, and a place in line that is explained."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub import cli
from hub.errors import HubError, RightUnknownError
from hub.policy import document
from prr.record import IssueType
from support.hub_office import Office
from support.records import SITE

PEOPLE = ("--by", "ani", "--second", "budi", "--reason", "Keputusan 12/2017")
PALEMBANG = document.EXAMPLES / "palembang-2017.toml"


def say(office: Office, *words: str) -> str:
    done = CliRunner().invoke(cli.app, [*words, "--dir", str(office.directory)])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


@pytest.fixture
def office(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("hub.home.SystemClock", lambda: office.clock)
    office.add_station()
    for number in range(1, 6):
        kind = IssueType.NEW if number > 2 else IssueType.LOST_OR_DAMAGED
        office.import_records(number, issue_type=kind.value)
    return office


def test_an_example_is_read_without_a_hub() -> None:
    done = CliRunner().invoke(cli.app, ["policy", "check", str(PALEMBANG)])
    assert done.exit_code == 0, done.exception
    assert "1671" in done.output
    assert "JAKABARING" in done.output


def test_a_policy_is_looked_at_adopted_and_shown(office: Office) -> None:
    assert "no policy holds" in say(office, "policy", "show")
    (day,) = json.loads(say(office, "policy", "preview", str(PALEMBANG), "--json"))
    assert (day["site"], day["cards"], day["waiting"]) == (SITE, {"NEW": 3}, 2)
    assert "go on waiting" in say(office, "policy", "preview", str(PALEMBANG))
    assert "holds from 2017-09-05" in say(office, "policy", "adopt", str(PALEMBANG), *PEOPLE)
    shown = json.loads(say(office, "policy", "show", "--json"))
    assert (shown["number"], shown["barrier"]) == (1, "OFFICE")
    assert "SEBERANG-ULU-I" in say(office, "policy", "show")
    assert "no policy holds on 2017-09-04" in say(office, "policy", "show", "--on", "2017-09-04")


def test_a_cap_is_raised_by_command(office: Office) -> None:
    told = say(
        office, "policy", "raise-cap", "PRN-A", "--day", "2017-09-06", "--cards", "50", *PEOPLE
    )
    assert "PRN-A may print 50 cards more on 2017-09-06" in told


def test_a_place_is_explained_by_rule(office: Office) -> None:
    say(office, "policy", "adopt", str(PALEMBANG), *PEOPLE)
    told = say(office, "place", "R000002")
    assert "di depan / ahead: 4 (1 sekelas" in told
    assert "This class opens when nobody of class 1 is left." in told
    assert f"{SITE} does not print LOST_OR_DAMAGED." in told
    assert "is TRIAL" in told
    facts = json.loads(say(office, "place", "R000004", "--json"))
    assert (facts["class_no"], facts["ahead_before_class"], facts["ahead_in_class"]) == (1, 0, 1)
    assert "CONTOH" not in told, "nobody's name"


def test_a_place_without_a_policy_and_behind_the_queue(office: Office) -> None:
    assert json.loads(say(office, "place", "R000001", "--json"))["class_no"] == 2
    office.claim()
    assert "at its printing site already" in say(office, "place", "R000003")
    done = CliRunner().invoke(cli.app, ["place", "NOBODY", "--dir", str(office.directory)])
    assert isinstance(done.exception, RightUnknownError)
    assert isinstance(done.exception, HubError)
