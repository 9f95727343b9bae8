"""The station's real daemon in a process forked from this one: a start without the imports.

The child runs what `ktp-station run` runs. A fault is put into it from outside, by strace attached before its first
step. Fork only from a process of one thread. What a start reads that no fault touches is read once, here: the names of
the installed packages and the layout's ground.
"""

import functools
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions
from pathlib import Path

from reliability.clock import wait_until
from station import log, packages
from station.config import load
from station.daemon import ROLES, Daemon
from station.errors import StationError
from station.layout import Layout

ATTACH_S = 20.0
END_S = 30.0
EX_STATION = 74  # as the command line ends after an error of the store

_installed = functools.cache(packages_distributions)
_layout = functools.cache(Layout.load)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at the n-th call of a kind in one thread: a signal or an errno by name; for good if `sticky`."""

    call: str
    happening: str
    number: int
    sticky: bool = False

    def words(self) -> list[str]:
        """Return what strace is told."""
        kind = "signal" if self.happening.startswith("SIG") else "error"
        when = f"{self.number}{'+' if self.sticky else ''}"
        return [
            "-e", f"trace={self.call}",
            "-e", f"inject={self.call}:{kind}={self.happening}:when={when}",
        ]  # fmt: skip

    def __str__(self) -> str:
        """Name it for a failure."""
        return f"{self.happening} at {self.call} {self.number}{' and after' if self.sticky else ''}"


@dataclass(slots=True)
class Child:
    """One daemon process."""

    pid: int
    trace: Path | None = None
    tracer: "subprocess.Popen[bytes] | None" = None
    code: int | None = field(default=None)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, None while it runs."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
                self._end_tracer()
        return self.code

    def end(self, number: int = signal.SIGTERM) -> int:
        """Signal it and wait for its end; returns its exit code."""
        if self.poll() is None:
            os.kill(self.pid, number)
            wait_until(self._ended, f"process {self.pid} ends", END_S)
        assert self.code is not None
        return self.code

    def struck(self) -> bool:
        """Tell whether the fault has happened; ask after the end."""
        assert self.trace is not None
        seen = self.trace.read_text(errors="replace")
        return "(INJECTED)" in seen or "--- SIGSTOP" in seen or self.code == -signal.SIGKILL

    def _ended(self) -> bool:
        if self.poll() is None and is_stopped(self.pid):
            os.kill(self.pid, signal.SIGCONT)
        return self.code is not None

    def _end_tracer(self) -> None:
        if self.tracer is not None:
            self.tracer.wait(END_S)


def start(
    config: Path, roles: tuple[str, ...] = ROLES, fault: Fault | None = None,
    patch: Callable[[], None] | None = None,
) -> Child:  # fmt: skip
    """Fork a daemon of the given roles; returns once a fault is in place. `patch` runs in the child first."""
    _installed()
    _layout(load(config).press.layout)

    def be_station() -> None:
        _use_what_is_read()
        if patch is not None:
            patch()
        settings = load(config)
        log.configure(settings.log.level)
        os.umask(0o007)
        Daemon(settings, roles).run()

    return forked(be_station, config.parent / "station.log", fault, "-".join(roles))


def forked(body: Callable[[], None], heard: Path, fault: Fault | None, name: str) -> Child:
    """Fork a process that runs `body` and writes to the log `heard`; returns once a fault is in place."""
    gc.freeze()  # so that the child's collector does not copy what it never changes
    gate_out, gate_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(gate_in)
        _be(body, heard, gate_out)
    os.close(gate_out)
    child = Child(pid)
    if fault is not None:
        _attach(child, heard.parent / f"strace-{name}", fault)
    os.close(gate_in)  # it waits for this
    return child


def is_stopped(pid: int) -> bool:
    """Tell whether a process was stopped by a signal."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "Tt"
    except FileNotFoundError:
        return False


def _attach(child: Child, trace: Path, fault: Fault) -> None:
    trace.unlink(missing_ok=True)
    child.trace = trace
    child.tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-y", "-o", str(trace), "-p", str(child.pid), *fault.words()],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    status = Path(f"/proc/{child.pid}/status")
    wait_until(
        lambda: "TracerPid:\t0\n" not in status.read_text(), "strace attached", ATTACH_S, 0.001
    )


def _be(body: Callable[[], None], heard: Path, gate: int) -> None:
    """Become what `body` runs; never returns."""
    code = 70
    try:
        os.setsid()
        handle = os.open(heard, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.read(gate, 1)
        body()
        code = 0
    except StationError as error:
        print(f"ktp-station: {error}", file=sys.stderr)
        code = EX_STATION
    finally:
        sys.stderr.flush()
        os._exit(code)


def _use_what_is_read() -> None:
    setattr(packages, "packages_distributions", _installed)  # noqa: B010
    setattr(Layout, "load", _layout)  # noqa: B010
