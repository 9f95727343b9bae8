"""Which printers the contract is held against: the emulator on each medium, or a device named on the command line.

pytest tests/contract                                             emulator, TCP, USB and serial
pytest tests/contract --device URI -m hardware --cards-max 4      the real thing; spends at most four blanks
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.printer_rig import SPEED_SLOW, Rig, attached, emulated

MEDIA = ("tcp", "usb", "serial")

_spent: list[int] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name a device and how many blank cards the tests may spend on it."""
    parser.addoption("--device", default=None, help="device URI of a real printer")
    parser.addoption("--cards-max", type=int, default=0, help="blank cards the tests may spend")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hold tests of `rig` against every medium and the device; tests of `emulator_rig` against emulators only."""
    for name in ("emulator_rig", "slow_emulator_rig"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, MEDIA, indirect=True)
    if "rig" in metafunc.fixturenames:
        device = metafunc.config.getoption("--device", default=None)
        real = [pytest.param(device, marks=pytest.mark.hardware, id="device")] if device else []
        metafunc.parametrize("rig", [*MEDIA, *real], indirect=True)


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A printer on a medium, or the device under test."""
    if request.param in MEDIA:
        with emulated(request.param, tmp_path) as found:
            yield found
    else:
        with attached(request.param) as found:
            yield found


@pytest.fixture
def emulator_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """An emulated printer on a medium, with its control link."""
    with emulated(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def slow_emulator_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """An emulated printer slow enough to be interfered with while it prints."""
    with emulated(request.param, tmp_path, SPEED_SLOW) as found:
        yield found


@pytest.fixture
def spend(request: pytest.FixtureRequest) -> Callable[[Rig, int], None]:
    """Ask for blank cards; on hardware a test that would go over --cards-max is skipped."""

    def ask(rig: Rig, cards: int) -> None:
        if rig.control is not None:
            return
        if sum(_spent) + cards > request.config.getoption("--cards-max", default=0):
            pytest.skip(f"--cards-max leaves no {cards} blank cards")
        _spent.append(cards)

    return ask
