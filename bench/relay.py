"""A TCP relay that watches a printer's line with a clock: when was it last seen busy, when did the next job begin."""

import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CLAIM = 0x80000000
CHUNK = 1 << 18
JOB_MARK = b"Pcla;1"
STATUS_TO_INFORMATION = (
    8  # after the NUL: two bytes, 0x10, four bytes of configuration, then information
)


@dataclass
class Line:
    """What was seen: for each job but the first, seconds from the last poll that said busy to its first byte."""

    gaps_s: list[float] = field(default_factory=list)
    busy_seen_s: float | None = None


class Relay:
    """Passes exchange after exchange on to one printer."""

    def __init__(self, printer_uri: str) -> None:
        at = urlsplit(printer_uri)
        self._target = (str(at.hostname), int(at.port or 9100))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.line = Line()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                host, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._exchange, args=(host,), daemon=True).start()

    def _exchange(self, host: socket.socket) -> None:
        with host, socket.create_connection(self._target) as printer:
            first = True
            while data := host.recv(CHUNK):
                if first and JOB_MARK in data:
                    self._job_began()
                first = False
                printer.sendall(data)
            printer.shutdown(socket.SHUT_WR)
            reply = b""
            while data := printer.recv(CHUNK):
                reply += data
            self._reply_seen(reply)
            host.sendall(reply)

    def _job_began(self) -> None:
        if self.line.busy_seen_s is not None:
            self.line.gaps_s.append(time.perf_counter() - self.line.busy_seen_s)

    def _reply_seen(self, reply: bytes) -> None:
        at = reply.find(b"\0") + STATUS_TO_INFORMATION
        if int.from_bytes(reply[at : at + 4], "big") & CLAIM:
            self.line.busy_seen_s = time.perf_counter()
