"""Keeps a station's press away while its printer is measured.

A press holds an flock on `press.lock` in its station's state directory for as long as it runs (station/lock.py). Where
that file is on this machine we hold the same lock for the length of the certification: a running press is seen, and
none can start meanwhile. A station on another machine is seen by the printer's session alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.errors import DeviceBusyError

STATE_DIR = Path("/var/lib/ktp-station")
LOCK_FILE = "press.lock"
KERNEL_LOCKS = Path("/proc/locks")


def press_runs(state_dir: Path) -> bool:
    """Tell whether a press runs there now; leaves its lock alone, so that none is kept from starting.

    Raises:
        DeviceBusyError: it can't be seen.
    """
    path = state_dir / LOCK_FILE
    try:
        inode = path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise DeviceBusyError(
            f"{path} cannot be seen ({error.strerror}): run this as a user of the station"
        ) from error
    # 12: FLOCK  ADVISORY  WRITE 4711 fe:00:1056789 0 EOF
    locks = (line.split() for line in KERNEL_LOCKS.read_text().splitlines())
    return any(lock[1] == "FLOCK" and lock[5].rpartition(":")[2] == str(inode) for lock in locks)


@contextmanager
def press_kept_away(state_dir: Path) -> Iterator[None]:
    """Hold the press's lock if there is one.

    Raises:
        DeviceBusyError: a press runs, or it can't be seen whether one does.
    """
    path = state_dir / LOCK_FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    except OSError as error:
        raise DeviceBusyError(
            f"{path} cannot be opened ({error.strerror}): run this as a user of the station"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DeviceBusyError(
                f"a station's press runs on {state_dir} and owns the printer: stop ktp-station-press first"
            ) from error
        yield
    finally:
        os.close(handle)
