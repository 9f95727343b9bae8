"""Transport to a CUPS on this machine: each write is the body of one HTTP POST, each reply the body of its answer.

    write             one whole IPP message, in a connection of its own (RFC 8010, 4)
    finish_request    nothing: the length was told at the start
    read              bytes of the answer's body, b"" at its end

Over the socket CUPS asks the kernel who is at the other end, and takes the name in the `PeerCred` header only if it is
the same person [cupsd 2.4, auth.c]; over TCP it knows nobody, and its default policy lets nobody cancel a job.
"""

import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import h11

from drivers.errors import DeadlineError, LinkLostError, NotReachableError
from drivers.transport import WRITE_RATE_MIN, Deadline
from drivers.uri import IppUri

READ_BYTES = 16 * 1024
TIMEOUT_S_MIN = 0.001
HTTP_OK = 200


class IppHttp:
    """Transport over one HTTP connection an exchange."""

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, uri: IppUri) -> None:
        self._uri = uri
        self._socket: socket.socket | None = None
        self._http = h11.Connection(h11.CLIENT)

    @property
    def uri(self) -> str:
        """The device URI."""
        return str(self._uri)

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Post one IPP message. A card may move if it is a job."""
        self.close()
        connection = self._connect(deadline)
        self._http = h11.Connection(h11.CLIENT)
        head = self._http.send(
            h11.Request(method="POST", target=self._target, headers=self._headers(data))
        )
        body = self._http.send(h11.Data(data=data))
        end = self._http.send(h11.EndOfMessage())
        with self._failures("sending to"):
            connection.settimeout(_timeout_s(deadline))
            connection.sendall((head or b"") + (body or b"") + (end or b""))

    def finish_request(self, deadline: Deadline) -> None:
        """Do nothing: the request said how long it is."""

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return some bytes of the answer's body, or b"" at its end."""
        del size_max
        while True:
            with self._failures("reading from"):
                event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._receive(deadline)
            elif isinstance(event, h11.Response):
                self._require_ok(event.status_code)
            elif isinstance(event, h11.Data):
                if event.data:
                    return bytes(event.data)
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                self.close()
                return b""

    def close(self) -> None:
        """Drop the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @property
    def _target(self) -> str:
        return "/" + self._uri.printer_uri.split("/", 3)[3]

    def _headers(self, data: bytes) -> list[tuple[str, str]]:
        headers = [
            ("Host", "localhost"),
            ("Content-Type", "application/ipp"),
            ("Content-Length", str(len(data))),
            ("Connection", "close"),
        ]
        if self._uri.socket:
            headers.append(("Authorization", f"PeerCred {pwd.getpwuid(os.geteuid()).pw_name}"))
        return headers

    def _connect(self, deadline: Deadline) -> socket.socket:
        family = socket.AF_UNIX if self._uri.socket else socket.AF_INET
        address: str | tuple[str, int] = self._uri.socket or (self._uri.host, self._uri.port)
        if self._uri.host == "::1":
            family = socket.AF_INET6
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(_timeout_s(deadline))
            connection.connect(address)
        except TimeoutError as exc:
            connection.close()
            raise DeadlineError(f"{self.uri} did not take a connection in time") from exc
        except OSError as exc:
            connection.close()
            raise NotReachableError(
                f"{self.uri} takes no connection ({exc.strerror or exc}); see that CUPS runs and the address is right"
            ) from exc
        self._socket = connection
        return connection

    def _receive(self, deadline: Deadline) -> None:
        assert self._socket is not None, "read without a request"
        with self._failures("reading from"):
            self._socket.settimeout(_timeout_s(deadline))
            self._http.receive_data(self._socket.recv(READ_BYTES))

    def _require_ok(self, code: int) -> None:
        if code != HTTP_OK:
            self.close()
            raise NotReachableError(
                f"CUPS at {self.uri} answers HTTP {code}; reach it over its socket, ipp+unix://"
            )

    @contextmanager
    def _failures(self, doing: str) -> Iterator[None]:
        """Turn what socket and HTTP raise into the errors of a transport, and drop the connection."""
        try:
            yield
        except TimeoutError as exc:
            self.close()
            raise DeadlineError(f"{doing} {self.uri} took too long") from exc
        except OSError as exc:
            self.close()
            raise LinkLostError(f"{doing} {self.uri} failed: {exc.strerror or exc}") from exc
        except h11.ProtocolError as exc:
            self.close()
            raise LinkLostError(
                f"{doing} {self.uri} failed: what answers is no HTTP ({exc})"
            ) from exc


def _timeout_s(deadline: Deadline) -> float:
    if deadline.expired:
        raise TimeoutError
    return max(deadline.remaining_s, TIMEOUT_S_MIN)
