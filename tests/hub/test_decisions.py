"""What only two people may decide at the office: write off, unlock, issue again."""

from datetime import timedelta

import pytest

from hub import decisions, service
from hub.decisions import ReissueReason, Word
from hub.errors import (
    OnePersonError,
    RightOpenError,
    RightUnknownError,
    StationLockedError,
    StationNotLockedError,
    TooEarlyError,
)
from prr.exchange import Outcome
from support.hub_office import Office, Teller
from support.words import word

PEOPLE = Word("ani", "budi", "a trial")


@pytest.fixture
def office(office: Office) -> Office:
    office.add_station("P1")
    office.import_records(1)
    office.load("P1")
    return office


def print_the_card(office: Office) -> None:
    teller = Teller(office)
    teller.tell(teller.report(Outcome.PRINTED, office.claim().grants[0]))


def test_one_person_decides_nothing(office: Office) -> None:
    alone = Word("ani", "ani", "a trial")
    print_the_card(office)
    with pytest.raises(OnePersonError):
        decisions.reissue(office.hub, "R000001", ReissueReason.DAMAGED, alone)
    with pytest.raises(OnePersonError):
        decisions.declare_restored(office.hub, alone)
    with pytest.raises(OnePersonError):
        decisions.write_off(office.hub, "P1", alone)
    assert office.right(1).state == "DONE"


@pytest.mark.parametrize("reason", [r for r in ReissueReason if not r.needs_new_data])
def test_another_card_is_another_issue_number(office: Office, reason: ReissueReason) -> None:
    print_the_card(office)
    right = decisions.reissue(office.hub, "R000001", reason, PEOPLE)
    assert str(right) == "R000001/2"
    (grant,) = office.claim().grants
    assert (grant.record.right, grant.fence) == (right, 1)
    expected = "NEW" if reason is ReissueReason.STATION_LOST else "LOST_OR_DAMAGED"
    assert grant.record.issue_type == expected


def test_no_second_card_while_the_first_may_still_come(office: Office) -> None:
    for _ in range(2):
        with pytest.raises(RightOpenError):
            decisions.reissue(office.hub, "R000001", ReissueReason.DAMAGED, PEOPLE)
        office.claim()
    print_the_card_again = office.right(1)
    assert print_the_card_again.state == "HELD"
    with pytest.raises(RightUnknownError):
        decisions.reissue(office.hub, "R999999", ReissueReason.DAMAGED, PEOPLE)


def test_a_silent_station_is_written_off_after_the_wait(office: Office) -> None:
    service.sync(office.hub, word("P1"))
    office.claim()
    with pytest.raises(TooEarlyError):
        decisions.write_off(office.hub, "P1", PEOPLE)
    office.clock.forward(timedelta(hours=72))
    (lost,) = decisions.write_off(office.hub, "P1", PEOPLE)
    assert office.right(1).state == "LOST"
    with pytest.raises(StationLockedError):
        office.claim()
    with pytest.raises(StationNotLockedError):
        decisions.unlock(office.hub, "P1", PEOPLE)
    again = decisions.reissue(office.hub, lost.record_id, ReissueReason.STATION_LOST, PEOPLE)
    office.add_station("P2")
    (grant,) = office.claim("P2").grants
    assert grant.record.right == again


def test_a_copy_of_a_store_locks_its_station_until_people_have_looked(office: Office) -> None:
    service.sync(office.hub, word("P1", start_no=3, start_key="3" * 32))
    answer = service.sync(office.hub, word("P1", start_no=3, start_key="4" * 32))
    assert answer.hold is not None
    assert "copied" in answer.hold
    assert answer.allowances == ()
    with pytest.raises(StationLockedError):
        office.claim()
    decisions.unlock(office.hub, "P1", PEOPLE)
    assert service.sync(office.hub, word("P1", start_no=4)).hold is None
    assert office.alarms() == ["STATION_COPIED"]


def test_a_store_that_goes_back_locks_its_station(office: Office) -> None:
    service.sync(office.hub, word("P1", start_no=3))
    assert service.sync(office.hub, word("P1", start_no=2)).hold is not None
    assert office.alarms() == ["STATION_COPIED"]


@pytest.mark.parametrize("reason", list(ReissueReason))
def test_one_person_adds_nothing_to_what_two_decided(office: Office, reason: ReissueReason) -> None:
    """Two people wait for new data; without them nobody turns that into a card of the old ones."""
    print_the_card(office)
    decisions.reissue(office.hub, "R000001", ReissueReason.DATA_ERROR, PEOPLE)
    with pytest.raises(OnePersonError):
        decisions.reissue(office.hub, "R000001", reason, Word("ani", "ani", "alone"))
    assert office.claim().grants == ()
    again = decisions.reissue(office.hub, "R000001", ReissueReason.DATA_ERROR, PEOPLE)
    assert str(again) == "R000001/2"
    assert office.claim().grants == (), "no card before the new data"
