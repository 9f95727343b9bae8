"""Where a scenario is played: the station's real store, and a mark after each transaction it was told is durable.

`Settings` other than the station's own exist to show that the harness finds them wanting.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from prr.exchange import Outcome
from prr.record import Right
from station import attempt, grants
from station.database import Database, Transaction
from station.vault import Vault, station_key
from support.records import record
from support.stations import SERIAL, STATION, SetClock, evidence, grant, plan, stock

BEGIN = "begin"
ACKNOWLEDGED = "ack"
STORE = "station.sqlite"


class Settings(StrEnum):
    """How SQLite is asked to write: the station's way, and common ways that lose acknowledged commits."""

    OURS = "TRUNCATE/EXTRA"
    DELETE_FULL = "DELETE/FULL"
    TRUNCATE_NORMAL = "TRUNCATE/NORMAL"
    WAL_NORMAL = "WAL/NORMAL"


_SYNCHRONOUS = {"NORMAL": 1, "FULL": 2, "EXTRA": 3}


class Marks:
    """The file a recorded process says into what it has been told."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, text: str) -> None:
        """Write one mark; the trace puts it in its place between the changes of the disk."""
        os.write(self._handle, text.encode())


def with_settings(settings: Settings) -> type[Database]:
    """Return the station's database under other settings, or as it is."""

    class OtherDatabase(Database):
        """As the station's, but for how SQLite is asked to write."""

        def _set(self, connection: sqlite3.Connection, pragma: str, wanted: object) -> None:
            mode, synchronous = settings.split("/")
            if pragma.startswith("journal_mode"):
                pragma, wanted = f"journal_mode = {mode}", mode.lower()
            elif pragma == "synchronous = EXTRA":
                pragma = f"synchronous = {synchronous}"
            elif pragma == "synchronous":
                wanted = _SYNCHRONOUS[synchronous]
            super()._set(connection, pragma, wanted)

    return Database if settings is Settings.OURS else OtherDatabase


def recorded_database(path: Path, marks: Marks, settings: Settings) -> Database:
    """Open a database that says after each transaction, its own making first, that it was acknowledged."""
    base = with_settings(settings)

    class RecordedDatabase(base):  # type: ignore[misc,valid-type]
        """As the station's, and a mark behind each transaction."""

        @contextmanager
        def write(self) -> Iterator[Transaction]:
            with super().write() as tx:
                yield tx
            marks.say(ACKNOWLEDGED)

    made: Database = RecordedDatabase(path)
    marks.say(ACKNOWLEDGED)
    return made


class Stage:
    """One store in one folder; `begin` divides what was there before from what is recorded."""

    def __init__(self, folder: Path, marks: Marks, settings: Settings) -> None:
        self.folder = folder
        self._marks = marks
        self._settings = settings
        self.clock = SetClock()
        self._store: Database | None = None

    def begin(self) -> None:
        """Say that what follows is what power cuts are tried in."""
        self._marks.say(BEGIN)

    @property
    def store(self) -> Database:
        """Return the store, opened on first use as a starting role opens it."""
        if self._store is None:
            self._store = recorded_database(self.folder / STORE, self._marks, self._settings)
        return self._store

    def reopen(self) -> None:
        """Close the store and open it again, as a restart does."""
        self.close()
        assert self.store

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
        self._store = None

    def vault(self) -> Vault:
        """Return the station's vault; makes its key where there is none."""
        vault = Vault(STATION, station_key(self.folder, None), bytes)
        self._marks.say(ACKNOWLEDGED)
        return vault

    # -- what a station does -----------------------------------------------------------------------------

    def stocked(self, *numbers: int, cap: int = 20, blanks: int = 12) -> None:
        """Have an allowance, a printer, blanks and granted rights."""
        stock(self.store, cap=cap, blanks=blanks, numbers=numbers)

    def grant(self, *numbers: int, fence: int = 1) -> None:
        """Keep the grants of one claim."""
        vault = self.vault()
        with self.store.write() as tx:
            grants.begin_claim(tx, f"claim-{numbers}", len(numbers), self.clock.now())
        made = tuple(grant(number, fence) for number in numbers)
        with self.store.write() as tx:
            grants.keep(tx, vault, f"claim-{numbers}", made, approved=True, pull_ms=5)

    def intend(self, number: int | None) -> int:
        """P1 of a record, or of a test card."""
        with self.store.write() as tx:
            right = None if number is None else _right(number)
            asked = plan(right, None if right is None else 1)
            return attempt.begin(tx, asked, evidence(), "boot-1", self.clock.now())

    def settle(self, intent: int, outcome: Outcome = Outcome.PRINTED) -> None:
        """P4."""
        with self.store.write() as tx:
            attempt.settle(
                tx, STATION, intent, outcome, self.clock.now(), after_evidence=evidence(101),
                print_ms=9000,
            )  # fmt: skip
            tx.run("printer_counter", serial=SERIAL, counter=100)

    def doubt(self, intent: int) -> None:
        """Say that nobody knows."""
        with self.store.write() as tx:
            attempt.put_in_doubt(tx, STATION, intent, self.clock.now())


def _right(number: int) -> Right:
    return record(number).right
