"""A transport that is a recording: answers as the printer answered then, and holds what is sent against what was.

A driver that asks in another order than the recorded one gets no answers made up: the replay has gone another way, and
everything after it is refused.
"""

from drivers import errors
from drivers.errors import LinkLostError, TransportError
from drivers.tool.difference import Difference, difference
from drivers.tool.trace import Event, Kind, Trace
from drivers.transport import WRITE_RATE_MIN, Deadline

FIRST_EVENT_LINE = 2
_SAID = {
    Kind.SENT: "sends",
    Kind.FINISHED: "finishes its request",
    Kind.RECEIVED: "reads",
    Kind.COMMIT: "commits",
}


class ReplayedTransport:
    """Plays the printer's part of a trace.

    Attributes:
        differences: frames the host sends otherwise than recorded.
        astray: where it went another way, "" while it has not.
    """

    write_rate_min: float = WRITE_RATE_MIN

    def __init__(self, trace: Trace) -> None:
        self.differences: list[Difference] = []
        self.astray = ""
        self._trace = trace
        self._at = 0
        self._script = ""

    @property
    def uri(self) -> str:
        """The recorded device's."""
        return self._trace.header.device

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Hold it against what was sent."""
        del deadline
        event = self._take(Kind.SENT)
        found = difference(self._line, f"{self._script}: sent", event.data, data)
        if found is not None:
            self.differences.append(found)
        self._fail_as_recorded()

    def finish_request(self, deadline: Deadline) -> None:
        """Go past the recorded one."""
        del deadline
        self._take(Kind.FINISHED)
        self._fail_as_recorded()

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        """Return what came then."""
        del deadline
        self._fail_as_recorded()
        event = self._take(Kind.RECEIVED)
        if len(event.data) > size_max:
            raise self._stray(f"line {self._line}: it recorded a read longer than the link reads")
        return event.data

    def commit(self) -> None:
        """Go past the recorded Commit.

        Raises:
            LinkLostError: none was recorded here.
        """
        self._take(Kind.COMMIT)

    def close(self) -> None:
        """Nothing is held."""

    def next_script(self) -> Event | None:
        """Go to the next script's beginning, None at the end; returns its event."""
        while (event := self._peek()) is not None:
            self._at += 1
            if event.kind is Kind.SCRIPT:
                self._script = event.name
                return event
        return None

    def request(self) -> Event | None:
        """Take the request that follows a script's beginning, if there is one."""
        event = self._peek()
        if event is None or event.kind is not Kind.REQUEST:
            return None
        self._at += 1
        return event

    def left_over(self) -> int:
        """Return how many frames of this script were recorded and not come to."""
        left = 0
        for event in self._trace.events[self._at :]:
            if event.kind is Kind.SCRIPT:
                break
            left += event.kind in _SAID
        return left

    @property
    def _line(self) -> int:
        """The line of the event taken last."""
        return self._at - 1 + FIRST_EVENT_LINE

    def _peek(self) -> Event | None:
        events = self._trace.events
        return events[self._at] if self._at < len(events) else None

    def _take(self, kind: Kind) -> Event:
        while (event := self._peek()) is not None and event.kind is Kind.CLOSED:
            self._at += 1
        if self.astray or event is None or event.kind is not kind:
            recorded = "the recording ends" if event is None else f"it recorded {event.kind}"
            line = self._at + FIRST_EVENT_LINE
            raise self._stray(f"line {line}: the driver {_SAID[kind]} where {recorded}")
        self._at += 1
        return event

    def _stray(self, where: str) -> LinkLostError:
        """Keep where it first went another way."""
        self.astray = self.astray or f"{self._script}: {where}"
        return LinkLostError(f"the replay went another way: {self.astray}")

    def _fail_as_recorded(self) -> None:
        """Raise what the transport raised then, if it did so here."""
        event = self._peek()
        if event is None or event.kind is not Kind.FAILED:
            return
        self._at += 1
        found = getattr(errors, event.name, LinkLostError)
        known = isinstance(found, type) and issubclass(found, TransportError)
        raise (found if known else LinkLostError)(event.text)
