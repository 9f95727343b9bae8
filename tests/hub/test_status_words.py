"""The register's statuses at the counter: every one has words in both languages, and one prints."""

import json

import pytest
from typer.testing import CliRunner

from hub import cli
from hub.status_words import DICTIONARY
from prr.status import UpstreamStatus

pytestmark = pytest.mark.pure


def test_each_status_has_words_and_one_prints() -> None:
    assert list(DICTIONARY) == list(UpstreamStatus)
    for words in DICTIONARY.values():
        said = (words.meaning_id, words.meaning_en, words.remedy_id, words.remedy_en)
        assert all(sentence.endswith(".") for sentence in said), words.status
        assert words.meaning_id != words.meaning_en
    assert [one for one in DICTIONARY.values() if one.printable] == [
        DICTIONARY[UpstreamStatus.PRINT_READY_RECORD]
    ]
    phases = [words.phase for words in DICTIONARY.values()]
    assert phases == sorted(phases)


def test_never_recorded_and_recorded_twice_are_two_messages() -> None:
    never, twice = (
        DICTIONARY[UpstreamStatus.UNREGISTERED], DICTIONARY[UpstreamStatus.DUPLICATE_RECORD],
    )  # fmt: skip
    assert "never recorded" in never.meaning_en
    assert "more than once" in twice.meaning_en
    assert never.remedy_id != twice.remedy_id


def test_the_corners_are_those_of_the_papers() -> None:
    assert {words.corner for words in DICTIONARY.values()} == {
        "", "PRO", "SFE", "PRR", "DUP", "EFAC",
    }  # fmt: skip


def test_the_dictionary_is_listed_by_command() -> None:
    told = json.loads(CliRunner().invoke(cli.app, ["statuses", "--json"]).output)
    assert [one["status"] for one in told] == [status.value for status in UpstreamStatus]
    assert sum(one["printable"] for one in told) == 1
    shown = CliRunner().invoke(cli.app, ["statuses"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert "siap cetak" in shown.output
