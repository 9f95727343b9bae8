"""The store: one database, used in short transactions given as functions.

A function may run again after a BUSY, so it reads what it needs and keeps nothing between runs. Within a process
transactions take turns. Writers that wait share the next turn: each runs in a savepoint of its own, one commit makes
them all durable, and none hears of its success before that. With many stations the disk is asked once for all of them.
"""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import sqlalchemy as sa

from hub import schema, sqlite
from hub.errors import StoreBusyError, StoreError

T = TypeVar("T")
Body = Callable[[sa.Connection], T]

CONNECTIONS = (
    1  # transactions take turns, and a second connection would have to read every page again
)
BUSY_ATTEMPTS = 3  # each waits the busy timeout first


class _Ticket(Generic[T]):
    """One writer's function and what became of it; as a context it takes the function's error to its writer."""

    def __init__(self, body: Body[T]) -> None:
        self._body = body
        self._value: list[T] = []
        self._error: BaseException | None = None
        self.settled = False

    def run(self, connection: sa.Connection, *, alone: bool) -> None:
        """Run the function; what it raises is kept, with its changes undone, unless the database itself failed."""
        self._value, self._error = [], None
        if alone:
            self._value.append(self._body(connection))
            return
        with self, connection.begin_nested():
            self._value.append(self._body(connection))

    def __enter__(self) -> None:
        """Begin to watch for an error."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:  # fmt: skip
        self._error = error
        return isinstance(error, Exception) and not _is_failure(error)

    def fail(self, error: StoreError) -> None:
        """Give the writer an error of the store."""
        self._error, self.settled = error, True

    def outcome(self) -> T:
        """Return or raise what the function did."""
        if self._error is not None:
            raise self._error
        return self._value[0]


class Store:
    """A database of the hub's tables."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._waiting: deque[_Ticket[Any]] = deque()

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

    def write(self, body: Body[T]) -> T:
        """Run a function in a transaction that holds the write lock from its start.

        Raises:
            StoreBusyError: another process kept the lock; nothing was changed.
            StoreError: the disk or the database failed; nothing was acknowledged.
        """
        ticket = _Ticket(body)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.settled:
                self._commit_waiting(ticket)
        return ticket.outcome()

    def read(self, body: Body[T]) -> T:
        """Run a function in one reading transaction; raises as `write`."""
        with self._turn:
            return self._attempt(body, writes=False)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _commit_waiting(self, first: _Ticket[T]) -> None:
        """Run all writers that wait in one transaction; `first` is among them unless its turn was broken off."""
        group = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if first not in group:
            group.append(first)
        try:
            self._attempt(lambda connection: _run_all(connection, group), writes=True)
        except StoreError as error:
            for ticket in group:
                ticket.fail(error)
        for ticket in group:
            ticket.settled = True

    def _attempt(self, body: Body[T], *, writes: bool) -> T:
        for _ in range(BUSY_ATTEMPTS):
            try:
                return self._run_once(body, writes)
            except sa.exc.DatabaseError as error:
                if not _is_failure(error):
                    raise
                if not sqlite.is_busy(error):
                    raise StoreError(f"the store failed ({error.orig}): check the disk") from error
        raise StoreBusyError("another process keeps the hub's store locked: try again")

    def _run_once(self, body: Body[T], writes: bool) -> T:
        with self._engine.connect() as connection:
            connection.execution_options(hub_writes=writes)
            with connection.begin():
                return body(connection)


def _run_all(connection: sa.Connection, group: list[_Ticket[Any]]) -> None:
    for ticket in group:
        ticket.run(connection, alone=len(group) == 1)


def _is_failure(error: BaseException) -> bool:
    """Tell a database that failed from one that kept a law: only the former ends the whole transaction."""
    return isinstance(error, sa.exc.DatabaseError) and not isinstance(error, sa.exc.IntegrityError)
