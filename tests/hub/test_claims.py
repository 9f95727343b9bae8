"""Claims: one winner a right, one answer a key, first in the queue first."""

import threading
import uuid
from datetime import timedelta

import pytest

from hub import home, service, stations
from hub.errors import ClaimKeyConflictError, StationUnknownError
from hub.home import Hub
from prr import seal
from prr.exchange import Claim, Release
from prr.record import IssueType, Right
from support.hub_office import Office, Teller
from support.records import json_fields, record


def test_a_grant_carries_the_record_and_the_hubs_signature(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    (grant,) = office.claim().grants
    assert grant.record == record(1)
    assert (grant.station, grant.hub_epoch, grant.fence) == ("P1", 1, 1)
    grant.verify(seal.public_key_from_text(office.configs["P1"]["hub"]["public_key"]))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P1", 1)


def test_eight_threads_claim_200_rights_and_none_is_granted_twice(office: Office) -> None:
    names = [f"P{n}" for n in range(8)]
    for name in names:
        office.add_station(name)
    office.import_records(*range(1, 201))
    granted: list[Right] = []

    def claim_all(station: str) -> None:
        while grants := office.claim(station, 3).grants:
            granted.extend(grant.record.right for grant in grants)

    threads = [threading.Thread(target=claim_all, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 200
    assert len(set(granted)) == 200


def test_the_same_key_gets_the_same_answer_whatever_happened_since(office: Office) -> None:
    office.add_station()
    office.import_records(1, 2, 3)
    key = str(uuid.uuid4())
    first = office.claim(count=2, key=key)
    office.claim(count=1)
    assert office.claim(count=2, key=key) == first
    assert office.right(1).fence == 1


def test_the_answer_stays_the_signed_one_after_release_and_replacement(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    key = str(uuid.uuid4())
    first = office.claim(key=key)
    Teller(office).tell(Release(right=first.grants[0].record.right, fence=1, reason="test"))
    summary = office.import_fields(json_fields(1, data_version=2, address="JL BARU"))
    assert summary.replaced == 1
    assert office.claim(key=key) == first
    (second,) = office.claim().grants
    assert (second.fence, second.record.address) == (2, "JL BARU")


def test_the_same_key_with_another_body_is_a_conflict_and_an_alarm(office: Office) -> None:
    office.add_station()
    office.add_station("P2")
    office.import_records(1)
    key = str(uuid.uuid4())
    office.claim(key=key)
    for station, count in (("P1", 2), ("P2", 1)):
        with pytest.raises(ClaimKeyConflictError):
            office.claim(station, count, key)
    assert office.alarms() == ["CLAIM_KEY_CONFLICT"] * 2


def test_two_processes_on_one_store_grant_nothing_twice(office: Office) -> None:
    for name in ("P1", "P2"):
        office.add_station(name)
    office.import_records(*range(1, 61))
    granted: list[Right] = []

    def claim_all(hub: Hub, station: str) -> None:
        while True:
            asked = Claim(claim_key=str(uuid.uuid4()), station=station, count_max=1)
            grants = service.claim(hub, asked).grants
            if not grants:
                return
            granted.extend(grant.record.right for grant in grants)

    with home.opened(office.directory, office.clock) as other:  # as a second process would
        pairs = ((office.hub, "P1"), (other, "P2"), (office.hub, "P2"), (other, "P1"))
        threads = [threading.Thread(target=claim_all, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(granted) == len(set(granted)) == 60


def test_an_empty_answer_is_kept_too(office: Office) -> None:
    office.add_station()
    key = str(uuid.uuid4())
    assert office.claim(key=key).grants == ()
    office.import_records(1)
    assert office.claim(key=key).grants == ()
    assert len(office.claim().grants) == 1


def test_new_cards_come_first_then_the_oldest_recording(office: Office) -> None:
    office.add_station()
    rows = [
        json_fields(1, issue_type="DATA_CHANGE", recorded_on="2016-01-01"),
        json_fields(2, recorded_on=None),
        json_fields(3, recorded_on="2017-03-01"),
        json_fields(4, recorded_on="2017-02-01"),
        json_fields(5, issue_type="LOST_OR_DAMAGED", recorded_on="2017-05-01"),
    ]
    office.import_fields(*rows)
    order = [grant.record.record_id for grant in office.claim(count=50).grants]
    assert order == ["R000004", "R000003", "R000002", "R000005", "R000001"]


def test_a_station_gets_its_sites_rights_of_its_issue_types_only(office: Office) -> None:
    office.add_station("P1", "KEC-01", IssueType.NEW)
    office.import_records(1, 2)
    office.import_records(3, site="KEC-02")
    office.import_records(4, issue_type="MOVED_IN")
    assert [grant.record.record_id for grant in office.claim(count=50).grants] == [
        "R000001", "R000002",
    ]  # fmt: skip


def test_a_held_site_is_granted_nothing_until_it_is_free_again(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    stations.set_hold(office.hub, "KEC-01", "ribbons recalled")
    assert office.claim().grants == ()
    stations.set_hold(office.hub, "KEC-01", None)
    assert len(office.claim().grants) == 1


def test_an_unknown_station_gets_nothing(office: Office) -> None:
    asked = Claim(claim_key=str(uuid.uuid4()), station="P9", count_max=1)
    with pytest.raises(StationUnknownError):
        service.claim(office.hub, asked)


def test_a_later_day_or_a_restart_moves_no_held_right(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    office.claim()
    office.clock.forward(timedelta(days=4000))
    with home.opened(office.directory, office.clock) as again:
        asked = Claim(claim_key=str(uuid.uuid4()), station="P1", count_max=1)
        assert service.claim(again, asked).grants == ()
    assert office.right(1).state == "HELD"
