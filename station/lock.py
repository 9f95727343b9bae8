"""One press a printer, one courier a store: a lock that dies with its process and with nothing else."""

import fcntl
import os
from pathlib import Path
from typing import Self

from station.errors import StationError

KERNEL_LOCKS = Path("/proc/locks")


class RoleLockedError(StationError):
    """Another process plays this role on the same state directory."""


def is_played(state_dir: Path, role: str) -> bool:
    """Tell whether some process plays a role on this state directory now, without touching its lock."""
    try:
        inode = (state_dir / f"{role}.lock").stat().st_ino
    except FileNotFoundError:
        return False
    # 12: FLOCK  ADVISORY  WRITE 4711 fe:00:1056789 0 EOF
    locks = (line.split() for line in KERNEL_LOCKS.read_text().splitlines())
    return any(lock[1] == "FLOCK" and lock[5].rpartition(":")[2] == str(inode) for lock in locks)


class RoleLock:
    """Holds `NAME.lock` in the state directory as long as it is open."""

    def __init__(self, state_dir: Path, role: str) -> None:
        self._path = state_dir / f"{role}.lock"
        self._handle: int | None = None

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            RoleLockedError: somebody has it.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise RoleLockedError(
                f"a {self._path.stem} runs on {self._path.parent} already: stop it first"
            ) from error
        self._handle = handle
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
