"""Duplex: a dialogue whose bytes flow both ways at any time, on a TCP connection or a serial line.

Threads: the caller's reads bytes and has them carried out; "answers" sends what the firmware has to say. The host going
away, the cable, the power and the end of the emulator all end both.
"""

import math
import threading
from typing import Protocol

from emulator.firmware import Dialogue
from emulator.printer import Printer


class Channel(Protocol):
    """Where the bytes come from and go to."""

    @property
    def cut(self) -> bool:
        """Say whether the line went dead under it."""

    def receive(self) -> bytes:
        """Wait for bytes; b"" at the end. Raises OSError."""

    def send(self, data: bytes) -> None:
        """Send all of them. Raises OSError."""

    def abort(self) -> None:
        """Wake whoever receives; it finds the end."""


class Duplex:
    """One dialogue on one channel.

    Args:
        printer: whose.
        dialogue: what is said.
        channel: what carries it.
        forget_host_s: something large whose bytes stop for so long (seconds of the host's) is forgotten.
    """

    def __init__(
        self,
        printer: Printer,
        dialogue: Dialogue,
        channel: Channel,
        forget_host_s: float = math.inf,
    ) -> None:
        self._printer = printer
        self._dialogue = dialogue
        self._channel = channel
        self._forget_host_s = forget_host_s
        self._forgotten_s = (
            math.inf
        )  # the machine instant after which what is half here is forgotten
        self._ended = False

    def run(self) -> None:
        """Serve until the host goes away or the printer does; what was asked before is still answered."""
        sender = threading.Thread(target=self._send_answers, name="answers")
        sender.start()
        try:
            while self._take(self._channel.receive()):
                pass
        finally:
            with self._printer.changed:
                self._ended = True
                self._printer.changed.notify_all()
            sender.join()

    @property
    def _dead(self) -> bool:
        printer = self._printer
        return self._channel.cut or printer.stopping or not printer.reachable

    def _take(self, data: bytes) -> bool:
        """Carry out what a chunk completes; False at the end of the line."""
        printer, dialogue = self._printer, self._dialogue
        with printer.changed:
            if not data or self._dead:
                return False
            if dialogue.midway and printer.now_s() > self._forgotten_s:
                dialogue.reset()
            dialogue.receive(data[: printer.line.arriving(len(data))])
            while dialogue.waiting:
                if not printer.takes(dialogue):
                    printer.changed.notify_all()
                    printer.wait(lambda: self._dead or printer.takes(dialogue), None)
                # What came before the cable was pulled is in the printer and done; without power it is not.
                if self._channel.cut or printer.stopping or not printer.firmware.online:
                    return False
                printer.execute(dialogue)
            self._forgotten_s = printer.now_s() + printer.machine_s(self._forget_host_s)
            # No settling: whoever tells a serial port that the printer is gone waits for this very thread.
            printer.changed.notify_all()
            return printer.line.plugged

    def _send_answers(self) -> None:
        printer, dialogue = self._printer, self._dialogue
        try:
            while True:
                with printer.changed:
                    printer.wait(lambda: self._over or printer.readable(dialogue), None)
                    if self._dead or not printer.readable(dialogue):
                        break
                    if printer.line.silent:
                        printer.line.swallow()
                        dialogue.read(printer.now_s())
                        continue
                    data = printer.read(dialogue)
                    printer.changed.notify_all()  # there is room again
                self._channel.send(data)
        except OSError:
            pass  # the host is gone; the reading side sees it too
        finally:
            self._channel.abort()

    @property
    def _over(self) -> bool:
        return self._dead or self._ended
