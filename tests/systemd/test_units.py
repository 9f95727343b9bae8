"""The units: systemd finds no fault, each stays under its exposure, and every name in them leads somewhere."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub import authority
from prr import seal
from station import config, identity, vault
from systemd import units

# Ten times the exposure level that `systemd-analyze security` may reach.
THRESHOLDS = {
    "ktp-hub.service": 11,
    "ktp-station-courier.service": 15,
    "ktp-station-press.service": 7,
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units in a folder of their own, their programs replaced by one that exists everywhere."""
    for unit in units.UNITS:
        text = (units.FILES / unit).read_text()
        programs = {word for word in text.split() if word.startswith(f"ExecStart={units.PROGRAMS}")}
        assert len(programs) == 1
        (tmp_path / unit).write_text(text.replace(programs.pop(), "ExecStart=/bin/true"))
    return tmp_path


def with_drop_in(folder: Path, drop_in: Path) -> None:
    target = folder / drop_in
    target.parent.mkdir()
    text = (units.FILES / "examples" / drop_in).read_text()
    program = f"ExecStart={units.PROGRAMS}ktp-hub"
    target.write_text(text.replace(program, "ExecStart=/bin/true"))


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd-analyze is missing: install Debian's package systemd"
    environment = {"SYSTEMD_UNIT_PATH": f"{folder}:", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [program, *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def verify(folder: Path) -> str:
    """Return everything systemd has to say; its exit status is 0 even for unknown settings."""
    run = analyze(folder, "verify", "--man=no", *(str(folder / unit) for unit in units.UNITS))
    return run.stdout + run.stderr


def security(folder: Path, unit: str, threshold: int) -> subprocess.CompletedProcess[str]:
    words = ("security", "--offline=true", "--no-pager", f"--threshold={threshold}")
    return analyze(folder, *words, str(folder / unit))


def test_verify_is_silent(installed: Path) -> None:
    assert verify(installed) == ""


@pytest.mark.parametrize("drop_in", units.DROP_INS, ids=str)
def test_verify_is_silent_with_a_drop_in(installed: Path, drop_in: Path) -> None:
    with_drop_in(installed, drop_in)
    assert verify(installed) == ""


def test_verify_speaks_of_an_unknown_setting(installed: Path) -> None:
    unit = installed / units.UNITS[0]
    unit.write_text(unit.read_text().replace("PrivateTmp=", "PrivateTemp="))
    assert "PrivateTemp" in verify(installed)


@pytest.mark.parametrize("unit", units.UNITS)
def test_exposure(
    installed: Path, unit: str, record_property: Callable[[str, object], None]
) -> None:
    run = security(installed, unit, THRESHOLDS[unit])
    level = re.search(r"Overall exposure level for \S+: (\d+\.\d)", run.stdout)
    assert level is not None
    record_property("exposure", f"{unit.removesuffix('.service')} {level[1]}")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("drop_in", [units.HUB_NETWORK, units.HUB_ADDRESS], ids=str)
def test_exposure_on_a_network(installed: Path, drop_in: Path) -> None:
    with_drop_in(installed, drop_in)
    unit = drop_in.parent.name.removesuffix(".d")
    run = security(installed, unit, THRESHOLDS[unit])
    assert run.returncode == 0, run.stdout + run.stderr


def test_exposure_with_a_tcp_printer(installed: Path) -> None:
    with_drop_in(installed, units.TCP_PRINTER)
    run = security(installed, "ktp-station-press.service", 15)
    assert run.returncode == 0, run.stdout + run.stderr


def test_exposure_rises_when_a_wall_falls(installed: Path) -> None:
    unit = installed / "ktp-station-press.service"
    unit.write_text(unit.read_text().replace("PrivateNetwork=yes", "PrivateNetwork=no"))
    assert security(installed, unit.name, THRESHOLDS[unit.name]).returncode != 0


def test_users_can_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "sysusers.d"
    folder.mkdir(parents=True)
    shutil.copy(units.FILES / "ktp-station.conf", folder)
    program = shutil.which("systemd-sysusers")
    assert program is not None, "systemd-sysusers is missing: install Debian's package systemd"
    run = subprocess.run(
        [program, f"--root={tmp_path}", "--dry-run"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    for user in ("ktp-press", "ktp-courier", "ktp-hub"):
        assert f"Creating user '{user}'" in run.stdout + run.stderr


@pytest.mark.parametrize("unit", units.UNITS)
def test_nobody_is_root(unit: str) -> None:
    user = units.setting(unit, "User")
    assert user in units.sysusers()
    assert units.setting(unit, "Group") == user  # sysusers makes a group of each user's name
    assert units.setting(unit, "CapabilityBoundingSet") == ""
    assert units.setting(unit, "NoNewPrivileges") == "yes"
    for group in units.settings(unit).get("SupplementaryGroups", []):
        assert (user, group) in units.memberships()


@pytest.mark.parametrize("unit", units.UNITS)
def test_systemd_hears_and_watches(unit: str) -> None:
    assert units.setting(unit, "Type") == "notify"
    assert units.setting(unit, "NotifyAccess") == "main"
    assert units.setting(unit, "Restart") == "on-failure"
    assert int(units.setting(unit, "WatchdogSec")) > 0


@pytest.mark.parametrize("unit", units.UNITS)
def test_program_is_one_of_ours(unit: str) -> None:
    project = tomllib.loads((units.ROOT / "pyproject.toml").read_text())["project"]
    program, *_ = units.setting(unit, "ExecStart").split()
    assert program.removeprefix(units.PROGRAMS) in project["scripts"]


def store_name() -> str:
    """Return the name the station gives its store."""
    key = seal.public_key_text(Ed25519PrivateKey.generate().public_key())
    station = config.StationSection(id="P1", zone="Asia/Jakarta", state_dir=Path())
    hub = config.HubSection(url="http://127.0.0.1:8600", public_key=key)
    printer = config.PrinterSection(uri="usb://0f49:*")
    return config.Config(station=station, hub=hub, printer=printer).store_path.name


@pytest.mark.parametrize("role", ["press", "courier"])
def test_station_paths(role: str) -> None:
    unit = f"ktp-station-{role}.service"
    made = units.tmpfiles()
    (folder,) = units.settings(unit)["ReadWritePaths"]
    assert made[folder] == ("d", "2770", "root", "ktp-station")
    assert made[f"{folder}/{store_name()}"] == ("f", "0660", "root", "ktp-station")
    words = units.setting(unit, "ExecStart").split()
    assert words[1:4] == ["run", "--only", role]
    assert str(Path(words[words.index("--config") + 1]).parent) in made
    assert units.sysusers()[f"ktp-{role}"] == folder


def test_hub_paths() -> None:
    words = units.setting("ktp-hub.service", "ExecStart").split()
    folder = words[words.index("--dir") + 1]
    assert folder == f"/var/lib/{units.setting('ktp-hub.service', 'StateDirectory')}"
    assert units.sysusers()["ktp-hub"] == folder
    assert "--tls" in words
    ports = [
        words[words.index(name) + 1].rpartition(":")[2] for name in ("--listen", "--enrol-listen")
    ]
    allowed = units.settings("ktp-hub.service")["SocketBindAllow"]
    assert allowed == [f"ipv4:tcp:{port}" for port in ports]


def test_credentials_are_the_ones_the_programs_read() -> None:
    key = vault.CREDENTIAL
    for unit, names in (
        ("ktp-station-press.service", [key]),
        ("ktp-station-courier.service", [key, identity.CREDENTIAL]),
        ("ktp-hub.service", [authority.CREDENTIAL]),
    ):
        loaded = units.settings(unit)["LoadCredentialEncrypted"]
        assert loaded == [f"{name}:/etc/credstore.encrypted/{name}" for name in names]


def test_device_and_network_never_meet() -> None:
    press, courier, hub = (
        units.settings(f"ktp-{name}.service")
        for name in ("station-press", "station-courier", "hub")
    )
    assert press["PrivateNetwork"] == ["yes"]
    assert press["DeviceAllow"] == ["char-usb_device rw"]
    for unit in (courier, hub):
        assert unit["PrivateDevices"] == ["yes"]
        assert unit["IPAddressDeny"] == ["any"]
        assert unit["IPAddressAllow"] == ["localhost"]
