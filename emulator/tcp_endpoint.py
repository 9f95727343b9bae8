"""TCP printer port: one connection per exchange.

The host writes commands, half-closes, and reads one answer until the end; a connection without a byte is a status poll.
The commands run while they arrive; the answer is that of the last one and waits for a motion outside a job. Bytes that
hold no command at all (another protocol's greeting) are answered `ERR`. A plane that is not complete when the
connection ends is forgotten: the next connection starts a new stream.
"""

import threading

from emulator.address import Address
from emulator.evolis_parser import Parser
from emulator.evolis_ram import Ticket
from emulator.listener import CONNECTIONS_MAX, Connection, Listener
from emulator.printer import Printer

CHUNK_BYTES = 65_536
IDLE_S = 30.0  # real seconds without a byte until a connection is given up
ANSWER_S = 120.0  # real seconds an answer may wait; hosts give up after 30
NOT_OURS = "ERR"


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
        connection.socket.settimeout(self._idle_s)
        exchange = _Exchange(self._printer, connection, self._plane_gate, self._idle_s)
        try:
            # Half an exchange is reset, never ended cleanly: it must not look like a whole one.
            connection.cut = not (exchange.receive() and exchange.answer())
        finally:
            exchange.end()


class _Exchange:
    """One connection's stream and answer."""

    def __init__(
        self, printer: Printer, connection: Connection, gate: threading.Lock, idle_s: float
    ) -> None:
        self._printer = printer
        self._connection = connection
        self._gate = gate
        self._holds_gate = False
        self._idle_s = idle_s
        self._parser = Parser()
        self._ticket: Ticket | None = None

    def receive(self) -> bool:
        """Take everything up to the half-close; False if the connection died before."""
        while True:
            chunk = self._connection.socket.recv(CHUNK_BYTES)
            if self._dead:
                return False
            if not chunk:
                return True
            if not self._take(chunk) or not self._hold_gate():
                return False

    def _take(self, chunk: bytes) -> bool:
        """Execute what a chunk completes; False if the cable was pulled in it or the printer went away."""
        printer = self._printer
        with printer.changed:
            arrived = printer.line.arriving(len(chunk))
            for event in self._parser.receive_data(chunk[:arrived]):
                if not printer.firmware.has_room:
                    printer.settle()
                    printer.wait(lambda: self._dead or printer.firmware.has_room, self._idle_s)
                if self._connection.cut or not printer.firmware.online:
                    return False
                self._ticket = printer.execute(event)
            printer.settle()
            return printer.line.plugged

    def _hold_gate(self) -> bool:
        if self._holds_gate and not self._parser.inside_bitmap:
            self._gate.release()
            self._holds_gate = False
        elif self._parser.inside_bitmap and not self._holds_gate:
            self._holds_gate = self._gate.acquire(timeout=self._idle_s)
            return self._holds_gate
        return True

    def answer(self) -> bool:
        """Send the last command's reply and the status; False if the line died before."""
        printer = self._printer
        if self._ticket is None and (self._parser.noise_seen or self._parser.unfinished):
            self._ticket = Ticket(NOT_OURS)
        with printer.changed:
            printer.wait(lambda: self._dead or self._answerable, ANSWER_S)
            if self._dead:
                return False
            if printer.line.silent:
                printer.line.swallow()
                printer.wait(lambda: self._dead, self._idle_s)
                return False
            data = printer.line.leaving(printer.firmware.answer(self._ticket, printer.now_s()))
        self._connection.socket.sendall(data)
        return True

    @property
    def _answerable(self) -> bool:
        ticket = self._ticket
        if ticket is None:
            return True
        return ticket.done and not self._printer.firmware.fence_needed

    @property
    def _dead(self) -> bool:
        return self._connection.cut or self._printer.stopping or not self._printer.reachable

    def end(self) -> None:
        """Let the next connection send a plane."""
        if self._holds_gate:
            self._gate.release()
