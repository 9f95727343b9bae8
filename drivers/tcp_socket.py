"""A printer on TCP: one connection per exchange. Holds a socket, knows no language.

    write*  finish_request  read*  b""        connect at the first, half-close, read to the peer's close

A write or finish_request after the end of an exchange connects anew. A finish_request without a write sends nothing:
on card printers that is the status poll. What the kernel took says nothing of what the printer read.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.errors import DeadlineError, LinkLostError, NotReachableError
from drivers.transport import WRITE_RATE_MIN, Deadline
from drivers.uri import TcpUri

TIMEOUT_S_MIN = 0.001  # zero would make the socket non-blocking


class TcpSocket:
    """Transport over one TCP connection per exchange."""

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, uri: TcpUri) -> None:
        self._uri = uri
        self._socket: socket.socket | None = None
        self._half_closed = False

    @property
    def uri(self) -> str:
        """The device URI."""
        return str(self._uri)

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Send all of `data`, connecting first where needed. A card may move if the bytes say so."""
        connection = self._open_for_request(deadline)
        with self._failures("sending to"):
            connection.settimeout(_timeout_s(deadline))
            connection.sendall(memoryview(data))

    def finish_request(self, deadline: Deadline) -> None:
        """Half-close: the printer sees the end of the request and answers."""
        connection = self._open_for_request(deadline)
        with self._failures("finishing a request to"):
            connection.shutdown(socket.SHUT_WR)
        self._half_closed = True

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return some bytes of the reply, or b"" at its end, when the printer has closed."""
        assert self._socket is not None, "read without a request"
        with self._failures("reading from"):
            self._socket.settimeout(_timeout_s(deadline))
            data = self._socket.recv(size_max)
        if not data:
            self.close()
        return data

    def close(self) -> None:
        """Drop the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._half_closed = False

    def _open_for_request(self, deadline: Deadline) -> socket.socket:
        if self._half_closed:
            self.close()
        if self._socket is None:
            self._socket = self._connect(deadline)
        return self._socket

    def _connect(self, deadline: Deadline) -> socket.socket:
        address = (self._uri.host, self._uri.port)
        try:
            connection = socket.create_connection(address, _timeout_s(deadline))
        except TimeoutError as exc:
            raise DeadlineError(f"{self.uri} did not take a connection in time") from exc
        except OSError as exc:
            why = exc.strerror or exc
            raise NotReachableError(
                f"{self.uri} takes no connection ({why}); see that the printer is on and the address right"
            ) from exc
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    @contextmanager
    def _failures(self, doing: str) -> Iterator[None]:
        """Turn what the socket raises into the errors of a transport, and drop the connection."""
        try:
            yield
        except TimeoutError as exc:
            self.close()
            raise DeadlineError(f"{doing} {self.uri} took too long") from exc
        except OSError as exc:
            self.close()
            raise LinkLostError(f"{doing} {self.uri} failed: {exc.strerror or exc}") from exc


def _timeout_s(deadline: Deadline) -> float:
    if deadline.expired:
        raise TimeoutError
    return max(deadline.remaining_s, TIMEOUT_S_MIN)
