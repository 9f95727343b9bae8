"""Dialogues of the Evolis firmware: which answer belongs to which bytes, on each medium.

    TCP     a connection is one exchange: the answer is that of its last command, given after the host's half-close; a
            connection without a byte is a status poll; bytes that hold no command at all are answered `ERR`; a plane
            that is not complete when the connection ends is forgotten with it
    USB     the stream goes on over many opens: a read gives the last reply with the status of this instant, as often as
            it is asked, until the next command; before any command a bare status
    serial  ours, nothing is established: each command and each lone 00 outside of commands gets one reply, in order

While a motion is under way that somebody waits for, there is nothing to read.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

from emulator.evolis.parser import Event, Parser, Poll, Refused
from emulator.evolis.ram import Ticket
from emulator.firmware import Medium

log = logging.getLogger("emulator")

NOT_OURS = "ERR"
UNREAD_MAX = 512  # a whole job has some 30 commands; a host that never reads has to wait


class Desk(Protocol):
    """What a dialogue asks of its firmware."""

    @property
    def has_room(self) -> bool:
        """Say whether the receive buffer takes more."""

    @property
    def fence_needed(self) -> bool:
        """Say whether an answer must wait for the queue."""

    def carry_out(self, event: Event, now_s: float) -> Ticket:
        """Take one event; the ticket is answered now or when the motion is done."""

    def answer(self, ticket: Ticket | None, now_s: float) -> bytes:
        """Frame a reply (None: a bare poll) with the status of this instant."""


class Stream:
    """What the three have in common: bytes become events that wait to be carried out."""

    single = False

    def __init__(self, desk: Desk, parser: Callable[[], Parser] = Parser) -> None:
        self._desk = desk
        self._new_parser = parser
        self.reset()

    def reset(self) -> None:
        """Forget what is half received."""
        self._parser = self._new_parser()
        self._events: deque[Event] = deque()
        self._ticket: Ticket | None = None
        self._complaints: set[str] = set()  # each is logged once: noise must not fill a disk

    def receive(self, data: bytes) -> None:
        """Take bytes off the line."""
        self._events.extend(self._parser.receive_data(data))

    @property
    def waiting(self) -> bool:
        """Say whether a command waits to be carried out."""
        return bool(self._events)

    @property
    def has_room(self) -> bool:
        """Say whether the next command may be carried out."""
        return self._desk.has_room

    @property
    def midway(self) -> bool:
        """Say whether the rest of a plane is still awaited."""
        return self._parser.inside_bitmap

    def execute(self, now_s: float) -> None:
        """Carry out the next command."""
        event = self._events.popleft()
        if isinstance(event, Refused) and event.reason not in self._complaints:
            self._complaints.add(event.reason)
            log.warning("a host sent what is no command: %s", event.reason)
        self._ticket = self._desk.carry_out(event, now_s)

    def finish(self) -> None:
        """Nothing: these lines have no end of a request."""

    @property
    def readable(self) -> bool:
        """Say whether there is an answer to read now."""
        return self._answerable(self._ticket)

    def read(self, now_s: float) -> bytes:
        """Give the last reply with the status of this instant."""
        return self._desk.answer(self._ticket, now_s)

    def _answerable(self, ticket: Ticket | None) -> bool:
        return ticket is None or (ticket.done and not self._desk.fence_needed)


class Exchange(Stream):
    """One TCP connection."""

    single = True

    def finish(self) -> None:
        """Answer another protocol's greeting, which hosts send to find out who is there, in a way they understand."""
        if self._parser.unfinished:
            log.warning("a connection ended inside a command or plane, which is forgotten")
        if self._parser.noise_seen:
            log.warning("a connection brought bytes that belong to no command")
        if self._ticket is None and (self._parser.noise_seen or self._parser.unfinished):
            self._ticket = Ticket(NOT_OURS)


class StandingReply(Stream):
    """The USB device."""


class SerialLine(Stream):
    """A serial line: one reply for each command and each lone 00."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, lambda: Parser(polls=True))

    def reset(self) -> None:
        """Forget what is half received, and the replies nobody has read."""
        super().reset()
        self._unread: deque[Ticket | None] = deque()

    @property
    def has_room(self) -> bool:
        """Say whether the next command may be carried out; a host that never reads has to wait."""
        return super().has_room and len(self._unread) < UNREAD_MAX

    def execute(self, now_s: float) -> None:
        """Carry out the next command or note a poll."""
        if isinstance(self._events[0], Poll):
            self._events.popleft()
            self._unread.append(None)
        else:
            super().execute(now_s)
            self._unread.append(self._ticket)

    @property
    def readable(self) -> bool:
        """Say whether the oldest unread reply is known."""
        return bool(self._unread) and self._answerable(self._unread[0])

    def read(self, now_s: float) -> bytes:
        """Give the oldest unread reply."""
        return self._desk.answer(self._unread.popleft(), now_s)


DIALOGUES: dict[Medium, Callable[[Desk], Stream]] = {
    Medium.TCP: Exchange,
    Medium.USB: StandingReply,
    Medium.SERIAL: SerialLine,
}
