"""A look into a store from outside: single statements on a connection that can't write. No role's connection."""

import re
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any


def named(name: str) -> dict[str, str]:
    """Return the statements of one of our .sql files by their names."""
    text = files("simulation").joinpath(f"sql/{name}.sql").read_text()
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


STATION = named("station")
HUB = named("hub")


class Look:
    """A read-only connection to one store file, opened anew when the file was replaced."""

    def __init__(self, path: Path, questions: dict[str, str]) -> None:
        self._path = path
        self._questions = questions
        self._connection: sqlite3.Connection | None = None

    def all(self, question: str) -> list[tuple[Any, ...]]:
        """Return every row of a named question."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"file:{self._path}?mode=ro", uri=True, isolation_level=None
            )
        cursor = self._connection.execute(self._questions[question])
        rows = cursor.fetchall()
        cursor.close()
        return rows

    def value(self, question: str) -> Any:
        """Return the first column of the first row."""
        return self.all(question)[0][0]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
