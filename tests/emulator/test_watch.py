"""`ktp-emulator watch` on a real terminal, looking at a real emulator."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len

from emulator.control_client import ControlClient
from support import evolis_job as job
from support.emulated import Bench, emulated
from support.terminal import Terminal, on_terminal

PROGRAM = (sys.executable, "-c", "from emulator.cli import main; main()")
INTO_ALTERNATE, BACK = "\x1b[?1049h", "\x1b[?1049l"
SHOW_CURSOR = "\x1b[?25h"
SLOW = 3.0  # machine seconds a second: a card in 4 s, time enough to see each motion


@contextmanager
def watching(address: str, columns: int = 80, rows: int = 24) -> Iterator[Terminal]:
    with on_terminal((*PROGRAM, "watch", address), columns, rows) as terminal:
        yield terminal


def once(address: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    return subprocess.run(
        (*PROGRAM, "watch", address, "--once"),
        capture_output=True, text=True, timeout=20, check=False, env={**clean, **environment},
    )  # fmt: skip


def held_up(bench: Bench) -> str:
    """Leave a card half printed inside and return its short UID."""
    bench.control.do("jam", where="inside")
    bench.raw(job.simplex_job())
    bench.raw(job.END_OF_JOB)
    bench.control.do("wait-idle")
    uid: str = bench.truth()["inside"]["uid"]
    return f"{uid[:4]}…{uid[-4:]}"


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_a_card_is_seen_on_its_way(tmp_path: Path, columns: int, rows: int) -> None:
    with emulated(tmp_path, speed=SLOW) as bench, watching(
        bench.control_address, columns, rows
    ) as terminal:  # fmt: skip
        terminal.until("Siap, menunggu pekerjaan", "Ready, waiting for a job", "20 kartu")
        bench.raw(job.simplex_job())
        bench.raw(job.END_OF_JOB)
        terminal.until("Mencetak panel", "depan/front", "mencetak/printing")
        frame = terminal.until("Mengeluarkan kartu", "Y✓ M✓ C✓ K✓ O✓")
        assert len(frame) == rows
        assert max(cell_len(line) for line in frame) <= columns
        frame = terminal.until("Siap, menunggu pekerjaan", "19 kartu", "1 kartu", "picture 1")
        assert re.search(r"   1 04\w\w….{4} hasil", "\n".join(frame))
        colours = r"\x1b\[38;2;\d+;\d+;\d+;48;2;\d+;\d+;\d+m▀"
        assert re.search(colours, terminal.output), "the picture, in 24-bit colour"
        terminal.press(b"q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("how", [b"q", b"\x03", signal.SIGINT, signal.SIGTERM])
def test_it_leaves_the_terminal_as_it_was(tmp_path: Path, how: bytes | signal.Signals) -> None:
    with emulated(tmp_path) as bench, watching(bench.control_address) as terminal:
        before = terminal.settings()
        terminal.until("Siap")
        assert terminal.settings() != before, "no echo, single keys"
        if isinstance(how, bytes):
            terminal.press(b"xyz")
            terminal.until("Siap")
            terminal.press(how)
        else:
            terminal.process.send_signal(how)
        assert terminal.wait() == 0
        assert terminal.settings() == before
        assert terminal.output.index(INTO_ALTERNATE) < terminal.output.rindex(BACK)
        assert SHOW_CURSOR in terminal.output[terminal.output.rindex(BACK) - 40 :]
        assert "Traceback" not in terminal.output


def test_it_follows_the_size_of_the_terminal(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench, watching(bench.control_address) as terminal:
        assert len(terminal.until("Siap")) == 24
        terminal.resize(60, 14)
        frame = terminal.until("Blangko/hopper 20 ►")
        assert len(frame) == 14
        assert max(cell_len(line) for line in frame) <= 60
        terminal.resize(120, 36)
        assert len(terminal.until("sekarang/now")) == 36


def test_an_emulator_that_is_gone_is_waited_for(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        address = bench.control_address
        command = [*PROGRAM, "run", "--cards", str(tmp_path / "b"), "--listen", "tcp:127.0.0.1:0"]
        with watching(address) as terminal:
            terminal.until("Siap")
            bench.appliance.__exit__()
            terminal.until("Emulator tidak menjawab", f"The emulator at {address} is gone", "(3)")
            with subprocess.Popen([*command, "--control", address], stdout=-1) as process:
                try:
                    terminal.until("Siap, menunggu pekerjaan", "100 kartu")
                finally:
                    process.terminate()
                    process.communicate()
            terminal.until("tidak menjawab")
            terminal.press(b"q")
            assert terminal.wait() == 0


def test_one_frame_without_a_terminal(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        uid = held_up(bench)
        shown = once(bench.control_address)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert f"keluarkan kartu {uid}" in shown.stdout
        assert "\x1b" not in shown.stdout
        drawn = shown.stdout.splitlines()
        assert max(cell_len(line) for line in drawn) <= 80
        wide = once(bench.control_address, COLUMNS="120", LINES="36").stdout.splitlines()
        assert len(wide) == 36
        live = subprocess.run(
            (*PROGRAM, "watch", bench.control_address),
            capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert (live.returncode, live.stdout) == (os.EX_USAGE, "")
        assert "--once prints one frame" in live.stderr


def test_who_does_not_answer_gets_a_sentence(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        address = bench.control_address
    for wrong, sentence, code in (
        (address, "is it running?", os.EX_UNAVAILABLE),
        ("lpt:1", "is not an address", os.EX_USAGE),
        ("tcp:192.0.2.1:80", "loopback", os.EX_USAGE),
    ):
        ended = once(wrong)
        assert ended.returncode == code
        assert sentence in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400\r\n", b"[]\n", b"{}\n", b"5\n", b"\xff\xfe\n", b""]
)
def test_what_is_no_emulator_is_said_to_be_none(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            host, _ = server.accept()
            with host:
                host.recv(1000)
                host.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        ended = once(f"tcp:127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert ended.returncode == os.EX_UNAVAILABLE
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_it_only_looks(tmp_path: Path) -> None:
    """The printer's own word of what it was told is the same after many looks."""
    with emulated(tmp_path) as bench:
        before = json.dumps({**bench.truth(), "machine_s": 0, "head_c": 0, "chassis_c": 0})
        with watching(bench.control_address) as terminal:
            for _look in range(3):
                terminal.until("Siap")
            terminal.press(b"q")
            assert terminal.wait() == 0
        with ControlClient(bench.control_address) as control:
            after = {**control.truth(), "machine_s": 0, "head_c": 0, "chassis_c": 0}
        assert json.dumps(after) == before
