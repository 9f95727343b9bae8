"""Hub processes on one store: started, killed as a power cut would, started again, each at its own address."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from linearizability.postgres import free_port

HUB = "hub.cli"


class HubError(Exception):
    """A hub did not start."""


@dataclass
class Hubs:
    """One or more `ktp-hub serve`.

    Attributes:
        directory: the hub's.
        count: how many processes.
        program: the module that is run; another one is a hub with a fault sown into it.
        store: the database they use now; None for the file.
    """

    directory: Path
    count: int
    program: str = HUB
    store: str | None = None
    kills: int = 0
    ports: list[int] = field(default_factory=list)
    processes: list[subprocess.Popen[str] | None] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start them all."""
        self.ports = [free_port() for _ in range(self.count)]
        self.processes = [None] * self.count
        for number in range(self.count):
            self.revive(number)

    def urls(self) -> list[str]:
        """Return their addresses, of those that are dead too."""
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def kill(self, number: int) -> None:
        """End one: no handler runs."""
        process, self.processes[number] = self.processes[number], None
        if process is not None:
            process.kill()
            process.wait(timeout=20)
            if process.stdout is not None:
                process.stdout.close()
            self.kills += 1

    def revive(self, number: int) -> None:
        """Start one and wait until it listens.

        Raises:
            HubError: it ended instead.
        """
        environment = os.environ | {"KTP_HUB_DIR": str(self.directory)}
        if self.store is not None:
            environment["KTP_HUB_STORE"] = self.store
        process = subprocess.Popen(
            [sys.executable, "-m", self.program, "serve", "--port", str(self.ports[number])],
            env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.processes[number] = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line or not json.loads(line)["ready"]:
            self.kill(number)
            raise HubError("a hub did not start: its words stand above")

    def stop(self) -> None:
        """End them all."""
        for number in range(len(self.processes)):
            self.kill(number)
