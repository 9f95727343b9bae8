"""A disk state put into a folder and opened again by the program itself: what does it say was there?

What a store says is a function of its bytes once SQLite has rolled back or forward, so equal bytes are read only once.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

Content = tuple[str, ...]
Open = Callable[[Path], None]
Look = Callable[[Path], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Reopener:
    """How one kind of store is opened and read.

    `open_store` opens and closes it as a starting process does, and raises what that raises; `look` applies the rules
    of a restart and returns lines that are equal if and only if the content is.
    """

    folder: Path
    store: str
    open_store: Open
    look: Look
    errors: tuple[type[Exception], ...]


class Reopened:
    """Opens states of one scenario, remembering what bytes mean."""

    def __init__(self, how: Reopener) -> None:
        self._how = how
        self._known: list[tuple[bytes, bytes, str]] = []

    def content(self, files: Iterable[tuple[str, bytes]]) -> str:
        """Return a digest of what the program finds, or a sentence that begins with "broken".

        Equal digests are equal contents: every row of every table, and the key.
        """
        store = self._how.folder / self._how.store
        key = self._lay_down(dict(files))
        try:
            self._how.open_store(store)
        except self._how.errors as error:
            return f"broken: {error}"
        data = store.read_bytes()
        for known, known_key, told in self._known:
            if data == known and key == known_key:
                return told
        told = self._look(store, key)
        self._known.append((data, key, told))
        self._known.sort(key=lambda entry: entry[2].startswith("broken"))
        return told

    def _lay_down(self, files: dict[str, bytes]) -> bytes:
        """Make the folder hold these files and no other; returns the key among them, if there is one."""
        folder = str(self._how.folder)
        for path in self._how.folder.iterdir():
            if path.name not in files:
                path.unlink()
        for name, data in files.items():
            handle = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.write(handle, data)
            os.close(handle)
        return next((data for name, data in files.items() if name.endswith(".key")), b"")

    def _look(self, store: Path, key: bytes) -> str:
        try:
            lines = [*self._how.look(store), key.hex()]
        except self._how.errors as error:
            return f"broken: {error}"
        except AssertionError as error:
            return f"broken: {error}"
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def dump(store: Path) -> list[str]:
    """Return every row of a store as SQL, after SQLite's own check of the file.

    Raises:
        sqlite3.DatabaseError: not readable.
        AssertionError: SQLite finds it damaged.
    """
    with closing(sqlite3.connect(store)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert said == "ok", f"integrity_check: {said}"
        assert not connection.execute("PRAGMA foreign_key_check").fetchall(), "foreign keys"
        return list(connection.iterdump())
