"""Day closes: station and office agree, or the difference is named blank by blank."""

from datetime import date
from typing import Any

import pytest

from hub import closes
from prr.exchange import (
    Adjustment,
    ClosedCard,
    DayClose,
    Grant,
    LogPlace,
    Outcome,
    Returning,
    Tally,
)
from support.hub_office import PRINTER, SERIES, Office, Teller

DAY = date(2026, 3, 2)


@pytest.fixture
def teller(office: Office) -> Teller:
    """A station that has loaded ten blanks, printed one card and spoiled one."""
    office.add_station()
    office.import_records(1, 2)
    office.load()
    made = Teller(office)
    made.load(10)
    first, second = office.claim(count=2).grants
    made.tell(made.report(Outcome.PRINTED, first), made.report(Outcome.SPOILED, second))
    return made


def book(**changes: int) -> dict[str, dict[str, int]]:
    return {SERIES: {"LOADED": 8, "PRINTED": 1, "SPOILED": 1} | changes}


def cards(*outcomes: str) -> tuple[ClosedCard, ...]:
    return tuple(
        ClosedCard(intent=number, outcome=Outcome(word), series=SERIES)
        for number, word in enumerate(outcomes, start=1)
    )


def close(office: Office, teller: Teller, **changes: Any) -> list[tuple[str, str, str]]:
    """Close the day with a changed book; returns the differences the office names."""
    row = office.hub.store.read(
        lambda connection: connection.exec_driver_sql("SELECT day FROM reports").scalar()
    )
    facts: dict[str, Any] = {
        "day": date.fromisoformat(str(row)), "zone": "Asia/Jakarta", "by": "ani",
        "blanks": book(), "cards": cards("PRINTED", "SPOILED"),
    }  # fmt: skip
    teller.tell(DayClose(**(facts | changes)))
    kept = office.hub.store.read(lambda connection: closes.listed(connection, "", "P1"))[-1]
    return [(one.about, one.station_says, one.office_says) for one in kept.differences]


def test_both_books_agree(office: Office, teller: Teller) -> None:
    assert close(office, teller, hopper_count=8) == []
    assert office.alarms() == []


@pytest.mark.parametrize("place", ["PRINTED", "SPOILED", "TEST"])
def test_an_account_that_differs_is_named_with_both_counts(
    office: Office, teller: Teller, place: str
) -> None:
    wrong = book()[SERIES].get(place, 0) + 1
    found = close(office, teller, blanks=book(**{place: wrong}))
    assert found == [(f"{SERIES} {place}", str(wrong), str(wrong - 1))]
    assert office.alarms() == ["CLOSE_DIFFERS"]


def test_a_card_that_differs_is_named(office: Office, teller: Teller) -> None:
    assert close(office, teller, cards=cards("PRINTED", "PRINTED")) == [
        ("card 2", "PRINTED", "SPOILED")
    ]
    assert close(office, teller, cards=cards("PRINTED")) == [("card 2", "nothing", "SPOILED")]
    assert close(office, teller, cards=cards("PRINTED", "SPOILED", "PRINTED")) == [
        ("card 3", "PRINTED", "nothing")
    ]


def test_a_card_under_way_is_no_difference(office: Office, teller: Teller) -> None:
    under_way = book(LOADED=7, IN_PRINT=1)
    assert (
        close(office, teller, blanks=under_way, cards=cards("PRINTED", "SPOILED", "IN_DOUBT")) == []
    )


def test_a_hopper_counted_otherwise_is_named(office: Office, teller: Teller) -> None:
    assert close(office, teller, hopper_count=7) == [("hopper by hand", "7", "8")]


def test_a_hopper_is_counted_over_all_series(office: Office, teller: Teller) -> None:
    blanks = book(LOADED=3) | {"OLD": {"LOADED": 5}}
    found = close(office, teller, blanks=blanks, hopper_count=7)
    assert ("hopper by hand", "7", "8") in found


def tally(**changes: Any) -> Tally:
    facts: dict[str, Any] = {
        "printer_serial": PRINTER, "intent_first": 1, "intent_last": 2, "counter_first": 50,
        "counter_last": 52, "cards_min": 2, "cards_max": 2,
    }  # fmt: skip
    return Tally(**(facts | changes))


def test_a_printer_that_counted_otherwise_is_named(office: Office, teller: Teller) -> None:
    assert close(office, teller, tallies=(tally(),)) == []
    assert close(office, teller, tallies=(tally(counter_last=53),)) == [
        (f"printer {PRINTER} counter", "moved by 3", "2 to 2 cards")
    ]


def test_a_printer_s_cards_are_held_against_its_reports(office: Office, teller: Teller) -> None:
    """A station that leaves a card out of its tally, counter and all, is found by what it reported."""
    forged = tally(counter_last=51, cards_min=1, cards_max=1)
    assert close(office, teller, tallies=(forged,)) == [(f"printer {PRINTER} cards", "1", "2")]


def test_a_close_keeps_how_far_the_event_log_went(office: Office, teller: Teller) -> None:
    close(office, teller, log=LogPlace(seq=7, head_sha256="b" * 64))
    kept = office.hub.store.read(lambda connection: closes.listed(connection, "", "P1"))[-1]
    assert kept.facts()["log"] == "7:" + "b" * 64


def test_blanks_that_go_back_leave_the_station(office: Office, teller: Teller) -> None:
    teller.tell(Returning(series=SERIES, count=3, reason="recalled", by=("ani", "budi")))
    after = office.balances()
    assert (after["P1:LOADED"], after["RETURNED"], sum(after.values())) == (5, 3, 0)
    assert close(office, teller, blanks=book(LOADED=5, RETURNED=3)) == []
    assert office.alarms() == []
    teller.tell(Returning(series=SERIES, count=9, reason="recalled", by=("ani", "budi")))
    assert office.alarms() == ["BLANKS_NOT_BOOKED"]


def test_a_series_the_office_knows_and_the_station_forgot_is_named(
    office: Office, teller: Teller
) -> None:
    found = close(office, teller, blanks={})
    assert (f"{SERIES} PRINTED", "0", "1") in found


@pytest.mark.parametrize(("count", "place"), [(-2, "MISSING"), (3, "FOUND")])
def test_a_hand_count_that_differs_moves_blanks_and_alarms(
    office: Office, teller: Teller, count: int, place: str
) -> None:
    before = office.balances()
    teller.tell(Adjustment(series=SERIES, count=count, reason="counted", by=("ani", "budi")))
    after = office.balances()
    assert after["P1:LOADED"] == before["P1:LOADED"] + count
    assert abs(after[place]) == abs(count)
    assert sum(after.values()) == 0
    assert office.alarms() == ["BLANKS_ADJUSTED"]


def test_a_claimed_card_not_begun_is_in_no_book(office: Office, teller: Teller) -> None:
    office.import_records(3)
    grants: tuple[Grant, ...] = office.claim().grants
    assert grants
    assert close(office, teller) == []
