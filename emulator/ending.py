"""Ending signals: SIGTERM and Ctrl-C, waited for by the main thread.

The handlers do nothing: one that takes the printer's lock could find it held. That the signal came is told through a
wakeup socket, whichever thread the kernel chose to interrupt; a library may have threads of its own that block nothing.
"""

import signal
import socket
from contextlib import ExitStack
from types import FrameType
from typing import Self

ENDING = (signal.SIGTERM, signal.SIGINT)


class EndingSignals:
    """Holds the two signals between entering and leaving the context; in the main thread only."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Take the signals over."""
        self._ear, mouth = socket.socketpair()
        mouth.setblocking(False)
        with ExitStack() as stack:
            stack.enter_context(self._ear)
            stack.enter_context(mouth)
            before = signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
            stack.callback(signal.set_wakeup_fd, before)
            for number in ENDING:
                stack.callback(signal.signal, number, signal.signal(number, _heard))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Give them back."""
        self._stack.close()

    def within(self, duration_s: float) -> bool:
        """Wait; say whether one of them came."""
        self._ear.settimeout(duration_s)
        try:
            return bool(self._ear.recv(1))
        except TimeoutError:
            return False


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: it went to the socket already."""
