"""Two codecs written apart, held against each other: the driver's bytes through the emulator's parser, and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.evolis.codec import command, parse_reply
from drivers.evolis.job import PART_TWO, body, opening
from drivers.evolis.raster import planes_of
from emulator.evolis import words as evolis_words
from emulator.evolis.bitmap import Bitmap, ink_of
from emulator.evolis.parser import Command, Parser, Poll, Refused
from support.printer_faces import random_face
from support.printer_ink import ink_of_face

pytestmark = pytest.mark.pure

WORD = st.integers(0, 0xFFFFFFFF)


def _job(seed: int, levels: int) -> bytes:
    return opening(1_700_000_000) + body(planes_of(random_face(seed), levels))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_dot_of_a_random_card_arrives(seed: int) -> None:
    events = Parser().receive_data(_job(seed, 256) + b"\x00" + PART_TWO + b"\x00")
    bitmaps = {event.panel: event for event in events if isinstance(event, Bitmap)}
    for panel, ink in ink_of_face(random_face(seed)).items():
        assert (ink_of(bitmaps[panel]) == ink).all(), panel


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_seven_bit_planes_arrive_but_for_their_last_bit(seed: int) -> None:
    events = Parser().receive_data(_job(seed, 128))
    for event in events:
        if isinstance(event, Bitmap) and event.levels == 128:
            wanted = ink_of_face(random_face(seed))[event.panel] >> 1
            assert ((ink_of(event).astype(int) * 127 + 127) // 255 == wanted).all()


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(1, 400_000), min_size=1, max_size=30))
def test_a_job_is_the_same_however_it_is_cut(cuts: list[int]) -> None:
    job = _job(7, 256)
    parser, events, at = Parser(), [], 0
    for size in cuts:
        events += parser.receive_data(job[at : at + size])
        at += size
    events += parser.receive_data(job[at:])
    assert events == Parser().receive_data(job)


def test_no_word_of_a_job_is_refused_and_they_come_in_order() -> None:
    events = Parser().receive_data(_job(7, 256) + PART_TWO)
    assert not [event for event in events if isinstance(event, Refused)]
    words = [
        e.text if isinstance(e, Command) else f"Db;{e.panel}"
        for e in events
        if not isinstance(e, Refused | Poll)
    ]
    landmarks = [
        "Pcla;1",
        "Pr;0;t",
        "Ss",
        "Sr",
        "Db;y",
        "Db;m",
        "Db;c",
        "Db;k",
        "Db;o",
        "Se",
        "Pcla;0",
    ]
    assert [word for word in words if word in landmarks] == landmarks


@given(
    st.from_regex(r"[A-Z][a-z]{1,4}", fullmatch=True),
    st.lists(st.from_regex(r"[A-Za-z0-9=]{1,8}", fullmatch=True), max_size=4),
)
def test_a_command_is_read_as_it_was_meant(verb: str, parameters: list[str]) -> None:
    if verb.startswith("Db"):
        return  # a bitmap's header
    (event,) = Parser().receive_data(command(verb, *parameters))
    assert event == Command(verb, tuple(parameters))


@given(st.tuples(WORD, WORD, WORD, WORD), st.integers(0, 0xFFFF), st.lists(WORD, max_size=4))
def test_a_status_block_is_read_as_it_was_meant(
    words: tuple[int, int, int, int], session: int, extensions: list[int]
) -> None:
    block = evolis_words.status_block(words, session, extensions)
    found = parse_reply(evolis_words.answer(None, block)).status
    assert found is not None
    assert (found.config, found.information, found.warning, found.error) == words
    assert (found.session, found.extensions) == (session, tuple(extensions))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_an_answer_is_read_as_it_was_meant(text: str) -> None:
    block = evolis_words.status_block((0, 0, 0, 0), 0)
    assert parse_reply(evolis_words.answer(text, block)).text == text
