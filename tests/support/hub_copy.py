"""A copy of a hub's store and the way to put it back: the file itself, or a dump by PostgreSQL's own tools."""

import shutil
from urllib.parse import urlsplit

import psycopg

from hub import address
from linearizability import postgres
from support.hub_office import Office


class Copy:
    """Yesterday's copy of an office's store."""

    def __init__(self, office: Office) -> None:
        self._uri = office.store
        self._file = office.directory / address.STORE_FILE
        self._copy = self._file.with_suffix(".backup")
        if self._uri is None:
            shutil.copy(self._file, self._copy)
        else:
            dump = postgres.run("pg_dump", "-d", self._database(), "-n", self._schema())
            self._copy.write_text(dump)

    def put_back(self) -> None:
        """Put it in the place of what is there; nobody may have the store open."""
        if self._uri is None:
            shutil.copy(self._copy, self._file)
            return
        with psycopg.connect(self._database(), autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {self._schema()} CASCADE".encode())
        postgres.run(
            "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", self._database(),
            text=self._copy.read_text(),
        )  # fmt: skip

    def _database(self) -> str:
        assert self._uri is not None
        return self._uri.partition("&")[0]

    def _schema(self) -> str:
        assert self._uri is not None
        return urlsplit(self._uri).query.rpartition("%3D")[2]
