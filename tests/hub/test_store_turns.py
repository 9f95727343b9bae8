"""Writers that wait share one commit: each keeps its own result, its own error, and its own undoing."""

import sqlite3
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hub import address, schema
from hub.errors import HubError, RightUnknownError, StoreBusyError
from support.hub_office import Office

# PostgreSQL groups commits itself, over several connections
pytestmark = pytest.mark.parametrize("new_store", ["sqlite"], indirect=True)


def add_site(name: str) -> Callable[[sa.Connection], str]:
    def body(connection: sa.Connection) -> str:
        connection.execute(sa.insert(schema.sites), {"id": name})
        return name

    return body


def sites(office: Office) -> set[str]:
    query = sa.select(schema.sites.c.id)
    return set(office.hub.store.read(lambda connection: connection.execute(query).scalars().all()))


class Writers:
    """Threads that write at once, while the first of them is made to wait."""

    def __init__(self, office: Office) -> None:
        self.store = office.hub.store
        self.results: dict[str, object] = {}

    def run(self, bodies: dict[str, Callable[[sa.Connection], object]]) -> None:
        inside, go_on = threading.Event(), threading.Event()

        def slow(connection: sa.Connection) -> str:
            inside.set()
            assert go_on.wait(20)
            return add_site("slow")(connection)

        threads = [threading.Thread(target=self._one, args=("slow", slow))]
        threads[0].start()
        assert inside.wait(20)
        for name, body in bodies.items():
            threads.append(threading.Thread(target=self._one, args=(name, body)))
            threads[-1].start()
        while len(self.store._waiting) < len(bodies):
            assert threads[0].is_alive()
        go_on.set()
        for thread in threads:
            thread.join()

    def _one(self, name: str, body: Callable[[sa.Connection], object]) -> None:
        try:
            self.results[name] = self.store.write(body)
        except (HubError, sa.exc.IntegrityError, ZeroDivisionError) as error:
            self.results[name] = error


def test_waiting_writers_share_a_commit(office: Office) -> None:
    commits: list[object] = []
    sa.event.listen(office.hub.store._engine, "commit", commits.append)
    writers = Writers(office)
    names = [f"S{n}" for n in range(6)]
    writers.run({name: add_site(name) for name in names})
    assert writers.results == {name: name for name in ("slow", *names)}
    assert sites(office) == {"slow", *names}
    assert len(commits) == 3  # the slow one's, the others' together, and the reading above


def test_an_error_is_its_writers_own_and_undoes_its_changes_alone(office: Office) -> None:
    def refused(connection: sa.Connection) -> None:
        add_site("undone-1")(connection)
        raise RightUnknownError("none")

    def broken(connection: sa.Connection) -> None:
        add_site("undone-2")(connection)
        raise ZeroDivisionError

    def unlawful(connection: sa.Connection) -> None:
        add_site("undone-3")(connection)
        add_site("undone-3")(connection)

    writers = Writers(office)
    writers.run({"a": add_site("a"), "b": refused, "c": broken, "d": unlawful, "e": add_site("e")})
    assert isinstance(writers.results["b"], RightUnknownError)
    assert isinstance(writers.results["c"], ZeroDivisionError)
    assert isinstance(writers.results["d"], sa.exc.IntegrityError)
    assert sites(office) == {"slow", "a", "e"}


def test_when_the_store_fails_none_is_told_otherwise(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.db.BUSY_ATTEMPTS", 1)
    store = office.hub.store
    store.read(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 10").all())
    other = sqlite3.connect(office.directory / address.STORE_FILE, isolation_level=None)

    writers = Writers(office)
    other.execute("BEGIN")
    other.execute("SELECT * FROM sites").fetchall()  # a reader: commits cannot get past it
    writers.run({"a": add_site("a"), "b": add_site("b")})
    other.execute("COMMIT")
    other.close()
    assert {type(result) for result in writers.results.values()} == {StoreBusyError}
    assert sites(office) == set()
    store.write(add_site("again"))
    assert sites(office) == {"again"}
