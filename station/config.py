"""The station's TOML file -> one frozen value; an unknown key names the nearest right one, each error its remedy."""

import contextlib
import difflib
import ipaddress
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from prr import seal
from prr.exchange import BATCH_MAX, Zone
from prr.record import Code
from station.errors import ConfigError
from station.jobs import SecondPerson

ACCESS_KEY_CREDENTIAL = "ktp-hub-access-key"


def _public_key(text: str) -> str:
    seal.public_key_from_text(text)
    return text


def _no_plain_way_out(url: str) -> str:
    """Refuse plain HTTP to any host but this one: a name counts as its address only where it is `localhost`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with contextlib.suppress(ValueError):
        if parts.scheme == "https" or ipaddress.ip_address(host).is_loopback:
            return url
    if host != "localhost":
        raise ValueError("plain http is for loopback only: enrol at the hub's https address")
    return url


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StationSection(_Section):
    """Who this station is. `state_dir` is relative to the configuration file."""

    id: Code
    zone: Zone
    state_dir: Path


class HubSection(_Section):
    """Where the hub is and how it is known.

    Over https the office's CA certificate (`ca`, PEM) is the only one trusted, and the station shows its own. Plain
    http is for a hub on this machine; `access_key` is for that alone, and may come as a systemd credential.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/]+$"), AfterValidator(_no_plain_way_out)]
    access_key: str = ""
    ca: str = ""
    public_key: Annotated[str, AfterValidator(_public_key)]
    timeout_s: float = Field(default=10.0, gt=0, le=120)


class PrinterSection(_Section):
    """The card printer.

    `profile` is the signed profile of its model and firmware (docs/CERTIFY.md); `raw_colour = false` gives dye by the
    ribbon's tone curve, which no real ribbon has been measured with yet (docs/COLOUR.md).
    """

    uri: Annotated[str, Field(min_length=6)]
    driver: Code = "evolis"
    series: Code = "BLANK"
    card_deadline_s: float = Field(default=120.0, gt=1, le=600)
    profile: Path | None = None
    raw_colour: bool = True


class PressSection(_Section):
    """How cards are printed.

    `approval = "person"` lets nothing print before somebody said so; `second_person` is where the office wants two
    people to decide a doubt though the protocol is content with one: `never`, `spoiled`, `always`.
    """

    approval: Literal["policy", "person"] = "policy"
    layout: Path | None = None
    freshness_h: int = Field(default=72, ge=1, le=720)
    second_person: SecondPerson = SecondPerson.NEVER


class CourierSection(_Section):
    """How the hub is talked to: rights held ahead, pause between two words, longest back-off."""

    prefetch_count: int = Field(default=20, ge=1, le=BATCH_MAX)
    sync_s: float = Field(default=10.0, ge=0.2, le=3600)
    backoff_s_max: float = Field(default=120.0, ge=1, le=3600)


class ReceiptSection(_Section):
    """The receipt printer, where there is one: a device URI, the paper's width, the slips' language.

    `office` stands on top of each slip; the station's id does where it is empty.
    """

    device: str = ""
    width_mm: Literal[58, 80] = 80
    language: Literal["id", "en", "both"] = "both"
    office: str = Field(default="", max_length=96)


class ReaderSection(_Section):
    """The contactless reader: part of its name, where there are several; seconds a person has for each card."""

    name: str = Field(default="", max_length=128)
    within_s: float = Field(default=60.0, ge=0.1, le=600)


class LogSection(_Section):
    """How much is logged."""

    level: Literal["debug", "info", "warning", "error"] = "info"


class Config(_Section):
    """All of it."""

    station: StationSection
    hub: HubSection
    printer: PrinterSection
    press: PressSection = PressSection()
    courier: CourierSection = CourierSection()
    receipt: ReceiptSection = ReceiptSection()
    reader: ReaderSection = ReaderSection()
    log: LogSection = LogSection()

    @property
    def store_path(self) -> Path:
        """Return the path of the store file."""
        return self.station.state_dir / "station.sqlite"

    @property
    def hub_public_key(self) -> Ed25519PublicKey:
        """Return the key that signs grants and allowances."""
        return seal.public_key_from_text(self.hub.public_key)


def credentials_dir() -> Path | None:
    """Return the folder of systemd's credentials, None outside a unit."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) if folder else None


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: not readable, not TOML, or a key unknown, missing or out of range; the sentence names file,
            key and remedy.
    """
    try:
        data = tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}): name another with --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        config = Config.model_validate(_with_places(data, path))
    except ValidationError as error:
        raise ConfigError(f"{path}: {_sentence(error)}") from error
    return _with_access_key(config)


def _with_places(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Make relative folders relative to the configuration file, not to where the program was started."""
    for section, key in (("station", "state_dir"), ("printer", "profile"), ("press", "layout")):
        table = data.get(section)
        if isinstance(table, dict) and isinstance(table.get(key), str):
            table[key] = path.resolve().parent / table[key]
    return data


def _with_access_key(config: Config) -> Config:
    """Take the access key from systemd's credential where the file has none; only the courier misses it."""
    folder = credentials_dir()
    if config.hub.access_key or folder is None or not (folder / ACCESS_KEY_CREDENTIAL).exists():
        return config
    key = (folder / ACCESS_KEY_CREDENTIAL).read_text().strip()
    return config.model_copy(update={"hub": config.hub.model_copy(update={"access_key": key})})


def _sentence(error: ValidationError) -> str:
    """Say the first fault in one sentence; the value itself is never repeated, it may be a secret."""
    faults = error.errors(include_input=False, include_url=False)
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    fault = (unknown or faults)[0]  # a misspelt key is missing too, under its right name
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"unknown key {key}{_nearest(fault['loc'])}"
    if fault["type"] == "missing":
        return f"{key} is missing: add it"
    return f"{key}: {fault['msg']}"


def _nearest(place: tuple[int | str, ...]) -> str:
    model: Any = Config
    for part in place[:-1]:
        model = model.model_fields[str(part)].annotation
    known = list(model.model_fields)
    near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.5)
    return f": did you mean {near[0]}?" if near else f": known are {', '.join(known)}"
