"""Drivers by entry point: ours, a stranger's, and every way a name can be wrong."""

import sys
import textwrap
from pathlib import Path

import pytest

from drivers.errors import DriverNotFoundError, UriError
from drivers.evolis.driver import EvolisDriver
from drivers.registry import driver_for

STRANGER = """
from drivers.driver import API_VERSION, Capabilities


class StrangerDriver:
    api_version = {version}
    capabilities = Capabilities(model_names=("Stranger 1",))

    def __init__(self, uri):
        self.uri = uri

    @classmethod
    def for_uri(cls, uri):
        return cls(uri)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path in which distributions can be installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def _install(
    site: Path, distribution: str, module: str, name: str, version: str = "API_VERSION"
) -> None:
    (site / f"{module}.py").write_text(textwrap.dedent(STRANGER.format(version=version)))
    info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[ktp_station.drivers]\n{name} = {module}:StrangerDriver\n"
    )
    sys.modules.pop(module, None)


def test_ours() -> None:
    assert isinstance(driver_for("tcp://127.0.0.1"), EvolisDriver)
    assert isinstance(driver_for("usb://0f49:*", "evolis"), EvolisDriver)


def test_a_strangers_driver_needs_nothing_of_this_repository(site: Path) -> None:
    _install(site, "stranger-cards", "stranger_one", "stranger")
    driver = driver_for("tcp://127.0.0.1", "stranger")
    assert driver.capabilities.model_names == ("Stranger 1",)


def test_a_name_nobody_offers_is_answered_with_those_that_are_there() -> None:
    with pytest.raises(DriverNotFoundError, match=r"installed: .*evolis"):
        driver_for("tcp://127.0.0.1", "nobody")


def test_another_api_version_is_refused(site: Path) -> None:
    _install(site, "stranger-old", "stranger_old", "old", version="0")
    with pytest.raises(DriverNotFoundError, match="API 0"):
        driver_for("tcp://127.0.0.1", "old")


def test_a_name_claimed_twice_is_refused(site: Path) -> None:
    _install(site, "stranger-cards", "stranger_a", "twice")
    _install(site, "other-cards", "stranger_b", "twice")
    with pytest.raises(DriverNotFoundError, match="other-cards, stranger-cards"):
        driver_for("tcp://127.0.0.1", "twice")


def test_our_name_claimed_by_a_stranger_is_refused(site: Path) -> None:
    _install(site, "stranger-cards", "stranger_c", "evolis")
    with pytest.raises(DriverNotFoundError, match="more than one"):
        driver_for("tcp://127.0.0.1")


def test_an_entry_that_can_not_be_loaded_is_refused(site: Path) -> None:
    _install(site, "stranger-broken", "stranger_broken", "broken")
    (site / "stranger_broken.py").unlink()
    with pytest.raises(DriverNotFoundError, match="can't be loaded"):
        driver_for("tcp://127.0.0.1", "broken")


def test_an_entry_that_is_no_driver_class_is_refused(site: Path) -> None:
    _install(site, "stranger-thing", "stranger_thing", "thing")
    (site / "stranger_thing.py").write_text("class StrangerDriver:\n    api_version = 1\n")
    with pytest.raises(DriverNotFoundError, match="for_uri"):
        driver_for("tcp://127.0.0.1", "thing")


def test_a_wrong_uri_is_no_matter_of_the_driver() -> None:
    with pytest.raises(UriError):
        driver_for("nonsense")
