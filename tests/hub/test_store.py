"""The store: durable settings, strangers refused, history that cannot be rewritten, BUSY alone tried again."""

import sqlite3
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub import address, authority, decisions, home, keys, schema, service, sqlite
from hub.db import Store
from hub.errors import (
    HomeError,
    HomeExistsError,
    KeyExposedError,
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreMissingError,
    StoreNewerError,
)
from prr.exchange import DayClose, Outcome
from support.hub_office import Office, Teller
from support.words import word

on_sqlite = pytest.mark.parametrize("new_store", ["sqlite"], indirect=True)


def pragma(store: Store, name: str) -> object:
    return store.read(lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@on_sqlite
def test_settings_are_the_durable_ones(office: Office) -> None:
    store = office.hub.store
    assert pragma(store, "journal_mode") == "truncate"
    assert pragma(store, "synchronous") == 3
    assert pragma(store, "foreign_keys") == 1
    assert pragma(store, "busy_timeout") == sqlite.BUSY_TIMEOUT_MS


def test_no_store_a_text_file_and_a_strangers_database_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "hub.sqlite"
    with pytest.raises(StoreMissingError, match="ktp-hub init"):
        Store.open(path)
    path.write_text("not a database " * 50)
    with pytest.raises(StoreForeignError):
        Store.open(path)
    path.unlink()
    stranger = sqlite3.connect(path)
    stranger.execute("CREATE TABLE theirs (a)")
    stranger.close()
    before = path.read_bytes()
    with pytest.raises(StoreForeignError):
        Store.open(path)
    assert path.read_bytes() == before


@on_sqlite
def test_a_newer_schema_is_refused(office: Office) -> None:
    office.hub.store.write(
        lambda connection: connection.exec_driver_sql(
            f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}"
        )
    )
    with pytest.raises(StoreNewerError), home.opened(office.directory):
        pass


@pytest.mark.parametrize("table", schema.APPEND_ONLY, ids=lambda table: table.name)
def test_history_is_append_only(office: Office, table: sa.Table) -> None:
    fill(office)
    column = next(iter(table.primary_key.columns))
    rewrites: tuple[sa.Executable, ...] = (
        sa.delete(table),
        sa.update(table).values({column.name: column}),
    )
    for rewrite in rewrites:
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            office.hub.store.write(partial(sa.Connection.execute, statement=rewrite))


def fill(office: Office) -> None:
    """Put a row into every table that keeps history."""
    office.add_station()
    office.import_records(1)
    office.load()
    (grant,) = office.claim().grants
    teller = Teller(office)
    teller.load(2)
    teller.load(-3)  # one more than the book has: an alarm
    teller.tell(teller.report(Outcome.PRINTED, grant))
    teller.tell(DayClose(day=office.clock.at.date(), zone="Asia/Jakarta", by="ani", blanks={}))
    service.sync(office.hub, word("P1", last_seq=1, printers=("PRN",)))
    decisions.declare_restored(office.hub, decisions.Word("ani", "budi", "a trial"))


@on_sqlite
def test_another_processs_lock_is_busy_and_changes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.db.BUSY_ATTEMPTS", 1)
    other = sqlite3.connect(office.directory / address.STORE_FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    office.hub.store.read(
        lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 10").all()
    )
    with pytest.raises(StoreBusyError):
        office.add_station()
    other.execute("ROLLBACK")
    other.close()
    office.add_station()


def test_a_failing_database_is_a_store_error(office: Office) -> None:
    with pytest.raises(StoreError, match=r"no such table|does not exist"):
        office.hub.store.read(lambda connection: connection.exec_driver_sql("SELECT 1 FROM nil"))


def test_an_error_inside_a_transaction_undoes_it(office: Office) -> None:
    def body(connection: sa.Connection) -> None:
        connection.execute(sa.insert(schema.sites), {"id": "X"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        office.hub.store.write(body)
    sites = office.hub.store.read(
        lambda connection: connection.execute(sa.select(schema.sites)).all()
    )
    assert sites == []


def test_a_hub_is_made_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    before = sorted(office.directory.iterdir())
    with pytest.raises(HomeExistsError):
        home.init(office.directory, "Asia/Jakarta", 200, "S1")
    assert sorted(office.directory.iterdir()) == before
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError):
        home.init(tmp_path / "file" / "hub", "Asia/Jakarta", 200, "S1")
    home.init(tmp_path / "empty", "Asia/Jakarta", 200, "S1")
    assert {path.name for path in tmp_path.iterdir()} == {"hub", "file", "empty"}


def test_the_signing_key_is_its_owners_alone(office: Office) -> None:
    path = office.directory / home.KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(KeyExposedError):
        keys.read_signing_key(path)
    path.chmod(0o600)
    path.write_text("-----BEGIN NOTHING-----")
    with pytest.raises(HomeError, match="cannot be read"):
        keys.read_signing_key(path)
    path.write_bytes((office.directory / authority.KEY_FILE).read_bytes())
    with pytest.raises(HomeError, match="not an Ed25519 key"):
        keys.read_signing_key(path)


@on_sqlite
def test_the_access_key_itself_is_nowhere_in_the_store(office: Office) -> None:
    office.add_station()
    access_key = office.configs["P1"]["hub"]["access_key"]
    assert len(access_key) == 43
    data = (office.directory / address.STORE_FILE).read_bytes()
    assert access_key.encode() not in data
    assert keys.access_key_sha256(access_key).encode() in data
