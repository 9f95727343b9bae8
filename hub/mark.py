"""The mark beside the store: how far the book of grants has gone, so that an older book put in its place is seen.

Written after a commit, at most once a second, and never waited for: a mark that is behind its store says nothing, a
store behind its mark was restored. Where there is no mark nobody knows, and the store counts as restored: it came
alone to another machine. How far a store goes is its backend's word (`hub.sqlite`, `hub.postgresql`).
"""

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

PAUSE_S = 1.0


class Mark:
    """The mark of one hub directory."""

    def __init__(self, path: Path, reached: Callable[[sa.Connection], int]) -> None:
        self._path = path
        self._reached = reached
        self._written_at: datetime | None = None

    def shows_a_restore(self, connection: sa.Connection) -> bool:
        """Tell whether this book had gone further before than it does now, or may have."""
        marked = self._read()
        return marked is None or marked > self._reached(connection)

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to write; it is not, for a second after it was."""
        written_at = self._written_at
        if written_at is not None and abs((now - written_at).total_seconds()) < PAUSE_S:
            return False
        self._written_at = now
        return True

    def set(self, connection: sa.Connection) -> None:
        """Write how far the book goes, back too: people know by now that it is an older one."""
        draft = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):  # a mark that can't be written leaves the older one
            draft.write_text(f"{self._reached(connection)}\n")
            draft.replace(self._path)

    def _read(self) -> int | None:
        try:
            return int(self._path.read_text())
        except (OSError, ValueError):
            return None
