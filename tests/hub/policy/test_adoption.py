"""Policies adopted by two people: numbered, dated, signed, and never edited; which one holds when."""

import json
from datetime import date, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from hub import home
from hub.errors import OnePersonError, PolicyForgedError, PolicyInvalidError
from hub.policy import adoption, document
from hub.policy import cap_raises as raises
from hub.tables.policies import cap_raises, policies
from prr.policy import Policy
from prr.record import IssueType
from support.hub_office import Office

TODAY = date(2017, 9, 5)


def policy(number: int = 1, day: date = TODAY, **changes: object) -> Policy:
    read = document.read(document.EXAMPLES / "palembang-2017.toml")
    return read.model_copy(update={"number": number, "valid_from": day, **changes})


def adopt(office: Office, one: Policy) -> Policy:
    return adoption.adopt(office.hub, one, "ani", "budi", "Keputusan 12/2017")


def on(office: Office, day: date) -> int | None:
    found = office.hub.store.read(lambda connection: adoption.in_force(connection, office.hub, day))
    return None if found is None else found.number


def test_the_policy_of_a_day_is_the_last_that_holds_then(office: Office) -> None:
    assert on(office, TODAY) is None
    adopt(office, policy())
    adopt(office, policy(2, TODAY + timedelta(days=9)))
    adopt(office, policy(3, TODAY + timedelta(days=9)))
    days = (-1, 0, 8, 9, 100)
    assert [on(office, TODAY + timedelta(days=n)) for n in days] == [None, 1, 1, 3, 3]


def test_what_was_adopted_carries_the_hubs_signature_and_both_names(office: Office) -> None:
    adopt(office, policy())
    with home.opened(office.directory, office.clock) as again:
        (adopted,) = again.store.read(adoption.listed)
    adopted.policy.verify(office.hub.key.public_key())
    assert (adopted.asked_by, adopted.approved_by) == ("ani", "budi")


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (policy(1), "has number 2"),
        (policy(3), "has number 2"),
        (policy(2, TODAY - timedelta(days=1)), "begins today"),
        (policy(2, TODAY + timedelta(days=1)), "begins on 2017-09-07"),
        (policy(2, TODAY + timedelta(days=3), office="3513"), "of office 1671"),
    ],
)
def test_a_policy_follows_the_last_one(office: Office, second: Policy, words: str) -> None:
    adopt(office, policy(1, TODAY + timedelta(days=2)))
    with pytest.raises(PolicyInvalidError, match=words):
        adopt(office, second)
    assert on(office, TODAY + timedelta(days=50)) == 1


def test_one_person_alone_makes_no_policy(office: Office) -> None:
    with pytest.raises(OnePersonError):
        adoption.adopt(office.hub, policy(), "ani", "ani", "why")


@pytest.mark.parametrize("table", [policies, cap_raises], ids=lambda one: one.name)
def test_nothing_adopted_is_edited(office: Office, table: sa.Table) -> None:
    adopt(office, policy())
    raises.raise_cap(office.hub, "PRN-A", TODAY, 5, "ani", "budi", "why")

    def change(what: sa.Executable) -> None:
        office.hub.store.write(lambda connection: connection.execute(what))

    for rewrite in (sa.delete(table), sa.update(table).values(reason="x")):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            change(rewrite)


def test_what_waits_is_ranked_once_by_the_policy_that_holds(office: Office) -> None:
    office.add_station()
    office.import_records(1, issue_type=IssueType.MOVED_IN.value)
    assert office.right(1).class_rank == 4
    adopt(office, policy())
    office.claim()
    assert office.right(1).class_rank == 1
    office.import_records(2, issue_type=IssueType.WNA_RENEWAL.value)
    assert office.right(2).class_rank == 1


def forge(office: Office, **changes: object) -> None:
    """Write into the book as somebody could who has the database and not the hub's key."""

    def body(connection: sa.Connection) -> None:
        row = connection.execute(sa.select(policies)).mappings().one()
        document = json.dumps(json.loads(row["document"]) | changes).encode()
        named = {"number": 2, "document": document, "sha256": sha256(document).hexdigest()}
        connection.execute(sa.insert(policies), dict(row) | named)

    office.hub.store.write(body)


@pytest.mark.parametrize(
    "changes",
    [{"number": 2, "cap_per_printer": 999}, {}, {"number": 2}],
    ids=["another cap", "an older one again", "another number"],
)
def test_a_policy_the_hub_did_not_sign_grants_nothing(
    office: Office, changes: dict[str, object]
) -> None:
    office.add_station()
    office.import_records(1)
    adopt(office, policy())
    forge(office, **changes)
    with pytest.raises(PolicyForgedError, match="policy 2 in the store was not signed"):
        office.claim()
    with pytest.raises(PolicyForgedError):
        on(office, TODAY)
    assert office.right(1).state == "READY"
