"""The policy put to work: which rights a station is granted, and which wait."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub import service
from hub.errors import OnePersonError, PolicyInvalidError
from hub.policy import adoption, cap_raises, document
from prr.policy import Barrier, Policy, SiteRule, SiteState
from prr.record import IssueType
from support.hub_office import Office
from support.records import SITE
from support.words import word

TODAY = date(2017, 9, 5)
NEW, DAMAGED = IssueType.NEW, IssueType.LOST_OR_DAMAGED
LIVE = {SITE: SiteRule(), "KEC-02": SiteRule()}


def adopt(office: Office, **changes: Any) -> Policy:
    last = office.hub.store.read(adoption.listed)
    read = document.read(document.EXAMPLES / "palembang-2017.toml")
    told = {"number": len(last) + 1, "barrier": Barrier.NONE, "sites": LIVE} | changes
    return adoption.adopt(office.hub, read.model_copy(update=told), "ani", "budi", "why")


def granted(office: Office, station: str = "P1", count: int = 9) -> list[str]:
    return [one.record.record_id for one in office.claim(station, count).grants]


def ready(office: Office, station: str = "P1") -> int:
    return service.sync(office.hub, word(station, last_seq=0)).ready_count


@pytest.fixture
def office(office: Office) -> Office:
    """Four records at two sites: of each a first-time card and an older damaged one."""
    office.add_station("P1", SITE)
    office.add_station("P2", "KEC-02")
    for number, site, kind in (
        (1, SITE, DAMAGED),
        (2, SITE, NEW),
        (3, "KEC-02", DAMAGED),
        (4, "KEC-02", NEW),
    ):
        office.import_records(number, site=site, issue_type=kind.value)
    return office


def test_the_order_of_classes_is_the_policys(office: Office) -> None:
    adopt(office)
    assert granted(office, count=1) == ["R000002"]
    others = tuple(kind for kind in IssueType if kind not in (NEW, DAMAGED))
    adopt(office, classes=((DAMAGED,), (NEW,), others))
    office.import_records(6, issue_type=NEW.value)
    assert granted(office) == ["R000001", "R000006"]


def test_within_a_class_those_recorded_earlier_come_first(office: Office) -> None:
    adopt(office, classes=(tuple(IssueType),))
    assert granted(office) == ["R000001", "R000002"]


@pytest.mark.parametrize(
    ("barrier", "first", "second"),
    [
        (Barrier.NONE, ["R000002", "R000001"], ["R000004", "R000003"]),
        (Barrier.SITE, ["R000002"], ["R000004"]),
        (Barrier.OFFICE, ["R000002"], ["R000004"]),
    ],
)
def test_later_classes_wait_behind_the_barrier(
    office: Office, barrier: Barrier, first: list[str], second: list[str]
) -> None:
    adopt(office, barrier=barrier)
    assert ready(office) == len(first)
    assert granted(office, "P1") == first
    opened = {Barrier.NONE: [], Barrier.SITE: ["R000001"], Barrier.OFFICE: []}[barrier]
    assert granted(office, "P1") == opened, "P2's first-time card still waits"
    assert granted(office, "P2") == second
    left = {"R000001", "R000003"} - {*first, *second, *opened}
    assert {*granted(office, "P1"), *granted(office, "P2")} == left


def test_a_site_prints_its_types_only(office: Office) -> None:
    adopt(office, sites=LIVE | {SITE: SiteRule(issue_types=(NEW,))})
    assert ready(office) == 1
    assert granted(office) == ["R000002"]


def test_a_site_that_is_off_is_granted_nothing_and_holds(office: Office) -> None:
    adopt(office, sites=LIVE | {SITE: SiteRule(state=SiteState.OFF)})
    answer = service.sync(office.hub, word("P1", last_seq=0))
    assert (answer.ready_count, answer.hold) == (0, f"site {SITE} is off by policy 1")
    assert granted(office) == []
    assert len(granted(office, "P2")) == 2


def test_a_trial_site_is_granted_a_few_a_day(office: Office) -> None:
    adopt(office, sites=LIVE | {SITE: SiteRule(state=SiteState.TRIAL)}, trial_per_day=1)
    assert (granted(office), granted(office)) == (["R000002"], [])
    assert ready(office) == 0
    office.clock.forward(timedelta(days=1))
    assert granted(office) == ["R000001"]


def test_an_office_with_a_cap_grants_no_more_over_all_its_stations(office: Office) -> None:
    adopt(office, cap_per_office=3)
    assert len(granted(office, "P1")) + len(granted(office, "P2")) == 3
    office.clock.forward(timedelta(days=1))
    assert len(granted(office, "P2")) == 1


def test_a_site_prints_for_another_after_its_own(office: Office) -> None:
    adopt(office, sites=LIVE | {"KEC-02": SiteRule(prints_at=SITE)})
    assert ready(office) == 4
    assert granted(office, "P2") == []
    assert granted(office) == ["R000002", "R000001", "R000004", "R000003"]


def test_the_cap_of_each_day_is_its_policys(office: Office) -> None:
    adopt(office, cap_per_printer=150)
    adopt(office, cap_per_printer=90, valid_from=TODAY + timedelta(days=1))
    answer = service.sync(office.hub, word("P1", last_seq=0, printers=("PRN-A",)))
    assert [one.cap for one in answer.allowances] == [150, 90, 90]


def test_a_cap_is_raised_for_one_day_by_two_people_once(office: Office) -> None:
    adopt(office)

    def raised(by: str = "ani", day: date = TODAY) -> None:
        cap_raises.raise_cap(office.hub, "PRN-A", day, 40, by, "budi", "pemilu")

    raised()
    answer = service.sync(office.hub, word("P1", last_seq=0, printers=("PRN-A",)))
    (one,) = answer.raises
    one.verify(office.hub.key.public_key())
    assert (one.printer_serial, one.day, one.cards) == ("PRN-A", TODAY, 40)
    assert [one.cap for one in answer.allowances] == [200, 200, 200]
    with pytest.raises(PolicyInvalidError, match="was raised already"):
        raised()
    with pytest.raises(PolicyInvalidError, match="has passed"):
        raised(day=TODAY - timedelta(days=1))
    with pytest.raises(OnePersonError):
        raised("budi", TODAY + timedelta(days=1))


def test_another_printer_gets_nothing_of_it(office: Office) -> None:
    cap_raises.raise_cap(office.hub, "PRN-A", TODAY, 40, "ani", "budi", "pemilu")
    answer = service.sync(office.hub, word("P1", last_seq=0, printers=("PRN-B",)))
    assert [one.cap for one in answer.allowances] == [200, 200, 200]
    assert answer.raises == ()
