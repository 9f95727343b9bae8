"""Where the hub listens: an address as typed, what may be plain there, and the bound socket."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from hub.errors import CommandError, HostNotLoopbackError

BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Address:
    """HOST:PORT, an IPv6 host without its brackets."""

    host: str
    port: int

    @classmethod
    def from_text(cls, text: str) -> "Address":
        """Read `127.0.0.1:8600`, `[::1]:8600` or `hub.example:8600`.

        Raises:
            CommandError: it is none of these.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isdigit() or int(port) > 65_535:
            raise CommandError(f"{text} is no address: write HOST:PORT")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    @property
    def loopback(self) -> bool:
        """Tell whether only this machine can call there."""
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"

    @property
    def names(self) -> tuple[str, ...]:
        """Return what a caller can call this host by, nothing where it stands for every address."""
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(self.host).is_unspecified:
                return ()
        return (self.host,)


def check_plain(address: Address) -> None:
    """See that plain HTTP may be spoken here.

    Raises:
        HostNotLoopbackError: others than this machine could listen in.
    """
    if not address.loopback:
        raise HostNotLoopbackError(
            f"{address.host} is not a loopback address: nothing but TLS is spoken there"
        )


@contextlib.contextmanager
def listening(address: Address) -> Iterator[socket.socket]:
    """Listen until the block ends.

    Raises:
        CommandError: the address is taken or not allowed.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it each answer waits 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
        except OSError as error:
            raise CommandError(
                f"{address.host}:{address.port} cannot be listened on ({error.strerror}): name another port"
            ) from error
        listener.listen(BACKLOG)
        yield listener


def url(listener: socket.socket, *, tls: bool) -> str:
    """Return the address of a listening socket as a URL."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
