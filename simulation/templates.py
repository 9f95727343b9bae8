"""New stores as bytes: made once by the real code, written again for each run. A law may be taken out of them."""

import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from simulation.look import named
from station.database import Database

_missing: list[str] = []


def station_store() -> bytes:
    """Return the file of a new station's store, without the laws that are taken out just now."""
    return _made(tuple(_missing))


@contextmanager
def lawless(law: str) -> Iterator[None]:
    """Make stores without one of the schema's laws for as long as the block runs."""
    _missing.append(law)
    try:
        yield
    finally:
        _missing.remove(law)


@functools.cache
def _made(missing: tuple[str, ...]) -> bytes:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "station.sqlite"
        Database(path).close()
        for law in missing:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute(named("without")[law])
                connection.commit()
        return path.read_bytes()
    finally:
        shutil.rmtree(folder)
