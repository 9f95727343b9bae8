"""The serial cable between guest and outside printer: qemu opens its one end, the printer has the other.

The adapter in a real cable lives on the computer's power, so the guest's port stays when the printer is switched off.
The emulator's terminal goes away then, so qemu is not given that. What is sent to a printer that is off is lost.
"""

import os
import pty
import select
import threading
import tty
from pathlib import Path
from typing import Self

CHUNK_BYTES = 65_536
LOOK_S = 0.1  # how often an unplugged printer is looked for


class Cable:
    """A relay of bytes on a thread of its own; a context manager."""

    def __init__(self, printer: Path) -> None:
        self._printer = printer
        self._computer, self._held = pty.openpty()
        tty.setraw(self._held)
        os.set_blocking(self._computer, False)
        self.end = Path(os.ttyname(self._held))  # for qemu
        self._woken, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, name="cable")

    def __enter__(self) -> Self:
        """Plug in."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Pull both ends."""
        os.write(self._wake, b"\x00")
        self._thread.join()
        for number in (self._computer, self._held, self._woken, self._wake):
            os.close(number)

    def _run(self) -> None:
        while not self._ended(LOOK_S):
            try:
                printer = os.open(self._printer, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            except OSError:
                self._lose()
                continue  # it is off
            try:
                self._relay(printer)
            except OSError:
                pass  # it was switched off
            finally:
                os.close(printer)

    def _ended(self, within_s: float) -> bool:
        return bool(select.select([self._woken], [], [], within_s)[0])

    def _lose(self) -> None:
        while select.select([self._computer], [], [], 0)[0]:
            os.read(self._computer, CHUNK_BYTES)

    def _relay(self, printer: int) -> None:
        """Carry bytes both ways until the end; each way takes no more before what it has is taken from it."""
        waiting = {printer: b"", self._computer: b""}  # by whom it is for
        other = {printer: self._computer, self._computer: printer}
        while True:
            readable = [number for number in waiting if not waiting[other[number]]]
            writable = [number for number, data in waiting.items() if data]
            ready, free, _ = select.select([*readable, self._woken], writable, [])
            if self._woken in ready:
                return
            for number in ready:
                data = os.read(number, CHUNK_BYTES)
                if not data:
                    return
                waiting[other[number]] = data
            for number in free:
                waiting[number] = waiting[number][os.write(number, waiting[number]) :]
