"""A printer's control link: what a person standing at the machine sees and does. Never its wire."""

import io
import json
import socket
from pathlib import Path
from typing import Any, BinaryIO

from guest import plan
from guest.clock import wait_until
from guest.inside.told import CheckFailedError

READY_S_MAX = 120.0
WHOLE_FACE = 5  # panels of a YMCKO face


class Printer:
    """One printer, by its control link: JSON lines both ways."""

    def __init__(self, cards: Path, reader: BinaryIO, writer: BinaryIO) -> None:
        self._cards = cards
        self._reader = reader
        self._writer = writer

    @classmethod
    def in_guest(cls) -> "Printer":
        """Return the printer that runs in this guest; waits until it listens."""
        link = wait_until(_connected, "the emulator's control link", READY_S_MAX)
        return cls(plan.SHARE / plan.USB_CARDS, link.makefile("rb"), link.makefile("wb"))

    @classmethod
    def outside(cls) -> "Printer":
        """Return the printer on the host, which keeps its power when this machine loses it."""
        path = Path("/dev/virtio-ports") / plan.CONTROL_PORT
        wait_until(path.exists, f"{path} there", READY_S_MAX)
        port = io.FileIO(path, "r+")
        return cls(plan.SHARE / plan.SERIAL_CARDS, io.BufferedReader(port), io.BufferedWriter(port))

    def tell(self, order: str, **facts: Any) -> dict[str, Any]:
        """Say one thing; returns the answer.

        Raises:
            CheckFailedError: it was refused.
        """
        self._writer.write(json.dumps({"do": order, **facts}).encode() + b"\n")
        self._writer.flush()
        answer: dict[str, Any] = json.loads(self._reader.readline())
        if "error" in answer:
            raise CheckFailedError(f"printer, {order}: {answer['error']}")
        return answer

    def truth(self) -> dict[str, Any]:
        """Return what really happened to the cards."""
        return self.tell("truth")

    def whole(self, number: int) -> bool:
        """Tell whether a card that left has all its panels and fell into the output bin."""
        path = self._cards / f"{number:06d}.json"
        wait_until(path.exists, f"{path.name} written", READY_S_MAX)
        told = json.loads(path.read_text())
        used = told["panels_used"].get("front", ())
        return bool(told["bin"] == "output" and len(used) == WHOLE_FACE)


def _connected() -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", plan.TRUTH_PORT), 60.0)
    except ConnectionRefusedError:
        return None
