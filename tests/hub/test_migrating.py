"""A store of an earlier version is refused, then brought on: it ends as a new one begins, in every table and law."""

import re
import sqlite3
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from hub import migrating
from hub.db import Store
from hub.errors import StoreMissingError, StoreOlderError
from hub.schema import SCHEMA_VERSION
from hub.sqlite import APPLICATION_ID
from linearizability.postgres import Server

DUMPS = Path(__file__).parents[1] / "captures" / "hub"
OFFICE = (
    "INSERT INTO hub (id, hub_epoch, zone, cap, series) VALUES (1, 1, 'Asia/Jakarta', 200, 'B')"
)
NOTE = "alembic_version"


def dump(name: str) -> str:
    return (DUMPS / f"schema-2.{name}.sql").read_text()


def old_file(path: Path) -> Path:
    with sqlite3.connect(path) as made:
        made.executescript(dump("sqlite"))
        made.execute(OFFICE)
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        made.execute("PRAGMA user_version = 2")
    made.close()
    return path


def old_database(server: Server) -> str:
    uri = server.new_schema()
    with psycopg.connect(uri) as made:
        made.execute(dump("postgresql"))
        made.execute(OFFICE)
        made.execute(
            "CREATE TABLE ktp_hub (id int PRIMARY KEY CHECK (id = 1), schema_version int NOT NULL,"
            " cluster text NOT NULL, timeline int NOT NULL, made_as bigint NOT NULL)"
        )
        made.execute("INSERT INTO ktp_hub VALUES (1, 2, '', 1, 0)")
    return uri


def of_file(connection: sa.Connection) -> set[tuple[object, ...]]:
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
    found = {(kind, name, re.sub(r"\s+|\"", "", sql or "")) for kind, name, sql in rows}
    return {row for row in found if NOTE not in str(row[1])}


def of_database(connection: sa.Connection) -> set[tuple[object, ...]]:
    tables = connection.exec_driver_sql(
        "SELECT table_name, column_name, data_type, is_nullable, column_default LIKE 'nextval%%'"
        " FROM information_schema.columns WHERE table_schema = ANY(current_schemas(false))"
    ).all()
    laws = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace::regnamespace::text = ANY(current_schemas(false))"
    ).all()
    indexes = connection.exec_driver_sql(
        "SELECT tablename, regexp_replace(indexdef, ' ON [a-z0-9_]+[.]', ' ON ') FROM pg_indexes"
        " WHERE schemaname = ANY(current_schemas(false))"
    ).all()
    triggers = connection.exec_driver_sql(
        "SELECT event_object_table, trigger_name, event_manipulation FROM information_schema.triggers"
        " WHERE trigger_schema = ANY(current_schemas(false))"
    ).all()
    found = {tuple(row) for rows in (tables, laws, indexes, triggers) for row in rows}
    return {row for row in found if NOTE not in str(row[0])}


def test_an_older_file_is_refused_then_brought_on(tmp_path: Path) -> None:
    path = old_file(tmp_path / "hub.sqlite")
    with pytest.raises(StoreOlderError, match="ktp-hub migrate"):
        Store.open(path)
    assert migrating.migrate(path) == 2
    assert migrating.migrate(path) == SCHEMA_VERSION
    brought, new = Store.open(path), Store.create(tmp_path / "new.sqlite")
    assert brought.read(of_file) == new.read(of_file)
    assert (
        brought.read(lambda c: c.exec_driver_sql("SELECT zone FROM hub").scalar()) == "Asia/Jakarta"
    )
    brought.close()
    new.close()


def test_an_older_database_is_refused_then_brought_on(server: Server) -> None:
    uri = old_database(server)
    with pytest.raises(StoreOlderError, match="ktp-hub migrate"):
        Store.open(uri)
    assert migrating.migrate(uri) == 2
    brought, new = Store.open(uri), Store.create(server.new_schema())
    assert brought.read(of_database) == new.read(of_database)
    brought.close()
    new.close()


def test_what_fails_half_way_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_file(tmp_path / "hub.sqlite")
    before = path.read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("alembic.command.upgrade", broken)
    with pytest.raises(KeyboardInterrupt):
        migrating.migrate(path)
    assert path.read_bytes() == before


def test_without_a_store_there_is_nothing_to_bring_on(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError):
        migrating.migrate(tmp_path / "hub.sqlite")
