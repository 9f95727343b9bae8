"""The station's real store with its durable writes numbered, and a fault at any of them.

Each role has a connection of its own, as in the daemon. A write is named by the statements that ran in it, so that a
story reads `wrote P1 intent`. A process that dies leaves the file as SQLite left it: the transaction is in it or not.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from simulation.errors import ProcessKilledError
from simulation.faults import Fault, Kind
from station.database import Database, Transaction
from station.errors import StoreError, StoreFullError

# What a statement makes a write be called, the first that fits.
NAMES = {
    "intent_begin": "P1 intent",
    "intent_settle": "P4 outcome",
    "intent_doubt": "P4 doubt",
    "right_shred": "P5 shred",
    "right_tomb": "tomb",
    "claim_open": "claim asked",
    "claim_close": "claim kept",
    "outbox_acknowledge": "P5 acknowledged",
    "printer_lock": "printer locked",
    "printers_unlock": "printers unlocked",
    "right_approve": "approved",
    "right_disapprove": "set aside",
    "allowance_keep": "word heeded",
    "blank_move": "blanks loaded",
    "printer_counter": "anchor",
}


class StoreGuard(Protocol):
    """Who watches a process at its store."""

    def write_begins(self, role: str) -> Fault | None:
        """Count a durable write; return the fault that strikes at it."""

    def disk_is_full(self) -> bool:
        """Tell whether the disk takes nothing."""

    def wrote(self, role: str, name: str, tx_names: set[str]) -> None:
        """Hear of a write that is durable now."""

    def failed(self, role: str, name: str, why: str) -> None:
        """Hear of a write that failed or killed its process."""


class NamedTransaction(Transaction):
    """A transaction that remembers which statements ran."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.names: set[str] = set()

    def run(self, query: str, **values: Any) -> int:
        """Run a named statement."""
        count = super().run(query, **values)
        if count:
            self.names.add(query)
        return count

    def add(self, query: str, **values: Any) -> int:
        """Run a named insert."""
        self.names.add(query)
        return super().add(query, **values)

    @property
    def name(self) -> str:
        """Return what this write is called."""
        known = (name for query, name in NAMES.items() if query in self.names)
        return next(known, "+".join(sorted(self.names)) or "nothing")


class SimulatedDatabase(Database):
    """One role's connection to a station's store."""

    def __init__(self, path: Path, role: str, guard: StoreGuard) -> None:
        self._role = role
        self._guard = guard
        super().__init__(path)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Run one durable transaction, unless something goes wrong."""
        fault = self._guard.write_begins(self._role)
        kind = None if fault is None else fault.kind
        name = ""
        with super().write() as plain:
            tx = NamedTransaction(plain._connection)
            yield tx
            name = tx.name
            if self._guard.disk_is_full():
                self._guard.failed(self._role, name, "disk full")
                raise StoreFullError(f"the store {self.path.name} failed: disk is full")
            self._fail_inside(kind, name)
        self._guard.wrote(self._role, name, tx.names)
        if kind is Kind.CRASH_AFTER_WRITE:
            self._guard.failed(self._role, name, "killed after it")
            raise ProcessKilledError
        if kind is Kind.FSYNC_KEPT:
            self._guard.failed(self._role, name, "fsync failed, it is there")
            raise StoreError(f"the store {self.path.name} failed: disk I/O error")

    def _fail_inside(self, kind: Kind | None, name: str) -> None:
        if kind is Kind.CRASH_BEFORE_WRITE:
            self._guard.failed(self._role, name, "killed before it")
            raise ProcessKilledError
        if kind is Kind.FSYNC_LOST:
            self._guard.failed(self._role, name, "fsync failed, it is not there")
            raise StoreError(f"the store {self.path.name} failed: disk I/O error")
