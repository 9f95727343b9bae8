"""What is told late, twice, or by a station that forgot: the hub goes by the state it is in, and raises alarms."""

import pytest

from hub import decisions, epochs, service
from hub.decisions import Word
from prr.exchange import Adjustment, Grant, Held, Outcome, Release, Sync
from prr.record import Right
from support.hub_office import SERIES, Office, Teller
from support.records import json_fields
from support.words import word

PEOPLE = Word("ani", "budi", "a trial")


def later(grant: Grant, fence: int) -> Grant:
    """Return a grant as a hub gave it whose store is gone."""
    return grant.model_copy(update={"fence": fence})


def restored(office: Office, teller: Teller, *holds: Held) -> None:
    """Let two people say that the store was put back, then hear the station as it is now."""
    epoch = decisions.declare_restored(office.hub, PEOPLE)
    service.sync(office.hub, at_end(teller, epoch, *holds))


def at_end(teller: Teller, epoch: int, *holds: Held) -> Sync:
    return word("P1", hub_epoch=epoch, last_seq=teller.seq, holds=holds)


def held(right: Right, fence: int, state: str = "CACHED") -> Held:
    return Held(right=right, fence=fence, state=state)


def test_the_same_report_under_another_number_says_nothing_new(
    office: Office, teller: Teller, grant: Grant
) -> None:
    doubt = teller.report(Outcome.IN_DOUBT, grant)
    settled = teller.report(Outcome.PRINTED, grant, intent=doubt.intent)
    teller.tell(doubt, doubt, settled, settled)
    assert (office.right(1).state, office.alarms()) == ("DONE", [])
    assert office.balances()["P1:PRINTED"] == 1


def test_a_spoiled_card_of_a_right_given_back_is_told_and_changes_no_right(
    office: Office, teller: Teller, grant: Grant
) -> None:
    gone = Release(right=grant.record.right, fence=1, reason="asked for")
    teller.tell(gone, teller.report(Outcome.SPOILED, grant), teller.report(Outcome.IN_DOUBT, grant))
    assert (office.right(1).state, office.right(1).in_doubt) == ("READY", 0)
    assert office.alarms() == ["CARD_NOT_HELD"] * 2
    assert office.balances()["P1:SPOILED"] == 1


def test_a_release_under_a_fence_never_given_shows_a_restored_hub(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(Release(right=grant.record.right, fence=5, reason="asked for"))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("READY", None, 5)
    assert office.alarms() == ["HUB_RESTORED"]
    epoch = office.hub.store.read(epochs.current)
    service.sync(office.hub, at_end(teller, epoch))
    (again,) = office.claim().grants
    assert again.fence == 6


def test_a_greater_fence_wakes_no_right_whose_card_exists(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(teller.report(Outcome.PRINTED, grant))
    teller.tell(teller.report(Outcome.SPOILED, later(grant, 4)))
    row = office.right(1)
    assert (row.state, row.fence) == ("DONE", 1)
    assert office.alarms() == ["HUB_RESTORED", "OTHER_FENCE"]


def test_a_count_of_nothing_moves_nothing(office: Office, teller: Teller) -> None:
    before = office.balances()
    teller.load(0)
    teller.tell(Adjustment(series=SERIES, count=0, reason="counted", by=("ani", "budi")))
    assert (office.balances(), office.alarms()) == (before, [])


def test_a_right_taken_back_twice_is_asked_for_once(
    office: Office, teller: Teller, grant: Grant
) -> None:
    right = grant.record.right
    assert [service.revoke(office.hub, right) for _ in range(2)] == ["HELD"] * 2
    (wanted,) = service.sync(office.hub, word("P1", last_seq=teller.seq)).revoked
    assert wanted.right == right


def test_a_station_that_holds_what_another_was_granted_is_an_alarm(
    office: Office, teller: Teller, grant: Grant
) -> None:
    """The right stays where the hub gave it last; nobody takes it by word alone under the same fence."""
    teller.tell(Release(right=grant.record.right, fence=1, reason="asked for"))
    office.add_station("P2")
    (second,) = office.claim("P2").grants
    restored(office, teller, held(grant.record.right, second.fence))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P2", 2)
    assert office.alarms() == ["HUB_RESTORED", "NOT_THE_HOLDER"]


def test_a_station_that_holds_what_the_hub_gave_it_is_believed(
    office: Office, teller: Teller, grant: Grant
) -> None:
    restored(office, teller, held(grant.record.right, 1))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P1", 1)
    assert office.alarms() == ["HUB_RESTORED"]


@pytest.mark.parametrize(
    ("outcome", "then", "state", "fence"),
    [
        (
            Outcome.SPOILED,
            1,
            "HELD",
            1,
        ),  # no word of a lower or the same fence changes what is known
        (Outcome.SPOILED, 3, "HELD", 3),
        (Outcome.PRINTED, 3, "DONE", 1),  # a card that exists stays one
    ],
)
def test_words_of_a_right_not_here_are_kept_by_their_weight(
    office: Office,
    teller: Teller,
    grant: Grant,
    outcome: Outcome,
    then: int,
    state: str,
    fence: int,
) -> None:
    unknown = Right(record_id="R000002", issue_no=1)
    teller.tell(teller.report(outcome, grant, right=unknown))
    epoch = office.hub.store.read(epochs.current)
    holds = (held(grant.record.right, 1), held(unknown, then))
    service.sync(office.hub, at_end(teller, epoch, *holds))
    office.import_fields(json_fields(2))
    row = office.right(2)
    assert (row.state, row.holder, row.fence) == (state, "P1", fence)
