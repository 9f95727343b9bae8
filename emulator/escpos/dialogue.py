"""Dialogue of a receipt printer: a stream both ways, the same on TCP, USB and serial lines.

Theory of operation. Bytes go into the receive buffer as long as it has room, else the host has to wait. As they go in,
real-time commands are obeyed; everything else waits for its turn. A host behind a full buffer gets no status: its
question is not in the printer yet. Each answer goes to the stream that asked.

Streams share the printer: two hosts at once mix their slips, command by command. What a host has half sent when it goes
away is forgotten with a TCP connection; on USB and serial lines the rest is waited for, as long as the power lasts.
"""

from collections import deque
from typing import Protocol

from emulator.escpos.engine import Host
from emulator.escpos.parser import Event, Parser, RealTime
from emulator.escpos.status import Condition

UNREAD_MAX = 64  # answers; a host that never reads has to wait


class Desk(Protocol):
    """What a dialogue asks of its firmware."""

    boots: int

    @property
    def room_bytes(self) -> int:
        """Return how much the receive buffer takes."""

    @property
    def condition(self) -> Condition:
        """Return how the machine stands."""

    def accept(self, host: Host, events: list[Event], now_s: float) -> None:
        """Take what waits for its turn."""

    def obey(self, host: Host, order: RealTime, now_s: float) -> None:
        """Obey a real-time command."""


class Stream:
    """One host's stream."""

    single = False
    midway = False  # the rest of an image is awaited for ever, however slowly it comes

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.reset()

    def reset(self) -> None:
        """Forget what is half received, and the answers nobody has read."""
        self._boots = self._desk.boots
        self._parser = Parser()
        self._arrived = b""
        self._answers: deque[bytes] = deque()
        self._mask = 0
        self._told: tuple[object, ...] = ()

    def _follow_boot(self) -> None:
        """A power cut empties the stream."""
        if self._boots != self._desk.boots:
            self.reset()

    # --- in ---------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Take bytes off the line."""
        self._follow_boot()
        self._arrived += data

    @property
    def waiting(self) -> bool:
        """Say whether bytes wait for room in the receive buffer."""
        return bool(self._arrived)

    @property
    def has_room(self) -> bool:
        """Say whether there is any."""
        return self._desk.room_bytes > 0 and len(self._answers) < UNREAD_MAX

    def execute(self, now_s: float) -> None:
        """Let as many bytes in as there is room for."""
        self._follow_boot()
        room = self._desk.room_bytes
        taken, self._arrived = self._arrived[:room], self._arrived[room:]
        waits: list[Event] = []
        for event in self._parser.receive_data(taken):
            if isinstance(event, RealTime):
                self._desk.accept(self, waits, now_s)
                waits = []
                self._desk.obey(self, event, now_s)
            else:
                waits.append(event)
        self._desk.accept(self, waits, now_s)

    def finish(self) -> None:
        """Nothing: these lines have no end of a request."""

    # --- out --------------------------------------------------------------------------------

    def reply(self, data: bytes) -> None:
        """Hear an answer."""
        self._answers.append(data)

    def watch_status(self, mask: int) -> None:
        """Be told the status now and whenever something of the mask changes; 0: no more."""
        self._mask = mask
        self._told = ()

    @property
    def readable(self) -> bool:
        """Say whether the host could read something now."""
        self._follow_boot()
        return bool(self._answers) or self._news

    def read(self, now_s: float) -> bytes:  # noqa: ARG002 - an interface
        """Give the next answer, or the status that changed."""
        if self._answers:
            return self._answers.popleft()
        condition = self._desk.condition
        self._told = condition.watched(self._mask)
        return condition.automatic

    @property
    def _news(self) -> bool:
        return bool(self._mask) and self._desk.condition.watched(self._mask) != self._told
