"""Cap and time: no more cards than the office signed for, whatever the clock says; a day never comes back."""

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from sqlite3 import IntegrityError

import pytest

from hub import service
from prr.exchange import Allowance, CapRaise, SyncAnswer
from station import attempt, doubt, grants
from station.clock import print_day
from station.database import Database, Transaction
from support.house import BEGINS_AT, House, Killed, Station
from support.hub_office import Office
from support.records import record
from support.stations import (
    DAY,
    HUB_KEY,
    SERIAL,
    STATION,
    SetClock,
    allowance,
    evidence,
    plan,
    stock,
)
from support.words import word

DAY_S = 86_400
USED = """SELECT allowance_id, cap, (SELECT count(*) FROM intent i WHERE i.allowance_id = a.allowance_id
          AND i.outcome IS NOT 'NOT_PRINTED') AS used FROM allowance a"""


def capped(house: House, cap: int) -> None:
    """Let the office sign so many cards a printer and day."""
    house.office.hub = replace(house.office.hub, cap=cap)


def die_feeding(house: House, station: Station) -> None:
    """Start, die at the bytes that feed, half of them sent; restart."""
    station.at_feed(Killed(), sent=True)
    station.start()
    with pytest.raises(Killed):
        house.run(lambda: False, people=True)
    station.die()
    house.time.advance(60)


def test_inv_20_intents_not_proved_unprinted_stay_within_the_allowance(house: House) -> None:
    cap = 4
    capped(house, cap)
    station = house.add(blanks=20)
    house.office.import_records(*range(1, 10))
    days = 1

    def law() -> bool:
        for row in station.rows(USED):
            assert row["used"] <= row["cap"] == cap
            name = row["allowance_id"]
            day = f"{name[:4]}-{name[4:6]}-{name[6:8]}"
            with station.store.read() as tx:
                told = tx.one("allowance_open", printer_serial=station.serial, day=day)
            assert told is not None
            assert told["left_over"] == cap - row["used"], "a card begun does not count yet"
        assert station.fed <= cap * days
        return True

    for crash in range(2):
        die_feeding(house, station)
        law()
        station.start()
        house.run(lambda: law() and len(station.decided) > crash, 60, people=True)  # noqa: B023
        station.die()
    station.start()
    for days in (1, 2):
        assert house.run(lambda: law() and station.fed == cap * days, people=True)  # noqa: B023
        house.run(lambda: law() and False, 60, people=True)
        assert "cap-reached" in station.reasons()
        assert len(station.good) == len(set(station.good)) == cap * days
        house.time.advance(DAY_S)


def test_inv_20_what_is_given_back_is_what_was_proved_unprinted(store: Database) -> None:
    """Two printers' worth of open intents on one allowance would break a cap that counts at the end only."""
    stock(store, cap=1, numbers=(1, 2))
    at = SetClock().now()
    with store.write() as tx:
        attempt.begin(tx, plan(record(1).right), evidence(), "boot-1", at)
        doubt.doubt_all(tx, STATION, at)
    other = replace(plan(record(2).right), printer_serial="OTHER")
    with contextlib.suppress(IntegrityError), store.write() as tx:
        attempt.begin(tx, other, evidence(serial="OTHER"), "boot-1", at)
    with store.read() as tx:
        assert len(tx.all("intents_open", printer_serial=None)) == 1


JUMPS_S = (1, -1, DAY_S, DAY_S, -DAY_S, DAY_S, DAY_S, 3650 * DAY_S, -7300 * DAY_S, 3650 * DAY_S)


def test_inv_21_feeds_stay_within_the_signed_allowances_for_any_clock(house: House) -> None:
    """The line goes down after one word of the office; the clock jumps a second, a day, ten years, both ways."""
    capped(house, 1)
    station = house.add(blanks=20)
    house.office.import_records(*range(1, 9))
    more = Allowance(
        allowance_id="more", printer_serial=station.serial, day=BEGINS_AT.date(),
        zone="Asia/Jakarta", cap=1000, signature="QUJD",
    )  # fmt: skip
    station.start("courier")
    house.run(lambda: False, 10)

    def forge(answer: SyncAnswer) -> SyncAnswer:
        day = station.clock.now().date() + timedelta(days=400)
        forged = more.model_copy(update={"day": day})
        return answer.model_copy(update={"allowances": (*answer.allowances, forged)})

    station.line.bend["sync"] = forge
    house.run(lambda: False, 10)
    station.die()
    station.line.down = True
    for _ in range(8):  # there is more to do than rights are held for
        station.desk.ask_test_card("ani")
    for jump_s in JUMPS_S:
        station.clock.wrong_s += jump_s
        station.clock.boots += 1
        station.start("press")
        house.run(lambda: False, 40, people=True)
        station.die()
    caps = [row["cap"] for row in station.rows("SELECT cap FROM allowance")]
    assert sum(caps) == 3, "today and two days ahead"
    assert 2 <= station.fed <= 3


def restart(station: Station, *, wrong_s: float, down: bool) -> None:
    """Switch the PC off and on, with another wall clock and the line up or down."""
    station.die()
    station.clock.boots += 1
    station.clock.wrong_s = wrong_s
    station.line.down = down


def test_inv_22_the_day_never_goes_back_and_an_intent_keeps_its_own(house: House) -> None:
    """A clock a day ahead while nobody else can be asked; then the office's time again, and a clock a year behind."""
    station = house.add(blanks=20)
    house.office.import_records(1, 2, 3, 4)
    station.start()
    assert house.run(lambda: len(station.good) == 1)
    restart(station, wrong_s=DAY_S, down=True)
    station.start()
    assert house.run(lambda: len(station.good) == 2, people=True), station.reasons()
    station.die()
    die_feeding(house, station)
    begun = station.rows("SELECT intent, day, zone FROM intent ORDER BY intent DESC LIMIT 1")[0]
    restart(station, wrong_s=-400 * DAY_S, down=False)
    station.start()
    assert house.run(lambda: len(station.good) == 4, people=True), station.reasons()
    house.run(lambda: False, 30)
    intents = station.rows("SELECT intent, day, zone, outcome FROM intent ORDER BY intent")
    days = [date.fromisoformat(row["day"]) for row in intents]
    assert days == sorted(days)
    assert days[-1] > days[0]
    (kept,) = [row for row in intents if row["intent"] == begun["intent"]]
    assert (kept["day"], kept["zone"]) == (begun["day"], begun["zone"])
    told = house.office.hub.store.read(
        lambda c: c.exec_driver_sql("SELECT intent, day FROM reports WHERE settled = 1").all()
    )
    assert {row.intent: row.day for row in told} == {r["intent"]: r["day"] for r in intents}
    assert print_day(BEGINS_AT, "Asia/Jayapura", date(2030, 1, 1)) == date(2030, 1, 1)


def test_inv_23_the_shares_of_a_printer_and_day_sum_to_its_cap(office: Office) -> None:
    """Whichever stations name the printer, however often, in whatever order the days come."""
    for name in ("P1", "P2", "P3"):
        office.add_station(name)
    issued: dict[str, Allowance] = {}
    given_to: dict[str, str] = {}
    for day in range(5):
        for name in ("P1", "P2", "P3", "P1"):
            told = word(name, hub_epoch=1, printers=("PRN-A", "PRN-B")[: 1 + day % 2])
            for one in service.sync(office.hub, told).allowances:
                assert issued.setdefault(one.allowance_id, one) == one
                assert given_to.setdefault(one.allowance_id, name) == name, "one cap used twice"
        office.clock.forward(timedelta(days=1))
    for printer in ("PRN-A", "PRN-B"):
        for on in {one.day for one in issued.values()}:
            shares = [a.cap for a in issued.values() if (a.printer_serial, a.day) == (printer, on)]
            assert sum(shares) <= office.hub.cap


def test_inv_23_a_station_keeps_one_share_a_printer_and_day(store: Database) -> None:
    with store.write() as tx:
        grants.keep_allowances(tx, (allowance(2), allowance(2)))
        second = allowance(5).model_copy(update={"allowance_id": "another"})
        grants.keep_allowances(tx, (second,))
        told = tx.one("allowance_open", printer_serial=SERIAL, day=DAY.isoformat())
        assert told is not None
        assert told["cap"] == 2
        assert tx.value("allowances_left", day=DAY.isoformat()) == 2


def test_inv_21_a_raised_cap_grows_its_own_day_once(store: Database) -> None:
    def raised(cards: int, serial: str = SERIAL, day: date = DAY, name: str = "one") -> CapRaise:
        return CapRaise(
            raise_id=name, printer_serial=serial, day=day, zone="Asia/Jakarta", cards=cards
        ).signed(HUB_KEY)

    def cap(tx: Transaction, day: date = DAY) -> int | None:
        told = tx.one("allowance_open", printer_serial=SERIAL, day=day.isoformat())
        return None if told is None else told["left_over"]

    tomorrow = DAY + timedelta(days=1)
    with store.write() as tx:
        grants.keep_allowances(tx, (allowance(2), allowance(2, tomorrow)))
        assert grants.keep_raises(tx, (raised(3),)) == [raised(3)]
        assert grants.keep_raises(tx, (raised(3),)) == [], "told again"
        assert grants.keep_raises(tx, (raised(3, name="another"),)) == []
        assert grants.keep_raises(tx, (raised(3, "PRN-OTHER"),)) == [], "not this one's printer"
        assert (cap(tx), cap(tx, tomorrow)) == (5, 2)
