"""The store on PostgreSQL: refused where it is not durable, and never surer of a commit than the server is."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from hub import address, home, postgresql, schema, service
from hub.db import Store
from hub.errors import (
    CommandError,
    HomeError,
    HubReconcilingError,
    StoreBusyError,
    StoreError,
    StoreForeignError,
    StoreMissingError,
    StoreMovedError,
    StoreNewerError,
    StoreOutcomeError,
    StorePragmaError,
    StoreUnreachableError,
)
from linearizability import postgres
from linearizability.postgres import Server
from prr.exchange import Claim, ClaimAnswer
from support import hub_office
from support.hub_copy import Copy
from support.hub_office import Office


@pytest.fixture
def office(tmp_path: Path, server: Server) -> Iterator[Office]:
    with hub_office.office(tmp_path, server.new_schema()) as made:
        yield made


def by_hand(office: Office, statement: str) -> None:
    assert office.store is not None
    with psycopg.connect(office.store, autocommit=True) as connection:
        connection.execute(statement.encode())


def add_site(name: str) -> Callable[[sa.Connection], object]:
    return lambda connection: connection.execute(sa.insert(schema.sites), {"id": name})


def sites(store: Store) -> set[str]:
    query = sa.select(schema.sites.c.id)
    return set(store.read(lambda connection: connection.execute(query).scalars().all()))


def test_an_empty_a_strangers_and_a_newer_database_are_refused(
    server: Server, office: Office
) -> None:
    empty = server.new_schema()
    with pytest.raises(StoreMissingError, match="ktp-hub init"):
        Store.open(empty)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (a int)")
    with pytest.raises(StoreForeignError):
        Store.open(empty)
    by_hand(office, "UPDATE ktp_hub SET schema_version = schema_version + 1")
    with pytest.raises(StoreNewerError), home.opened(office.directory):
        pass


def test_a_second_hub_cannot_be_made_in_the_same_database(office: Office, tmp_path: Path) -> None:
    with pytest.raises(StoreForeignError, match="already"):
        home.init(tmp_path / "other", "Asia/Jakarta", 200, "S1", office.store)
    assert not (tmp_path / "other").exists()
    assert service.stored_epoch(office.hub) == 1


@pytest.mark.parametrize("setting", ["off", "local", "remote_write"])
def test_a_server_that_does_not_keep_what_it_acknowledges_is_refused(
    office: Office, setting: str
) -> None:
    uri = f"{office.store}%20-csynchronous_commit%3D{setting}"
    with pytest.raises(StorePragmaError, match=f"synchronous_commit = {setting}"):
        Store.open(uri)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_syncs_nothing_is_refused(setting: str) -> None:
    with postgres.running({setting: "off"}) as weak, pytest.raises(StorePragmaError, match=setting):
        Store.open(weak.new_schema())


def test_a_server_that_is_not_there_is_named_so(office: Office) -> None:
    with pytest.raises(StoreUnreachableError):
        Store.open(f"postgresql://127.0.0.1:{postgres.free_port()}/hub")


def test_an_ordinary_role_that_owns_its_database_is_enough(server: Server, tmp_path: Path) -> None:
    server.say("CREATE ROLE plain LOGIN")
    server.say("CREATE DATABASE plain OWNER plain")
    uri = server.uri("plain").replace("user=nobody", "user=plain")
    with hub_office.office(tmp_path, uri) as office:
        office.add_station()
        office.import_records(1)
        assert len(office.claim().grants) == 1


def test_where_the_store_is_is_written_down_without_a_password(
    office: Office, tmp_path: Path
) -> None:
    assert address.of(office.directory, {}) == office.store
    assert address.of(office.directory, {"KTP_HUB_STORE": "postgresql:///2"}) == "postgresql:///2"
    assert address.of(tmp_path, {}) == tmp_path / "hub.sqlite"
    for wrong in ("mysql://h/d", "postgresql://u:secret@h/d", "postgresql://h/d?password=secret"):
        with pytest.raises(CommandError) as refused:
            home.init(tmp_path / "x", "Asia/Jakarta", 200, "S1", wrong)
        assert "secret" not in str(refused.value)
    (office.directory / "hub.toml").write_text("[store]\nurl = 5\n")
    with pytest.raises(HomeError, match=r"hub\.toml"):
        address.of(office.directory, {})


def test_a_lost_connection_before_the_commit_is_tried_again(office: Office) -> None:
    store, runs = office.hub.store, []

    def body(connection: sa.Connection) -> None:
        runs.append(connection)
        add_site("once")(connection)
        if len(runs) == 1:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            by_hand(office, f"SELECT pg_terminate_backend({pid})")
            add_site("never")(connection)

    store.write(body)
    assert (len(runs), sites(store)) == (2, {"once"})


def test_a_connection_lost_at_the_commit_leaves_the_outcome_open(office: Office) -> None:
    """A trigger at commit ends the server's process: the answer to COMMIT never comes."""
    by_hand(
        office,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM"
        " pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;"
        " CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON sites DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die()",
    )
    runs: list[object] = []

    def body(connection: sa.Connection) -> None:
        runs.append(connection)
        add_site("unknown")(connection)

    with pytest.raises(StoreOutcomeError):
        office.hub.store.write(body)
    assert len(runs) == 1, "it was repeated though it may have been kept"


def test_two_that_wait_for_each_other_both_get_through(office: Office) -> None:
    store = office.hub.store
    store.write(add_site("A"))
    store.write(add_site("B"))
    both = threading.Barrier(2)
    met: list[str] = []

    def crosswise(first: str, second: str) -> None:
        def body(connection: sa.Connection) -> None:
            for name in (first, second):
                touched = sa.update(schema.sites).where(schema.sites.c.id == name)
                connection.execute(touched.values(hold_reason=first))
                if name == first and first not in met:
                    met.append(first)
                    both.wait(20)

        store.write(body, beside=True)

    threads = [threading.Thread(target=crosswise, args=pair) for pair in (("A", "B"), ("B", "A"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    query = sa.select(schema.sites.c.hold_reason).distinct()
    reasons = store.read(lambda connection: connection.execute(query).scalars().all())
    assert len(reasons) == 1
    assert set(met) == {"A", "B"}


def test_one_who_writes_alone_waits_for_all_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims run beside each other; whoever reads first and writes then has the store for itself."""
    monkeypatch.setattr("hub.db.BUSY_ATTEMPTS", 1)
    monkeypatch.setitem(postgresql.SESSION, "lock_timeout", "50ms")
    office.hub.store._engine.dispose()

    def nested(connection: sa.Connection) -> None:
        office.hub.store.write(add_site("beside"), beside=True)
        with pytest.raises(StoreBusyError):
            office.hub.store.write(add_site("alone"))

    office.hub.store.write(nested, beside=True)
    assert sites(office.hub.store) == {"beside"}


def test_one_key_asked_twice_at_once_has_one_answer(office: Office) -> None:
    office.add_station()
    office.import_records(*range(1, 41))
    for _ in range(10):
        key, answers = str(uuid.uuid4()), list[ClaimAnswer]()

        def ask(key: str = key, answers: list[ClaimAnswer] = answers) -> None:
            answers.append(office.claim(count=2, key=key))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 4
        assert all(answer == answers[0] for answer in answers)
    assert office.claim(count=50).grants[0].fence == 1


def test_an_error_quotes_no_row(office: Office) -> None:
    by_hand(office, "ALTER TABLE records ADD COLUMN more text NOT NULL")
    office.add_station()
    with pytest.raises(sa.exc.IntegrityError):
        office.import_records(1)
    by_hand(office, "ALTER TABLE records ALTER COLUMN sha256 TYPE varchar(3)")
    with pytest.raises(StoreError) as failed:
        office.import_records(1)
    assert "CONTOH" not in str(failed.value)


def test_a_dump_loaded_again_is_seen(office: Office) -> None:
    office.add_station()
    office.import_records(1)
    copy = Copy(office)
    office.claim()
    office.hub.store.close()
    copy.put_back()
    for _ in range(2):
        with home.opened(office.directory, office.clock) as again:
            assert service.stored_epoch(again) == 2
            with pytest.raises(HubReconcilingError):
                service.claim(
                    again,
                    Claim(claim_key=str(uuid.uuid4()), station="P1", hub_epoch=2, count_max=1),
                )


def test_a_hub_that_runs_on_takes_no_other_database_for_its_own(office: Office) -> None:
    office.add_station()
    copy = Copy(office)
    office.hub.store._engine.dispose()
    copy.put_back()
    with pytest.raises(StoreMovedError, match="restart"):
        office.claim()


class TestStandbyMissing:
    """A synchronous standby is named and does not answer: nothing is acknowledged, and no repetition gets round it."""

    @pytest.fixture
    def office(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
        monkeypatch.setattr(postgresql, "COMMIT_S_MAX", 0.3)
        with ExitStack() as stack:
            server = stack.enter_context(postgres.running())
            made = stack.enter_context(hub_office.office(tmp_path, server.new_schema()))
            made.add_station()
            made.import_records(1)
            yield made

    def name_standby(self, office: Office, name: str) -> None:
        by_hand(office, f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        by_hand(office, "SELECT pg_reload_conf()")
        assert office.store is not None
        with closing(psycopg.connect(office.store, autocommit=True)) as connection:
            while connection.execute("SHOW synchronous_standby_names").fetchone() != (name,):
                pass

    def test_a_claim_is_unknown_and_so_is_its_repetition(self, office: Office) -> None:
        self.name_standby(office, "nowhere")
        office.hub.store._engine.dispose()  # a server process reads its settings between two statements
        key = str(uuid.uuid4())
        for _ in range(2):
            with pytest.raises(StoreOutcomeError):
                office.claim(key=key)
        self.name_standby(office, "")
        office.hub.store._engine.dispose()
        (grant,) = office.claim(key=key).grants
        assert grant.fence == 1
