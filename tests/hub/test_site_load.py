"""How each site stands: counted from a real day, and those without a station are not forgotten."""

import json

import pytest
from typer.testing import CliRunner

from hub import cli, service, site_load, stations
from prr.exchange import Outcome
from support.hub_office import Office, Teller
from support.records import SITE
from support.words import word

PRINTER = "PRN-001"


@pytest.fixture
def office(office: Office) -> Office:
    """P1 has printed one card, spoiled one and is in doubt of one; two wait, one at a site without a station."""
    office.add_station()
    office.add_station("P2", "KEC-02")
    office.import_records(1, 2, 3, 4)
    office.import_records(9, site="KEC-09")
    office.load()
    service.sync(office.hub, word("P1", last_seq=0, printers=(PRINTER,)))
    teller = Teller(office)
    teller.load(50)
    (good,) = office.claim().grants
    teller.tell(teller.report(Outcome.PRINTED, good))
    (bad,) = office.claim().grants
    teller.tell(teller.report(Outcome.SPOILED, bad))
    (doubt,) = office.claim().grants
    teller.tell(teller.report(Outcome.IN_DOUBT, doubt))
    return office


def test_each_site_is_counted_by_itself(office: Office) -> None:
    here, other, without = site_load.of(office.hub)
    assert (here.site, other.site, without.site) == (SITE, "KEC-02", "KEC-09")
    assert (here.waiting, here.held, here.in_doubt) == (1, 2, 1), "a spoiled card keeps its right"
    assert (here.printed, here.spoiled, here.cap_left) == (1, 1, 198)
    assert here.blanks == 100 - 3, "the one in doubt is in the printer"
    assert here.heard_at == office.clock.now()
    assert (other.stations, other.waiting, other.blanks, other.heard_at) == (1, 0, 0, None)
    assert (without.stations, without.waiting) == (0, 1)


def test_a_hold_is_seen(office: Office) -> None:
    stations.set_hold(office.hub, SITE, "NO_BLANKS")
    assert site_load.of(office.hub)[0].hold == "NO_BLANKS"


def test_the_sites_are_listed_by_command(office: Office) -> None:
    words = ["sites", "--dir", str(office.directory)]
    told = json.loads(CliRunner().invoke(cli.app, [*words, "--json"]).output)
    assert [one["site"] for one in told] == [SITE, "KEC-02", "KEC-09"]
    shown = CliRunner().invoke(cli.app, words, env={"COLUMNS": "200"})
    assert (shown.exit_code, "LIVE" in shown.output) == (0, True)
