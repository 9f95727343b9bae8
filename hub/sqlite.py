"""SQLite as the hub needs it: an acknowledged commit survives a power cut, and nothing else opens as our store.

journal_mode TRUNCATE with synchronous EXTRA lost no acknowledged commit in recorded crash states and real power cuts;
Python's defaults and WAL with NORMAL did. An unread pragma can hide an I/O error, so each answer is fetched and
compared.
"""

import sqlite3
import struct
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub.errors import (
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreMissingError,
    StorePragmaError,
)
from hub.schema import grants

# transactions take turns, and a second connection would have to read every page again
CONNECTIONS = 1

APPLICATION_ID = 0x4B545048  # "KTPH"
BUSY_TIMEOUT_MS = 5_000

# The SQLite file format: user_version is four big-endian bytes at 60, application_id at 68.
_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
_USER_VERSION_OFFSET = 60

# busy_timeout first: the switch of the journal mode may meet another process.
_PRAGMAS: tuple[tuple[str, str, int | str], ...] = (
    ("busy_timeout", str(BUSY_TIMEOUT_MS), BUSY_TIMEOUT_MS),
    ("journal_mode", "TRUNCATE", "truncate"),
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
)

_REACHED = sa.select(
    sa.func.coalesce(sa.func.max(sa.literal_column("rowid", sa.Integer)), 0)
).select_from(grants)


class SqliteFile:
    """A file that is a hub's store; made and opened by `hub.db.Store`."""

    takes_turns = True

    def __init__(self, path: Path) -> None:
        """Name the file; connections are opened on first use and checked then."""
        self._path = path
        self.engine = sa.create_engine(
            f"sqlite+pysqlite:///{path}", pool_size=CONNECTIONS, max_overflow=0,
            hide_parameters=True,
        )  # fmt: skip
        sa.event.listen(self.engine, "connect", _on_connect)
        sa.event.listen(self.engine, "begin", _on_begin)

    def make_place(self) -> None:
        """Make the empty file; it must not exist."""
        self._path.touch(mode=0o600, exist_ok=False)

    def stamp(self, connection: sa.Connection) -> None:
        """Mark a new file as a store."""
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")

    def set_version(self, connection: sa.Connection, version: int) -> None:
        """Note the version of its tables, as part of the transaction."""
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    def version(self) -> int:
        """Judge the file by its header, read as bytes: SQLite itself would roll back a stranger's journal.

        Raises:
            StoreMissingError, StoreForeignError.
        """
        path = self._path
        if not path.is_file():
            raise StoreMissingError(f"no hub store at {path}: make one with `ktp-hub init`")
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
            raise StoreForeignError(f"{path} is no SQLite database: name another directory")
        version, application_id = struct.unpack_from(">I4xI", header, _USER_VERSION_OFFSET)
        if application_id != APPLICATION_ID:
            raise StoreForeignError(f"{path} is not a hub store: name another directory")
        return int(version)

    def is_again(self, error: sa.exc.DBAPIError, *, committing: bool) -> bool:  # noqa: ARG002  # the same for both
        """Tell whether SQLite said BUSY: nothing was done, at COMMIT too, and the same may be tried again."""
        return _is_busy(error)

    def store_error(self, error: sa.exc.DBAPIError, *, committing: bool) -> StoreError:  # noqa: ARG002
        """Word an error of the database."""
        if _is_busy(error):
            return StoreBusyError("another process keeps the hub's store locked: try again")
        return StoreError(f"the store failed ({error.orig}): check the disk")

    def reached(self, connection: sa.Connection) -> int:
        """Return how far the book of grants goes."""
        return int(connection.execute(_REACHED).scalar_one())

    def is_elsewhere(self, connection: sa.Connection) -> bool:  # noqa: ARG002
        """Say no: a file knows no other place; see `reached`."""
        return False

    def settle(self, connection: sa.Connection) -> None:
        """Do nothing."""

    def plan_anew(self, connection: sa.Connection) -> None:
        """Do nothing: a look-up by a key uses it, however many rows there are."""


def _is_busy(error: sa.exc.DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, below
    for name, value, expected in _PRAGMAS:
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        answer = connection.execute(f"PRAGMA {name}").fetchone()
        if answer is None or answer[0] != expected:
            raise StorePragmaError(
                f"SQLite did not take {name} = {value}: check the disk and the SQLite library"
            )


def _on_begin(connection: sa.Connection) -> None:
    access = connection.get_execution_options().get("hub_access", "read")
    connection.exec_driver_sql("BEGIN" if access == "read" else "BEGIN IMMEDIATE")
