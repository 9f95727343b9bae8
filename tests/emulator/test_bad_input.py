"""What no host should send: the real process stays up and small, serves the next host, and says what was wrong."""

import re
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from support import evolis_job as job
from support.processes import Running, running

NOISE_BYTES = 100_000_000
PEAK_KB_MAX = 110_000  # of a process that has seen the worst; one that prints stays below 90 MB
CONNECTIONS = 500


def noise(printer: Running) -> None:
    chunk = bytes(range(256)) * 4096
    with socket.create_connection(printer.address, 30) as host:
        for _ in range(NOISE_BYTES // len(chunk) + 1):
            host.sendall(chunk)
        host.shutdown(socket.SHUT_WR)
        while host.recv(65_536):
            pass


def crowd(printer: Running) -> None:
    hosts = [socket.create_connection(printer.address, 10) for _ in range(CONNECTIONS)]
    for host in hosts:
        host.close()


def never_closed(printer: Running) -> None:
    host = socket.create_connection(printer.address, 10)
    host.sendall(b"\x1bRsn")
    printer.held.append(host)


def short_plane(printer: Running) -> None:
    printer.send(job.mono_job()[:-30_000])


def long_plane(printer: Running) -> None:
    plane = b"\x1bDb;k;2;" + bytes(1016 * 648 // 8 + 7) + b"\r"
    printer.send(plane)


def two_jobs(printer: Running) -> None:
    begun = threading.Barrier(2, timeout=20)

    def one() -> None:
        begun.wait()
        for byte in range(4):
            printer.send(job.simplex_job()[: 200 + byte])

    hosts = [threading.Thread(target=one) for _ in range(2)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (noise, "no command"),
        (crowd, "more than 64 connections"),
        (never_closed, None),
        (short_plane, "ended inside a command or plane"),
        (long_plane, "bitmap not followed by CR"),
        (two_jobs, "a job begins inside another one"),
    ],
)
def test_the_printer_outlives_it_and_says_what_was_wrong(
    tmp_path: Path, misuse: Callable[[Running], None], sentence: str | None
) -> None:
    with running(tmp_path) as printer:
        misuse(printer)
        assert b"OK" in printer.send(b"\x1bPcla;0\r\x00")
        printer.send(b"\x1bSrs\r\x00")
        printer.do("wait-idle")
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{printer.process.pid}/status").read_text())
        assert peak is not None
        assert int(peak[1]) < PEAK_KB_MAX
        code, errors = printer.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in errors
    assert sentence is None or sentence in errors
