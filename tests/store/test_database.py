"""The store opens with the measured settings, is nobody else's, and never half-writes."""

import os
import resource
import signal
import sqlite3
import threading
from pathlib import Path

import pytest

from station.database import MIGRATIONS, SCHEMA_VERSION, Database
from station.errors import StoreError
from support.stations import SERIES, database, stock


def test_every_setting_is_as_measured(tmp_path: Path) -> None:
    store = database(tmp_path)
    connection = store._connection()
    for pragma, wanted in (
        ("journal_mode", "truncate"),
        ("synchronous", 3),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("user_version", SCHEMA_VERSION),
    ):
        assert connection.execute(f"PRAGMA {pragma}").fetchone()[0] == wanted
    store.close()


def test_every_table_is_strict(tmp_path: Path) -> None:
    store = database(tmp_path)
    tables = store._connection().execute("PRAGMA table_list").fetchall()
    loose = [
        t["name"]
        for t in tables
        if t["type"] == "table" and not t["strict"] and "sqlite_" not in t["name"]
    ]
    assert loose == []
    store.close()


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "station.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE somebody (elses INTEGER)")
    other.commit()
    other.close()
    with pytest.raises(StoreError, match="not a station's store"):
        Database(path)


def test_a_newer_store_is_refused_with_the_remedy(tmp_path: Path) -> None:
    database(tmp_path).close()
    newer = sqlite3.connect(tmp_path / "station.sqlite")
    newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    newer.close()
    with pytest.raises(StoreError, match="install the newer program"):
        database(tmp_path)


def test_another_station_s_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "station.sqlite"
    for _ in range(2):
        Database.in_folder(path, station="UJI-01").close()
    with pytest.raises(StoreError, match="is station UJI-01's, this is UJI-02: put its own"):
        Database.in_folder(path, station="UJI-02")
    Database.in_folder(path, station="UJI-01").close()


def test_an_older_store_keeps_its_blanks_and_their_laws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's table is made anew by two migrations; each blank stays where it was."""
    with monkeypatch.context() as old:
        old.setattr("station.database.MIGRATIONS", MIGRATIONS[:4])
        store = database(tmp_path)
        with store.write() as tx:
            for source, target, count in (("OUTSIDE", "LOADED", 9), ("LOADED", "OUTSIDE", 2)):
                tx.run(
                    "blank_move", series=SERIES, source=source, target=target, count=count,
                    intent=None, who="uji", at="",
                )  # fmt: skip
        store.close()
    store = database(tmp_path)
    with store.read() as tx:
        assert tx.value("blanks_loaded", series=SERIES) == 7
    for statement in ("UPDATE blank_move SET count = 1", "DELETE FROM blank_move"):
        with pytest.raises(sqlite3.IntegrityError, match="never edited"):
            store._connection().execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="fewer blanks"):
        store._connection().execute(
            "INSERT INTO blank_move (series, source, target, count, who, at) "
            "VALUES (?, 'LOADED', 'MISSING', 8, 'uji', '')",
            (SERIES,),
        )
    store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = database(tmp_path)
    stock(store, blanks=3)
    store.close()
    broken = "CREATE TABLE more (a INTEGER) STRICT; CREATE TABLE fact (again TEXT) STRICT;"
    monkeypatch.setattr("station.database.MIGRATIONS", [*MIGRATIONS, broken])
    monkeypatch.setattr("station.database.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(StoreError, match=f"version {SCHEMA_VERSION + 1}"):
        database(tmp_path)
    monkeypatch.setattr(
        "station.database.MIGRATIONS", [*MIGRATIONS, broken.split(";", maxsplit=1)[0] + ";"]
    )
    store = database(tmp_path)
    connection = store._connection()
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION + 1
    assert connection.execute("SELECT count(*) FROM more").fetchone()[0] == 0
    with store.read() as tx:
        assert tx.value("blanks_loaded", series=SERIES) == 3
    store.close()


def test_a_file_that_is_no_database_is_an_operating_error(tmp_path: Path) -> None:
    (tmp_path / "station.sqlite").write_bytes(os.urandom(8192))
    with pytest.raises(StoreError):
        database(tmp_path)


def test_what_fails_in_the_block_leaves_nothing(tmp_path: Path) -> None:
    store = database(tmp_path)
    stock(store, blanks=3)
    with pytest.raises(sqlite3.IntegrityError, match="fewer blanks"), store.write() as tx:  # noqa: PT012
        tx.run("fact_set", name="a", value="b")
        tx.run(
            "blank_move", series=SERIES, source="LOADED", target="PRINTED", count=4, intent=None,
            who="uji", at="now",
        )  # fmt: skip
    with store.read() as tx:
        assert tx.one("fact", name="a") is None
        assert tx.value("blanks_loaded", series=SERIES) == 3
    store.close()


def test_a_locked_store_is_waited_for_and_not_failed(tmp_path: Path) -> None:

    store = database(tmp_path)
    began, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write() as tx:
            tx.run("fact_set", name="first", value="1")
            began.set()
            go_on.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert began.wait(5)
    threading.Timer(0.05, go_on.set).start()
    with store.write() as tx:
        assert tx.value("fact", name="first") == "1"
    holder.join()
    store.close()


@pytest.mark.parametrize("statement", ["UPDATE blank_move SET count = 9", "DELETE FROM blank_move"])
def test_the_ledger_is_never_edited(tmp_path: Path, statement: str) -> None:
    store = database(tmp_path)
    stock(store, blanks=3)
    with pytest.raises(sqlite3.IntegrityError, match="never edited"):
        store._connection().execute(statement)
    store.close()


def test_a_full_disk_stops_and_loses_nothing(tmp_path: Path) -> None:
    """A limit on file size stands for the full disk: the kernel refuses the write all the same."""
    store = database(tmp_path)
    stock(store, blanks=3)
    size = (tmp_path / "station.sqlite").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(StoreError), store.write() as tx:
            tx.run("fact_set", name="large", value="x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    with store.read() as tx:
        assert tx.one("fact", name="large") is None
        assert tx.value("blanks_loaded", series=SERIES) == 3
    store.close()
