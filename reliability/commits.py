"""How many commits a store's file has seen, read from its first page without SQLite.

SQLite counts them in the header, four big-endian bytes at offset 24.
"""

import os
import struct
from pathlib import Path

_COUNTER = struct.Struct(">I")
_COUNTER_OFFSET = 24


def commits(store: Path) -> int:
    """Return how many commits a store file has seen. Not for a process that has the store open: see `commits_by`."""
    handle = os.open(store, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return commits_by(handle)
    finally:
        os.close(handle)


def commits_by(handle: int) -> int:
    """Read the count by a handle that stays open: closing one drops every lock of this process on the file."""
    head = os.pread(handle, _COUNTER.size, _COUNTER_OFFSET)
    return int(_COUNTER.unpack(head)[0]) if len(head) == _COUNTER.size else 0
