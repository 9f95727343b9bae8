"""A hub put back from a copy: it grants nothing before it has heard every station, and forgets nothing they say."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub import claims, decisions, epochs, home, service
from hub.errors import EpochChangedError, HubReconcilingError, OutboxGapError
from prr.exchange import Claim, Grant, Held, Outcome, Release, SyncAnswer
from prr.record import Right
from support.hub_copy import Copy
from support.hub_office import Office, Teller
from support.records import json_fields
from support.words import word

PEOPLE = decisions.Word("ani", "budi", "the disk was put back from the backup of yesterday")


class Backup:
    """Yesterday's copy of an office's store, and the way to put it back."""

    def __init__(self, office: Office, stack: ExitStack) -> None:
        self._office = office
        self._stack = stack
        self._copy = Copy(office)

    def put_back(self, *, told: bool = True) -> None:
        """Open the hub on the copy; with `told` two people say so, else nobody does."""
        self._office.hub.store.close()
        self._copy.put_back()
        clock = self._office.clock
        self._office.hub = self._stack.enter_context(home.opened(self._office.directory, clock))
        if told:
            decisions.declare_restored(self._office.hub, PEOPLE)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


@pytest.fixture
def office(office: Office) -> Office:
    office.add_station("P1")
    office.add_station("P2")
    office.import_records(1, 2, 3)
    office.load("P1")
    return office


def hold(grant: Grant, state: str = "CACHED") -> Held:
    return Held(right=grant.record.right, fence=grant.fence, state=state)


def say(office: Office, station: str, *holds: Held, **changes: Any) -> SyncAnswer:
    """Say what a station holds as one that has heard the present epoch."""
    epoch = office.hub.store.read(epochs.current)
    told = word(station, holds=holds, **({"hub_epoch": epoch} | changes))
    return service.sync(office.hub, told)


def ask(office: Office, station: str) -> tuple[Grant, ...]:
    epoch = office.hub.store.read(epochs.current)
    key = f"00000000-0000-0000-{int(station[1:]):04d}-{epoch:012d}"
    asked = Claim(claim_key=key, station=station, hub_epoch=epoch, count_max=3)
    return service.claim(office.hub, asked).grants


def test_nothing_is_granted_before_every_station_was_heard(
    office: Office, stack: ExitStack
) -> None:
    backup = Backup(office, stack)
    (granted,) = office.claim("P1").grants
    backup.put_back()
    assert office.right(1).state == "READY"  # forgotten: the danger
    with pytest.raises(HubReconcilingError):
        ask(office, "P2")
    assert not say(office, "P2").claims_open
    assert office.hub.store.read(epochs.awaited) == ["P1"]
    assert say(office, "P1", hold(granted)).claims_open
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P1", granted.fence)
    assert granted.record.right not in {grant.record.right for grant in ask(office, "P2")}


def test_a_card_printed_after_the_copy_stays_printed(office: Office, stack: ExitStack) -> None:
    backup = Backup(office, stack)
    (granted,) = office.claim("P1").grants
    teller = Teller(office)
    told = teller.entry(teller.report(Outcome.PRINTED, granted))
    service.apply_outbox(office.hub, "P1", (told,))
    backup.put_back()
    say(office, "P2")
    assert not say(office, "P1", last_seq=1).claims_open, "its chain is not applied to the end yet"
    service.apply_outbox(office.hub, "P1", (told,))
    assert say(office, "P1", last_seq=1).claims_open
    assert office.right(1).state == "DONE"
    assert len(ask(office, "P2")) == 2


def test_a_right_released_and_granted_again_after_the_copy_follows_the_greater_fence(
    office: Office, stack: ExitStack
) -> None:
    (first,) = office.claim("P1").grants
    backup = Backup(office, stack)
    teller = Teller(office)
    release = teller.entry(Release(right=first.record.right, fence=first.fence, reason="no"))
    service.apply_outbox(office.hub, "P1", (release,))
    (second,) = office.claim("P2").grants
    assert second.fence == first.fence + 1
    backup.put_back()
    say(office, "P2", hold(second))
    service.apply_outbox(office.hub, "P1", (release,))
    assert say(office, "P1", last_seq=1).claims_open
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P2", second.fence)
    assert set(office.alarms()) == {"HUB_RESTORED"}


def test_a_grant_whose_answer_never_arrived_is_free_again(office: Office, stack: ExitStack) -> None:
    office.claim("P1")
    Backup(office, stack).put_back()
    say(office, "P2")
    say(office, "P1")
    assert (office.right(1).state, office.right(1).fence) == ("READY", 1)
    assert ask(office, "P2")[0].fence == 2


def test_a_record_imported_after_the_copy_comes_back_as_its_station_left_it(
    office: Office, stack: ExitStack
) -> None:
    backup = Backup(office, stack)
    office.import_records(4, 5)
    grants = [grant for grant in office.claim("P1", 5).grants if grant.record.record_id > "R000003"]
    printed, held = grants
    teller = Teller(office)
    told = teller.entry(teller.report(Outcome.PRINTED, printed))
    backup.put_back()
    service.apply_outbox(office.hub, "P1", (told,))
    say(office, "P1", hold(held), last_seq=1)
    office.import_fields(json_fields(4), json_fields(5))
    assert (office.right(4).state, office.right(5).state) == ("DONE", "HELD")
    assert office.right(5).holder == "P1"


def test_a_claim_from_before_the_restore_is_refused(office: Office, stack: ExitStack) -> None:
    Backup(office, stack).put_back()
    say(office, "P1")
    say(office, "P2")
    before = Claim(
        claim_key="00000000-0000-0000-0000-000000000001", station="P1", hub_epoch=1, count_max=1
    )
    with pytest.raises(EpochChangedError):
        claims.answer(office.hub, before)


class TestNobodySaysSo:
    """The copy is put back and two people are not asked: the hub finds out."""

    def test_by_the_mark_beside_the_store(self, office: Office, stack: ExitStack) -> None:
        backup = Backup(office, stack)
        office.claim("P1")
        backup.put_back(told=False)
        assert office.alarms() == ["HUB_RESTORED"]
        with pytest.raises(HubReconcilingError):
            ask(office, "P2")

    def test_once_only(self, office: Office, stack: ExitStack) -> None:
        backup = Backup(office, stack)
        office.claim("P1")
        backup.put_back(told=False)
        office.hub.store.close()
        office.hub = stack.enter_context(home.opened(office.directory, office.clock))
        assert office.alarms() == ["HUB_RESTORED"]

    def test_by_what_a_station_was_acknowledged(self, office: Office) -> None:
        service.sync(office.hub, word("P1", hub_epoch=1, told_seq=3, last_seq=3))
        assert office.alarms() == ["HUB_RESTORED"]

    def test_by_the_epoch_a_station_has_heard(self, office: Office) -> None:
        answer = service.sync(office.hub, word("P1", hub_epoch=4))
        assert answer.hub_epoch == 5

    def test_by_a_fence_it_never_gave(self, office: Office) -> None:
        (granted,) = office.claim("P1").grants
        teller = Teller(office)
        teller.tell(teller.report(Outcome.PRINTED, granted.model_copy(update={"fence": 7})))
        assert "HUB_RESTORED" in office.alarms()
        assert (office.right(1).state, office.right(1).fence) == ("DONE", 7)

    def test_by_a_gap(self, office: Office) -> None:
        teller = Teller(office)
        teller.entry(Release(right=right_of(1), fence=1, reason="lost"))
        teller.seq += 1
        late = teller.entry(Release(right=right_of(2), fence=1, reason="no"))
        with pytest.raises(OutboxGapError):
            service.apply_outbox(office.hub, "P1", (late,))


def right_of(number: int) -> Right:
    return Right(record_id=f"R{number:06d}", issue_no=1)


def test_a_new_station_need_not_be_heard(office: Office, stack: ExitStack) -> None:
    Backup(office, stack).put_back()
    office.add_station("P3")
    assert office.hub.store.read(epochs.awaited) == ["P1", "P2"]


def test_a_dead_station_is_waited_for_until_it_is_written_off(
    office: Office, stack: ExitStack
) -> None:
    Backup(office, stack).put_back()
    say(office, "P1")
    decisions.write_off(office.hub, "P2", replace(PEOPLE, reason="burnt"))
    assert office.hub.store.read(epochs.awaited) == []


@pytest.mark.parametrize("content", [None, "", "x"])
def test_a_store_that_comes_without_its_mark_counts_as_restored(
    office: Office, stack: ExitStack, content: str | None
) -> None:
    """Nobody knows how far it had gone: every station is heard before anything is granted."""
    office.claim("P1")
    mark = office.directory / home.MARK_FILE
    mark.unlink() if content is None else mark.write_text(content)
    for _ in range(2):  # the second opening finds the mark that the first has made
        office.hub.store.close()
        office.hub = stack.enter_context(home.opened(office.directory, office.clock))
        assert office.hub.store.read(epochs.awaited) == ["P1", "P2"]
        assert office.hub.store.read(epochs.current) == 2
    assert office.alarms() == ["HUB_RESTORED"]


class TestOneCopyTwice:
    """The hub goes on from one copy twice: what it heard after the first time is forgotten too."""

    @pytest.fixture
    def backup(self, office: Office, stack: ExitStack) -> Backup:
        office.clock.at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
        return Backup(office, stack)

    def test_the_epochs_differ(self, office: Office, backup: Backup) -> None:
        heard = []
        for _ in range(2):
            office.clock.forward(timedelta(seconds=30))
            backup.put_back()
            heard.append(office.hub.store.read(epochs.current))
        assert heard[1] > heard[0] > 1

    def test_a_late_word_of_the_first_time_reconciles_nobody(
        self, office: Office, backup: Backup
    ) -> None:
        backup.put_back()
        late = word("P1", hub_epoch=office.hub.store.read(epochs.current))
        assert not service.sync(office.hub, late).claims_open
        say(office, "P2")
        assert ask(office, "P1")
        office.clock.forward(timedelta(seconds=30))
        backup.put_back()
        service.sync(office.hub, late)
        assert office.hub.store.read(epochs.awaited) == ["P1", "P2"]

    def test_a_clock_before_its_time_still_counts(self, office: Office, backup: Backup) -> None:
        backup.put_back()
        first = office.hub.store.read(epochs.current)
        office.clock.at = datetime(2001, 1, 1, tzinfo=UTC)
        decisions.declare_restored(office.hub, PEOPLE)
        assert office.hub.store.read(epochs.current) == first + 1

    def test_a_clock_gone_wild_leaves_room_to_count(self, office: Office, backup: Backup) -> None:
        office.clock.at = datetime(9999, 1, 1, tzinfo=UTC)
        backup.put_back()
        decisions.declare_restored(office.hub, PEOPLE)
        assert office.hub.store.read(epochs.current) < 2**31 - 1


def test_what_is_forgotten_before_a_station_is_reconciled_shows_too(
    office: Office, stack: ExitStack
) -> None:
    Backup(office, stack).put_back()
    epoch = office.hub.store.read(epochs.current)
    answer = say(office, "P1", told_seq=2, last_seq=3)
    assert answer.hub_epoch > epoch
