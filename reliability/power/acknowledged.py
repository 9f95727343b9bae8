"""What a running station has been told is durable, seen from outside: the number of its last acknowledged commit.

SQLite counts a file's commits in its header (offset 24). Inside a writing transaction nobody else commits, so that
count and one is this commit's number; it goes into memory shared with the harness once COMMIT has returned. A
transaction that changed no page writes no journal and is no commit, though rows were set to what they were.
"""

import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reliability.commits import commits_by
from station.database import Database, Transaction

_SHARED = struct.Struct("<Q")


def _look_at(journal: Path) -> tuple[int, int]:
    """Return size and time of a journal: one that a power cut left unneeded lies there until the next commit."""
    if not journal.exists():
        return 0, 0
    seen = journal.stat()
    return seen.st_size, seen.st_mtime_ns


class Acknowledged:
    """One number in memory that outlives the process that writes it."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SHARED.size)
        self._lock = threading.Lock()

    @property
    def number(self) -> int:
        """Return the last acknowledged commit."""
        return int(_SHARED.unpack_from(self._memory, 0)[0])

    def tell(self, number: int) -> None:
        """Note a commit, in the station's process."""
        with self._lock:
            _SHARED.pack_into(self._memory, 0, max(number, self.number))

    def restart(self, number: int) -> None:
        """Count on from what a store has kept, in the harness: what was lost is counted once."""
        _SHARED.pack_into(self._memory, 0, number)

    def database(self, base: type[Database] = Database) -> type[Database]:
        """Return the station's database, or one of other settings, telling of each commit."""
        acknowledged = self

        class TellingDatabase(base):  # type: ignore[misc,valid-type]
            """As the station's; each commit that changed something is told once it has returned."""

            def __init__(self, path: Path) -> None:
                super().__init__(path)
                self._head = os.open(
                    path, os.O_RDONLY | os.O_CLOEXEC
                )  # closed by the process's end

            @contextmanager
            def write(self) -> Iterator[Transaction]:
                journal = self.path.with_name(self.path.name + "-journal")
                with super().write() as tx:
                    number = commits_by(self._head) + 1
                    before = _look_at(journal)
                    yield tx
                    changed = _look_at(journal) != before
                if changed:
                    acknowledged.tell(number)

        return TellingDatabase


def stopped(pid: int) -> bool:
    """Tell whether every thread of a process stands still after SIGSTOP."""
    tasks = Path(f"/proc/{pid}/task")
    states = [(tasks / task / "stat").read_text() for task in os.listdir(tasks)]  # noqa: PTH208
    return all(state.rsplit(")", 1)[1].split()[0] in "Tt" for state in states)
