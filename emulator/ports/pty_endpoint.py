"""Serial port: a pseudo-terminal with a name of its own, as a printer on a USB serial adapter would show up.

`pty:PATH` keeps a symbolic link at PATH that always points at the present terminal. While the printer is away the
terminal is hung up and the link is gone; when it is back there is a new terminal, with another number as on a real
machine. The stream belongs to the printer, not to an open: it goes on over many opens, until the line is hung up. A
plane whose bytes stop for three seconds is forgotten, or a host that died in it could never speak to the printer again.
All this is ours: how a serial printer does it is not established.

No baud rate is kept: the terminal takes and gives as fast as both sides are. Threads while plugged in: "serial" reads
and carries out, "answers" sends (`duplex.py`).
"""

import os
import pty
import select
import threading
import tty
from pathlib import Path

from emulator.firmware import Medium
from emulator.ports.address import Address, AddressError
from emulator.ports.duplex import Duplex
from emulator.printer import Printer

CHUNK_BYTES = 65_536
FORGET_HOST_S = 3.0


class PtyEndpoint:
    """The serial port of one printer."""

    def __init__(self, printer: Printer, address: Address) -> None:
        self._printer = printer
        self._link = Path(address.host)
        self.address = address
        self._dialogue = printer.firmware.dialogue(Medium.SERIAL)
        self._ended = False
        self._terminal: Terminal | None = None
        self._thread: threading.Thread | None = None
        if self._link.exists() and not self._link.is_symlink():
            raise AddressError(f"{self._link} is there already and is no link; name another path")
        printer.on_reach(self._reach)

    def start(self) -> None:
        """Plug the port in."""
        try:
            self._plug_in()
        except OSError as exc:
            raise AddressError(
                f"cannot make a serial port at {self._link}: {exc.strerror}; name another path"
            ) from exc

    def stop(self) -> None:
        """Hang up for good."""
        self._ended = True
        self._hang_up()

    def _reach(self, up: bool) -> None:
        if up and self._terminal is None and not self._ended:
            self._plug_in()
        elif not up:
            self._hang_up()

    def _plug_in(self) -> None:
        with self._printer.changed:
            self._dialogue.reset()
        terminal = Terminal()
        try:
            self._point_at(terminal)
        except OSError:
            terminal.close()
            raise
        self._terminal = terminal
        duplex = Duplex(self._printer, self._dialogue, terminal, FORGET_HOST_S)
        self._thread = threading.Thread(target=duplex.run, name="serial")
        self._thread.start()

    def _point_at(self, terminal: "Terminal") -> None:
        part = self._link.with_name(f".{self._link.name}.part")
        part.unlink(missing_ok=True)
        part.symlink_to(terminal.name)
        part.replace(self._link)

    def _hang_up(self) -> None:
        terminal, self._terminal = self._terminal, None
        if terminal is None or self._thread is None:
            return
        self._link.unlink(missing_ok=True)
        terminal.abort()
        self._thread.join()
        terminal.close()


class Terminal:
    """A pseudo-terminal, the printer's end of it, as a Channel."""

    def __init__(self) -> None:
        # The host's end stays open here too, or the terminal would be hung up at a host's every close.
        self._printer_end, self._host_end = pty.openpty()
        tty.setraw(self._host_end)
        os.set_blocking(self._printer_end, False)
        self.name = os.ttyname(self._host_end)
        self.cut = False
        self._woken, self._wake = os.pipe()

    def receive(self) -> bytes:
        """Wait for bytes; b"" when aborted."""
        ready, _, _ = select.select([self._printer_end, self._woken], [], [])
        return b"" if self.cut or self._woken in ready else os.read(self._printer_end, CHUNK_BYTES)

    def send(self, data: bytes) -> None:
        """Send all of them; a host that does not read is waited for."""
        while data:
            ready, _, _ = select.select([self._woken], [self._printer_end], [])
            if self.cut or ready:
                return
            data = data[os.write(self._printer_end, data) :]

    def abort(self) -> None:
        """End receiving and sending."""
        self.cut = True
        os.write(self._wake, b"\x00")

    def close(self) -> None:
        """Hang up: whoever has the port open reads its end."""
        for number in (self._printer_end, self._host_end, self._woken, self._wake):
            os.close(number)
