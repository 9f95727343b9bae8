"""The store: one database, used in short transactions given as functions.

A transaction's function may run again after a BUSY, so it reads what it needs and keeps nothing between runs.
Within a process transactions on SQLite queue at a lock instead of sleeping in SQLite's busy handler.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa

from hub import schema, sqlite
from hub.errors import StoreBusyError, StoreError

T = TypeVar("T")

CONNECTIONS = 1
BUSY_ATTEMPTS = 3  # each waits the busy timeout first


class Store:
    """A database of the hub's tables."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new store file with empty tables; the file must not exist."""
        path.touch(mode=0o600, exist_ok=False)
        store = cls(sqlite.engine(path, CONNECTIONS))
        store.write(schema.metadata.create_all)
        store.write(sqlite.stamp)
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store file.

        Raises:
            StoreMissingError, StoreForeignError, StoreNewerError: at once;
            StorePragmaError: at the first transaction.
        """
        sqlite.check_identity(path)
        return cls(sqlite.engine(path, CONNECTIONS))

    def write(self, body: Callable[[sa.Connection], T]) -> T:
        """Run a function in one transaction that holds the write lock from its start.

        Raises:
            StoreBusyError: another process kept the lock; nothing was changed.
            StoreError: the disk or the database failed; nothing was acknowledged.
        """
        return self._run(body, writes=True)

    def read(self, body: Callable[[sa.Connection], T]) -> T:
        """Run a function in one reading transaction; raises as `write`."""
        return self._run(body, writes=False)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _run(self, body: Callable[[sa.Connection], T], *, writes: bool) -> T:
        for _ in range(BUSY_ATTEMPTS):
            try:
                return self._run_once(body, writes)
            except sa.exc.OperationalError as error:
                if not sqlite.is_busy(error):
                    raise StoreError(f"the store failed ({error.orig}): check the disk") from error
        raise StoreBusyError("another process keeps the hub's store locked: try again")

    def _run_once(self, body: Callable[[sa.Connection], T], writes: bool) -> T:
        with self._turn, self._engine.connect() as connection:
            connection.execution_options(hub_writes=writes)
            with connection.begin():
                return body(connection)
