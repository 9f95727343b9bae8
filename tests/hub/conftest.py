"""Fixtures of the hub's tests: each runs on SQLite and on PostgreSQL, but for those marked `on_sqlite`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linearizability import postgres
from linearizability.postgres import Server
from prr.exchange import Grant
from support import hub_office
from support.hub_office import Office, Teller

NewStore = Callable[[], str | None]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for all tests; each gets a schema of its own."""
    with postgres.running() as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest) -> NewStore:
    """Give the address of a new, empty database, or None for a file in the hub's directory."""
    if request.param == "sqlite":
        return lambda: None
    server: Server = request.getfixturevalue("server")
    return server.new_schema


@pytest.fixture
def office(tmp_path: Path, new_store: NewStore) -> Iterator[Office]:
    """A hub of its own for each test."""
    with hub_office.office(tmp_path, new_store()) as made:
        yield made


@pytest.fixture
def teller(office: Office) -> Teller:
    """A station's voice: it has loaded fifty blanks, and one record waits."""
    office.add_station()
    office.import_records(1)
    office.load()
    made = Teller(office)
    made.load(50)
    return made


@pytest.fixture
def grant(office: Office, teller: Teller) -> Grant:  # it has to be there
    """What that station was granted."""
    return office.claim().grants[0]
