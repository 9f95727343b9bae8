"""The service files as data: settings of a unit, users made, and a udev rule applied to a device."""

import fnmatch
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "systemd"
UNITS = ("ktp-hub.service", "ktp-station-courier.service", "ktp-station-press.service")
HUB_NETWORK = Path("ktp-hub.service.d") / "network.conf"
HUB_ADDRESS = Path("ktp-station-courier.service.d") / "hub-address.conf"
TCP_PRINTER = Path("ktp-station-press.service.d") / "tcp-printer.conf"
DROP_INS = (HUB_NETWORK, HUB_ADDRESS, TCP_PRINTER)
PROGRAMS = "/opt/ktp-station/bin/"


def lines(path: Path) -> list[str]:
    """Return a file's lines without comments and blanks."""
    stripped = (line.strip() for line in path.read_text().splitlines())
    return [line for line in stripped if line and not line.startswith(("#", ";"))]


def settings(unit: str) -> dict[str, list[str]]:
    """Return every setting of a unit file with all its values, in order."""
    found: dict[str, list[str]] = {}
    for line in lines(FILES / unit):
        if not line.startswith("["):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def setting(unit: str, key: str) -> str:
    """Return the one value of a setting."""
    (value,) = settings(unit)[key]
    return value


def sysusers() -> dict[str, str]:
    """Return the users of ktp-station.conf with their home folders."""
    pattern = re.compile(r'u\s+(\S+)\s+-\s+"[^"]+"\s+(\S+)')
    found = (pattern.fullmatch(line) for line in lines(FILES / "ktp-station.conf"))
    return {match[1]: match[2] for match in found if match}


def memberships() -> set[tuple[str, str]]:
    """Return the (user, group) pairs of ktp-station.conf."""
    split = (line.split() for line in lines(FILES / "ktp-station.conf"))
    return {(words[1], words[2]) for words in split if words[0] == "m"}


def tmpfiles() -> dict[str, tuple[str, str, str, str]]:
    """Return path -> (type, mode, user, group) of ktp-station.tmpfiles."""
    split = (line.split() for line in lines(FILES / "ktp-station.tmpfiles"))
    return {words[1]: (words[0], words[2], words[3], words[4]) for words in split}


_PART = re.compile(r'([A-Z_]+(?:\{[^}]+\})?)(==|!=|\+=|=)"([^"]*)"')
_MATCHED = re.compile(r"ACTION|SUBSYSTEM|KERNEL|(?:ENV|ATTR)\{\w+\}")
_ASSIGNED = re.compile(r"GOTO|LABEL|GROUP|MODE|SYMLINK|TAG|ENV\{\w+\}")


def udev_rules(text: str) -> list[list[tuple[str, str, str]]]:
    """Parse rules into (key, operator, value) parts; what is no rule is an AssertionError."""
    rules = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split(", ")]
            matches = [_PART.fullmatch(part) for part in parts]
            assert all(matches), f"no udev rule: {line}"
            rules.append([(match[1], match[2], match[3]) for match in matches if match])
    for key, operator, _ in (part for rule in rules for part in rule):
        known = _MATCHED if operator in {"==", "!="} else _ASSIGNED
        assert known.fullmatch(key), f"udev knows no {key} {operator}"
    return rules


def udev_apply(text: str, device: Mapping[str, str]) -> dict[str, str]:
    """Return what the rules assign to a device with these properties."""
    assigned: dict[str, str] = {}
    skip_to = ""
    for rule in udev_rules(text):
        if skip_to and ("LABEL", "=", skip_to) not in rule:
            continue
        skip_to = ""
        if all(_holds(part, device) for part in rule):
            assigned |= {key: value for key, operator, value in rule if operator in {"=", "+="}}
            skip_to = assigned.pop("GOTO", "")
        assigned.pop("LABEL", None)
    assert not skip_to, f"no label {skip_to}"
    return assigned


def _holds(part: tuple[str, str, str], device: Mapping[str, str]) -> bool:
    key, operator, pattern = part
    if operator not in {"==", "!="}:
        return True
    return fnmatch.fnmatchcase(device.get(key, ""), pattern) == (operator == "==")
