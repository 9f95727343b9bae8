"""Emulated printers as processes of their own, on TCP, USB/IP and a serial port; one for all tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.office import Printer, start_printer

MEDIA = ("tcp", "usb", "serial")


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    """A printer that no test changes."""
    printer = start_printer(tmp_path_factory.mktemp("looked-at"), serial="UJI0000001")
    yield printer
    printer.end()


@pytest.fixture(scope="session")
def its_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    """Another of the same model that no test changes."""
    printer = start_printer(tmp_path_factory.mktemp("its-twin"), serial="UJI0000002")
    yield printer
    printer.end()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Printer]:
    """A printer of the test's own."""
    made = start_printer(tmp_path)
    yield made
    made.end()


@pytest.fixture(params=MEDIA)
def medium(request: pytest.FixtureRequest) -> str:
    """Each way to a printer."""
    name: str = request.param
    return name
