"""The outbox: gapless, chained, each entry once; a fork locks its station."""

import uuid

import pytest

from hub import service
from hub.errors import (
    OutboxForkError,
    OutboxGapError,
    StationLockedError,
    StationMismatchError,
)
from prr.exchange import Claim, Loading, Outcome
from support.hub_office import SERIES, Office, Teller
from support.words import word


def loading(count: int = 1) -> Loading:
    return Loading(series=SERIES, count=count, by="OP1")


@pytest.fixture
def teller(office: Office) -> Teller:
    office.add_station()
    office.load()
    return Teller(office)


def test_entries_are_applied_once_however_often_they_are_sent(
    office: Office, teller: Teller
) -> None:
    entries = tuple(teller.entry(loading()) for _ in range(3))
    for _ in range(3):
        assert service.apply_outbox(office.hub, "P1", entries).applied_seq == 3
    assert office.balances()["P1:LOADED"] == 3


def test_known_and_new_entries_may_come_together(office: Office, teller: Teller) -> None:
    entries = tuple(teller.entry(loading()) for _ in range(4))
    assert service.apply_outbox(office.hub, "P1", entries[:2]).applied_seq == 2
    assert service.apply_outbox(office.hub, "P1", entries).applied_seq == 4
    assert office.balances()["P1:LOADED"] == 4


def test_a_gap_stops_the_chain_and_tells_where_to_go_on(office: Office, teller: Teller) -> None:
    entries = tuple(teller.entry(loading()) for _ in range(4))
    with pytest.raises(OutboxGapError) as raised:
        service.apply_outbox(office.hub, "P1", (entries[0], entries[2]))
    assert raised.value.applied_seq == 1
    assert office.balances()["P1:LOADED"] == 1
    assert service.apply_outbox(office.hub, "P1", entries).applied_seq == 4


def assert_locked(office: Office) -> None:
    assert office.alarms() == ["OUTBOX_FORK"]
    with pytest.raises(StationLockedError):
        service.claim(office.hub, Claim(claim_key=str(uuid.uuid4()), station="P1", count_max=1))
    told = word("P1", last_seq=0, printers=("PRN",))
    answer = service.sync(office.hub, told)
    assert answer.hold is not None
    assert "locked" in answer.hold
    assert answer.allowances == ()


def test_another_entry_under_a_known_number_locks_the_station(
    office: Office, teller: Teller
) -> None:
    teller.tell(loading(), loading())
    copy = Teller(office)
    with pytest.raises(OutboxForkError):
        copy.tell(loading(2))
    assert office.balances()["P1:LOADED"] == 2
    assert_locked(office)
    with pytest.raises(StationLockedError):
        teller.tell(loading())


def test_another_history_before_a_new_entry_locks_the_station(
    office: Office, teller: Teller
) -> None:
    teller.tell(loading())
    teller.sha256 = "f" * 64
    with pytest.raises(OutboxForkError):
        teller.tell(loading())
    assert_locked(office)


def test_entries_before_a_fork_stay_applied(office: Office, teller: Teller) -> None:
    good = teller.entry(loading())
    teller.sha256 = "f" * 64
    with pytest.raises(OutboxForkError):
        service.apply_outbox(office.hub, "P1", (good, teller.entry(loading())))
    assert office.balances()["P1:LOADED"] == 1


def test_a_chain_begins_at_the_genesis(office: Office, teller: Teller) -> None:
    teller.sha256 = "e" * 64
    with pytest.raises(OutboxForkError):
        teller.tell(loading())


def test_another_stations_entry_is_refused_whole(office: Office, teller: Teller) -> None:
    office.add_station("P2")
    other = Teller(office, "P2").entry(loading())
    with pytest.raises(StationMismatchError):
        service.apply_outbox(office.hub, "P1", (teller.entry(loading()), other))
    assert "P1:LOADED" not in office.balances()


def test_each_station_has_a_chain_of_its_own(office: Office, teller: Teller) -> None:
    office.add_station("P2")
    other = Teller(office, "P2")
    assert teller.tell(loading()) == 1
    assert other.tell(loading(), loading()) == 2
    assert teller.tell(teller.report(Outcome.SPOILED, None)) == 2
