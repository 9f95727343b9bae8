"""Programs of the guest. The installed commands run as they are; those of the station are forked from this process.

To import what a station needs takes seconds here, and a station is started for every cable. So this process imports it
once and runs the installed script in a child, which has a user, a log and an exit code as if it had been started anew.
"""

import grp
import importlib
import os
import pwd
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from guest import plan
from guest.clock import wait_until

BIN = plan.PROJECT / "bin"
PRESS = "ktp-press"
STOP_S_MAX = 150.0
STATION_MODULES = (
    "station.cli", "station.daemon", "station.press", "station.courier", "station.facts", "station.desk",
    "drivers.evolis.driver", "drivers.usb_bulk", "drivers.usb_lp", "drivers.serial_port", "drivers.tcp_socket",
)  # fmt: skip


def installed(log: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start an installed program on its own."""
    with log.open("ab") as file:
        return subprocess.Popen(
            ["/usr/bin/python3", str(BIN / program), *arguments], stdout=file, stderr=file
        )


def import_station() -> None:
    """Import what a station imports, so that its children have it already."""
    for name in STATION_MODULES:
        importlib.import_module(name)


class Child:
    """A forked program."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.code: int | None = None

    @property
    def alive(self) -> bool:
        """Say whether it runs still."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is None

    def stop(self) -> int:
        """Send SIGTERM and wait; returns the exit code."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """End it at once."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def wait(self) -> int:
        """Wait for its end; returns the exit code."""
        wait_until(lambda: not self.alive, f"process {self.pid} ended", STOP_S_MAX)
        assert self.code is not None
        return self.code


def beside(act: Callable[[], None]) -> Child:
    """Do something in a child of this process."""
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        _become(act)
    return Child(pid)


def forked(program: str, arguments: Sequence[str], output: int, errors: int, *groups: str) -> Child:
    """Run an installed Python program in a child, as the press's user with the groups the udev rules ask for."""
    user = pwd.getpwnam(PRESS)
    numbers = [
        *os.getgrouplist(PRESS, user.pw_gid),
        *(grp.getgrnam(name).gr_gid for name in groups),
    ]

    def begin() -> None:
        os.dup2(output, 1)
        os.dup2(errors, 2)
        os.setgroups(numbers)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        sys.argv = [program, *arguments]
        runpy.run_path(str(BIN / program), run_name="__main__")

    return beside(begin)


def _become(begin: Callable[[], None]) -> NoReturn:
    """Run a program's main in this child and end it with the code the interpreter would give; nothing else unwinds."""
    code = 1
    try:
        begin()
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    finally:
        if sys.exc_info()[0] is not None:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
