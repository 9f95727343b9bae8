"""A real PostgreSQL to try things on: Debian's server, in a private directory, on a free port here, as no one.

Its directory is in memory where the machine has such a place, unless told otherwise, so that a durable commit costs
nothing; it ends with the process that started it. Used by the hub's tests too.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

USER = "nobody"  # PostgreSQL refuses to run as root
MEMORY = Path("/dev/shm")  # noqa: S108
VERSIONS = Path("/usr/lib/postgresql")
STARTS = 3  # another process may take the port between finding and using it
START_S_MAX = 30.0
LOOK_S = 0.02


class ServerError(Exception):
    """One of PostgreSQL's programs failed."""


def programs() -> Path:
    """Return the folder of the newest server that is installed."""
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise ServerError("PostgreSQL is not installed: run tools/system-packages")
    return found[-1].parent


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(program: str, *arguments: str, text: str = "") -> str:
    """Run one of PostgreSQL's programs as its user, with a text to read; returns what it says.

    Raises:
        ServerError: it failed.
    """
    done = subprocess.run(
        [*as_user(), str(programs() / program), *arguments],
        cwd="/", env=_environment(), text=True, check=False, timeout=60,
        input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode != 0:
        raise ServerError(f"{program}: {done.stdout}")
    return done.stdout


def as_user() -> list[str]:
    """Return what stands before a command so that the servers' user runs it, no longer than we do."""
    user = [f"--reuid={USER}", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig", "INT", *user]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


@dataclass
class Server:
    """A server's data directory, and the server while it runs."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    schemas: int = 0
    process: subprocess.Popen[bytes] | None = None

    def uri(self, database: str = "postgres", schema: str | None = None) -> str:
        """Return the address of a database, or of a schema of it."""
        query = "" if schema is None else f"&options=-csearch_path%3D{schema}"
        return f"postgresql://127.0.0.1:{self.port}/{database}?user={USER}{query}"

    def new_schema(self) -> str:
        """Make an empty schema and return its URI."""
        self.schemas += 1
        name = f"hub_{self.schemas}"
        self.say(f"CREATE SCHEMA {name}")
        return self.uri(schema=name)

    def say(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement as the server's owner; returns what it gives."""
        with psycopg.connect(self.uri(), autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            ServerError: it does not.
        """
        for left in reversed(range(STARTS)):
            self.port = self.port or free_port()
            given = {"port": str(self.port), "listen_addresses": "127.0.0.1"} | self.settings
            options = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
            with (self.data.parent / "server.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [*as_user(), str(programs() / "postgres"), "-D", str(self.data), *options],
                    cwd="/", env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
            if self._answers():
                return
            self.stop()
            if not left:
                raise ServerError((self.data.parent / "server.log").read_text()[-2000:])
            self.port = 0

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it; SIGQUIT writes nothing more, SIGKILL is a crash."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            process.wait(timeout=30)

    def crash(self) -> None:
        """Kill it as a power cut would; what it shared with its own processes goes once those have ended too."""
        facts = (self.data / "postmaster.pid").read_text().splitlines()
        self.stop(signal.SIGKILL)
        segment = facts[6].split()[1]
        until_s = time.monotonic() + START_S_MAX
        while time.monotonic() < until_s:
            # in use by a process that has not seen the end yet: the kernel keeps it until then, and marks it as gone
            if (
                subprocess.run(
                    ["ipcrm", "-m", segment], capture_output=True, check=False
                ).returncode
                == 0
            ):
                return
            time.sleep(LOOK_S)
        raise ServerError(f"shared memory {segment} is still there")

    def _answers(self) -> bool:
        assert self.process is not None
        until_s = time.monotonic() + START_S_MAX
        while self.process.poll() is None and time.monotonic() < until_s:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.uri(), connect_timeout=2).close()
                return True
            time.sleep(LOOK_S)
        return False


@contextlib.contextmanager
def private_folder(*, in_memory: bool = True) -> Iterator[Path]:
    """Make a folder that the server's user owns, and remove it."""
    place = MEMORY if in_memory and MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="ktp-pg-", dir=place))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def new_server(folder: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Make a cluster in a folder; it does not run yet."""
    run(
        "initdb", "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync",
    )  # fmt: skip
    own = {
        "unix_socket_directories": str(folder), "shared_buffers": "32MB",
        "max_connections": "60", "dynamic_shared_memory_type": "mmap",
    }  # fmt: skip
    return Server(folder / "data", own | dict(settings or {}))


@contextlib.contextmanager
def running(
    settings: Mapping[str, str] | None = None, *, in_memory: bool = True
) -> Iterator[Server]:
    """Make a cluster and run it until the block ends; nothing of it is left."""
    with private_folder(in_memory=in_memory) as folder:
        server = new_server(folder, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
