"""The station's store, reopened after a power cut: opened by the station's code, then the rules of its restart."""

import sqlite3
from itertools import pairwise
from pathlib import Path

from reliability.disk.reopen import Reopener, dump
from reliability.disk.stage import STORE
from station import doubt, outbox
from station.database import Database
from station.errors import StationError
from support.stations import SERIAL, STATION, SetClock


def reopener(folder: Path) -> Reopener:
    """Return how a station's store is opened in a folder."""
    return Reopener(folder, STORE, _open, _look, (StationError, sqlite3.Error))


def _open(store: Path) -> None:
    Database(store).close()


def _look(store: Path) -> list[str]:
    """Read everything, then restart on it: every open intent is in doubt, none is retried, the ledger is whole."""
    lines = dump(store)
    database = Database(store)
    try:
        with database.write() as tx:
            doubt.doubt_all(tx, STATION, SetClock().now())
        with database.read() as tx:
            rows = doubt.open_intents(tx)
            assert all(row["in_doubt"] for row in rows), "an open intent is not in doubt"
            assert len(rows) <= 1, "two open intents on one printer"
            places = {row["place"]: row["count"] for row in tx.all("blanks", series=None)}
            assert sum(places.values()) == 0, "a blank from nothing"
            assert places.get("IN_PRINT", 0) == len(rows), "a blank in print without an intent"
            allowed = tx.all("printers")
            assert all(row["serial"] == SERIAL for row in allowed)
            entries = outbox.untold(tx, 1000)
            for before, after in pairwise(entries):
                assert after.previous_sha256 == before.sha256(), "the outbox has a fork"
    finally:
        database.close()
    dump(store)
    return lines
