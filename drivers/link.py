"""Link: the only code that moves bytes for a script. It knows no language and decides nothing.

A script (see `drivers.driver`) says what it wants; a Run does it, one yield a call:

    run.advance() -> Send, Expect     done, the answer is kept for the script
                  -> Pause            the caller's to wait, then call again
                  -> Commit           the caller's to make durable, then call again
                  -> Finished(value)  the script has returned

What goes wrong while moving bytes is thrown into the script at the next call: before its Commit it lets the error
through and `advance` raises it, after its Commit it turns it into an outcome. After any transport error but a stall the
transport is closed, so the next exchange starts on a fresh connection and never reads the rest of an old reply.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from drivers.driver import Commit, Expect, Pause, Script, Send, Step
from drivers.errors import (
    DeadlineError,
    EndpointStalledError,
    PrinterError,
    ProtocolError,
    TransportError,
)
from drivers.frames import Direction, Frame, FrameRing
from drivers.transport import Deadline, Monotonic, Transport

T = TypeVar("T")

REPLY_BYTES_MAX = 64 * 1024  # the longest known reply, a ribbon tag, has some 300
READ_BYTES = 16 * 1024  # a multiple of every USB packet size
WRITE_BASE_S = 5.0  # connect and send a command


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """A script has returned this."""

    value: T


class Run(Generic[T]):
    """One script on its way. Belongs to one thread."""

    def __init__(self, link: "Link", script: Script[T], limit: Deadline | None) -> None:
        self._link = link
        self._script = script
        self._limit = limit
        self._answer: bytes | None = None
        self._error: PrinterError | None = None

    def advance(self) -> Step | Finished[T]:
        """Go on to the script's next yield; do it if it moves bytes, hand it back in any case.

        After Commit has been handed back and made durable, the call after it may move a card.

        Raises:
            PrinterError: what the script let through, which it does only before its Commit.
        """
        try:
            step = self._resume()
        except StopIteration as stop:
            return Finished(stop.value)
        self._answer = b""
        try:
            if isinstance(step, Send):
                self._link.send(step.data, self._limit)
            elif isinstance(step, Expect):
                self._answer = self._link.receive(step.within_s, self._limit, step.whole)
        except PrinterError as exc:
            self._error = exc
        return step

    def _resume(self) -> Step:
        if self._error is not None:
            error, self._error = self._error, None
            return self._script.throw(error)
        if self._answer is None:
            return next(self._script)
        return self._script.send(self._answer)


class Link:
    """A transport with its deadlines, its bounds and its memory of the last frames."""

    def __init__(
        self, transport: Transport, monotonic: Monotonic, ring: FrameRing | None = None
    ) -> None:
        self._transport = transport
        self._monotonic = monotonic
        self._ring = FrameRing() if ring is None else ring

    @property
    def uri(self) -> str:
        """The device URI of the transport."""
        return self._transport.uri

    def start(self, script: Script[T], limit: Deadline | None = None) -> Run[T]:
        """Take up a script; nothing happens before the first `advance`. No exchange outlasts `limit`."""
        return Run(self, script, limit)

    def complete(
        self, script: Script[T], sleep: Callable[[float], None], limit: Deadline | None = None
    ) -> T:
        """Run a script that has no Commit to its end. No card is fed.

        Raises:
            PrinterError: what the script let through.
        """
        run = self.start(script, limit)
        while True:
            step = run.advance()
            if isinstance(step, Finished):
                return step.value
            assert not isinstance(step, Commit), "a script that commits is not run by complete()"
            if isinstance(step, Pause):
                sleep(step.duration_s)

    def send(self, data: bytes, limit: Deadline | None = None) -> None:
        """Write all of `data`, in a time that grows with its size. A card may move if the bytes say so."""
        self._ring.add(self._monotonic(), Direction.SENT, data)
        deadline = self._deadline(WRITE_BASE_S + len(data) / self._transport.write_rate_min, limit)
        try:
            self._transport.write(data, deadline)
        except TransportError as exc:
            self._close_after(exc)
            raise

    def receive(
        self,
        within_s: float,
        limit: Deadline | None = None,
        whole: Callable[[bytes], bool] | None = None,
    ) -> bytes:
        """Finish the request and read one whole reply; with nothing written before, that is a status poll.

        With `whole` the request is not finished, and the reply ends when that says so.

        Raises:
            TransportError: the transport's own.
            ProtocolError: more than 64 KiB came, or `whole` finds that it is no reply.
        """
        deadline = self._deadline(within_s, limit)
        reply = bytearray()
        try:
            if whole is None:
                self._transport.finish_request(deadline)
            while chunk := self._transport.read(READ_BYTES, deadline):
                reply += chunk
                if whole is not None and whole(bytes(reply)):
                    break
                if len(reply) > REPLY_BYTES_MAX:
                    self._transport.close()
                    raise ProtocolError(
                        f"{self.uri} sent more than {REPLY_BYTES_MAX} bytes as a reply"
                    )
        except TransportError as exc:
            self._close_after(exc)
            if whole is not None and reply and isinstance(exc, DeadlineError):
                raise ProtocolError(
                    f"{self.uri} sent {len(reply)} bytes that are no reply"
                ) from exc
            raise
        finally:
            self._ring.add(self._monotonic(), Direction.RECEIVED, reply)
        return bytes(reply)

    def frames(self) -> tuple[Frame, ...]:
        """Return the last frames, oldest first: for the report of a failure, not for the log of a good run."""
        return tuple(self._ring)

    def close(self) -> None:
        """Let go of the device."""
        self._transport.close()

    def _deadline(self, duration_s: float, limit: Deadline | None) -> Deadline:
        left_s = duration_s if limit is None else min(duration_s, limit.remaining_s)
        return Deadline.after(left_s, self._monotonic)

    def _close_after(self, exc: TransportError) -> None:
        if not isinstance(exc, EndpointStalledError):
            self._transport.close()
