"""Where a hub's store is: a file of its own directory, or a PostgreSQL database.

The database is named by a libpq URI in `hub.toml` (`[store] url = …`) or, before it, in the environment
(KTP_HUB_STORE): a fail-over may need another word for an hour. No password stands in either: libpq finds it in a
passfile, or the server trusts the peer.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from hub.errors import CommandError, HomeError

STORE_FILE = "hub.sqlite"
CONFIG_FILE = "hub.toml"
VARIABLE = "KTP_HUB_STORE"
SCHEMES = ("postgresql", "postgres")

Address = Path | str


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str


class _Config(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    store: _Section


def of(directory: Path, environment: Mapping[str, str] = os.environ) -> Address:
    """Return where the store of a hub's directory is.

    Raises:
        HomeError: hub.toml is not as `ktp-hub init` left it.
        CommandError: the database is not named as it must be.
    """
    path = directory / CONFIG_FILE
    named = environment.get(VARIABLE, "")
    if not path.exists() and not named:
        return directory / STORE_FILE
    if not named:
        try:
            named = _Config.model_validate(tomllib.loads(path.read_text())).store.url
        except (OSError, ValueError, ValidationError) as error:
            raise HomeError(
                f"{path} cannot be read: it holds `[store]` and `url = …` only"
            ) from error
    return checked(named)


def write(directory: Path, named: str | None) -> None:
    """Write down which database a new hub's store is; nothing where it is a file."""
    if named is not None:
        text = f"[store]\nurl = {json.dumps(checked(named))}\n"
        (directory / CONFIG_FILE).write_text(text)


def checked(named: str) -> str:
    """Return a database's URI.

    Raises:
        CommandError: it is none of PostgreSQL, or holds a password.
    """
    parts = urlsplit(named)
    if parts.scheme not in SCHEMES:
        raise CommandError("a store is named as postgresql://…: see `ktp-hub init --help`")
    if "@" in parts.netloc and ":" in parts.netloc.rpartition("@")[0]:
        raise CommandError("a password stands in the store's address: put it into a passfile")
    if "password" in parse_qs(parts.query):
        raise CommandError("a password stands in the store's address: put it into a passfile")
    return named
