"""Documents over the ledger: each kind's moves, what is refused, and that a repetition changes nothing."""

from datetime import date, timedelta

import pytest

from hub import letterhead
from hub.blanks import loan, missing, quota, receipt, series, spoilage, stock, transfer
from hub.blanks.document import Head
from hub.blanks.errors import (
    BlankElsewhereError,
    DocumentError,
    DocumentExistsError,
    QuotaExceededError,
    TransferEndedError,
)
from hub.errors import BlanksShortError
from prr.exchange import Outcome
from support.hub_office import SERIES, Office, Teller

TODAY = date(2017, 9, 5)
ANI = Head("ani", "BA-1")
SEEN = Head("ani", "BA-9", reason="dibakar", witnesses=("budi", "citra"))


@pytest.fixture
def stocked(office: Office) -> Office:
    """An office with a station and a hundred blanks for citizens."""
    office.add_station()
    now = office.clock.now()
    office.hub.store.write(lambda c: series.declare(c, SERIES, "WNI", "ani", now))
    receipt.receive(office.hub, ANI, {SERIES: 100}, "Ditjen")
    return office


def test_a_receipt_said_twice_is_one_and_another_under_its_number_is_refused(
    stocked: Office,
) -> None:
    receipt.receive(stocked.hub, ANI, {SERIES: 100}, "Ditjen")
    assert stocked.balances()["STOCK"] == 100
    with pytest.raises(DocumentExistsError, match="BA-1"):
        receipt.receive(stocked.hub, ANI, {SERIES: 99}, "Ditjen")
    with pytest.raises(DocumentError, match="cannot be"):
        receipt.receive(stocked.hub, Head("ani", "BA-2"), {SERIES: -5}, "Ditjen")
    with pytest.raises(DocumentError, match="nobody said"):
        receipt.receive(stocked.hub, Head("ani", "BA-2"), {"S9": 5}, "Ditjen")


def test_a_quota_is_a_ceiling_that_counts_what_came_before(stocked: Office) -> None:
    quota.keep(stocked.hub, "WNI", date(2017, 9, 1), date(2017, 9, 30), 150, "Q", "ani")
    with pytest.raises(QuotaExceededError, match="beyond"):
        receipt.receive(stocked.hub, Head("ani", "BA-2"), {SERIES: 51}, "Ditjen")
    receipt.receive(stocked.hub, Head("ani", "BA-2"), {SERIES: 50}, "Ditjen")
    found = stocked.hub.store.read(lambda c: quota.listed(c, "Asia/Jakarta"))
    assert [(one.received, one.left) for one in found] == [(150, 0)]


def test_a_transfer_is_on_its_way_until_it_is_counted_and_ends_once(stocked: Office) -> None:
    hub = stocked.hub
    transfer.send(hub, Head("ani", "T-1"), {SERIES: 40}, "STOCK", "P1")
    assert stocked.balances() == {
        "SUPPLIER": -100, "STOCK": 60, "note:T-1:TRANSIT": 40,
    }  # fmt: skip
    with pytest.raises(DocumentError, match="say why"):
        transfer.confirm(hub, "T-1", Head("budi"), {SERIES: 38})
    short = Head("budi", reason="kotak terbuka")
    first = transfer.confirm(hub, "T-1", short, {SERIES: 38})
    assert transfer.confirm(hub, "T-1", short, {SERIES: 38}) == first
    with pytest.raises(TransferEndedError):
        transfer.confirm(hub, "T-1", short, {SERIES: 40})
    with pytest.raises(TransferEndedError):
        transfer.cancel(hub, "T-1", Head("ani", reason="salah"))
    assert stocked.balances()["P1:STOCK"] == 38
    assert stocked.balances()["MISSING"] == 2


def test_more_than_sent_is_found_and_a_cancelled_transfer_comes_back(stocked: Office) -> None:
    hub = stocked.hub
    transfer.send(hub, Head("ani", "T-1"), {SERIES: 10}, "STOCK", "P1")
    transfer.confirm(hub, "T-1", Head("budi", reason="lebih"), {SERIES: 11})
    transfer.send(hub, Head("ani", "T-2"), {SERIES: 10}, "STOCK", "P1")
    with pytest.raises(DocumentError, match="sender"):
        transfer.cancel(hub, "T-2", Head("budi", reason="salah"))
    transfer.cancel(hub, "T-2", Head("ani", reason="salah"))
    assert stocked.balances() == {"SUPPLIER": -100, "FOUND": -1, "STOCK": 90, "P1:STOCK": 11}
    assert stocked.hub.store.read(transfer.on_the_way) == []


def test_loans_go_back_to_whom_they_came_from(stocked: Office) -> None:
    hub = stocked.hub
    loan.lend(hub, Head("ani", "L-1"), {SERIES: 30}, "3513")
    with pytest.raises(BlanksShortError):
        loan.take_back(hub, Head("ani", "L-2"), {SERIES: 31}, "3513")
    loan.take_back(hub, Head("ani", "L-2"), {SERIES: 30}, "3513")
    loan.borrow(hub, Head("ani", "L-3"), {SERIES: 20}, "3574")
    with pytest.raises(DocumentError, match="owed 0"):
        loan.bring_back(hub, Head("ani", "L-4"), {SERIES: 1}, "3513")
    loan.bring_back(hub, Head("ani", "L-4"), {SERIES: 5}, "3574")
    assert stocked.balances() == {"SUPPLIER": -100, "BORROWED": -15, "STOCK": 115}
    assert hub.store.read(lambda c: loan.owed(c, "3574")) == {SERIES: 15}


def test_a_bag_is_sealed_and_destroyed_once_before_two_witnesses(stocked: Office) -> None:
    hub = stocked.hub
    spoilage.seal(hub, Head("ani", "BAG-1"), {SERIES: 3}, "STOCK", ["04AA"])
    with pytest.raises(BlankElsewhereError):
        spoilage.seal(hub, Head("ani", "BAG-2"), {SERIES: 1}, "STOCK", ["04AA"])
    with pytest.raises(DocumentError, match="two people"):
        spoilage.destroy(hub, Head("ani", "BA-8", reason="x", witnesses=("ani", "budi")), "BAG-1")
    spoilage.destroy(hub, SEEN, "BAG-1")
    with pytest.raises(DocumentError, match="empty"):
        spoilage.destroy(hub, Head("ani", "BA-10", None, "x", ("budi", "citra")), "BAG-1")
    assert stocked.balances() == {"SUPPLIER": -100, "STOCK": 97, "DESTROYED": 3}
    assert hub.store.read(lambda c: spoilage.named_in(c, "BAG-1")) == ["04AA"]


def test_missing_blanks_turn_up(stocked: Office) -> None:
    missing.miss(stocked.hub, SEEN, {SERIES: 2}, "STOCK")
    missing.find(stocked.hub, SEEN, {SERIES: 2}, "STOCK", was_missing=True)
    with pytest.raises(DocumentError, match="who beside"):
        missing.miss(stocked.hub, Head("ani", "M-2", reason="x"), {SERIES: 2}, "STOCK")
    assert stocked.balances() == {"SUPPLIER": -100, "STOCK": 100}


def test_the_stock_of_a_day_is_what_was_booked_until_its_midnight(stocked: Office) -> None:
    stocked.clock.forward(timedelta(days=1))
    loan.lend(stocked.hub, Head("ani", "L-1"), {SERIES: 30}, "3513")

    def left(day: date) -> dict[str, int]:
        held = stocked.hub.store.read(lambda c: stock.at_end_of(c, day, "Asia/Jakarta"))
        return stock.by_kind(held).get("WNI", {})

    assert left(TODAY - timedelta(days=1)) == {}
    assert left(TODAY) == {"SUPPLIER": -100, "STOCK": 100}
    assert left(TODAY + timedelta(days=1)) == {"SUPPLIER": -100, "STOCK": 70, "LENT": 30}
    rows = stocked.hub.store.read(
        lambda c: stock.turnover(c, TODAY + timedelta(days=1), date(2017, 9, 9), "Asia/Jakarta")
    )
    one = next(row for row in rows if row.account == "STOCK")
    assert (one.opening, one.came, one.went, one.closing) == (100, 0, 30, 70)


def test_a_document_without_a_number_gets_the_offices_next(stocked: Office) -> None:
    head = letterhead.Letterhead(
        "Dinas Contoh", "1699", numbering="470/{number:03d}/{month}/{year}"
    )
    now = stocked.clock.now()
    stocked.hub.store.write(lambda c: letterhead.keep(c, head, "ani", now))
    made = [loan.lend(stocked.hub, Head("ani"), {SERIES: 1}, "3513").number for _ in range(2)]
    assert made == ["470/001/IX/2017", "470/002/IX/2017"]


def test_a_named_blank_on_two_cards_or_out_of_a_bag_is_an_alarm(teller: Teller) -> None:
    office = teller.office
    one = teller.report(Outcome.PRINTED, None, blank_uid="04AABBCC")
    again = teller.report(Outcome.NOT_PRINTED, None, blank_uid="04AABBCC")
    teller.tell(one)
    assert "BLANK_IN_TWO_PLACES" not in office.alarms()
    teller.tell(again)
    assert office.alarms().count("BLANK_IN_TWO_PLACES") == 1
