"""Sync: allowances for three days under the hub's key, what is ready, what is held back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hub import service, stations
from prr import seal
from prr.exchange import Allowance, SyncAnswer
from prr.seal import SealBrokenError
from support.hub_office import Office, Teller
from support.words import word


def sync(office: Office, station: str = "P1", *printers: str) -> SyncAnswer:
    return service.sync(office.hub, word(station, last_seq=0, printers=printers))


def test_each_printer_has_a_signed_allowance_for_three_days(office: Office) -> None:
    office.add_station()
    answer = sync(office, "P1", "PRN-A", "PRN-B")
    key = seal.public_key_from_text(office.configs["P1"]["hub"]["public_key"])
    for allowance in answer.allowances:
        allowance.verify(key)
    days = [date(2017, 9, 5) + timedelta(days=n) for n in range(3)]
    assert [(one.printer_serial, one.day, one.cap) for one in answer.allowances] == [
        (printer, day, 200) for printer in ("PRN-A", "PRN-B") for day in days
    ]


def test_a_changed_allowance_does_not_verify(office: Office) -> None:
    office.add_station()
    allowance = sync(office, "P1", "PRN-A").allowances[0]
    forged = Allowance.model_validate(allowance.model_dump() | {"cap": 900})
    with pytest.raises(SealBrokenError):
        forged.verify(office.hub.key.public_key())


def test_today_is_the_day_of_the_stations_zone(office: Office) -> None:
    office.add_station()
    office.clock.at = datetime(2017, 9, 5, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Jakarta
    assert sync(office, "P1", "PRN-A").allowances[0].day == date(2017, 9, 5)
    office.clock.forward(timedelta(seconds=1))
    assert sync(office, "P1", "PRN-A").allowances[0].day == date(2017, 9, 6)


def test_an_allowance_is_made_once(office: Office) -> None:
    office.add_station()
    first = sync(office, "P1", "PRN-A").allowances
    assert sync(office, "P1", "PRN-A", "PRN-A").allowances == first
    office.clock.forward(timedelta(days=1))
    assert sync(office, "P1", "PRN-A").allowances[:2] == first[1:]


def test_a_printer_has_its_allowance_at_one_station_only(office: Office) -> None:
    office.add_station()
    office.add_station("P2")
    assert len(sync(office, "P1", "PRN-A").allowances) == 3
    for _ in range(3):
        assert sync(office, "P2", "PRN-A").allowances == ()
    assert office.alarms() == ["PRINTER_AT_TWO_STATIONS"]


def test_sync_tells_what_is_ready_held_and_applied(office: Office) -> None:
    office.add_station()
    office.import_records(1, 2, 3)
    office.import_records(4, site="KEC-02")
    office.claim()
    teller = Teller(office)
    teller.load(5)
    answer = sync(office)
    assert (answer.ready_count, answer.applied_seq, answer.hold) == (2, 1, None)
    assert answer.hub_time == office.clock.at
    stations.set_hold(office.hub, "KEC-01", "inspection")
    assert sync(office).hold == "inspection"
