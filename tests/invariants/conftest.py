"""Fixtures of the laws: a whole office in this process, a hub alone, a store alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.database import Database
from support import hub_office
from support.house import House
from support.house import house as opened_house
from support.hub_office import Office
from support.stations import database


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An office of its own for each test."""
    with opened_house(tmp_path) as made:
        yield made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A hub alone."""
    with hub_office.office(tmp_path) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """A station's store alone."""
    made = database(tmp_path)
    yield made
    made.close()
