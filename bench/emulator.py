"""The emulator as a process of its own: one card from its first byte to its files, a fast day, and its memory.

A rendered specimen card is sent over TCP as the driver makes it; the machine runs so fast that its own time is nothing.
"""

import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.face import specimen
from bench.figure import Figure
from drivers.card import CardDesign
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.job import PART_TWO, opening
from emulator.control_client import ControlClient
from station.layout import Layout

CARDS_ONE_BY_ONE = 25
FASTEST = 1_000_000  # machine seconds a second: a card's own time is 13 microseconds
DAY_SPEED, DAY_CARDS = 1000, 200
ANSWER_S = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A started emulator: where it listens, its control link, its process id, where its cards fall."""

    address: tuple[str, int]
    control: ControlClient
    pid: int
    cards: Path

    def print_card(self, job: bytes, number: int) -> float:
        """Send a job as a host does; return the seconds to the card's files."""
        began_s = time.perf_counter()
        self._exchange(job + b"\x00")
        self._exchange(PART_TWO + b"\x00")
        self.control.do("wait-cards", count=number)
        return time.perf_counter() - began_s

    def _exchange(self, data: bytes) -> None:
        with socket.create_connection(self.address, ANSWER_S) as host:
            host.sendall(data)
            host.shutdown(socket.SHUT_WR)
            while host.recv(65_536):
                pass

    @property
    def peak_mb(self) -> float:
        """Return the most memory it ever had resident."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None, "Linux says how much memory a process had"
        return int(found[1]) / 1024


def figures() -> list[Figure]:
    """Print cards one by one, then a day's."""
    layout = Layout.load(None)
    job = opening(0) + EvolisDriver().encode(CardDesign(layout.face(specimen()))).job_data
    with emulator_running(FASTEST, CARDS_ONE_BY_ONE) as printer:
        numbers = range(1, CARDS_ONE_BY_ONE + 1)
        each_ms = [printer.print_card(job, number) * 1000 for number in numbers]
    with emulator_running(DAY_SPEED, DAY_CARDS) as printer:
        began_s = time.perf_counter()
        for number in range(1, DAY_CARDS + 1):
            printer.print_card(job, number)
        day_s = time.perf_counter() - began_s
        peak_mb = printer.peak_mb
    return [
        Figure("emulator: one job to its files", statistics.median(each_ms), 120, "ms"),
        Figure("emulator: 200 cards at --speed 1000", day_s, 60, "s"),
        Figure("emulator: resident after 200 cards", peak_mb, 90, "MB"),
    ]


@contextmanager
def emulator_running(speed: int, blanks: int) -> Iterator[Running]:
    """Run an emulator of its own; its cards fall into a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="ktp-bench-") as folder:
        command = [
            str(Path(sys.executable).with_name("ktp-emulator")), "run", "--cards", folder,
            "--listen", "tcp:127.0.0.1:0", "--control", "tcp:127.0.0.1:0",
            "--speed", str(speed), "--blanks", str(blanks),
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            try:
                assert process.stdout is not None
                ready = json.loads(process.stdout.readline())
                _scheme, host, port = ready["listen"][0].split(":")
                with ControlClient(ready["control"]) as control:
                    yield Running((host, int(port)), control, process.pid, Path(folder))
            finally:
                process.terminate()
