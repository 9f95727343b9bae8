"""Keys: what a person presses while a program draws on the terminal, and how it is told to end.

A context manager: the terminal gives single keys and no echo inside and is as it was afterwards, whatever happens.
SIGINT and SIGTERM are only noted meanwhile, so that nothing ends in the middle of a frame. For the main thread alone.
"""

import os
import select
import signal
import termios
import tty
from contextlib import ExitStack
from types import FrameType
from typing import Self

ENDING = (signal.SIGINT, signal.SIGTERM)
LEAVING = ("q", "Q", "\x03")  # Ctrl-C comes as a key: it makes no signal inside


class Keys:
    """The keyboard of a terminal, if the descriptor is one; else there are only signals.

    Args:
        descriptor: standard input, as a rule.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_open = os.isatty(descriptor)
        self._signalled = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Take signals and terminal over."""
        with ExitStack() as stack:
            # Noted by a handler and not held back by a mask: a thread of a library may have another mask than ours.
            for number in ENDING:
                stack.callback(signal.signal, number, signal.signal(number, self._note))
            before = signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            stack.callback(signal.pthread_sigmask, signal.SIG_SETMASK, before)
            if self._is_open:
                self._take_terminal(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Give them back."""
        self._stack.close()

    def leaves_within(self, wait_s: float) -> bool:
        """Wait so many real seconds at most; say whether the person wants to leave."""
        listening = [self._descriptor] if self._is_open else []
        ready, _, _ = select.select(listening, [], [], wait_s)
        if ready:
            pressed = self._pressed()
            return not pressed or any(key in pressed for key in LEAVING)
        return self._signalled

    def _pressed(self) -> str:
        """Return the keys that wait; none means that the terminal is gone."""
        try:
            return os.read(self._descriptor, 64).decode("latin-1")
        except OSError:
            return ""

    def _take_terminal(self, stack: ExitStack) -> None:
        before = termios.tcgetattr(self._descriptor)
        stack.callback(termios.tcsetattr, self._descriptor, termios.TCSADRAIN, before)
        tty.setcbreak(self._descriptor)
        now = termios.tcgetattr(self._descriptor)
        now[3] &= ~termios.ISIG  # suspended it would leave the screen half drawn
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, now)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signalled = True
