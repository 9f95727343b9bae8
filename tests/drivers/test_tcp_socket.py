"""The TCP transport on real sockets: one connection an exchange, and every way it can break."""

import socket
import threading

import pytest

from drivers.errors import DeadlineError, LinkLostError, NotReachableError, TransportError
from drivers.tcp_socket import TcpSocket
from drivers.transport import Deadline
from drivers.uri import TcpUri, parse_uri
from support.printer_socket import closed_port, read_request, reset, serving


def _transport(uri: str) -> TcpSocket:
    device = parse_uri(uri)
    assert isinstance(device, TcpUri)
    return TcpSocket(device)


def _soon() -> Deadline:
    return Deadline.after(10.0)


def _exchange(transport: TcpSocket, request: bytes, read_size: int = 7) -> bytes:
    if request:
        transport.write(request, _soon())
    transport.finish_request(_soon())
    reply = b""
    while chunk := transport.read(read_size, _soon()):
        reply += chunk
    return reply


def _echo(connection: socket.socket) -> None:
    connection.sendall(b"<" + read_request(connection) + b">")


def test_each_exchange_has_a_connection_of_its_own() -> None:
    with serving(_echo) as uri:
        transport = _transport(uri)
        assert _exchange(transport, b"one request") == b"<one request>"
        assert _exchange(transport, b"") == b"<>"
        assert _exchange(transport, b"another") == b"<another>"
        transport.close()
        transport.close()


def test_writes_of_one_request_share_a_connection() -> None:
    with serving(_echo) as uri:
        transport = _transport(uri)
        transport.write(b"\x1bRfv\r", _soon())
        assert _exchange(transport, b"\x00") == b"<\x1bRfv\r\x00>"


def test_an_unread_reply_never_reaches_the_next_exchange() -> None:
    with serving(_echo) as uri:
        transport = _transport(uri)
        transport.write(b"old", _soon())
        transport.finish_request(_soon())
        assert transport.read(1, _soon()) == b"<"
        assert _exchange(transport, b"new") == b"<new>"


def test_a_whole_job_arrives() -> None:
    job = bytes(range(256)) * 8_400  # 2.15 MB
    with serving(_echo) as uri:
        assert _exchange(_transport(uri), job, 1 << 16) == b"<" + job + b">"


def test_nobody_listening_is_not_reachable() -> None:
    transport = TcpSocket(TcpUri("127.0.0.1", closed_port()))
    with pytest.raises(NotReachableError, match="takes no connection"):
        transport.write(b"x", _soon())
    with pytest.raises(NotReachableError):
        transport.finish_request(_soon())


def test_an_unknown_host_is_not_reachable() -> None:
    with pytest.raises(NotReachableError):
        TcpSocket(TcpUri("no-such-host.invalid")).write(b"x", _soon())


def test_silence_ends_at_the_deadline_and_the_next_exchange_is_fresh() -> None:
    released = threading.Event()

    def silent_then_echo(connection: socket.socket) -> None:
        if released.is_set():
            _echo(connection)
        else:
            released.wait(10)

    with serving(silent_then_echo) as uri:
        transport = _transport(uri)
        transport.finish_request(_soon())
        with pytest.raises(DeadlineError):
            transport.read(100, Deadline.after(0.05))
        released.set()
        assert _exchange(transport, b"again") == b"<again>"


def test_a_printer_that_stops_reading_ends_at_the_deadline() -> None:
    released = threading.Event()

    def deaf(_: socket.socket) -> None:
        released.wait(10)

    with serving(deaf) as uri:
        with pytest.raises(DeadlineError):
            _transport(uri).write(bytes(64_000_000), Deadline.after(0.2))
        released.set()


def test_an_expired_deadline_moves_no_byte() -> None:
    with serving(_echo) as uri:
        transport = _transport(uri)
        with pytest.raises(DeadlineError):
            transport.write(b"x", Deadline.after(-1.0))
        assert _exchange(transport, b"y") == b"<y>"


def test_a_reset_is_a_lost_link() -> None:
    def cut(connection: socket.socket) -> None:
        connection.recv(1000)
        reset(connection)

    with serving(cut) as uri:
        transport = _transport(uri)
        with pytest.raises(LinkLostError):
            transport.write(bytes(20_000_000), _soon())
        transport.write(b"x", _soon())
        with pytest.raises(TransportError):
            _exchange(transport, b"y")
        transport.close()
