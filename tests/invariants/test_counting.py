"""Counting: every blank is somewhere, once; the machine's counter, the book and the hopper say the same."""

import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from emulator.machine.stoppage import JamPlace
from hub import closes, outbox_intake, service
from hub.errors import BlanksShortError, OutboxForkError, OutboxGapError, StationLockedError
from prr.exchange import Loading, OutboxEntry, Outcome, Report
from station import attempt, doubt, grants
from station.config import Config, HubSection, PrinterSection, StationSection
from station.database import Database
from station.desk import Desk
from station.errors import DecisionError
from station.jobs import Decision
from support.house import House, Killed, Station
from support.hub_office import SERIES as HUB_SERIES
from support.hub_office import Office, Teller
from support.records import record
from support.stations import SERIES, STATION, VAULT, SetClock, evidence, grant, plan, stock

PLACES = ("LOADED", "IN_PRINT", "PRINTED", "SPOILED", "TEST")
AT = SetClock().now()


def station_config(folder: Path) -> Config:
    return Config(
        station=StationSection(id=STATION, zone="Asia/Jakarta", state_dir=folder),
        hub=HubSection(url="http://127.0.0.1:1", public_key="A" * 43 + "="),
        printer=PrinterSection(uri="tcp://127.0.0.1:1", series=SERIES),
    )


def history(store: Database, folder: Path, seed: int, steps: int = 60) -> None:
    """Live through a seeded day at one store: loads, cards, doubts, people, test cards; what is refused is refused."""
    chance = random.Random(seed)
    desk, at = Desk(station_config(folder), store, SetClock()), AT
    for number in range(1, steps):
        with store.write() as tx:
            row = tx.one("intents_open", printer_serial=None)
        word = chance.choice(("load", "unload", "card", "test", "card", "settle", "settle"))
        try:
            if word == "load":
                desk.load(chance.randint(1, 2), "ani")
            elif word == "unload":
                desk.load(-chance.randint(1, 4), "ani")
            elif word == "settle" and row is not None:
                with store.write() as tx:
                    if chance.random() < 0.4:
                        attempt.settle(
                            tx, STATION, row["intent"], Outcome.PRINTED, at,
                            after_evidence=evidence(101),
                        )  # fmt: skip
                    else:
                        doubt.doubt_all(tx, STATION, at)
                        said = chance.choice(list(Decision))
                        doubt.resolve(tx, STATION, row["intent"], said, ("a", "b"), at)
            elif word in ("card", "test"):
                with store.write() as tx:
                    right = None
                    if word == "card":
                        grants.keep(tx, VAULT, "k", (grant(number),), approved=True, pull_ms=1)
                        right = record(number).right
                    attempt.begin(tx, plan(right), evidence(), "boot-1", at)
        except (sqlite3.IntegrityError, DecisionError):
            continue


def places(store: Database) -> Counter[str]:
    with store.read() as tx:
        return Counter({row["place"]: row["count"] for row in tx.all("blanks", series=None)})


@pytest.mark.parametrize("seed", range(4))
def test_inv_14_the_accounts_sum_to_what_was_received(
    store: Database, tmp_path: Path, seed: int
) -> None:
    stock(store, cap=200, blanks=3)
    history(store, tmp_path, seed)
    found = places(store)
    assert min(found[place] for place in PLACES) >= 0
    assert sum(found[place] for place in PLACES) == -found["OUTSIDE"]
    with store.read() as tx:
        settled = {row["outcome"]: row["count"] for row in tx.all("intents_by_outcome")}
    assert settled, "a history without a card"


def test_inv_14_the_hubs_accounts_sum_to_zero_and_none_is_below(office: Office) -> None:
    """Also when a station tells of more cards than the book ever gave it."""
    office.add_station("P1")
    service.receive_blanks(office.hub, HUB_SERIES, 10, "D1")
    for count in (11, 10, 1):
        try:
            service.send_blanks(office.hub, "P1", HUB_SERIES, count, "D2")
        except (BlanksShortError, IntegrityError):
            assert count != 10
    teller, chance = Teller(office), random.Random(3)
    teller.load(4)
    for intent in range(1, 30):
        if chance.random() < 0.5:
            teller.tell(teller.report(Outcome.IN_DOUBT, None, intent))
        teller.tell(teller.report(chance.choice([*Outcome][:3]), None, intent))
        accounts = office.balances()
        below = {name for name, count in accounts.items() if count < 0}
        assert below <= {"SUPPLIER", "FOUND"}, accounts
        assert sum(accounts.values()) == 0, accounts
    assert office.balances()["SUPPLIER"] == -10


@pytest.mark.parametrize("seed", range(4, 7))
def test_inv_15_each_intent_uses_one_blank_and_each_used_blank_has_one_intent(
    store: Database, tmp_path: Path, seed: int
) -> None:
    stock(store, cap=200, blanks=3)
    history(store, tmp_path, seed)
    with store.read() as tx:
        moves = tx._connection.execute(
            "SELECT * FROM blank_move WHERE intent IS NOT NULL"
        ).fetchall()
        every = tx._connection.execute("SELECT * FROM blank_move").fetchall()
        intents = tx._connection.execute("SELECT * FROM intent").fetchall()
    assert all(row["count"] == 1 for row in moves)
    assert all(row["intent"] is not None or "OUTSIDE" in tuple(row) for row in every)
    for row in intents:
        path = [(m["source"], m["target"]) for m in moves if m["intent"] == row["intent"]]
        begun = [("LOADED", "IN_PRINT")]
        used = "TEST" if row["record_id"] is None else row["outcome"]
        target = "LOADED" if row["outcome"] == "NOT_PRINTED" else used
        assert path == (begun if row["outcome"] is None else [*begun, ("IN_PRINT", target)])


def print_some(house: House, station: Station) -> None:
    """Two good cards, a test card, one jammed at the exit, one that died before its first byte; then all at rest."""
    house.office.import_records(1, 2)
    station.start()
    assert house.run(lambda: len(station.good) == 2)
    station.desk.ask_test_card("ani")
    assert house.run(lambda: len(station.good) == 3)
    station.machine.jam_ahead = JamPlace.AT_EXIT
    house.office.import_records(3)
    assert house.run(lambda: len(station.good) == 4, people=True), station.reasons()
    assert station.decided == ["spoiled"]
    assert house.run(lambda: set(station.states().values()) == {"SHREDDED"})
    station.die()
    house.office.import_records(4)
    station.at_feed(Killed(), sent=False)
    station.start()
    with pytest.raises(Killed):
        house.run(lambda: False)
    station.die()
    station.start()
    assert house.run(lambda: len(station.good) == 5)
    house.run(lambda: False, 20)


def test_inv_16_the_counter_moved_by_the_cards_the_book_knows_else_locked(house: House) -> None:
    station = house.add(certified=True)
    began = station.machine.state.counters.inserted
    print_some(house, station)
    used = station.rows("SELECT count(*) AS n FROM intent WHERE outcome IN ('PRINTED', 'SPOILED')")
    assert station.machine.state.counters.inserted - began == used[0]["n"] == 6
    station.machine.state.counters.inserted += 1  # a card was made behind the station's back
    house.office.import_records(9)
    house.run(lambda: False, 60)
    assert "printer-locked" in station.reasons()
    assert len(station.good) == 5
    with pytest.raises(DecisionError):
        station.desk.unlock(("ani", "ani"))
    house.run(lambda: False, 10)
    assert len(station.good) == 5
    station.desk.unlock(("ani", "budi"))
    assert house.run(lambda: len(station.good) == 6)


def test_inv_16_a_day_s_cards_are_held_against_the_counter_else_locked(
    store: Database, tmp_path: Path
) -> None:
    """Two people say that nothing was printed, the counter says otherwise: no card before two have counted."""
    stock(store, numbers=(1, 2))
    desk = Desk(station_config(tmp_path), store, SetClock())
    with store.write() as tx:
        intent = attempt.begin(tx, plan(record(1).right), evidence(100), "boot-1", AT)
        doubt.doubt_all(tx, STATION, AT)
        row = tx.one("intent", intent=intent)
        assert row is not None
        assert not doubt.settle_by_evidence(tx, STATION, row, evidence(101), AT, certified=True)
    desk.resolve(intent, Decision.NOT_PRINTED, ("ani", "budi"))
    desk.close(None, "ani", None)
    with pytest.raises(sqlite3.IntegrityError, match="the printer is locked"):
        begin_second(store)
    desk.unlock(("ani", "budi"))
    begin_second(store)


def begin_second(store: Database) -> None:
    with store.write() as tx:
        attempt.begin(tx, plan(record(2).right), evidence(101), "boot-1", AT)


def test_inv_17_at_rest_the_book_has_what_lies_in_the_hopper(house: House) -> None:
    station = house.add(blanks=12, certified=True)
    print_some(house, station)
    station.machine.add_blanks(3)
    station.desk.load(3, "ani")
    house.run(lambda: False, 20)
    hopper = len(station.machine.state.hopper)
    assert hopper == 12 + 3 - 6
    assert places(station.store)["LOADED"] == hopper
    assert house.office.balances()["P1:LOADED"] == hopper
    station.desk.close(None, "ani", hopper)
    house.run(lambda: False, 20)
    kept = house.office.hub.store.read(lambda c: closes.listed(c, "", "P1"))
    assert kept[-1].words() == "agree"


def at_hub(house: House, station: Station) -> tuple[Counter[str], set[str]]:
    """Return what the hub would say of the station once it had heard all: blanks by place, printed records."""
    prefix = f"{station.name}:"
    accounts = house.office.balances()
    blanks = Counter(
        {n.removeprefix(prefix): c for n, c in accounts.items() if n.startswith(prefix)}
    )
    seq = house.office.hub.store.read(
        lambda c: c.exec_driver_sql("SELECT applied_seq FROM stations").scalar_one()
    )
    entries = [
        OutboxEntry.model_validate_json(row["document"])
        for row in station.rows("SELECT document FROM outbox ORDER BY seq")
    ]
    doubted = set()
    records = [f"R{n:06d}" for n in range(1, 4) if house.office.right(n).state == "DONE"]
    for entry in entries:
        body = entry.body
        if isinstance(body, Loading) and entry.seq > seq:
            blanks["LOADED"] += body.count
        if isinstance(body, Report):
            source = "IN_PRINT" if body.intent in doubted else "LOADED"
            doubted.add(body.intent)
            target = {"IN_DOUBT": "IN_PRINT", "NOT_PRINTED": "LOADED"}.get(
                body.outcome, body.outcome
            )
            if entry.seq > seq:
                blanks[source] -= 1
                blanks["TEST" if body.right is None and target == "PRINTED" else target] += 1
            if body.outcome is Outcome.PRINTED and body.right is not None and entry.seq > seq:
                records.append(body.right.record_id)
    for row in station.rows("SELECT in_doubt FROM intent WHERE outcome IS NULL AND in_doubt = 0"):
        assert row["in_doubt"] == 0  # begun and not told of before its end
        blanks["LOADED"] -= 1
        blanks["IN_PRINT"] += 1
    return blanks, set(records)


def test_inv_18_the_hubs_view_and_the_unsent_outbox_are_the_stations_view(house: House) -> None:
    """At every step of a day with a line that goes and comes, a lost answer, a jam and a test card."""
    station = house.add()
    steps = [0]

    def same() -> bool:
        steps[0] += 1
        blanks, printed = at_hub(house, station)
        here = places(station.store)
        for place in PLACES:
            assert blanks[place] == here[place], (place, dict(blanks), dict(here))
        states = station.states().items()
        assert printed == {name for name, state in states if state in ("PRINTED", "SHREDDED")}
        return len(station.good) == 4 and set(station.states().values()) == {"SHREDDED"}

    house.office.import_records(1, 2, 3)
    station.start()
    house.run(lambda: same() or len(station.good) == 1)
    station.line.down = True
    station.desk.ask_test_card("ani")
    house.run(lambda: same() or len(station.good) == 2)
    station.machine.jam_ahead = JamPlace.AT_EXIT
    station.line.lose = ["tell"]
    house.run(lambda: same() or "in-doubt" in station.reasons())
    assert not same()
    house.run(lambda: same() or bool(station.decided), people=True)
    station.line.down = False
    assert house.run(same, people=True), station.reasons()
    assert steps[0] > 50


def test_inv_19_the_outbox_has_no_gap_is_applied_once_and_a_fork_locks(house: House) -> None:
    station, office = house.add(), house.office
    station.line.lose = ["tell", "tell"]
    office.import_records(1)
    station.start()
    assert house.run(lambda: set(station.states().values()) == {"SHREDDED"})
    station.die()
    entries = [
        OutboxEntry.model_validate_json(row["document"])
        for row in station.rows("SELECT document FROM outbox ORDER BY seq")
    ]
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    told = station.rows("SELECT max(seq) AS seq FROM outbox WHERE acknowledged = 1")[0]["seq"]
    assert len(applied(office)) == told, "acknowledged, and not applied"
    assert office.right(1).state == "DONE"
    before = office.balances()
    again = outbox_intake.apply(office.hub, "P1", entries)
    assert (again.applied_seq, office.balances()) == (told, before)
    late = entries[-1].model_copy(update={"seq": told + 2, "previous_sha256": "1" * 64})
    with pytest.raises(OutboxGapError):
        outbox_intake.apply(office.hub, "P1", [late])
    assert (len(applied(office)), office.balances()) == (told, before)
    body = Loading(series=HUB_SERIES, count=1, by="ani")
    for seq, previous in ((told, entries[-1].previous_sha256), (told + 1, "1" * 64)):
        fork = entries[-1].model_copy(
            update={"seq": seq, "previous_sha256": previous, "body": body}
        )
        with pytest.raises(OutboxForkError):
            outbox_intake.apply(office.hub, "P1", [fork])
        with pytest.raises(StationLockedError):
            office.claim("P1")
        office.hub.store.write(
            lambda c: c.exec_driver_sql("UPDATE stations SET locked_reason = NULL")
        )
    assert (len(applied(office)), office.balances()) == (told, before)


def applied(office: Office) -> list[int]:
    query = "SELECT seq FROM outbox_entries ORDER BY seq"
    return list(office.hub.store.read(lambda c: c.exec_driver_sql(query).scalars().all()))
