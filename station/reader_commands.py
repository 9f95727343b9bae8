"""The commands that read a blank's chip: `ktp-station blank`, and `--read` of others. Registered by `station.cli`.

Exit codes are sysexits': 75 no reader, or a card that could not be read: nothing was booked; 77 refused.
"""

import json
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from station.command_options import CONFIG_DEFAULT, ConfigOption, JsonOption
from station.config import Config

ReadOption = Annotated[bool, typer.Option("--read", help="Read each chip on the reader.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `ktp-station`."""
    app.command("blank")(blank)


def blank(
    config: ConfigOption = CONFIG_DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Read one card's chip and tell what this station knows of it."""
    from station import facts, screen
    from station.config import load
    from station.database import Database

    settings = load(config)
    (uid,) = read(settings, 1)
    database = Database.in_folder(settings.store_path, station=settings.station.id)
    try:
        told = facts.blank(database, uid)
    finally:
        database.close()
    print(json.dumps(told) if as_json else screen.blank_words(told))


def read(
    settings: Config, count: int, check: Callable[[str], None] = lambda _uid: None
) -> tuple[str, ...]:
    """Read so many different cards with the person at the desk; see `station.reader.reading`."""
    from station.reader.blank_reader import open_reader
    from station.reader.reading import read_each

    with open_reader(settings.reader.name) as reader:
        return read_each(reader, count, settings.reader.within_s, check, _say)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
