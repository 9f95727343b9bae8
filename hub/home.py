"""The hub's directory: signing key, CA, mark, and `hub.sqlite` or a `hub.toml` that names a PostgreSQL database.

Made by `ktp-hub init`, opened by everything else.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub import address, authority, epochs, keys, schema
from hub.clock import Clock, SystemClock
from hub.db import Store
from hub.errors import HomeError, HomeExistsError
from hub.mark import Mark

KEY_FILE = "hub.key"
MARK_FILE = "hub.mark"
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
DEFAULT_ZONE = ZONES[0]
DEFAULT_CAP = 200  # cards a printer and day: what a printer's heat allows in good quality
DEFAULT_SERIES = "BLANK"


@dataclass(frozen=True, slots=True)
class Hub:
    """An open hub: what every function of the service works on."""

    store: Store
    mark: Mark
    key: Ed25519PrivateKey
    clock: Clock
    zone: str
    cap: int
    series: str


def init(directory: Path, zone: str, cap: int, series: str, store: str | None = None) -> None:
    """Make a new hub in a directory that does not exist or is empty; all of it or nothing appears there.

    Args:
        directory: where.
        zone: one of ZONES.
        cap: cards a printer and day.
        series: default series of blanks.
        store: an empty PostgreSQL database; None for a file in the directory.

    Raises:
        HomeExistsError: something is there already.
        HomeError: the directory cannot be written.
        StoreError, CommandError: the database is not there, not empty, or not named as it must be.
    """
    assert zone in ZONES, zone
    try:
        if directory.exists() and any(directory.iterdir()):
            raise HomeExistsError(f"{directory} is not empty: name a new directory")
        draft = directory.with_name(f".{directory.name}.new-{os.getpid()}")
        draft.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise HomeExistsError(f"{directory} cannot be made: {error.strerror}") from error
    try:
        _fill(draft, zone, cap, series, store)
        draft.rename(directory)
        _sync_directory(directory.parent)
    except OSError as error:
        raise HomeError(f"{directory} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def opened(directory: Path, clock: Clock | None = None) -> Iterator[Hub]:
    """Open the hub of a directory for as long as the block runs.

    Raises:
        StoreError, HomeError: it is not there or not as it must be.
    """
    store = Store.open(address.of(directory))
    try:
        key = keys.read_signing_key(directory / KEY_FILE)
        facts = store.read(lambda connection: connection.execute(sa.select(schema.hub)).one())
        clock, mark = clock or SystemClock(), Mark(directory / MARK_FILE, store.reached)
        _see_whether_restored(store, mark, clock)
        yield Hub(
            store, mark, key, clock,
            facts.zone, facts.cap, facts.series,
        )  # fmt: skip
    finally:
        store.close()


def _see_whether_restored(store: Store, mark: Mark, clock: Clock) -> None:
    """Begin an epoch where the store was put back from a copy, or is another server's since a fail-over."""

    def is_another(connection: sa.Connection) -> bool:
        return mark.shows_a_restore(connection) or store.is_elsewhere(connection)

    def begin(connection: sa.Connection) -> None:
        if is_another(connection):  # no other process has seen it meanwhile
            store.settle(connection)
            epochs.begin(connection, clock.now())

    if store.read(is_another):
        store.write(begin)
        store.read(mark.set)


def _fill(directory: Path, zone: str, cap: int, series: str, named: str | None) -> None:
    address.write(directory, named)
    keys.write_signing_key(directory / KEY_FILE)
    authority.write(directory, authority.make(SystemClock().now()))
    facts = {"id": 1, "hub_epoch": 1, "zone": zone, "cap": cap, "series": series}
    made = Store.create(
        address.of(directory),
        lambda connection: connection.execute(sa.insert(schema.hub), facts),
    )
    made.read(Mark(directory / MARK_FILE, made.reached).set)
    made.close()
    _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
