"""Which bytes are the answer: on a medium with a connection an exchange, and on one that keeps the last reply."""

import pytest

from drivers.driver import Expect, Pause, Send
from drivers.errors import DeadlineError, EndpointStalledError, LinkLostError, ProtocolError
from drivers.evolis.exchange import REREAD_PAUSE_S, STALLS_MAX, Exchange
from support.printer_bytes import IDLE, reply, status
from support.printer_hand import Played, play

pytestmark = pytest.mark.pure


class Pipe:
    """Gives its replies one a read, the last one for ever: a medium that keeps replies."""

    def __init__(self, *replies: bytes) -> None:
        self._replies = list(replies)
        self.reads = 0

    def __call__(self, request: bytes) -> bytes:
        self.reads += 1
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


def test_a_command_and_its_zero_byte_are_written_apart() -> None:
    played = Played()
    exchange = Exchange(5.0, replies_persist=False)
    answer = play(exchange.ask("Rfv"), lambda _: reply("1450"), played)
    assert answer.text == "1450"
    assert played.steps == [Send(b"\x1bRfv\r"), Send(b"\x00"), Expect(5.0)]


def test_a_poll_writes_nothing() -> None:
    played = Played()
    block = play(Exchange(2.0, replies_persist=False).poll(), lambda _: IDLE, played)
    assert block.config == 0x82122000
    assert played.steps == [Expect(2.0)]


def test_a_slow_command_may_take_longer() -> None:
    played = Played()
    play(
        Exchange(5.0, replies_persist=False).ask("Scs", within_s=30), lambda _: reply("OK"), played
    )
    assert played.steps[-1] == Expect(30)


def test_a_connection_closed_without_a_byte_is_a_lost_link() -> None:
    with pytest.raises(LinkLostError):
        play(Exchange(5.0, replies_persist=False).poll(), lambda _: b"")


def test_a_printer_without_status_blocks_is_named_so() -> None:
    with pytest.raises(ProtocolError, match="Pps;1"):
        play(Exchange(5.0, replies_persist=False).ask("Rfv"), lambda _: b"1450\r\n\x00")


def test_a_reply_read_too_early_is_read_again() -> None:
    pipe = Pipe(IDLE, IDLE, IDLE, reply("1450"))
    played = Played()
    answer = play(Exchange(5.0, replies_persist=True).ask("Rfv"), pipe, played)
    assert answer.text == "1450"
    assert pipe.reads == 4  # one to see what stands, two too early
    assert played.paused_s == pytest.approx(2 * REREAD_PAUSE_S)


def test_the_old_reply_is_not_taken_for_the_new_one() -> None:
    pipe = Pipe(reply("OK"), reply("OK"), reply("S-77"))
    answer = play(Exchange(5.0, replies_persist=True).ask("Rsn"), pipe)
    assert answer.text == "S-77"


def test_the_same_text_twice_is_believed_when_it_still_stands() -> None:
    played = Played()
    pipe = Pipe(reply("OK"))
    answer = play(Exchange(5.0, replies_persist=True).ask("Pem", 2), pipe, played)
    assert answer.text == "OK"
    assert pipe.reads == 3
    assert played.paused_s == pytest.approx(REREAD_PAUSE_S)


def test_what_stands_is_remembered_from_exchange_to_exchange() -> None:
    exchange = Exchange(5.0, replies_persist=True)
    play(exchange.ask("Rfv"), Pipe(IDLE, reply("1450")))
    pipe = Pipe(reply("1450"), reply("S-77"))
    assert play(exchange.ask("Rsn"), pipe).text == "S-77"
    assert pipe.reads == 2  # no read to see what stands


def test_only_a_status_for_ever_runs_into_the_deadline() -> None:
    played = Played()
    with pytest.raises(DeadlineError, match="Rfv"):
        play(Exchange(1.0, replies_persist=True).ask("Rfv"), Pipe(IDLE), played)
    assert played.paused_s == pytest.approx(1.0)


def test_empty_packets_are_waited_out() -> None:
    block = play(Exchange(1.0, replies_persist=True).poll(), Pipe(b"", b"", status(session=7)))
    assert block.session == 7
    with pytest.raises(DeadlineError):
        play(Exchange(1.0, replies_persist=True).poll(), Pipe(b""))


def test_a_poll_may_carry_the_old_text() -> None:
    assert play(Exchange(1.0, replies_persist=True).poll(), Pipe(reply("CARD"))).session == 0


@pytest.mark.parametrize(("stalls", "answered"), [(STALLS_MAX, True), (STALLS_MAX + 1, False)])
def test_a_stalled_read_is_tried_again_a_few_times(stalls: int, answered: bool) -> None:
    script = Exchange(5.0, replies_persist=True).poll()
    step = next(script)
    for _ in range(stalls - 1):
        assert isinstance(step, Expect)
        assert script.throw(EndpointStalledError("halted")) == Pause(REREAD_PAUSE_S)
        step = script.send(b"")
    if not answered:
        with pytest.raises(EndpointStalledError):
            script.throw(EndpointStalledError("halted"))
        return
    assert script.throw(EndpointStalledError("halted")) == Pause(REREAD_PAUSE_S)
    assert isinstance(script.send(b""), Expect)
    with pytest.raises(StopIteration) as ended:
        script.send(IDLE)
    assert ended.value.value.config == 0x82122000


def test_a_reply_left_by_another_command_is_no_answer_of_a_printer_that_does_not_hear() -> None:
    exchange = Exchange(5.0, replies_persist=True)
    play(exchange.ask("Pem", 2), lambda _: reply("OK"))
    with pytest.raises(DeadlineError, match="switch it off and on"):
        play(exchange.ask("Rsn"), lambda _: reply("OK"))


def test_two_questions_may_have_one_answer() -> None:
    answers = {b"\x1bRfv\r\x00": "1450", b"\x1bRaa\r\x00": "7", b"\x1bRbb\r\x00": "7"}
    standing = reply("")

    def printer(request: bytes) -> bytes:
        nonlocal standing
        if request in answers:
            standing = reply(answers[request])
        return standing

    exchange = Exchange(5.0, replies_persist=True)
    assert play(exchange.ask("Raa"), printer).text == "7"
    assert play(exchange.ask("Rbb"), printer).text == "7"
