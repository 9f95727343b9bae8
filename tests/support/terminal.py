"""A program on a real pseudo-terminal: what stands on its screen, and keys for it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

SEEN_S_MAX = 20.0
HOME = "\x1b[H"
_CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[])")


@dataclass
class Terminal:
    """The far end of the terminal a program runs on; `output` is everything it ever wrote."""

    process: subprocess.Popen[bytes]
    descriptor: int
    near: int
    output: str = ""

    def until(self, *words: str) -> list[str]:
        """Return the first new frame that has all the words, as lines."""
        seen_from = len(self.output)
        until_s = time.monotonic() + SEEN_S_MAX
        while time.monotonic() < until_s:
            self._read(0.2)
            for frame in self.output[seen_from:].split(HOME)[1:-1]:
                text = _CONTROL.sub("", frame)
                if all(word in text for word in words):
                    return text.replace("\r", "").split("\n")
        raise AssertionError(f"{words} never seen; last: {_CONTROL.sub('', self.output[-4000:])}")

    def press(self, keys: bytes) -> None:
        os.write(self.descriptor, keys)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.near, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self) -> list[int | list[bytes | int]]:
        return termios.tcgetattr(self.near)

    def wait(self) -> int:
        """Return the exit code, reading on so that the program is not held up."""
        until_s = time.monotonic() + SEEN_S_MAX
        while self.process.poll() is None and time.monotonic() < until_s:
            self._read(0.05)
        self._read(0.0)
        return self.process.wait(1)

    def _read(self, wait_s: float) -> None:
        while select.select([self.descriptor], [], [], wait_s)[0]:
            self.output += os.read(self.descriptor, 1 << 16).decode("utf-8", "replace")
            wait_s = 0.0


@contextmanager
def on_terminal(command: Sequence[str], columns: int, rows: int) -> Iterator[Terminal]:
    """Start a program on a terminal of that size; it is killed at the end if it still runs."""
    far, near = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment |= {"LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}
    try:
        fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        with subprocess.Popen(
            command, stdin=near, stdout=near, stderr=near, env=environment
        ) as process:
            try:
                yield Terminal(process, far, near)
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
    finally:
        os.close(far)
        os.close(near)
