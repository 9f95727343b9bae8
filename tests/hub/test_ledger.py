"""The ledger's laws under random moves, and each refused move leaving no trace."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import ledger, schema, service
from hub.db import Store
from hub.errors import BlanksShortError, StationUnknownError
from hub.ledger import Move, Place, at_station
from support.hub_office import SERIES, Office

AT = datetime(2017, 9, 5, tzinfo=UTC)

ACCOUNTS = (
    Place.SUPPLIER, Place.FOUND, Place.BORROWED, Place.STOCK, Place.MISSING, Place.RETURNED,
    Place.DESTROYED, ledger.at_named(Place.TRANSIT, "N/1"), ledger.at_named(Place.LENT, "1671"),
    *(at_station(name, place) for name in ("P1", "P2") for place in sorted(ledger.STATION_PLACES)),
)  # fmt: skip

moves = st.builds(
    lambda series, ends, count: Move(series, ends[0], ends[1], count, "D", "test"),
    st.sampled_from(["S1", "S2"]),
    st.permutations(ACCOUNTS).map(lambda order: order[:2]),
    st.integers(1, 30),
)
supply = st.builds(
    lambda series, count: Move(series, Place.SUPPLIER, Place.STOCK, count, "D", "test"),
    st.sampled_from(["S1", "S2"]),
    st.integers(1, 100),
)


def post(store: Store, move: Move) -> bool:
    try:
        store.write(lambda connection: ledger.post(connection, move, AT))
    except BlanksShortError:
        return False
    return True


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=st.lists(st.one_of(supply, moves), max_size=25))
def test_received_and_found_are_the_sum_of_all_places(plan: list[Move]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "ledger.sqlite")
        try:
            expected = _posted(store, plan)
            balances = store.read(ledger.balances)
            running = store.read(lambda connection: _running(connection, balances))
        finally:
            store.close()
    assert {s: {a: n for a, n in b.items() if n} for s, b in balances.items()} == expected
    assert running == balances
    for accounts in balances.values():
        assert sum(accounts.values()) == 0
        assert all(n >= 0 for a, n in accounts.items() if a not in schema.SOURCE_ACCOUNTS)
        totals = ledger.summary(accounts)
        del totals["left"]
        given = sum(totals.pop(source) for source in ("received", "found", "borrowed"))
        assert given == sum(totals.values())


def _posted(store: Store, plan: list[Move]) -> dict[str, dict[str, int]]:
    """Post moves and keep the same book in plain numbers; a move is refused exactly when that book says so."""
    book: dict[str, dict[str, int]] = {}
    for move in plan:
        accounts = book.setdefault(move.series, {})
        left = accounts.get(move.source, 0) - move.count
        fits = left >= 0 or move.source in schema.SOURCE_ACCOUNTS
        assert post(store, move) == fits
        if fits:
            accounts[move.source] = left
            accounts[move.target] = accounts.get(move.target, 0) + move.count
    return {s: {a: n for a, n in b.items() if n} for s, b in book.items() if b}


def _running(
    connection: sa.Connection, balances: dict[str, dict[str, int]]
) -> dict[str, dict[str, int]]:
    return {
        series: {account: ledger.balance(connection, series, account) for account in accounts}
        for series, accounts in balances.items()
    }


def test_sending_more_than_the_stock_is_refused_and_leaves_no_trace(office: Office) -> None:
    office.add_station()
    service.receive_blanks(office.hub, SERIES, 10, "D1")
    with pytest.raises(BlanksShortError, match="STOCK holds 10"):
        service.send_blanks(office.hub, "P1", SERIES, 11, "D2")
    with pytest.raises(BlanksShortError):
        service.send_blanks(office.hub, "P1", "S9", 1, "D2")
    with pytest.raises(StationUnknownError):
        service.send_blanks(office.hub, "P9", SERIES, 1, "D2")
    assert office.balances() == {"SUPPLIER": -10, "STOCK": 10}


def test_the_database_itself_keeps_places_above_zero(office: Office) -> None:
    service.receive_blanks(office.hub, SERIES, 1, "D1")
    row = {
        "series": SERIES, "account": "STOCK", "entry_no": 2, "move": 1, "delta": -2, "balance": -1,
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)check"):
        office.hub.store.write(
            lambda connection: connection.execute(sa.insert(schema.blank_entries), row)
        )


def test_what_the_book_has_not_is_found(office: Office) -> None:
    move = Move(SERIES, at_station("P1", Place.STOCK), at_station("P1", Place.LOADED), 5, "D", "x")
    service.receive_blanks(office.hub, SERIES, 2, "D1")
    office.add_station()
    service.send_blanks(office.hub, "P1", SERIES, 2, "D2")
    short = office.hub.store.write(lambda connection: ledger.post_told(connection, move, AT))
    assert short == 3
    assert office.balances() == {"SUPPLIER": -2, "FOUND": -3, "P1:LOADED": 5}
