"""Dialogue of the Enduro family: one stream of pages and requests in, replies out as soon as they are ready.

Theory of operation. The same on every medium: no half-close, no fixed order of request and reply beyond that of the
stream. A request behind an unfinished page is part of that page's bytes and waits for its end; there is no other way on
one stream. On another connection it is answered at once (or, as a setting, when the page has been received).

One job at a time is received: the stream whose page began first holds the reception until the job is complete or
refused. What another stream sends meanwhile is turned down by its header and read past.
"""

from collections import deque
from typing import Protocol

from emulator.magicard.header import HeaderError, read_header
from emulator.magicard.job import Binder, Job
from emulator.magicard.models import MagicardModel
from emulator.magicard.parser import Event, Page, Parser, Refused, Request, Tokens

UNREAD_MAX = 64  # replies; a host that never reads has to wait


class Desk(Protocol):
    """What a dialogue asks of its firmware."""

    boots: int

    @property
    def model(self) -> MagicardModel:
        """Return which printer it is."""

    @property
    def has_room(self) -> bool:
        """Say whether the receive buffer takes more."""

    def admit(self, stream: "Stream") -> bool:
        """Let a stream hold the reception; False if another one does."""

    def release(self, stream: "Stream") -> None:
        """Take the reception back from a stream, if it has it."""

    def holds_back(self, stream: "Stream") -> bool:
        """Say whether replies of a stream wait for the end of another one's page."""

    def print_job(self, job: Job, now_s: float) -> None:
        """Take a job."""

    def answer(self, request: Request, now_s: float) -> bytes | None:
        """Carry a request out and return the reply, None if it has none."""

    def refuse(self, reason: str) -> None:
        """Write down what was wrong."""


class Stream:
    """One host's stream."""

    single = False

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.reset()

    def reset(self) -> None:
        """Forget what is half received, and the replies nobody has read."""
        self._boots = self._desk.boots
        self._parser = Parser(self._judge)
        self._binder = Binder(self._desk.model)
        self._events: deque[Event] = deque()
        self._replies: deque[bytes] = deque()
        self._desk.release(self)

    # --- in ---------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Take bytes off the line."""
        if self._boots != self._desk.boots:
            self.reset()  # what was half received was in RAM
        self._events.extend(self._parser.receive_data(data))
        self._let_others()

    @property
    def waiting(self) -> bool:
        """Say whether a page, request or refusal waits to be carried out."""
        return bool(self._events)

    @property
    def has_room(self) -> bool:
        """Say whether the next one may be carried out."""
        return self._desk.has_room and len(self._replies) < UNREAD_MAX

    @property
    def midway(self) -> bool:
        """Say whether the rest of a page or request is still awaited."""
        return self._parser.unfinished

    def execute(self, now_s: float) -> None:
        """Carry out the next one."""
        match self._events.popleft():
            case Page() as page:
                self._take(page, now_s)
            case Request() as request:
                reply = self._desk.answer(request, now_s)
                if reply is not None:
                    self._replies.append(reply)
            case Refused(reason):
                self._refuse(reason)
        self._let_others()

    def finish(self) -> None:
        """Hear that the host sends no more; what it asked for can still be read."""
        for event in self._parser.receive_end():
            assert isinstance(event, Refused), "an end completes nothing"
            self._refuse(event.reason)
        if self._binder.forget():
            self._desk.refuse("the back of a card never came: its front is dropped")
        self._let_others()

    # --- out --------------------------------------------------------------------------------

    @property
    def readable(self) -> bool:
        """Say whether a reply can be read now."""
        return bool(self._replies) and not self._desk.holds_back(self)

    def read(self, now_s: float) -> bytes:  # noqa: ARG002 - an interface
        """Give the oldest reply nobody has read; it says what was true when it was asked for."""
        return self._replies.popleft()

    # --- inside -----------------------------------------------------------------------------

    def _judge(self, tokens: Tokens) -> str | None:
        """Return why the page behind a header is not taken."""
        try:
            read_header(tokens, self._desk.model)
        except HeaderError as exc:
            return str(exc)
        return None if self._desk.admit(self) else "two jobs at once: the later one is read past"

    def _take(self, page: Page, now_s: float) -> None:
        try:
            job = self._binder.add(page)
        except HeaderError as exc:
            self._desk.refuse(str(exc))
            return
        if job is not None:
            self._desk.print_job(job, now_s)

    def _refuse(self, reason: str) -> None:
        dropped = "; the front before it is dropped" if self._binder.forget() else ""
        self._desk.refuse(f"{reason}{dropped}")

    def _let_others(self) -> None:
        """Give the reception back unless a job of this stream is under way."""
        pages_wait = any(isinstance(event, Page) for event in self._events)
        if not (pages_wait or self._parser.receiving or self._binder.awaits_back):
            self._desk.release(self)
