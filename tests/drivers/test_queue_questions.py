"""What a queue answers to the questions about its jobs: forgotten, of a state nobody knows, without its number."""

import struct

import pytest

from drivers.cups.questions import JobState, Questions
from drivers.errors import ProtocolError, ReplyRefusedError
from drivers.uri import IppUri
from support.printer_hand import play

pytestmark = pytest.mark.pure

OK, NOT_FOUND = 0x0000, 0x0406
JOB, INTEGER, ENUM, KEYWORD = 2, 0x21, 0x23, 0x44


def reply(code: int, *groups: bytes) -> bytes:
    return struct.pack(">BBHI", 2, 0, code, 1) + b"".join(groups) + b"\x03"


def value(tag: int, name: str, raw: bytes) -> bytes:
    return (
        bytes((tag,))
        + struct.pack(">H", len(name))
        + name.encode()
        + struct.pack(">H", len(raw))
        + raw
    )


def state(number: int) -> bytes:
    return reply(OK, bytes((JOB,)) + value(ENUM, "job-state", struct.pack(">i", number)))


def asked(answer: bytes) -> JobState | None:
    return play(Questions(IppUri("KTP"), "ani").job_state(7), lambda _: answer)


def test_a_jobs_state_is_the_queues_word() -> None:
    assert asked(state(9)) is JobState.COMPLETED
    assert asked(reply(NOT_FOUND)) is None
    assert asked(state(99)) is None


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (reply(OK), "without its job attributes"),
        (reply(OK, bytes((JOB,)) + value(KEYWORD, "job-state", b"done")), "without a number"),
        (reply(OK, bytes((JOB,))), "without a number for job-state"),
        (reply(OK, bytes((JOB,)) + value(KEYWORD, "", b"done")), "no attribute before it"),
        (reply(OK, value(KEYWORD, "job-state", b"done")), "outside of any group"),
    ],
)
def test_an_answer_without_what_was_asked_for_is_none(answer: bytes, word: str) -> None:
    with pytest.raises(ProtocolError, match=word):
        asked(answer)


def test_a_second_value_has_no_name_of_its_own() -> None:
    told = value(ENUM, "job-state", struct.pack(">i", 5)) + value(ENUM, "", struct.pack(">i", 9))
    assert asked(reply(OK, bytes((JOB,)) + told)) is JobState.PROCESSING


def test_a_job_the_queue_refuses_has_no_number() -> None:
    with pytest.raises(ReplyRefusedError, match="PRINT_JOB"):
        play(
            Questions(IppUri("KTP"), "ani").print_job("ktp-1", b"%PDF", sides=1),
            lambda _: reply(NOT_FOUND),
        )
