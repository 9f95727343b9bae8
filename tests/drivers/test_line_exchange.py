"""Question and answer on a line where replies follow each other: taken apart at any cut, told apart by the fence."""

import contextlib
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.driver import Expect, Script, Send, Step, T
from drivers.errors import DeadlineError, LinkLostError, ProtocolError
from drivers.evolis.codec import TEXT_BYTES_MAX, Reply, StatusBlock, parse_reply, parse_stream
from drivers.evolis.line_exchange import LineExchange
from drivers.frames import Direction
from drivers.link import REPLY_BYTES_MAX, Link
from drivers.transport import Deadline
from support.printer_bytes import CLAIM, IDLE, reply, status

pytestmark = pytest.mark.pure

WORD = st.integers(0, 0xFFFFFFFF)
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(str.rstrip)


@st.composite
def replies(draw: st.DrawFn, extensions_max: int = 0) -> tuple[bytes, Reply]:
    """A reply as it goes over the line, and what it says."""
    text = draw(TEXT)
    words = (draw(WORD), draw(WORD), draw(WORD), draw(WORD))
    session = draw(st.integers(0, 0xFFFF))
    extensions = tuple(draw(st.lists(WORD, max_size=extensions_max)))
    block = status(
        config=words[0], information=words[1], warning=words[2], error=words[3],
        session=session, extensions=extensions,
    )  # fmt: skip
    data = reply(text, block) if text else block
    return data, Reply(text, StatusBlock(*words, session, extensions))


runs = st.lists(replies(), max_size=6)
runs_with_extensions = st.lists(replies(4), min_size=1, max_size=5)
sizes = st.lists(st.integers(1, 60), min_size=1, max_size=10)


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Cut data into pieces of these sizes, over and over."""
    for size in itertools.cycle(sizes):
        if not data:
            return
        yield data[:size]
        data = data[size:]


# --- taking a run of replies apart --------------------------------------------------------------


@given(runs, sizes)
def test_any_cut_of_a_run_gives_the_same_replies(
    run: list[tuple[bytes, Reply]], sizes: list[int]
) -> None:
    found: list[Reply] = []
    rest = b""
    for piece in pieces(b"".join(data for data, _said in run), sizes):
        whole, rest = parse_stream(rest + piece)
        found += whole
    assert found == [said for _data, said in run]
    assert rest == b""


@given(runs_with_extensions, st.data())
def test_replies_with_extension_words_are_told_apart(
    run: list[tuple[bytes, Reply]], data: st.DataObject
) -> None:
    """What has come is always read from its start: how many words a block has is known when the next reply comes."""
    sent = b"".join(data for data, _said in run)
    said = [said for _data, said in run]
    assert parse_stream(sent) == (said, b"")
    cut = data.draw(st.integers(0, len(sent)))
    found, rest = parse_stream(sent[:cut])
    assert found[:-1] == said[: len(found)][:-1]
    for last, expected in zip(found[-1:], said[: len(found)][-1:], strict=True):
        assert last.status is not None
        assert expected.status is not None
        words = len(last.status.extensions)
        assert last.text == expected.text
        assert last.status.extensions == expected.status.extensions[:words]
    assert sent[:cut].endswith(rest)


@given(replies(), st.data())
def test_less_than_a_reply_is_kept_as_it_came(
    one: tuple[bytes, Reply], data: st.DataObject
) -> None:
    part = one[0][: data.draw(st.integers(0, len(one[0]) - 1))]
    assert parse_stream(part) == ([], part)


@given(replies())
def test_a_run_of_one_is_a_reply(one: tuple[bytes, Reply]) -> None:
    assert parse_stream(one[0])[0] == [parse_reply(one[0])]


@given(
    st.one_of(st.binary(max_size=200), st.lists(st.sampled_from([0, 4, 16, 2, 65]), max_size=90))
)
def test_noise_is_replies_or_a_protocol_error(noise: bytes | list[int]) -> None:
    with contextlib.suppress(ProtocolError):
        parse_stream(bytes(noise))


@given(runs, st.binary(min_size=1, max_size=80), st.data())
def test_noise_in_a_run_is_at_most_a_protocol_error(
    run: list[tuple[bytes, Reply]], noise: bytes, data: st.DataObject
) -> None:
    sent = b"".join(data for data, _said in run)
    at = data.draw(st.integers(0, len(sent)))
    with contextlib.suppress(ProtocolError):
        parse_stream(sent[:at] + noise + sent[at:])


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"\x01OK\r\n" + IDLE, "control characters"),
        (b"OK\r\n\x00" + bytes(22), "field lengths 0 and 0"),
        (b"x" * (TEXT_BYTES_MAX + 1), "no end of text"),
        (IDLE + b"\x04\x00\x00\x00\x01" * 9 + IDLE, "no whole extension words"),
    ],
)
def test_what_is_no_run_of_replies_is_said(data: bytes, hint: str) -> None:
    with pytest.raises(ProtocolError, match=hint):
        parse_stream(data)


# --- the scripts, played by hand ----------------------------------------------------------------


def converse(
    script: Script[T], *lines: bytes, sizes: tuple[int, ...] = (1,)
) -> tuple[T, list[Step]]:
    """Run a script; for each Expect the next line comes in pieces until the script has heard enough."""
    coming = list(lines)
    steps: list[Step] = []
    try:
        step = next(script)
        while True:
            steps.append(step)
            step = script.send(
                heard(step, coming.pop(0), sizes) if isinstance(step, Expect) else b""
            )
    except StopIteration as stop:
        assert not coming, "the script did not ask for all of it"
        return stop.value, steps


def heard(step: Expect, line: bytes, sizes: tuple[int, ...]) -> bytes:
    assert step.whole is not None, "a line has no end of its own"
    data = b""
    for piece in pieces(line, list(sizes)):
        data += piece
        if step.whole(data):
            return data
    raise AssertionError("it would still wait")


def line() -> LineExchange:
    return LineExchange(5.0)


def test_a_poll_is_a_lone_zero_and_its_reply() -> None:
    block, steps = converse(line().poll(), status(session=7))
    assert block.session == 7
    assert steps[0] == Send(b"\x00")
    assert isinstance(steps[1], Expect)
    assert steps[1].within_s == 5.0


def test_a_word_of_the_status_that_is_half_here_is_waited_for() -> None:
    data = status(extensions=(0xAABBCCDD, 5))
    in_the_first_word = len(IDLE) + 2
    block, _steps = converse(line().poll(), data, sizes=(in_the_first_word, 100))
    assert block.extensions == (0xAABBCCDD, 5)


def test_a_command_is_fenced_by_a_lone_zero() -> None:
    answer, steps = converse(line().ask("Rsn"), reply("S-77") + status(information=CLAIM))
    assert answer.text == "S-77"
    assert answer.status.information == CLAIM  # of the fence, which is the younger
    assert steps[:2] == [Send(b"\x1bRsn\r"), Send(b"\x00")]


def test_a_slow_command_may_take_longer_and_no_answer_is_waited_for_less() -> None:
    _answer, steps = converse(line().ask("Scs", within_s=30), reply("OK") + IDLE)
    assert isinstance(steps[2], Expect)
    assert steps[2].within_s == 30
    _answer, steps = converse(line().post(b"x", 0.5), reply("OK") + IDLE)
    assert isinstance(steps[2], Expect)
    assert steps[2].within_s == 5.0


@given(runs, replies(), sizes)
def test_whatever_came_before_the_last_word_was_said_before_the_fence(
    run: list[tuple[bytes, Reply]], last: tuple[bytes, Reply], sizes: list[int]
) -> None:
    """However the bytes come in: it hears all replies up to the fence, and answers with the last that has a text."""
    texts = [(data, said) for data, said in (*run, last) if said.text]
    sent = b"".join(data for data, _said in texts) + IDLE
    if not texts:
        with pytest.raises(ProtocolError, match="no answer to 'Rsn'"):
            converse(line().ask("Rsn"), sent, sizes=tuple(sizes))
        return
    answer, _steps = converse(line().ask("Rsn"), sent, sizes=tuple(sizes))
    assert (answer.text, answer.status) == (texts[-1][1].text, parse_reply(IDLE).status)


def test_a_job_is_answered_by_its_first_refusal() -> None:
    answers = [reply(text) for text in ("OK", "OK", "ERROR CDE", "OK", "FEEDER EMPTY")]
    answer, steps = converse(line().post(b"job", 30), b"".join(answers) + IDLE)
    assert answer.text == "ERROR CDE"
    assert steps[:2] == [Send(b"job"), Send(b"\x00")]


def test_a_job_that_is_taken_is_answered_by_its_last_reply() -> None:
    answer, _steps = converse(line().post(b"job", 30), reply("OK") + reply("DONE") + IDLE)
    assert answer.text == "DONE"
    answer, _steps = converse(line().post(b"marks only", 30), IDLE)
    assert answer.text == ""


def test_a_fence_before_any_answer_is_no_answer() -> None:
    with pytest.raises(ProtocolError, match="gave its status but no answer to 'Rtp'"):
        converse(line().ask("Rtp"), IDLE)


# --- over a link --------------------------------------------------------------------------------


class Tube:
    """A line in memory: each read gives the next piece or raises; what is written and closed is noted."""

    uri = "tube://"
    write_rate_min = 1000.0

    def __init__(self, *coming: bytes | Exception) -> None:
        self._coming = list(coming)
        self.written = b""
        self.finished = self.closed = 0

    def write(self, data: bytes, deadline: Deadline) -> None:
        self.written += data

    def finish_request(self, deadline: Deadline) -> None:
        self.finished += 1

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        piece = self._coming.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed += 1


def over(tube: Tube) -> Link:
    return Link(tube, lambda: 1000.0)


def no_pause(duration_s: float) -> None:
    raise AssertionError("nothing to pause for")


def test_a_link_reads_until_the_fence_and_finishes_no_request() -> None:
    data = reply("S-77") + IDLE
    tube = Tube(data[:3], data[3:30], data[30:], b"never read")
    link = over(tube)
    assert link.complete(line().ask("Rsn"), no_pause).text == "S-77"
    assert tube.written == b"\x1bRsn\r\x00"
    assert (tube.finished, tube.closed) == (0, 0)
    frames = [(frame.direction, frame.length) for frame in link.frames()]
    assert frames[-1] == (Direction.RECEIVED, len(data))


def test_half_an_answer_in_time_is_a_protocol_error_and_none_a_deadline() -> None:
    for coming, error in ((b"14", ProtocolError), (b"1450\r\n\x00", ProtocolError)):
        tube = Tube(coming, DeadlineError("late"))
        with pytest.raises(error, match=f"sent {len(coming)} bytes that are no reply"):
            over(tube).complete(line().ask("Rfv"), no_pause)
        assert tube.closed == 1
    with pytest.raises(DeadlineError, match="late"):
        over(Tube(DeadlineError("late"))).complete(line().ask("Rfv"), no_pause)


def test_a_link_lost_in_an_answer_is_a_lost_link() -> None:
    tube = Tube(b"14", LinkLostError("gone"))
    with pytest.raises(LinkLostError, match="gone"):
        over(tube).complete(line().ask("Rfv"), no_pause)
    assert tube.closed == 1


def test_garbage_is_a_protocol_error_as_soon_as_it_can_be_told() -> None:
    tube = Tube(b"\x07\x07OK\r\n" + IDLE, b"never read")
    with pytest.raises(ProtocolError, match="control characters"):
        over(tube).complete(line().ask("Rfv"), no_pause)


def test_a_printer_that_goes_on_for_ever_is_ended() -> None:
    endless = reply("x" * 1000)
    tube = Tube(*[endless] * (REPLY_BYTES_MAX // len(endless) + 2))
    with pytest.raises(ProtocolError, match="sent more than 65536 bytes as a reply"):
        over(tube).complete(line().ask("Rfv"), no_pause)
    assert tube.closed == 1
