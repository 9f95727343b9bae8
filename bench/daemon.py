"""The station as a process: how soon it is ready, what it keeps resident, what it costs while it waits."""

import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from bench.figure import Figure
from station import facts
from station.clock import SystemClock
from station.demo.office import Office
from station.demo.processes import command

CARDS = 6
STARTS = 5
IDLE_S = 10.0


def figures() -> list[Figure]:
    """Print some cards, then measure the station that has nothing to do, then starts."""
    with tempfile.TemporaryDirectory(prefix="ktp-bench-") as folder:
        office = Office(Path(folder) / "office", CARDS, 100.0, usb=False)
        try:
            office.open()
            clock = SystemClock()
            while facts.status(office.config, office.database, clock)["cards"]["printed"] < CARDS:
                office.check()
                time.sleep(0.2)
            time.sleep(4)  # until the printer's session is given back
            idle_percent = _cpu_percent(office.station.pid)
            resident_mb = _resident_mb(office.station.pid)
            office.station.stop()
            config = Path(folder) / "office" / "station.toml"
            ready_s = statistics.median(_ready_s(config, Path(folder)) for _ in range(STARTS))
        finally:
            office.close()
    return [
        Figure("station ready after start", ready_s, 1.0, "s"),
        Figure("station resident after printing", resident_mb, 110, "MB"),
        Figure("station idle CPU", idle_percent, 0.5, "%"),
    ]


def _ready_s(config: Path, folder: Path) -> float:
    """Start a station; returns the seconds until it says READY=1 to its notification socket."""
    address = folder / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(address))
        heard.settimeout(20)
        began = time.perf_counter()
        process = subprocess.Popen(
            command("ktp-station", "run", "--config", str(config)),
            env=os.environ | {"NOTIFY_SOCKET": str(address)}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while heard.recv(256) != b"READY=1":
            pass
        took_s = time.perf_counter() - began
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    return took_s


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise AssertionError


def _cpu_percent(pid: int) -> float:
    before_s = _cpu_s(pid)
    time.sleep(IDLE_S)
    return (_cpu_s(pid) - before_s) / IDLE_S * 100


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
