"""Ballast: a megabyte of the store's disk held back, so that the card under way can still be settled on a full disk.

It is thrown overboard when a write that settles something meets a full disk, and taken in again when there is room.
Without it no new card is begun. Measured: with it gone the settling commit goes through where it failed before.
"""

import contextlib
import os
from pathlib import Path

BALLAST_BYTES = 1024 * 1024
BALLAST_MODE = 0o660  # either role and the people at the counter may need to throw it


class Ballast:
    """The ballast file beside one store."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name("ballast")

    def take_in(self) -> bool:
        """See that the ballast lies there whole; returns whether it does."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, BALLAST_MODE)
        except OSError:
            return False
        try:
            if os.fstat(handle).st_size < BALLAST_BYTES:
                os.posix_fallocate(handle, 0, BALLAST_BYTES)
        except OSError:
            self.throw()
            return False
        finally:
            os.close(handle)
        return True

    def throw(self) -> None:
        """Give its room to the store."""
        with contextlib.suppress(OSError):
            self._path.unlink()
