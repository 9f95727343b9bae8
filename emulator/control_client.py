"""Client of the control link, for tests and the demonstration."""

import json
import socket
from typing import Any, Self


class ControlError(Exception):
    """The emulator refused an order or is gone; the message says which."""


class ControlClient:
    """One connection to the control link; a context manager.

    Args:
        address: as the emulator printed it, `tcp:127.0.0.1:PORT`.
        timeout_s: real seconds to wait for an answer, waiting orders included.
    """

    def __init__(self, address: str, timeout_s: float = 60.0) -> None:
        host, _, port = address.removeprefix("tcp:").rpartition(":")
        try:
            self._socket = socket.create_connection((host, int(port)), timeout_s)
        except OSError as exc:
            raise ControlError(f"no emulator answers at {address}; is it running?") from exc
        self._reader = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()
        self._socket.close()

    def do(self, order: str, **arguments: Any) -> dict[str, Any]:
        """Give one order, underscores for hyphens not needed: `do("add-blanks", count=5)`.

        Raises:
            ControlError: the order was refused, or the link broke.
        """
        line = json.dumps({"do": order, **arguments}).encode() + b"\n"
        try:
            self._socket.sendall(line)
            answer = self._reader.readline()
        except OSError as exc:
            raise ControlError(f"the control link broke during {order!r}") from exc
        if not answer:
            raise ControlError(f"the emulator closed the control link during {order!r}")
        decoded: dict[str, Any] = json.loads(answer)
        if "error" in decoded:
            raise ControlError(decoded["error"])
        return decoded

    def truth(self) -> dict[str, Any]:
        """Return the truth about the printer."""
        return self.do("truth")
