"""A real emulator process: started, asked, ended."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.control_client import ControlClient

PROGRAM = (sys.executable, "-c", "from emulator.cli import main; main()")
LISTEN = ("--listen", "tcp:127.0.0.1:0", "--control", "tcp:127.0.0.1:0")


@dataclass(frozen=True, slots=True)
class Running:
    """A started emulator and what its ready line said."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    held: list[socket.socket] = field(default_factory=list)  # connections to be closed at the end

    @property
    def address(self) -> tuple[str, int]:
        _, host, port = self.ready["listen"][0].split(":")
        return host, int(port)

    def send(self, data: bytes) -> bytes:
        with socket.create_connection(self.address, 10) as host:
            host.sendall(data)
            host.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: host.recv(65_536), b""))

    def do(self, order: str, **arguments: Any) -> dict[str, Any]:
        with ControlClient(self.ready["control"]) as control:
            return control.do(order, **arguments)

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@contextmanager
def running(cards: Path, *options: str) -> Iterator[Running]:
    command = (*PROGRAM, "run", "--cards", str(cards), "--speed", "500", *LISTEN, *options)
    with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            started = Running(process, json.loads(line))
            yield started
            for host in started.held:
                host.close()
        finally:
            process.kill()
            process.communicate()
