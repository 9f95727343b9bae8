"""A primary and its synchronous standby, and the fail-over from one to the other, again and again."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linearizability import postgres
from linearizability.postgres import Server

SETTINGS = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on"}
WAIT_S = 0.02
WAIT_S_MAX = 30.0


class FailOverError(Exception):
    """The pair did not come to where it should."""


@dataclass
class Pair:
    """Two servers under one folder; which one is the primary changes."""

    folder: Path
    primary: Server
    standby: Server
    made: int = 2

    def fail_over(self) -> None:
        """Kill the primary, promote the standby, and give it a standby of its own."""
        self.primary.crash()
        postgres.run("pg_ctl", "promote", "-w", "-s", "-D", str(self.standby.data))
        self.primary = self.standby
        self.made += 1
        self.standby = _standby_of(self.primary, self.folder / f"server-{self.made}")

    def stop(self) -> None:
        """End both."""
        self.standby.stop()
        self.primary.stop()


@contextlib.contextmanager
def running() -> Iterator[Pair]:
    """Run a pair until the block ends."""
    with postgres.private_folder() as folder:
        first = _subfolder(folder / "server-1")
        primary = postgres.new_server(first, SETTINGS)
        primary.start()
        pair = Pair(folder, primary, _standby_of(primary, folder / "server-2"))
        try:
            yield pair
        finally:
            pair.stop()


def _subfolder(path: Path) -> Path:
    """Make a folder as the servers' user."""
    subprocess.run([*postgres.as_user(), "mkdir", str(path)], check=True)
    return path


def _standby_of(primary: Server, folder: Path) -> Server:
    """Copy a primary, run the copy as its synchronous standby, and wait until a commit waits for it."""
    _subfolder(folder)
    data = folder / "data"
    postgres.run(
        "pg_basebackup", "-D", str(data), "-d", primary.uri(), "-R", "-c", "fast", "--no-sync"
    )
    settings = dict(primary.settings) | {"unix_socket_directories": str(folder)}
    standby = Server(data, settings)
    standby.start()
    primary.say("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.say("SELECT pg_reload_conf()")
    _until_synchronous(primary)
    primary.say("SELECT pg_logical_emit_message(true, 'ktp', '')")  # waits for all that was before
    return standby


def _until_synchronous(primary: Server) -> None:
    until_s = time.monotonic() + WAIT_S_MAX
    while not any("sync" in row for row in primary.say("TABLE pg_stat_replication")):
        if time.monotonic() > until_s:
            raise FailOverError("the standby did not become a synchronous one")
        time.sleep(WAIT_S)
