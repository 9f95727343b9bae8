"""What is printed next, and every reason against it: real store, vault, layout and driver, no printer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.evolis.driver import EvolisDriver
from prr.exchange import Grant
from station import choice, grants
from station.choice import Choice, Work
from station.clock import Moment
from station.database import Database
from station.jobs import StopReason
from station.layout import Layout
from support import stations
from support.records import record
from support.stations import (
    HUB_KEY,
    SERIAL,
    SERIES,
    STATION,
    VAULT,
    SetClock,
    database,
    grant,
    stock,
)


class Desk:
    """A choice with everything it stands on."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.store: Database = database(folder)
        settings = stations.config(folder)
        layout = Layout.load(None)
        self.choice = Choice(settings, self.store, VAULT, layout, EvolisDriver(), self.clock)

    def give(self, *made: Grant) -> None:
        with self.store.write() as tx:
            grants.keep(tx, VAULT, "k", made, approved=True, pull_ms=1)

    def fact(self, name: str, value: str) -> None:
        with self.store.write() as tx:
            tx.run("fact_set", name=name, value=value)

    def next(self) -> Work | choice.Against:
        return self.choice.next(SERIAL)

    def reasons(self) -> set[StopReason]:
        against = self.next()
        assert isinstance(against, dict)
        return set(against)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_held_record_becomes_work_in_the_order_granted(desk: Desk) -> None:
    stock(desk.store, numbers=(2, 1))
    first = desk.next()
    assert isinstance(first, Work)
    assert first.right == record(2).right
    desk.choice.prepare_after(first)
    assert desk.next() is first
    plan = desk.choice.plan(first, SERIAL)
    assert plan is not None
    assert (plan.right, plan.image_sha256) == (first.right, first.request.image_sha256)


def test_without_work_nothing_speaks_against_printing(desk: Desk) -> None:
    stock(desk.store)
    assert desk.next() == {}
    desk.fact("link", "no answer")
    assert desk.next() == {StopReason.LINK_DOWN: "no answer"}


def test_each_obstacle_has_its_own_reason(desk: Desk) -> None:
    assert desk.reasons() == {StopReason.NO_ALLOWANCE}
    stock(desk.store, blanks=0, numbers=(1,))
    assert desk.reasons() == {StopReason.NO_BLANKS}
    desk.fact("hub_checked", Moment.of(desk.clock).text())
    desk.clock.advance(73 * 3600)
    assert desk.reasons() == {StopReason.STALE}
    desk.fact("hold", "proses di pusat")
    assert desk.next() == {StopReason.UPSTREAM_HOLD: "proses di pusat"}


def test_a_cap_of_none_is_reached_at_once_and_another_day_has_no_allowance(desk: Desk) -> None:
    stock(desk.store, cap=0, numbers=(1,))
    assert desk.reasons() == {StopReason.CAP_REACHED}
    desk.clock.at += timedelta(days=1)
    assert desk.reasons() == {StopReason.NO_ALLOWANCE}


def test_a_disk_nearly_full_begins_no_card(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(desk.store, numbers=(1,))
    monkeypatch.setattr(choice, "RESERVE_BYTES", 1 << 60)
    assert desk.reasons() == {StopReason.DISK_FULL}


@pytest.mark.parametrize(
    "unfit",
    [
        pytest.param(grant(1, upstream_status="DUPLICATE_RECORD"), id="status"),
        pytest.param(grant(1, upstream_status="SIAP CETAK"), id="unknown status"),
        pytest.param(grant(1, blank_uid="04AABBCCDDEE80"), id="named blank"),
        pytest.param(grant(1, photo=b"not an image" * 9), id="photo"),
        pytest.param(
            Grant.signed(Ed25519PrivateKey.generate(), STATION, 1, 1, record(1)), id="seal"
        ),
        pytest.param(Grant.signed(HUB_KEY, "OTHER-01", 1, 1, record(1)), id="another station"),
    ],
)
def test_an_unfit_record_is_set_aside_for_a_person_and_the_rest_goes_on(
    desk: Desk, unfit: Grant
) -> None:
    stock(desk.store)
    desk.give(unfit, grant(2))
    work = desk.next()
    assert isinstance(work, Work)
    assert work.right == record(2).right
    with desk.store.read() as tx:
        row = tx.one("right_of", record_id=record(1).record_id, issue_no=1)
        events = [event["name"] for event in tx.all("events_last", count=5)]
    assert row is not None
    assert (row["state"], row["approved"]) == ("CACHED", 0)
    assert "right.set_aside" in events


@pytest.mark.parametrize("jump", [timedelta(days=-3650), timedelta(days=2), timedelta(days=3650)])
def test_a_clock_that_lies_changes_nothing_once_the_hub_was_heard(
    desk: Desk, jump: timedelta
) -> None:
    stock(desk.store, numbers=(1,))
    desk.fact("hub_time", Moment.of(desk.clock).text())
    desk.fact("hub_checked", Moment.of(desk.clock).text())
    desk.clock.at += jump
    assert isinstance(desk.next(), Work)


def test_records_that_wait_for_approval_are_the_reason(desk: Desk) -> None:
    stock(desk.store)
    with desk.store.write() as tx:
        grants.keep(tx, VAULT, "k", (grant(1),), approved=False, pull_ms=1)
    assert desk.next() == {StopReason.NEEDS_APPROVAL: "1 held"}


@pytest.mark.parametrize("taken", ["blanks", "allowance"])
def test_a_card_chosen_gets_no_plan_once_blanks_or_allowance_are_gone(
    desk: Desk, taken: str
) -> None:
    """The last look before an intent: between choice and commit people may have taken the blanks out."""
    stock(desk.store, numbers=(1,))
    work = desk.next()
    assert isinstance(work, Work)
    assert desk.choice.plan(work, SERIAL) is not None
    if taken == "allowance":
        desk.clock.at += timedelta(days=1)
    else:
        with desk.store.write() as tx:
            tx.run(
                "blank_move", series=SERIES, source="LOADED", target="OUTSIDE", count=50,
                intent=None, who="uji", at="2026-03-02T04:00:00+00:00",
            )  # fmt: skip
    assert desk.choice.plan(work, SERIAL) is None
