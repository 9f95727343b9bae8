"""The forecast of a real hub: today's queue, blanks, printers and spoilage; and published figures by command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub import cli, service
from hub.errors import FiguresMixedError, SiteUnknownError
from hub.forecast import published
from prr.exchange import Outcome
from support.hub_office import SERIES, Office, Teller
from support.records import SITE
from support.words import word


def say(office: Office, *words: str) -> str:
    done = CliRunner().invoke(cli.app, ["forecast", *words, "--dir", str(office.directory)])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


@pytest.fixture
def office(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Nine wait, one of them at another site; one good card, one spoiled; 98 blanks at P1, 30 in the office."""
    monkeypatch.setattr("hub.home.SystemClock", lambda: office.clock)
    office.add_station()
    office.import_records(*range(1, 10))
    office.import_records(20, site="KEC-09")
    office.load()
    service.receive_blanks(office.hub, SERIES, 30, "D3")
    teller = Teller(office)
    teller.load(50)
    service.sync(office.hub, word("P1", last_seq=1, printers=("PRN-001", "PRN-002")))
    (first,) = office.claim().grants
    teller.tell(teller.report(Outcome.SPOILED, first))
    (again,) = office.claim().grants
    teller.tell(teller.report(Outcome.PRINTED, again))
    return office


def test_the_hubs_own_figures(office: Office) -> None:
    told = json.loads(say(office, "--json"))
    lines = {one["key"]: one for one in told["lines"]}
    assert lines["waiting"]["value"] == 9
    assert lines["spoilage"]["value"] == 9, "one spoiled for one good"
    assert lines["stock"]["value"] == 128
    assert lines["shortage"]["value"] == 0
    assert (told["rate"], told["days_to_clear"], told["binding"]) == (400, 1, "STOCK")
    assert lines["waiting"]["day"] == "2017-09-05"


def test_one_sites_figures_and_what_an_office_adds_to_them(office: Office) -> None:
    told = json.loads(
        say(
            office, "--site", SITE, "--minutes-per-card", "3", "--hours", "1", "--ribbon-cards", "7",
            "--expected", "10", "--expected-on", "2017-09-20", "--by", "2017-09-08", "--json",
        )
    )  # fmt: skip
    lines = {one["key"]: one for one in told["lines"]}
    assert (lines["waiting"]["value"], lines["stock"]["value"]) == (8, 98)
    assert (told["rate"], told["binding"], told["cards_left_today"]) == (40, "RIBBON", 7)
    assert told["needed_a_day"] == 2


def test_a_person_reads_both_languages(office: Office) -> None:
    text = say(office, "--by", "2017-09-01")
    for words in (
        "menunggu / waiting",
        "pembatas hari ini / what binds today: STOCK",
        "sudah lewat",
    ):
        assert words in text
    text = say(office, "--site", SITE, "--ribbon-cards", "0")
    assert "RIBBON (0)" in text


def test_a_site_nobody_prints_for(office: Office) -> None:
    words = ["forecast", "--site", "NOWHERE", "--dir", str(office.directory)]
    assert isinstance(CliRunner().invoke(cli.app, words).exception, SiteUnknownError)


def test_a_promise_needs_its_day(office: Office) -> None:
    words = ["forecast", "--expected", "10", "--dir", str(office.directory)]
    assert CliRunner().invoke(cli.app, words).exit_code == 2


def test_published_figures_are_shown_and_a_silent_mix_refused(tmp_path: Path) -> None:
    example = published.EXAMPLES / "palembang-2017.toml"
    done = CliRunner().invoke(cli.app, ["forecast", "--figures", str(example)])
    assert done.exit_code == 0, done.exception
    for words in ("82,000", "97,000", "mixed"):
        assert words in done.output
    path = tmp_path / "silent.toml"
    path.write_text(example.read_text().replace("mixed_dates = true\n", ""))
    silent = ["forecast", "--figures", str(path)]
    assert isinstance(CliRunner().invoke(cli.app, silent).exception, FiguresMixedError)
    told = json.loads(
        CliRunner().invoke(cli.app, [*silent, "--allow-mixed-dates", "--json"]).output
    )
    assert [one["value"] for one in told["totals"]] == [82_000, 3_000, 97_000]
    assert told["totals"][0]["mixed_dates"] is True
