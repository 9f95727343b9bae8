"""Which printers the contract is held against: the emulator on each medium, or a device named on the command line.

pytest tests/contract                                  each family's emulator, and a queue, on each medium claimed
pytest tests/contract --device URI --family NAME -m hardware --cards-max 4      the real thing; four blanks at most
pytest tests/contract --family-from MODULE:NAME [--device URI ...]              a stranger's family, alone
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from support.families import FAMILIES, QUEUES, Family
from support.printer_rig import SPEED_SLOW, Rig, attached, emulated, queued

_spent: list[int] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name a device and how many blank cards the tests may spend on it."""
    parser.addoption("--device", default=None, help="device URI of a real printer")
    parser.addoption("--family", default="evolis", help="family of that printer")
    parser.addoption(
        "--family-from", default=None, help="MODULE:NAME of a stranger's family, held alone"
    )
    parser.addoption("--cards-max", type=int, default=0, help="blank cards the tests may spend")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hold tests of `rig` against every medium and the device; tests of `emulator_rig` against emulators only."""
    for name in ("emulator_rig", "slow_emulator_rig"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, _printers(metafunc.config), indirect=True)
    if "rig" in metafunc.fixturenames:
        device = metafunc.config.getoption("--device", default=None)
        if device:
            _family_of(metafunc.config)  # a wrong name ends the run before anything is sent
        real = [pytest.param(device, marks=pytest.mark.hardware, id="device")] if device else []
        every = [*_printers(metafunc.config, QUEUES), *real]
        metafunc.parametrize("rig", every, indirect=True)


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A printer on a medium, or the device under test."""
    if isinstance(request.param, str):
        with attached(request.param, _family_of(request.config)) as found:
            yield found
    else:
        family, medium = request.param
        run = queued if family in QUEUES else emulated
        with run(medium, tmp_path, family=family) as found:
            yield found


@pytest.fixture
def emulator_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """An emulated printer on a medium, with its control link."""
    family, medium = request.param
    with emulated(medium, tmp_path, family=family) as found:
        yield found


@pytest.fixture
def slow_emulator_rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """An emulated printer slow enough to be interfered with while it prints."""
    family, medium = request.param
    with emulated(medium, tmp_path, SPEED_SLOW, family) as found:
        yield found


@pytest.fixture
def spend(request: pytest.FixtureRequest) -> Callable[[Rig, int], None]:
    """Ask for blank cards; on hardware a test that would go over --cards-max is skipped."""

    def ask(rig: Rig, cards: int) -> None:
        if rig.count_cards is not None:
            return
        if sum(_spent) + cards > request.config.getoption("--cards-max", default=0):
            pytest.skip(f"--cards-max leaves no {cards} blank cards")
        _spent.append(cards)

    return ask


def _family_of(config: pytest.Config) -> Family:
    """Return the family of the device: a stranger's if one is told, or else one of ours by name."""
    told = config.getoption("--family-from", default=None)
    if told is not None:
        return _loaded(told)
    name = config.getoption("--family", default="evolis")
    for family in (*FAMILIES, *QUEUES):
        if family.driver == name:
            return family
    known = ", ".join(family.driver for family in (*FAMILIES, *QUEUES))
    raise pytest.UsageError(
        f"--family {name} is none of {known}; tell another's with --family-from MODULE:NAME"
    )


def _printers(config: pytest.Config, queues: tuple[Family, ...] = ()) -> list[ParameterSet]:
    """Return each family on each medium it claims."""
    told = config.getoption("--family-from", default=None)
    families = (*FAMILIES, *queues) if told is None else (_loaded(told),)
    return [
        pytest.param((family, medium), id=f"{family.driver}-{medium}")
        for family in families
        for medium in family.media
    ]


def _loaded(told: str) -> Family:
    module, _, name = told.partition(":")
    family = getattr(import_module(module), name)
    assert isinstance(family, Family), f"{told} is no family"
    return family
