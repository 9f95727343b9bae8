"""The store: one database, used in short transactions given as functions.

A function may run again after a BUSY, so it reads what it needs and keeps nothing between runs. It runs again only
where the run before provably kept nothing; where a database does not say whether it committed, the caller is told so.

On SQLite the transactions of a process take turns. Writers that wait share the next turn: each runs in a savepoint of
its own, one commit makes them all durable, and none hears of its success before that. With many stations the disk is
asked once for all of them. PostgreSQL does that itself, over several connections.
"""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

import sqlalchemy as sa

from hub import sqlite
from hub.errors import StoreBusyError, StoreError, StoreNewerError, StoreOlderError
from hub.schema import SCHEMA_VERSION
from hub.tables.every import metadata

T = TypeVar("T")
Body = Callable[[sa.Connection], T]

Access = Literal["read", "alone", "beside"]

BUSY_ATTEMPTS = 3  # each waits the busy timeout, or the lock timeout, first


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


class Backend(Protocol):
    """What is different from one database to the next: `hub.sqlite`, `hub.postgresql`."""

    engine: sa.Engine
    takes_turns: bool  # a second writer of this process would only wait

    def make_place(self) -> None:
        """Make what the tables are put into."""

    def version(self) -> int:
        """Refuse what is no store of ours; return the version of its tables."""

    def stamp(self, connection: sa.Connection) -> None:
        """Mark new tables as a store."""

    def set_version(self, connection: sa.Connection, version: int) -> None:
        """Note the version of the tables, as part of the transaction."""

    def is_again(self, error: sa.exc.DBAPIError, *, committing: bool) -> bool:
        """Tell whether nothing was done, provably, and the same may be tried again."""

    def store_error(self, error: sa.exc.DBAPIError, *, committing: bool) -> StoreError:
        """Word a failure."""

    def reached(self, connection: sa.Connection) -> int:
        """Return how far the store goes; see `hub.mark`."""

    def is_elsewhere(self, connection: sa.Connection) -> bool:
        """Tell whether the store was moved to another server."""

    def settle(self, connection: sa.Connection) -> None:
        """Note that it is where it is."""

    def plan_anew(self, connection: sa.Connection) -> None:
        """Let this transaction's statements be planned for the tables as they are now, not as they were."""


class Store:
    """A database of the hub's tables."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._engine = backend.engine
        self._turn = threading.Lock()
        self._waiting: deque[_Ticket[Any]] = deque()
        self.reached = backend.reached
        self.is_elsewhere = backend.is_elsewhere
        self.settle = backend.settle
        self.plan_anew = backend.plan_anew

    @classmethod
    def create(cls, address: Path | str, fill: Body[object] | None = None) -> Self:
        """Make a new store with empty tables, or with what `fill` puts there; a file must not exist."""
        backend = _backend(address)
        backend.make_place()
        store = cls(backend)

        def body(connection: sa.Connection) -> None:
            backend.stamp(connection)
            metadata.create_all(connection)
            backend.set_version(connection, SCHEMA_VERSION)
            if fill is not None:
                fill(connection)

        try:
            store.write(body)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, address: Path | str) -> Self:
        """Open the store of a file, or of a PostgreSQL URI.

        Raises:
            StoreMissingError, StoreForeignError, StoreNewerError, StoreOlderError, StoreUnreachableError: at once;
            StorePragmaError: at the first transaction.
        """
        backend = _backend(address)
        version = _known_version(backend)
        if version < SCHEMA_VERSION:
            raise StoreOlderError(
                f"the hub's store has schema {version}, this hub needs {SCHEMA_VERSION}: "
                "stop every hub, copy the store, then run `ktp-hub migrate`"
            )
        return cls(backend)

    @classmethod
    def migrate(cls, address: Path | str, upgrade: Callable[[sa.Connection, int], None]) -> int:
        """Bring a store's tables to this version in one transaction, all or nothing; return the version it had.

        Args:
            address: as `open`.
            upgrade: changes the tables, given the version they have.

        Raises:
            as `open`, but for StoreOlderError.
        """
        backend = _backend(address)
        version = _known_version(backend)

        def body(connection: sa.Connection) -> None:
            upgrade(connection, version)
            backend.set_version(connection, SCHEMA_VERSION)

        store = cls(backend)
        try:
            if version < SCHEMA_VERSION:
                store.write(body)
        finally:
            store.close()
        return version

    def write(self, body: Body[T], *, beside: bool = False) -> T:
        """Run a function in a transaction that sees no other writer's work half done.

        Args:
            body: may run again where nothing of it was kept.
            beside: other functions given so may run at the same time, if the database has several writers: it holds
                its own apart by single statements and the laws of the schema. One that meets a law runs again, alone.

        Raises:
            StoreBusyError, StoreUnreachableError: nothing was changed.
            StoreOutcomeError: it may have been kept or not; the caller asks again under the same key.
            StoreError: the disk or the database failed; nothing was acknowledged.
        """
        if not self._backend.takes_turns:
            return self._attempt(body, "beside" if beside else "alone")
        ticket = _Ticket(body)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.settled:
                self._commit_waiting(ticket)
        return ticket.outcome()

    def read(self, body: Body[T]) -> T:
        """Run a function in one reading transaction; raises as `write`."""
        if not self._backend.takes_turns:
            return self._attempt(body, "read")
        with self._turn:
            return self._attempt(body, "read")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _commit_waiting(self, first: _Ticket[T]) -> None:
        """Run all writers that wait in one transaction; `first` is among them unless its turn was broken off."""
        group = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if first not in group:
            group.append(first)
        try:
            self._attempt(lambda connection: _run_all(connection, group), "alone")
        except StoreError as error:
            for ticket in group:
                ticket.fail(error)
        for ticket in group:
            ticket.settled = True

    def _attempt(self, body: Body[T], access: Access) -> T:
        """Run a transaction, again where it provably changed nothing."""
        for attempts_left in reversed(range(BUSY_ATTEMPTS)):
            try:
                return self._run_once(body, access)
            except sa.exc.IntegrityError:
                if access != "beside":
                    raise
                break
            except _NothingKeptError as error:
                if not attempts_left:
                    raise error.store_error from error.__cause__
            except sa.exc.TimeoutError as error:
                raise StoreBusyError(
                    "all connections to the store are in use: try again"
                ) from error
        return self._attempt(body, "alone")

    def _run_once(self, body: Body[T], access: Access) -> T:
        committing = False
        try:
            with self._engine.connect() as connection:
                connection.execution_options(hub_access=access)
                with connection.begin():
                    value = body(connection)
                    committing = access != "read"  # leaving the block commits
                return value
        except sa.exc.DatabaseError as error:
            if not _is_failure(error):
                raise
            failure = self._backend.store_error(error, committing=committing)
            if self._backend.is_again(error, committing=committing):
                raise _NothingKeptError(failure) from error
            raise failure from error


class _NothingKeptError(Exception):
    """A transaction failed and provably changed nothing."""

    def __init__(self, store_error: StoreError) -> None:
        super().__init__(str(store_error))
        self.store_error = store_error


def _known_version(backend: Backend) -> int:
    version = backend.version()
    if version > SCHEMA_VERSION:
        raise StoreNewerError(
            f"the hub's store has schema {version}, this hub knows {SCHEMA_VERSION}: install the newer hub"
        )
    return version


def _backend(address: Path | str) -> Backend:
    if isinstance(address, Path):
        return sqlite.SqliteFile(address)
    from hub import postgresql  # noqa: PLC0415  # its library is loaded where a database is used

    return postgresql.PostgresDatabase(address)


def _run_all(connection: sa.Connection, group: list[_Ticket[Any]]) -> None:
    for ticket in group:
        ticket.run(connection, alone=len(group) == 1)


def _is_failure(error: BaseException) -> bool:
    """Tell a database that failed from one that kept a law: only the former ends the whole transaction."""
    return isinstance(error, sa.exc.DatabaseError) and not isinstance(error, sa.exc.IntegrityError)
