"""The hub's store, reopened after a power cut: opened by the hub's code, its ledger in balance."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from hub import address, ledger, schema
from hub.db import Store
from hub.errors import HubError
from reliability.disk.reopen import Reopener, dump


def reopener(folder: Path) -> Reopener:
    """Return how a hub's store is opened in a folder."""
    return Reopener(folder, address.STORE_FILE, _open, _look, (HubError, sqlite3.Error, OSError))


def _open(path: Path) -> None:
    store = Store.open(path)
    try:
        store.read(lambda connection: connection.execute(sa.select(schema.hub.c.hub_epoch)).one())
    finally:
        store.close()


def _look(path: Path) -> list[str]:
    lines = dump(path)
    store = Store.open(path)
    try:
        balances = store.read(ledger.balances)
    finally:
        store.close()
    for series, accounts in balances.items():
        assert sum(accounts.values()) == 0, f"series {series} is out of balance"
        assert all(n >= 0 for name, n in accounts.items() if name != "supplier"), accounts
    return lines
