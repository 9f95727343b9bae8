"""Listener: accepts connections on one address, a thread each, bounded, and ends them all when told.

Shared by the TCP printer port, the USB/IP server and the control link; what is said on a connection is not its
business.
"""

import logging
import socket
import struct
import threading
from collections.abc import Callable

from emulator.ports.address import Address, bound_socket

log = logging.getLogger("emulator")

CONNECTIONS_MAX = 64
BACKLOG = 128
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connection:
    """One accepted connection. `cut` is set when the line went dead under it."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.cut = False

    def abort(self) -> None:
        """Wake the thread that serves it; the thread then closes with a reset, never with a clean end."""
        self.cut = True
        self.end_reading()

    def end_reading(self) -> None:
        """Wake the thread that reads from it: it finds the end."""
        try:
            # Only the reading side: a full shutdown would send a clean FIN.
            self.socket.shutdown(socket.SHUT_RD)
        except OSError:
            log.debug("a connection was gone before it was cut")

    def close(self) -> None:
        """Close, with a reset if the line was cut."""
        if self.cut:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.socket.close()


class Listener:
    """Accepts on one address. Threads: one that accepts, and one for each open connection."""

    def __init__(
        self,
        address: Address,
        serve: Callable[[Connection], None],
        *,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        self._socket = bound_socket(address)
        self.address = address.at(self._socket.getsockname()[1])
        self._serve = serve
        self._connections_max = connections_max
        self._lock = threading.Lock()
        self._open: dict[Connection, threading.Thread] = {}
        self._listening = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, name=f"accept {self.address}")

    def start(self) -> None:
        """Begin to accept."""
        self.set_up(up=True)
        self._thread.start()

    def set_up(self, *, up: bool) -> None:
        """Refuse connections and cut the open ones, or accept again at the same port."""
        with self._lock:
            if self._stopping or up == self._listening.is_set():
                return
            if up:
                self._socket.listen(BACKLOG)
                self._listening.set()
            else:
                self._listening.clear()
                self._socket.shutdown(socket.SHUT_RDWR)
        if not up:
            self.cut_all()

    def cut_all(self) -> None:
        """Cut the open connections."""
        with self._lock:
            for connection in self._open:
                connection.abort()

    def stop(self) -> None:
        """Stop accepting, end every connection, wait for every thread; also when it never started."""
        with self._lock:
            self._stopping = True
            if self._listening.is_set():
                self._socket.shutdown(socket.SHUT_RDWR)
            self._listening.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.cut_all()
        with self._lock:
            threads = list(self._open.values())
        for thread in threads:
            thread.join()
        self._socket.close()

    def _accept(self) -> None:
        while True:
            self._listening.wait()
            if self._stopping:
                return
            try:
                accepted, _peer = self._socket.accept()
            except OSError:
                continue  # shut down between two accepts: wait to be up again or end
            self._admit(Connection(accepted))

    def _admit(self, connection: Connection) -> None:
        with self._lock:
            full = len(self._open) >= self._connections_max
            admitted = not full and self._listening.is_set() and not self._stopping
            if admitted:
                thread = threading.Thread(target=self._run, args=(connection,), name="connection")
                self._open[connection] = thread
                thread.start()
        if not admitted:
            if full:
                log.warning(
                    "%s: more than %d connections, one closed", self.address, len(self._open)
                )
            connection.close()

    def _run(self, connection: Connection) -> None:
        try:
            self._serve(connection)
        except OSError as exc:
            log.info("%s: a connection ended: %s", self.address, exc.strerror or exc)
        except Exception:  # the connection boundary: one bad connection must not end the printer
            log.exception("%s: a connection ended with a fault of the emulator", self.address)
        finally:
            connection.close()
            with self._lock:
                del self._open[connection]
