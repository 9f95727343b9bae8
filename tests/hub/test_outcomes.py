"""What reports, releases and revocations do to rights and blanks, in order and out of it."""

import pytest

from hub import service
from hub.errors import RightClosedError, RightUnknownError
from prr.exchange import Grant, Outcome, Release
from prr.record import Right
from support.hub_office import Office, Teller
from support.words import word

PRINTED, SPOILED = Outcome.PRINTED, Outcome.SPOILED
NOT_PRINTED, IN_DOUBT = Outcome.NOT_PRINTED, Outcome.IN_DOUBT


def release(grant: Grant, fence: int | None = None) -> Release:
    return Release(right=grant.record.right, fence=fence or grant.fence, reason="asked for")


def places(office: Office) -> dict[str, int]:
    accounts = office.balances()
    return {name.removeprefix("P1:"): count for name, count in accounts.items() if "P1:" in name}


def test_printed_ends_the_right_and_uses_a_blank(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(teller.report(PRINTED, grant))
    row = office.right(1)
    assert (row.state, row.printed_after_revoke) == ("DONE", 0)
    assert places(office) == {"STOCK": 50, "LOADED": 49, "PRINTED": 1}
    assert office.alarms() == []


def test_spoiled_keeps_the_right_at_its_station(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(teller.report(SPOILED, grant))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P1", 1)
    teller.tell(teller.report(PRINTED, grant, attempt=2))
    assert office.right(1).state == "DONE"
    assert places(office) == {"STOCK": 50, "LOADED": 48, "SPOILED": 1, "PRINTED": 1}


@pytest.mark.parametrize(
    ("outcome", "state", "place"),
    [(PRINTED, "DONE", "PRINTED"), (SPOILED, "HELD", "SPOILED"), (NOT_PRINTED, "HELD", None)],
)
def test_a_doubt_is_settled_later(
    office: Office, teller: Teller, grant: Grant, outcome: Outcome, state: str, place: str | None
) -> None:
    doubt = teller.report(IN_DOUBT, grant)
    teller.tell(doubt)
    assert office.right(1).in_doubt == 1
    assert places(office) == {"STOCK": 50, "LOADED": 49, "IN_PRINT": 1}
    teller.tell(teller.report(outcome, grant, intent=doubt.intent))
    row = office.right(1)
    assert (row.state, row.in_doubt) == (state, 0)
    expected = {"STOCK": 50, "LOADED": 50 if place is None else 49}
    assert places(office) == expected | ({} if place is None else {place: 1})


def test_not_printed_without_a_doubt_moves_no_blank(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(teller.report(NOT_PRINTED, grant))
    assert places(office) == {"STOCK": 50, "LOADED": 50}
    assert office.right(1).state == "HELD"


def test_test_cards_are_counted_apart(office: Office, teller: Teller) -> None:
    doubt = teller.report(IN_DOUBT, None)
    teller.tell(teller.report(PRINTED, None), teller.report(SPOILED, None), doubt)
    assert places(office) == {"STOCK": 50, "LOADED": 47, "TEST": 2, "IN_PRINT": 1}
    teller.tell(teller.report(PRINTED, None, intent=doubt.intent))
    assert places(office) == {"STOCK": 50, "LOADED": 47, "TEST": 3}


def test_blanks_come_out_of_the_printer_again(office: Office, teller: Teller) -> None:
    teller.load(-20)
    assert places(office) == {"STOCK": 70, "LOADED": 30}


def test_a_card_on_a_blank_that_is_not_booked_is_found_and_told(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.load(-50)
    teller.tell(teller.report(PRINTED, grant))
    assert office.right(1).state == "DONE"
    assert office.balances()["FOUND"] == -1
    assert office.alarms() == ["BLANKS_NOT_BOOKED"]


def test_a_report_under_another_fence_leaves_the_right_alone(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(release(grant))
    office.add_station("P2")
    second = office.claim("P2").grants[0]
    assert second.fence == 2
    teller.tell(teller.report(PRINTED, grant))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("HELD", "P2", 2)
    assert places(office)["PRINTED"] == 1  # the card exists all the same
    assert office.alarms() == ["OTHER_FENCE"]


def test_a_report_by_who_never_held_it_leaves_the_right_alone(
    office: Office, teller: Teller, grant: Grant
) -> None:
    office.add_station("P2")
    stranger = Teller(office, "P2")
    stranger.tell(stranger.report(PRINTED, grant))
    assert office.right(1).state == "HELD"
    assert office.alarms() == ["BLANKS_NOT_BOOKED", "NOT_THE_HOLDER"]


def test_a_second_card_is_an_alarm(office: Office, teller: Teller, grant: Grant) -> None:
    teller.tell(teller.report(PRINTED, grant), teller.report(PRINTED, grant))
    assert office.alarms() == ["SECOND_PRINTED"]
    assert places(office)["PRINTED"] == 2


def test_a_settled_intent_never_changes(office: Office, teller: Teller, grant: Grant) -> None:
    settled = teller.report(PRINTED, grant)
    teller.tell(settled)
    teller.tell(teller.report(SPOILED, grant, intent=settled.intent))
    teller.tell(teller.report(IN_DOUBT, grant, intent=settled.intent))
    assert office.right(1).state == "DONE"
    assert places(office) == {"STOCK": 50, "LOADED": 49, "PRINTED": 1}
    assert office.alarms() == ["INTENT_SETTLED"] * 2


def test_an_unknown_right_is_an_alarm(office: Office, teller: Teller, grant: Grant) -> None:
    stray = Right(record_id="R999999", issue_no=1)
    teller.tell(teller.report(PRINTED, grant, right=stray))
    teller.tell(Release(right=stray, fence=1, reason="no"))
    assert office.alarms() == ["HUB_RESTORED"] + ["RIGHT_UNKNOWN"] * 2


def test_a_released_right_is_granted_again_under_a_higher_fence(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(release(grant))
    row = office.right(1)
    assert (row.state, row.holder, row.fence) == ("READY", None, 1)
    (again,) = office.claim().grants
    assert again.fence == 2
    teller.tell(release(grant, fence=1))
    assert office.right(1).state == "HELD"
    assert office.alarms() == ["OTHER_FENCE"]


def test_a_card_printed_after_its_release_is_never_granted_again(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(release(grant), teller.report(PRINTED, grant))
    assert office.right(1).state == "DONE"
    assert office.alarms() == ["CARD_NOT_HELD"]


def test_a_right_in_doubt_is_not_given_back(office: Office, teller: Teller, grant: Grant) -> None:
    teller.tell(teller.report(IN_DOUBT, grant), release(grant))
    assert office.right(1).state == "HELD"
    assert office.alarms() == ["RELEASE_REFUSED"]


def test_revoking_a_ready_right_takes_it_at_once(office: Office, teller: Teller) -> None:
    right = Right(record_id="R000001", issue_no=1)
    assert service.revoke(office.hub, right) == "REVOKED"
    assert service.revoke(office.hub, right) == "REVOKED"
    assert office.claim().grants == ()


def test_revoking_a_held_right_waits_for_its_station(
    office: Office, teller: Teller, grant: Grant
) -> None:
    right = grant.record.right
    assert service.revoke(office.hub, right) == "HELD"
    (wanted,) = service.sync(office.hub, word("P1", last_seq=teller.seq)).revoked
    assert (wanted.right, wanted.fence) == (right, 1)
    teller.tell(release(grant))
    assert office.right(1).state == "REVOKED"
    assert office.claim().grants == ()


def test_a_card_printed_after_revocation_is_flagged(
    office: Office, teller: Teller, grant: Grant
) -> None:
    service.revoke(office.hub, grant.record.right)
    teller.tell(teller.report(PRINTED, grant))
    row = office.right(1)
    assert (row.state, row.printed_after_revoke) == ("DONE", 1)
    assert office.alarms() == ["PRINTED_AFTER_REVOKE"]


def test_a_card_printed_after_release_and_revocation_is_flagged(
    office: Office, teller: Teller, grant: Grant
) -> None:
    service.revoke(office.hub, grant.record.right)
    teller.tell(release(grant), teller.report(PRINTED, grant))
    row = office.right(1)
    assert (row.state, row.printed_after_revoke) == ("DONE", 1)
    assert office.alarms() == ["CARD_NOT_HELD", "PRINTED_AFTER_REVOKE"]


def test_what_is_printed_or_unknown_cannot_be_revoked(
    office: Office, teller: Teller, grant: Grant
) -> None:
    teller.tell(teller.report(PRINTED, grant))
    with pytest.raises(RightClosedError):
        service.revoke(office.hub, grant.record.right)
    with pytest.raises(RightUnknownError):
        service.revoke(office.hub, Right(record_id="R000001", issue_no=2))
