"""Ctrl-C during a certification: heard at once while a person is waited for, else when the script has ended.

A script cut off in the middle of a plane would leave a printer on USB deaf until it is switched off.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

HEARD = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Says when to stop; raises KeyboardInterrupt, and only where it is asked to."""

    def __init__(self) -> None:
        self._wanted = False
        self._at_once = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over for as long as the block runs; main thread only."""
        before = {number: signal.signal(number, self._hear) for number in HEARD}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def welcome(self) -> Iterator[None]:
        """Let it raise at any moment of the block."""
        self._at_once = True
        try:
            self.check()
            yield
        finally:
            self._at_once = False

    def check(self) -> None:
        """Raise if it was heard."""
        if self._wanted:
            raise KeyboardInterrupt

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._wanted = True
        if self._at_once:
            raise KeyboardInterrupt
