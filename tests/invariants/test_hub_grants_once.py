"""Print once at the hub and between stations: one holder, claims, fences, no lease, another issue, revocation."""

import itertools
import shutil
import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from hub import address, decisions, home, service, stations
from hub.decisions import ReissueReason, Word
from hub.errors import ClaimKeyConflictError, HubError
from hub.home import Hub
from prr.exchange import Claim, Grant, Outcome, Release, Revocation
from prr.record import Right
from station import grants
from support.house import House, Station
from support.hub_office import Office, Teller
from support.records import json_fields, record
from support.words import word

PEOPLE = Word("ani", "budi", "a trial")
HOLDING = {"CACHED", "INTENT", "IN_DOUBT"}


def holders(house: House, record_id: str) -> list[str]:
    return [s.name for s in house.stations if s.states().get(record_id) in HOLDING]


def give_back(station: Station, number: int, fence: int) -> None:
    """Let a person at the station give an unprinted right back."""
    said = Revocation(right=record(number).right, fence=fence)
    with station.store.write() as tx:
        grants.release(tx, station.name, said, "asked for", station.clock.now())


def test_inv_02_at_most_one_station_has_a_right(house: House) -> None:
    """Lost answers, a month of silence, a right given back, a late copy, a hub put back from its backup."""
    one, two = house.add("P1", blanks=0), house.add("P2", blanks=0)

    def go(*who: Station, days: int = 0, until_free: bool = False) -> None:
        house.time.advance(days * 86_400)
        for station in who:
            station.start("courier")
        house.run(lambda: until_free and house.office.right(1).state == "READY", 20)
        for station in who:
            station.die()
        assert len(holders(house, "R000001")) <= 1

    house.office.import_records(1)
    one.line.lose = ["claim"]
    go(one)
    one.line.down = True
    go(two, days=30)
    one.line.down = False
    go(one)
    assert holders(house, "R000001") == ["P1"]
    late = next(a for name, a in reversed(one.line.heard) if name == "claim" and a.grants)
    give_back(one, 1, 1)
    assert holders(house, "R000001") == []
    go(one, until_free=True)
    backup = house.office.directory / "backup"
    shutil.copy(house.office.directory / address.STORE_FILE, backup)
    go(two)
    assert holders(house, "R000001") == ["P2"]
    with one.store.write() as tx:
        grants.keep(tx, one.vault, "k", late.grants, approved=True, pull_ms=1)
    go(one)
    house.office.hub.store.close()
    shutil.copy(backup, house.office.directory / address.STORE_FILE)
    with home.opened(house.office.directory, house.office.clock) as restored:
        house.office.hub = restored
        decisions.declare_restored(restored, PEOPLE)
        go(one)
        go(one, two)
    assert holders(house, "R000001") == ["P2"]


def test_inv_03_claims_are_linearizable_and_one_answer_a_key(house: House) -> None:
    """Two hub processes and four claimers; the same key again; a station that lost its answer."""
    office = house.office
    names = ("P1", "P2", "P3", "P4")
    for name in names:
        office.add_station(name)
    office.import_records(*range(1, 41))
    answers: dict[tuple[str, str], tuple[Grant, ...]] = {}

    def claim_all(hub: Hub, station: str) -> None:
        for _ in range(60):
            key = str(uuid.uuid4())
            asked = Claim(claim_key=key, station=station, count_max=3)
            answers[station, key] = service.claim(hub, asked).grants
            if not answers[station, key]:
                return

    with home.opened(office.directory, office.clock) as other:
        pairs = zip(itertools.cycle((office.hub, other)), names, strict=False)
        threads = [threading.Thread(target=claim_all, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    given = [grant.record.right for answer in answers.values() for grant in answer]
    assert len(given) == len(set(given)) == 40
    office.import_records(41, 42, 43)  # there is more to be had for the next who ask
    for (station, key), answer in answers.items():
        assert office.claim(station, 3, key).grants == answer
        with pytest.raises(ClaimKeyConflictError):
            office.claim(station, 4, key)
    assert {office.right(n).fence for n in range(1, 41)} == {1}
    asking = house.add("P5", blanks=0)
    asking.line.lose = ["claim"]
    asking.start("courier")
    assert house.run(lambda: len(asking.states()) == 3), "the lost answer was not asked for again"
    assert len(asking.rows("SELECT * FROM claim WHERE state = 'ANSWERED'")) >= 1
    assert {office.right(n).holder for n in (41, 42, 43)} == {"P5"}


def test_inv_04_fences_only_grow_and_another_fence_changes_nothing(house: House) -> None:
    station, office = house.add(blanks=0), house.office
    office.import_records(1)
    seen: list[Grant] = []
    for fence in (1, 2, 3):
        station.start("courier")
        assert house.run(lambda: station.states().get("R000001") == "CACHED")
        station.die()
        assert office.right(1).fence == fence
        seen += next(a for n, a in reversed(station.line.heard) if n == "claim" and a.grants).grants
        give_back(station, 1, fence)
        with station.store.write() as tx:
            for old in seen:
                late = grants.keep(tx, station.vault, "k", (old,), approved=True, pull_ms=1)
                assert late == 0, f"a grant under fence {old.fence} was taken after {fence}"
        station.start("courier")
        house.run(lambda: office.right(1).state == "READY")
        station.die()
    office.add_station("P9")
    (held,) = office.claim("P9").grants
    teller, before = Teller(office, "P9"), office.right(1)
    old = held.model_copy(update={"fence": held.fence - 1})
    for outcome in Outcome:
        teller.tell(teller.report(outcome, old))
    teller.tell(Release(right=held.record.right, fence=old.fence, reason="late"))
    assert office.right(1) == before
    assert office.alarms().count("OTHER_FENCE") == len(Outcome) + 1


def test_inv_05_no_clock_restart_or_heartbeat_frees_a_held_right(office: Office) -> None:
    office.add_station("P1")
    office.add_station("P2")
    office.import_records(1)
    service.sync(office.hub, word("P1", hub_epoch=1))
    (grant,) = office.claim("P1").grants
    before = office.right(1)
    for silence in (
        timedelta(seconds=1),
        timedelta(hours=1),
        timedelta(days=3),
        timedelta(days=4000),
    ):
        office.clock.forward(silence)
        with home.opened(office.directory, office.clock) as again:
            service.sync(again, word("P2", hub_epoch=1))
            for _ in range(2):
                asked = Claim(claim_key=str(uuid.uuid4()), station="P2", count_max=9)
                assert service.claim(again, asked).grants == ()
                service.sync(again, word("P1", hub_epoch=1))  # says that it holds nothing
            stations.set_hold(again, "KEC-01", None)
        assert office.right(1) == before
    Teller(office).tell(Release(right=grant.record.right, fence=1, reason="given back"))
    assert office.right(1).state == "READY"


def test_inv_11_another_issue_only_after_an_end_by_two_people_for_a_listed_reason(
    office: Office,
) -> None:
    office.add_station("P1")
    office.load("P1")
    office.import_records(*range(1, 6))
    service.revoke(office.hub, record(5).right)
    held = office.claim("P1", 3).grants
    teller = Teller(office)
    teller.tell(teller.report(Outcome.PRINTED, held[0]), teller.report(Outcome.IN_DOUBT, held[1]))
    states = [office.right(n).state for n in range(1, 6)]
    assert states == ["DONE", "HELD", "HELD", "READY", "REVOKED"]
    alone = Word("ani", "ani", "a trial")
    for number, state in enumerate(states, start=1):
        for reason in ReissueReason:
            with pytest.raises((HubError, IntegrityError)):
                decisions.reissue(office.hub, f"R{number:06d}", reason, alone)
        if state in ("READY", "HELD"):
            for reason in ReissueReason:
                with pytest.raises(HubError):
                    decisions.reissue(office.hub, f"R{number:06d}", reason, PEOPLE)
        brought = office.import_fields(json_fields(number, issue_no=2))
        assert brought.accepted == 0, "a file made an issue that nobody decided"
        assert count_issues(office, number) == 1
    with pytest.raises(ValueError, match="WISH"):
        ReissueReason("WISH")
    for number in (1, 5):
        reissued = decisions.reissue(office.hub, f"R{number:06d}", ReissueReason.DAMAGED, PEOPLE)
        assert reissued == Right(record_id=f"R{number:06d}", issue_no=2)
        assert count_issues(office, number) == 2


def count_issues(office: Office, number: int) -> int:
    with home.opened(office.directory, office.clock) as again:
        query = "SELECT count(*) FROM rights WHERE record_id = ?"
        values = (f"R{number:06d}",)
        return int(again.store.read(lambda c: c.exec_driver_sql(query, values).scalar_one()))


# What the station says of a right, by intent, after or before the office wants it back (!).
HISTORIES = (
    "!", "claim !", "claim ! released", "claim ! printed:1", "claim printed:1",
    "claim ! doubt:1 printed:1", "claim doubt:1 ! printed:1",
    "claim doubt:1 ! not_printed:1 released", "claim ! spoiled:1 released",
    "claim spoiled:1 ! printed:2", "claim ! released printed:1",
    "claim doubt:1 ! spoiled:1 printed:2", "claim ! doubt:1 not_printed:1 released printed:2",
)  # fmt: skip


@pytest.mark.parametrize("history", HISTORIES)
def test_inv_12_revoked_has_no_good_card_and_a_late_card_is_flagged(
    office: Office, history: str
) -> None:
    office.add_station("P1")
    office.load("P1")
    office.import_records(1)
    teller = Teller(office)
    for step in history.split():
        outcome, _, intent = step.partition(":")
        if step == "!":
            service.revoke(office.hub, record(1).right)
        elif step == "claim":
            (held,) = office.claim("P1").grants
        elif step == "released":
            teller.tell(Release(right=held.record.right, fence=held.fence, reason="revoked"))
        else:
            told = "in_doubt" if outcome == "doubt" else outcome
            teller.tell(teller.report(Outcome(told.upper()), held, int(intent)))
    row, after = office.right(1), history.partition("!")[2]
    if "!" not in history:
        assert (row.state, row.printed_after_revoke) == ("DONE", 0)
    elif " printed" in after:
        assert (row.state, row.printed_after_revoke) == ("DONE", 1)
        assert "PRINTED_AFTER_REVOKE" in office.alarms()
    else:
        ended = history == "!" or "released" in history
        assert (row.state, bool(row.revoke_wanted)) == ("REVOKED" if ended else "HELD", not ended)
    office.add_station("P2")
    assert office.claim("P2", 9).grants == ()
