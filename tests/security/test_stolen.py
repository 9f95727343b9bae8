"""A stolen station: revoked, locked, its rights in doubt, and a report that names records but nobody."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub import authority, enrolment, identities, schema, service, stolen
from hub.errors import EnrolmentRefusedError, OnePersonError, StationLockedError
from prr.enrolment import EnrolmentAsked
from prr.exchange import Outcome
from station import identity
from support import hub_process, records
from support.hub_office import Office, Teller, office
from support.records import json_fields

SINCE = datetime(2017, 9, 4, 20, 0, tzinfo=UTC)


@pytest.fixture
def robbed(tmp_path: Path) -> Iterator[Office]:
    """A station that printed one card of four and holds three; the office knows it was taken in the night."""
    with office(tmp_path) as made:
        made.add_station()
        made.import_records(1, 2, 3, 4)
        made.load()
        teller = Teller(made)
        teller.load(50)
        grants = made.claim(count=4).grants
        teller.tell(teller.report(Outcome.PRINTED, grants[0]))
        yield made


def declare(made: Office) -> stolen.StolenReport:
    return stolen.declare(made.hub, "P1", "ani", "budi", SINCE)


def test_what_it_held_is_in_doubt_and_it_is_not_heard_any_more(robbed: Office) -> None:
    report = declare(robbed)
    assert report.records_held == ["R000002/1", "R000003/1", "R000004/1"]
    assert [robbed.right(n).in_doubt for n in (2, 3, 4)] == [1, 1, 1]
    assert robbed.right(1).state == "DONE"
    assert robbed.right(2).state == "HELD"  # nothing but two people, after the wait, ends it
    with pytest.raises(StationLockedError, match="stolen"):
        robbed.claim()


def test_who_said_so_is_kept(robbed: Office) -> None:
    declare(robbed)
    query = sa.select(schema.decisions)
    (row,) = robbed.hub.store.read(lambda connection: connection.execute(query).all())
    assert (row.about, row.asked_by, row.approved_by) == ("P1", "ani", "budi")


def test_a_card_whose_data_may_still_be_there_is_named(robbed: Office) -> None:
    assert declare(robbed).records_perhaps == ["R000001/1"]


def test_the_clock_runs_from_the_theft(robbed: Office) -> None:
    report = declare(robbed)
    assert report.notice_due_at == SINCE + timedelta(hours=72)
    assert "27/2022" in report.law
    assert "2017-09-07 20:00 UTC" in stolen.words(report)


def test_one_person_is_not_enough(robbed: Office) -> None:
    with pytest.raises(OnePersonError):
        stolen.declare(robbed.hub, "P1", "ani", "ani", SINCE)
    assert robbed.claim(count=1).grants == ()
    assert robbed.right(2).in_doubt == 0


def test_certificates_and_codes_are_dead(robbed: Office) -> None:
    ca = authority.read(robbed.directory)
    code = enrolment.new_code(robbed.hub, ca.certificate, "P1", "https://h:1", "tcp://p:1")
    asked = EnrolmentAsked(
        station="P1", secret=code.secret.hex(),
        request=identity.request(identity.new_key(), "P1"),
    )  # fmt: skip
    enrolment.enrol(robbed.hub, ca, asked)
    (before,) = robbed.hub.store.read(lambda connection: identities.listed(connection, "P1"))
    assert before.revoked_at is None
    (after,) = declare(robbed).certificates
    assert (after.revoked_for, after.sha256) == ("STOLEN", before.sha256)
    with pytest.raises(EnrolmentRefusedError):
        enrolment.enrol(robbed.hub, ca, asked)


def test_declared_again_it_reports_again(robbed: Office) -> None:
    first, again = declare(robbed), declare(robbed)
    assert again.records_held == first.records_held
    assert again.persons == first.persons == 4


def test_blanks_and_allowances_are_told(robbed: Office) -> None:
    report = declare(robbed)
    assert sum(report.blanks.values()) == sum(
        count for name, count in robbed.balances().items() if name.startswith("P1:")
    )
    assert set(service.stock(robbed.hub)) == {place.split()[0] for place in report.blanks}


def test_the_report_names_nobody_and_the_list_of_names_is_private(
    robbed: Office, tmp_path: Path
) -> None:
    report = declare(robbed)
    told = stolen.words(report) + json.dumps(report.facts(), default=str)
    for n in range(1, 5):
        fields = records.fields(n)
        for secret in (fields["nik"], fields["name"], fields["address"]):
            assert secret not in told
    path = tmp_path / "names.jsonl"
    assert stolen.write_names(robbed.hub, report, path) == 4
    assert path.stat().st_mode & 0o777 == 0o600
    people = [json.loads(line) for line in path.read_text().splitlines()]
    assert people[1] == {
        "right": "R000002/1", "name": records.fields(2)["name"],
        "address": records.fields(2)["address"],
    }  # fmt: skip
    assert all("nik" not in person for person in people)
    with pytest.raises(FileExistsError):
        stolen.write_names(robbed.hub, report, path)


def test_the_command(tmp_path: Path) -> None:
    directory = tmp_path / "hub"
    assert hub_process.run(directory, "init").returncode == 0
    added = hub_process.run(directory, "station", "add", "P1", "--site", "KEC-01")
    assert tomllib.loads(added.stdout)["station"]["id"] == "P1"
    source = tmp_path / "records.jsonl"
    source.write_text(json.dumps(json_fields(1)) + "\n")
    hub_process.run(directory, "import", str(source))
    words = ("station", "stolen", "P1", "--by", "ani", "--since", "2017-09-05T03:00+07:00")
    alone = hub_process.run(directory, *words, "--second", "ani")
    assert (alone.returncode, alone.stderr.count("\n")) == (64, 1)
    told = hub_process.run(directory, *words, "--second", "budi", "--json")
    facts = json.loads(told.stdout)
    assert (facts["persons"], facts["notice_due_at"]) == (0, "2017-09-07 20:00:00+00:00")
    people = hub_process.run(directory, *words, "--second", "budi")
    assert "STASIUN DICURI" in people.stdout
