"""PostgreSQL as the hub needs it: what was acknowledged is on disk, and at the synchronous standby where there is one.

Writers hold an advisory lock of the database. Alone (exclusively) they see the world as SQLite's one writer does;
claims may run beside each other (shared): they are held apart by row locks and by the laws of the schema.

Each writing transaction puts an empty message into the log, so that its COMMIT waits for the standby even where it
changes nothing: a repeated claim reads grants whose own wait may have been cut off, and must not answer before they
are safe.

After a fail-over the server's timeline is another one, a server made anew is another cluster, and a dump loaded again
makes another table. All three stand in the table `ktp_hub`; what they are now is compared with that when the hub opens
it, and with what they were then at each later connection.
"""

import threading
from typing import Any

import psycopg
import sqlalchemy as sa

from hub.errors import (
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreMissingError,
    StoreMovedError,
    StoreOutcomeError,
    StorePragmaError,
    StoreUnreachableError,
)

CONNECTIONS = 8  # as many transactions at once
POOL_WAIT_S = 5
LOCK_KEY = 0x4B545048  # "KTPH"
APPLICATION = "ktp-hub"

# The connection's own, unless the address says otherwise: a server that is gone must not hold a request for minutes.
_CONNECT: dict[str, Any] = {
    "connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 5,
    "keepalives_interval": 2, "keepalives_count": 3, "application_name": APPLICATION,
}  # fmt: skip
# lock_timeout as SQLite's busy timeout. A hub that stands still in a transaction loses it, and with it the lock others
# wait for. No timeout of the server's ends a COMMIT that waits for a standby: see `_Connection`.
SESSION = {
    "lock_timeout": "5s", "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "20s", "client_encoding": "UTF8",
}  # fmt: skip
COMMIT_S_MAX = 10.0
_DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "server_encoding": ("UTF8",),
}

_BEGIN_WRITE = "SELECT pg_logical_emit_message(true, 'ktp', ''), "
_BEGIN = {
    "alone": f"{_BEGIN_WRITE}pg_advisory_xact_lock({LOCK_KEY})",
    "beside": f"{_BEGIN_WRITE}pg_advisory_xact_lock_shared({LOCK_KEY})",
}
_PLACE = (
    "SELECT system_identifier::text, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int,"
    " coalesce(to_regclass('ktp_hub')::oid::bigint, 0) FROM pg_control_system()"
)
_REACHED = "SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint"

# SQLSTATEs, or their first letters. Those of class 40 but one say that nothing was committed.
_AGAIN = ("40", "55P03")
_NOT_KNOWN = "40003"
_LAW_KEPT = "23"
_LOST = ("08", "57P01", "57P02", "57P03", "25P03")
_TOO_SLOW = "57014"


class _Connection(psycopg.Connection[Any]):
    """A connection whose COMMIT ends, and says no more than is so.

    A server gives up waiting for its standby when it is told to cancel; it then warns, and says yes.
    """

    writes = False
    _warned = False

    def commit(self) -> None:
        """Commit.

        Raises:
            psycopg.OperationalError: the server did not say yes, or said it with a warning.
        """
        if not self.writes:
            super().commit()
            return
        self._warned = False
        giving_up = threading.Timer(COMMIT_S_MAX, self.cancel_safe)
        giving_up.start()
        try:
            super().commit()
        finally:
            giving_up.cancel()
            giving_up.join()
        if self._warned:
            raise psycopg.OperationalError("the standby did not answer")

    def hear(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        """Note a warning."""
        self._warned = self._warned or diagnostic.severity_nonlocalized == "WARNING"


class PostgresDatabase:
    """A database, or a schema of one, that is a hub's store; made and opened by `hub.db.Store`."""

    takes_turns = False

    def __init__(self, uri: str) -> None:
        """Name the database by a libpq URI; it may name several hosts, of which one takes writes."""
        self._uri = uri
        self._place: tuple[str, int, int] | None = None
        self.engine = sa.create_engine(
            "postgresql+psycopg://", creator=self._connect, hide_parameters=True,
            pool_size=CONNECTIONS, max_overflow=0, pool_timeout=POOL_WAIT_S,
        )  # fmt: skip
        sa.event.listen(self.engine, "begin", _on_begin)

    def make_place(self) -> None:
        """Do nothing: the database is made by its own tools."""

    def stamp(self, connection: sa.Connection) -> None:
        """Mark a database as a store on this server; one that holds a store already is kept."""
        if connection.exec_driver_sql("SELECT to_regclass('ktp_hub')").scalar() is not None:
            raise StoreForeignError("this database holds a hub store already: name an empty one")
        connection.exec_driver_sql(
            "CREATE TABLE ktp_hub (id int PRIMARY KEY CHECK (id = 1), schema_version int NOT NULL,"
            " cluster text NOT NULL, timeline int NOT NULL, made_as bigint NOT NULL)"
        )
        connection.exec_driver_sql(
            "INSERT INTO ktp_hub VALUES (1, 0, %s, %s, %s)", _place(connection)
        )

    def set_version(self, connection: sa.Connection, version: int) -> None:
        """Note the version of its tables, as part of the transaction."""
        connection.exec_driver_sql("UPDATE ktp_hub SET schema_version = %s", (version,))

    def version(self) -> int:
        """Look whether the database is a store, and of which version.

        Raises:
            StoreMissingError, StoreForeignError, StorePragmaError, StoreUnreachableError.
        """
        try:
            with self._connect() as connection, connection.cursor() as cursor:
                return _version(cursor)
        except psycopg.Error as error:
            raise _unreachable(error) from error

    def is_again(self, error: sa.exc.DBAPIError, *, committing: bool) -> bool:
        """Tell whether nothing was done and the same may be tried again."""
        code = _sqlstate(error)
        if code == _NOT_KNOWN:
            return False
        return code.startswith(_AGAIN) or (not committing and _is_lost(error, code))

    def store_error(self, error: sa.exc.DBAPIError, *, committing: bool) -> StoreError:
        """Word an error, without what stood in a row: PostgreSQL quotes whole rows in the detail."""
        code = _sqlstate(error)
        if code != _NOT_KNOWN and code.startswith(_AGAIN):
            return StoreBusyError("others keep the hub's database locked: try again")
        if committing:
            return _outcome_unknown()
        if _is_lost(error, code):
            return _unreachable(error.orig)
        if code == _TOO_SLOW:
            return StoreBusyError("the hub's database took too long: try again")
        return StoreError(f"the database failed ({_words(error.orig)}): check its server")

    def reached(self, connection: sa.Connection) -> int:
        """Return how far the server's log goes on disk; it goes back only if the server's files were put back."""
        return int(connection.exec_driver_sql(_REACHED).scalar_one())

    def is_elsewhere(self, connection: sa.Connection) -> bool:
        """Tell whether it was failed over, or loaded from a dump, since it was last settled."""
        found = connection.exec_driver_sql("SELECT cluster, timeline, made_as FROM ktp_hub").one()
        return tuple(found) != _place(connection)

    def settle(self, connection: sa.Connection) -> None:
        """Note where the store is now."""
        connection.exec_driver_sql(
            "UPDATE ktp_hub SET cluster = %s, timeline = %s, made_as = %s", _place(connection)
        )

    def plan_anew(self, connection: sa.Connection) -> None:
        """Plan each statement by itself until the end of the transaction.

        A plan made while a table was empty reads the whole of it, and is kept until the server has counted its rows.
        """
        connection.exec_driver_sql(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"
        )

    def _connect(self) -> "_Connection":
        """Open a connection and see that the server keeps what it acknowledges, and is the one it was."""
        given = psycopg.conninfo.conninfo_to_dict(self._uri)
        connection = _Connection.connect(self._uri, autocommit=True, **_without(_CONNECT, given))
        connection.add_notice_handler(connection.hear)
        try:
            with connection.cursor() as cursor:
                self._check(cursor)
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, cursor: "psycopg.Cursor[Any]") -> None:
        for name, value in SESSION.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, value))
        if cursor.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
            raise StoreUnreachableError("this database server is a standby: name the primary")
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(_DURABLE),)
        )
        for name, setting in cursor.fetchall():
            if setting not in _DURABLE[name]:
                raise StorePragmaError(
                    f"the database server runs with {name} = {setting}: set it to {_DURABLE[name][0]}"
                )
        place = cursor.execute(_PLACE).fetchone()
        assert place is not None, "a query without a row"
        if self._place not in (None, place):
            raise StoreMovedError(
                "the database was failed over or put back from a copy: restart the hub"
            )
        if place[2]:  # the store is made already
            self._place = place


def _on_begin(connection: sa.Connection) -> None:
    opened = connection.connection.driver_connection
    assert isinstance(opened, _Connection)
    statement = _BEGIN.get(connection.get_execution_options().get("hub_access", "read"))
    opened.writes = statement is not None
    if statement is None:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql(statement)


def _place(connection: sa.Connection) -> tuple[str, int, int]:
    cluster, timeline, made_as = connection.exec_driver_sql(_PLACE).one()
    return cluster, timeline, made_as


def _version(cursor: "psycopg.Cursor[Any]") -> int:
    """Return the schema of the store in this database.

    Raises:
        StoreMissingError: there is none, and nothing else either.
        StoreForeignError: there is something else.
    """
    cursor.execute("SELECT to_regclass('ktp_hub') IS NOT NULL")
    if cursor.fetchone() != (True,):
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"
        )
        if cursor.fetchone() != (0,):
            raise StoreForeignError("this database is not a hub's: name another")
        raise StoreMissingError("no hub store is in this database: make one with `ktp-hub init`")
    row = cursor.execute("SELECT schema_version FROM ktp_hub").fetchone()
    assert row is not None, "a store without its row"
    return int(row[0])


def _without(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in defaults.items() if name not in given}


def _sqlstate(error: sa.exc.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _is_lost(error: sa.exc.DBAPIError, code: str) -> bool:
    """Tell a connection that is gone, or never came about; the server ends a transaction with it."""
    nothing_said = not code and isinstance(error.orig, psycopg.OperationalError)
    return nothing_said or code.startswith(_LOST)


def _words(error: BaseException | None) -> str:
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or type(error).__name__


def _unreachable(error: BaseException | None) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"the hub's database does not answer ({_words(error)}): see that its server runs and lets the hub in"
    )


def _outcome_unknown() -> StoreOutcomeError:
    return StoreOutcomeError(
        "the database did not say whether it kept this: send the same again, or look before you repeat a command"
    )
