"""TCP printer port: what becomes of a connection, by the kind of dialogue the firmware holds on it.

A dialogue of a single request: the host writes, half-closes, and reads one answer until the end. The commands run while
they arrive. Half an exchange is reset, never ended cleanly: it must not look like a whole one. Any other dialogue goes
both ways until somebody ends it (`duplex.py`).
"""

import threading

from emulator.firmware import Dialogue, Medium
from emulator.ports.address import Address
from emulator.ports.duplex import Duplex
from emulator.ports.listener import CONNECTIONS_MAX, Connection, Listener
from emulator.printer import Printer

CHUNK_BYTES = 65_536
IDLE_S = 30.0  # real seconds without a byte until a connection is given up
ANSWER_S = 120.0  # real seconds an answer may wait; hosts give up after 30


class TcpEndpoint:
    """The port of one printer."""

    def __init__(
        self,
        printer: Printer,
        address: Address,
        *,
        connections_max: int = CONNECTIONS_MAX,
        idle_s: float = IDLE_S,
    ) -> None:
        self._printer = printer
        self._idle_s = idle_s
        # At most one connection is in the middle of a plane: it bounds the memory planes can take.
        self._plane_gate = threading.Lock()
        self._listener = Listener(address, self._serve, connections_max=connections_max)
        self.address = self._listener.address
        printer.on_reach(lambda up: self._listener.set_up(up=up))

    def start(self) -> None:
        """Listen."""
        self._listener.start()

    def stop(self) -> None:
        """End every connection and listen no more."""
        self._listener.stop()

    def _serve(self, connection: Connection) -> None:
        with self._printer.changed:
            dialogue = self._printer.firmware.dialogue(Medium.TCP)
        if not dialogue.single:
            self._converse(dialogue, connection)
            return
        connection.socket.settimeout(self._idle_s)
        exchange = _Exchange(self._printer, connection, dialogue, self._plane_gate, self._idle_s)
        try:
            connection.cut = not (exchange.receive() and exchange.answer())
        finally:
            exchange.end()

    def _converse(self, dialogue: Dialogue, connection: Connection) -> None:
        try:
            Duplex(self._printer, dialogue, TcpChannel(connection)).run()
        finally:
            with self._printer.changed:
                dialogue.finish()  # what is half received will never be whole
                self._printer.settle()


class TcpChannel:
    """A connection as a Channel."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def cut(self) -> bool:
        """Say whether the line went dead."""
        return self._connection.cut

    def receive(self) -> bytes:
        """Wait for bytes."""
        return self._connection.socket.recv(CHUNK_BYTES)

    def send(self, data: bytes) -> None:
        """Send them."""
        self._connection.socket.sendall(data)

    def abort(self) -> None:
        """End the receiving."""
        self._connection.end_reading()


class _Exchange:
    """One connection's request and answer."""

    def __init__(
        self,
        printer: Printer,
        connection: Connection,
        dialogue: Dialogue,
        gate: threading.Lock,
        idle_s: float,
    ) -> None:
        self._printer = printer
        self._connection = connection
        self._dialogue = dialogue
        self._gate = gate
        self._holds_gate = False
        self._idle_s = idle_s

    def receive(self) -> bool:
        """Take everything up to the half-close; False if the connection died before."""
        while True:
            chunk = self._connection.socket.recv(CHUNK_BYTES)
            if self._dead:
                return False
            if not chunk:
                self._dialogue.finish()
                return True
            if not self._take(chunk) or not self._hold_gate():
                return False

    def _take(self, chunk: bytes) -> bool:
        """Execute what a chunk completes; False if the cable was pulled in it or the printer went away."""
        printer, dialogue = self._printer, self._dialogue
        with printer.changed:
            dialogue.receive(chunk[: printer.line.arriving(len(chunk))])
            if not dialogue.waiting and printer.line.plugged:
                return True
            while dialogue.waiting:
                if not printer.takes(dialogue):
                    printer.settle()
                    printer.wait(lambda: self._dead or printer.takes(dialogue), self._idle_s)
                # What came before the cable was pulled is in the printer and done; without power it is not.
                if self._connection.cut or not printer.firmware.online:
                    return False
                printer.execute(dialogue)
            printer.settle()
            return printer.line.plugged

    def _hold_gate(self) -> bool:
        midway = self._dialogue.midway
        if self._holds_gate and not midway:
            self._gate.release()
            self._holds_gate = False
        elif midway and not self._holds_gate:
            self._holds_gate = self._gate.acquire(timeout=self._idle_s)
            return self._holds_gate
        return True

    def answer(self) -> bool:
        """Send the answer; False if the line died before."""
        printer, dialogue = self._printer, self._dialogue
        with printer.changed:
            printer.wait(lambda: self._dead or printer.readable(dialogue), ANSWER_S)
            if self._dead:
                return False
            if printer.line.silent:
                printer.line.swallow()
                printer.wait(lambda: self._dead, self._idle_s)
                return False
            data = printer.read(dialogue)
            if self._dead:
                return False
        self._connection.socket.sendall(data)
        return True

    @property
    def _dead(self) -> bool:
        return self._connection.cut or self._printer.stopping or not self._printer.reachable

    def end(self) -> None:
        """Let the next connection send a plane."""
        if self._holds_gate:
            self._gate.release()
