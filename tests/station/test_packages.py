"""Our package names are ours alone: another distribution that brings one is named before anything starts."""

import sys
from pathlib import Path

import pytest

from station import packages
from station.packages import PackageTakenError


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the import path in which distributions can be installed."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return tmp_path


def install(site: Path, distribution: str, package: str) -> None:
    info = site / f"{distribution}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "top_level.txt").write_text(f"{package}\n")


def test_a_strangers_package_of_another_name_is_no_matter(site: Path) -> None:
    install(site, "stranger", "stranger_cards")
    packages.check_ours()


def test_a_strangers_package_of_our_name_is_named(site: Path) -> None:
    install(site, "stranger", "station")
    with pytest.raises(PackageTakenError, match="'station' is brought by stranger too"):
        packages.check_ours()
