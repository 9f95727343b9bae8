"""Addresses of the command line: `tcp:127.0.0.1:9100`, `usbip:127.0.0.1:3240`, `pty:PATH`; loopback only unless told.

A printer that anybody in the building can reach is a hole, an emulated one doubly so: it has no lock at all.
"""

import ipaddress
import socket
from dataclasses import dataclass

PTY = "pty"


class AddressError(ValueError):
    """An address that can't be used; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; of a serial port `host` is the path and `port` is 0."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return (
            f"pty:{self.host}" if self.scheme == PTY else f"{self.scheme}:{self.host}:{self.port}"
        )

    def at(self, port: int) -> "Address":
        """Return the same address with the port the system gave."""
        return Address(self.scheme, self.host, port)


def parse_address(text: str, schemes: tuple[str, ...], *, anywhere: bool = False) -> Address:
    """Read `scheme:host:port`, or `pty:PATH`.

    Args:
        text: what the person wrote; port 0 asks the system for a free one.
        schemes: what may stand in front.
        anywhere: allow hosts that are not loopback.

    Raises:
        AddressError: unknown scheme, bad port, or not a loopback address.
    """
    scheme, _, rest = text.partition(":")
    if scheme == PTY and PTY in schemes and rest:
        return Address(PTY, rest, 0)
    host, _, port = rest.rpartition(":")
    if scheme not in schemes or not host or not (port.isascii() and port.isdecimal()):
        forms = (f"{name}:PATH" if name == PTY else f"{name}:127.0.0.1:PORT" for name in schemes)
        known = " or ".join(forms)
        raise AddressError(f"{text!r} is not an address; write {known}")
    if int(port) > 65535:
        raise AddressError(f"port {port} in {text!r} is above 65535")
    host = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError as exc:
        raise AddressError(f"{host!r} in {text!r} is not an IP address") from exc
    if not loopback and not anywhere:
        raise AddressError(f"{host} is not a loopback address; use 127.0.0.1")
    return Address(scheme, host, int(port))


def bound_socket(address: Address) -> socket.socket:
    """Bind (not yet listen) and return the socket.

    A free port is chosen first and then bound by number, because only so bound a socket keeps its port while it does
    not listen: an unreachable printer must refuse connections and come back at the same place.

    Raises:
        AddressError: the port is taken or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as finder:
            finder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            finder.bind((address.host, address.port))
            port = finder.getsockname()[1]
            bound = socket.socket(family, socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((address.host, port))
    except OSError as exc:
        raise AddressError(
            f"cannot listen on {address}: {exc.strerror}; choose another port"
        ) from exc
    return bound
