"""The hub as a real process, asked over HTTP with nothing but the standard library."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prr.canonical import Contract


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class HubProcess:
    """A running `ktp-hub serve`."""

    process: subprocess.Popen[str]
    url: str

    def ask(
        self, method: str, path: str, body: bytes | None = None, access_key: str | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        headers = {} if access_key is None else {"Authorization": f"Bearer {access_key}"}
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())

    def post(self, path: str, value: Contract | bytes, access_key: str | None) -> Answer:
        body = value if isinstance(value, bytes) else value.canonical()
        return self.ask("POST", path, body, access_key)

    def kill(self) -> None:
        """End it as a power cut would: no handler runs."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=20)


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one `ktp-hub` command on a hub directory."""
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *arguments],
        env=os.environ | {"KTP_HUB_DIR": str(directory)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@contextlib.contextmanager
def serving(directory: Path, *arguments: str) -> Iterator[HubProcess]:
    """Run `ktp-hub serve` on a free port until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.cli", "serve", "--port", "0", *arguments],
        env=os.environ | {"KTP_HUB_DIR": str(directory)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield HubProcess(process, ready["url"])
        finally:
            process.terminate()
            process.wait(timeout=20)
