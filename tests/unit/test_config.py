"""The configuration file: what it accepts, and that each fault names file, key and remedy."""

from pathlib import Path

import pytest

from prr import seal
from station.config import load
from station.errors import ConfigError
from station.hub_client import HubClient
from support.stations import HUB_KEY

PUBLIC = seal.public_key_text(HUB_KEY.public_key())
GOOD = f"""
[station]
id = "P1"
zone = "Asia/Makassar"
state_dir = "var/station"

[hub]
url = "http://127.0.0.1:8600"
access_key = "secret-key"
public_key = "{PUBLIC}"

[printer]
uri = "tcp://127.0.0.1:9100"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text)
    return path


def test_a_good_file_is_read_and_folders_are_relative_to_it(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD))
    assert config.station.zone == "Asia/Makassar"
    assert config.store_path == tmp_path / "var/station/station.sqlite"
    assert config.press.freshness_h == 72


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("uri =", "urI ="), "unknown key printer.urI: did you mean uri?"),
        (("[printer]", "[printr]"), "unknown key printr: did you mean printer?"),
        (("url =", "zzz ="), "unknown key hub.zzz: known are url, access_key"),
        (('id = "P1"\n', ""), "station.id is missing: add it"),
        (("Makassar", "Tokyo"), "station.zone: Input should be 'Asia/Jakarta', 'Asia/Makassar' or"),
        ((PUBLIC, "c2hvcnQ="), "hub.public_key"),
        (("[hub]", "[hub"), "not TOML"),
        (("127.0.0.1:8600", "10.1.2.3:8600"), "plain http is for loopback only"),
        (("127.0.0.1:8600", "hub.example:8600"), "plain http is for loopback only"),
    ],
)
def test_a_fault_names_file_key_and_remedy(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert sentence in str(caught.value)
    assert "secret-key" not in str(caught.value)


def test_the_access_key_may_come_from_a_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, GOOD.replace('access_key = "secret-key"\n', ""))
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(ConfigError, match=r"hub\.access_key is missing"):
        HubClient(load(path).hub)
    (tmp_path / "ktp-hub-access-key").write_text("from-credential\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load(path).hub.access_key == "from-credential"


def test_a_missing_file_is_an_operating_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")
