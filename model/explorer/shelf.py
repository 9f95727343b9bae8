"""A shelf of store states: each canonical content once, under a number, with one store file that has it.

A store in memory is put on the shelf after a call and taken from it before the next; two histories that lead to the
same content are one state. The canonical content is what `station.sql` and `hub.sql` read.
"""

import hashlib
import re
import sqlite3
import zlib
from collections.abc import Callable
from importlib.resources import files
from typing import Generic, TypeVar

Rows = dict[str, list[sqlite3.Row]]
Facts = TypeVar("Facts")


def queries(name: str) -> dict[str, str]:
    """Return the named queries of a `.sql` file of this package."""
    text = files("model.explorer").joinpath(name).read_text()
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return {title: body.strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def memory_connection() -> sqlite3.Connection:
    """Open a store in memory whose states are small and may be exchanged.

    No statement is kept prepared: SQLite does not see that the database under it became another one.
    """
    connection = sqlite3.connect(
        ":memory:", isolation_level=None, check_same_thread=False, cached_statements=0
    )
    connection.execute("PRAGMA page_size = 512")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


class Shelf(Generic[Facts]):
    """The states one store has been in; `facts[number]` is what the laws look at."""

    def __init__(
        self, memory: sqlite3.Connection, content: dict[str, str], facts_of: Callable[[Rows], Facts]
    ) -> None:
        self._memory = memory
        self.content = content
        self._facts_of = facts_of
        self._numbers: dict[bytes, int] = {}
        self._files: list[bytes] = []
        self.facts: list[Facts] = []

    def __len__(self) -> int:
        return len(self._files)

    def take(self, number: int) -> None:
        """Make the store be in a state."""
        self._memory.deserialize(zlib.decompress(self._files[number]))

    def put(self) -> int:
        """Return the number of the state the store is in, a new one where it was never seen."""
        rows: Rows = {
            name: self._memory.execute(query).fetchall() for name, query in self.content.items()
        }
        plain = [[tuple(row) for row in found] for found in rows.values()]
        digest = hashlib.blake2b(repr(plain).encode(), digest_size=16).digest()
        number = self._numbers.get(digest)
        if number is None:
            number = self._numbers[digest] = len(self._files)
            self._files.append(zlib.compress(self._memory.serialize(), 1))
            self.facts.append(self._facts_of(rows))
        return number
