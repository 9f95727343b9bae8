"""A TCP server for transport tests: one connection an exchange, a handler says what it does with it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Handler = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """Return all bytes up to the client's half-close."""
    request = b""
    while chunk := connection.recv(1 << 16):
        request += chunk
    return request


@contextmanager
def serving(handler: Handler) -> Iterator[str]:
    """Serve on a free loopback port until the block ends; gives the device URI."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            connection, _ = listener.accept()
            with connection:
                if not stopping.is_set():
                    handler(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    host, port = listener.getsockname()
    try:
        yield f"tcp://{host}:{port}"
    finally:
        stopping.set()
        with socket.create_connection((host, port)):
            thread.join()
        listener.close()


def reset(connection: socket.socket) -> None:
    """Break a connection off with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def closed_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
