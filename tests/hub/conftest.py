"""Fixtures of the hub's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support import hub_office
from support.hub_office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A hub of its own for each test."""
    with hub_office.office(tmp_path) as made:
        yield made
