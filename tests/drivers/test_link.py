"""The link: one yield a call, errors thrown into the script, bounds on time and size, and its memory."""

import socket
import time

import pytest

from drivers.card import Evidence
from drivers.driver import Commit, Expect, Pause, Script, Send, Step
from drivers.errors import (
    DeadlineError,
    EndpointStalledError,
    LinkLostError,
    ProtocolError,
    TransportError,
)
from drivers.frames import FRAMES_MAX, Direction
from drivers.link import READ_BYTES, REPLY_BYTES_MAX, Finished, Link
from drivers.transport import Deadline
from drivers.transports import open_transport
from support.printer_socket import read_request, reset, serving


class Tube:
    """A transport in memory: gives prepared replies, keeps what was written and which deadlines it was given."""

    uri = "tube://"
    write_rate_min: float = 40_000

    def __init__(self, *replies: bytes | TransportError) -> None:
        self._replies = list(replies)
        self._open: list[bytes] = []
        self.written = b""
        self.closed = 0
        self.deadlines_s: list[float] = []

    def write(self, data: bytes, deadline: Deadline) -> None:
        self.deadlines_s.append(deadline.remaining_s)
        self.written += data

    def finish_request(self, deadline: Deadline) -> None:
        self.deadlines_s.append(deadline.remaining_s)
        reply = self._replies.pop(0)
        if isinstance(reply, TransportError):
            raise reply
        self._open = [reply[at : at + READ_BYTES] for at in range(0, len(reply), READ_BYTES)]

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        return self._open.pop(0) if self._open else b""

    def close(self) -> None:
        self.closed += 1


def _clock() -> float:
    return 1000.0


def _ask() -> Script[bytes]:
    yield Send(b"question")
    answer = yield Expect(5.0)
    yield Pause(0.5)
    return answer


def test_one_yield_a_call() -> None:
    tube = Tube(b"answer")
    run = Link(tube, _clock).start(_ask())
    assert tube.written == b""
    assert run.advance() == Send(b"question")
    assert tube.written == b"question"
    assert run.advance() == Expect(5.0)
    assert run.advance() == Pause(0.5)
    assert run.advance() == Finished(b"answer")


def test_complete_sleeps_the_pauses() -> None:
    slept: list[float] = []
    assert Link(Tube(b"answer"), _clock).complete(_ask(), slept.append) == b"answer"
    assert slept == [0.5]


def test_complete_runs_no_script_that_commits() -> None:
    def committing() -> Script[None]:
        yield Commit(Evidence())

    with pytest.raises(AssertionError):
        Link(Tube(), _clock).complete(committing(), lambda _: None)


def test_an_error_is_thrown_into_the_script_which_may_turn_it_into_a_value() -> None:
    def careful() -> Script[str]:
        yield Commit(Evidence())
        try:
            yield Expect(1.0)
        except LinkLostError as exc:
            return f"unknown: {exc}"
        return "printed"

    run = Link(Tube(LinkLostError("cut")), _clock).start(careful())
    assert run.advance() == Commit(Evidence())
    assert run.advance() == Expect(1.0)
    assert run.advance() == Finished("unknown: cut")


def test_an_error_the_script_lets_through_is_raised() -> None:
    run = Link(Tube(LinkLostError("cut")), _clock).start(_ask())
    run.advance()
    run.advance()
    with pytest.raises(LinkLostError):
        run.advance()


@pytest.mark.parametrize(
    ("error", "closed"),
    [(LinkLostError("x"), 1), (DeadlineError("x"), 1), (EndpointStalledError("x"), 0)],
)
def test_after_an_error_the_next_exchange_starts_afresh(error: TransportError, closed: int) -> None:
    tube = Tube(error)
    with pytest.raises(type(error)):
        Link(tube, _clock).receive(1.0)
    assert tube.closed == closed


def test_a_reply_without_end_is_a_protocol_error() -> None:
    tube = Tube(b"x" * (REPLY_BYTES_MAX + 1))
    with pytest.raises(ProtocolError):
        Link(tube, _clock).receive(1.0)
    assert tube.closed == 1
    assert len(Link(Tube(b"x" * REPLY_BYTES_MAX), _clock).receive(1.0)) == REPLY_BYTES_MAX


def test_the_time_to_write_grows_with_the_size() -> None:
    tube = Tube()
    link = Link(tube, _clock)
    link.send(b"\x1bRfv\r")
    link.send(bytes(2_140_359))
    assert tube.deadlines_s == pytest.approx([5.0, 58.5], abs=0.1)


def test_no_exchange_outlasts_the_limit() -> None:
    tube = Tube(b"answer")
    link = Link(tube, _clock)
    link.complete(_ask(), lambda _: None, Deadline.after(2.0, _clock))
    assert tube.deadlines_s == pytest.approx([2.0, 2.0])


def test_frames_keep_heads_only_and_the_last_ones_only() -> None:
    link = Link(Tube(*[b"answer"] * 100), _clock)
    link.send(b"\x1bDb;y;256;" + bytes(1000))
    (frame,) = link.frames()
    assert (frame.at_s, frame.direction, frame.length) == (1000.0, Direction.SENT, 1010)
    assert len(bytes.fromhex(frame.head_hex)) == 48
    for _ in range(100):
        link.receive(1.0)
    frames = link.frames()
    assert len(frames) == FRAMES_MAX
    assert {(f.direction, f.head_hex) for f in frames} == {(Direction.RECEIVED, b"answer".hex())}


def test_a_failed_exchange_is_in_the_frames_too() -> None:
    link = Link(Tube(DeadlineError("late")), _clock)
    with pytest.raises(DeadlineError):
        link.receive(1.0)
    assert [(f.direction, f.length) for f in link.frames()] == [(Direction.RECEIVED, 0)]


def test_over_a_real_socket() -> None:
    def answer(connection: socket.socket) -> None:
        request = read_request(connection)
        if request == b"cut":
            reset(connection)
        else:
            connection.sendall(b"answer to " + request)

    def ask_twice() -> Script[bytes]:
        yield Send(b"cut")
        try:
            yield Expect(5.0)
        except LinkLostError:
            return (yield from _ask())
        return b""

    with serving(answer) as uri:
        link = Link(open_transport(uri), time.monotonic)
        steps: list[Step | Finished[bytes]] = []
        run = link.start(ask_twice())
        while not isinstance(steps[-1] if steps else None, Finished):
            steps.append(run.advance())
        assert steps[-1] == Finished(b"answer to question")
        link.close()
