"""Framing: commands out, replies in, and garbage that is never more than a ProtocolError."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError, ReplyRefusedError
from drivers.evolis.codec import (
    Reply,
    StatusBlock,
    accept,
    bitmap,
    command,
    parse_fields,
    parse_reply,
    refuses,
)
from support.printer_bytes import IDLE, reply, status

pytestmark = pytest.mark.pure

WORD = st.integers(0, 0xFFFFFFFF)


def test_a_command_is_escape_words_and_carriage_return() -> None:
    assert command("Rfv") == b"\x1bRfv\r"
    assert command("Psid", 19284, 180) == b"\x1bPsid;19284;180\r"


def test_a_bitmap_carries_its_bytes_raw() -> None:
    assert bitmap("k", 2, b"\x1b\r\x00") == b"\x1bDb;k;2;\x1b\r\x00\r"


def test_a_command_takes_no_control_characters() -> None:
    with pytest.raises(AssertionError):
        command("Rfv\r\x1bSrs")


def test_idle_primacy_of_the_sheet() -> None:
    block = StatusBlock(0x82122000, 0, 0, 0, 0)
    assert parse_reply(IDLE) == Reply("", block)
    assert str(block) == "82122000 00000000 00000000 00000000:0"


def test_firmware_answer_of_the_sheet() -> None:
    wire = bytes.fromhex("313435300D0A 00 0014 10 82122000 00000000 00000000 00000000 02 0000")
    assert parse_reply(wire) == Reply("1450", StatusBlock(0x82122000, 0, 0, 0, 0))


@pytest.mark.parametrize("end", ["", "\r", "\n", "\r\n", "\r\r\n\n"])
def test_any_mix_of_line_ends_is_stripped(end: str) -> None:
    assert parse_reply(b"OK" + end.encode() + IDLE).text == "OK"


def test_a_reply_without_a_block_comes_from_a_printer_without_status() -> None:
    assert parse_reply(b"1450\r\n\x00") == Reply("1450", None)


@given(WORD, WORD, WORD, WORD, st.integers(0, 0xFFFF), st.lists(WORD, max_size=4))
def test_every_word_arrives(
    cfg: int, inf: int, war: int, err: int, sid: int, ext: list[int]
) -> None:
    wire = status(
        config=cfg, information=inf, warning=war, error=err, session=sid, extensions=tuple(ext)
    )
    assert parse_reply(wire).status == StatusBlock(cfg, inf, war, err, sid, tuple(ext))


@given(st.binary(max_size=200))
def test_noise_is_a_reply_or_a_protocol_error(noise: bytes) -> None:
    _parse_or_refuse(noise)


@given(st.text("OKERab:\r\n 0123", max_size=30), st.binary(max_size=60))
def test_noise_after_a_good_text_is_a_reply_or_a_protocol_error(text: str, noise: bytes) -> None:
    _parse_or_refuse(text.encode() + b"\x00" + noise)


@given(st.integers(0, 42), st.integers(0, 255))
def test_one_wrong_byte_is_a_reply_or_a_protocol_error(at: int, byte: int) -> None:
    wire = bytearray(reply("1450", status(extensions=(1, 2, 3, 4))))
    wire[at % len(wire)] = byte
    _parse_or_refuse(bytes(wire))


def test_every_half_of_a_reply_is_refused_byte_by_byte() -> None:
    wire = reply("1450", status(extensions=(1, 2)))
    text_end = wire.index(0) + 1
    whole_blocks = {text_end, text_end + 22, text_end + 27, len(wire)}
    for end in range(len(wire) + 1):
        if end in whole_blocks:
            assert parse_reply(wire[:end]).text == "1450"
        else:
            with pytest.raises(ProtocolError):
                parse_reply(wire[:end])


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"1450",
        b"14\x0750\x00",
        IDLE[:3] + b"\x11" + IDLE[4:],
        IDLE[:20] + b"\x03" + IDLE[21:],
        IDLE + b"\x04\x00\x00\x00",
        IDLE + b"\x05\x00\x00\x00\x00",
        IDLE + b"\x04\x00\x00\x00\x00" * 9,
        b"x" * 9000 + IDLE,
    ],
)
def test_what_is_no_reply(wire: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_reply(wire)


def _parse_or_refuse(wire: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert isinstance(parse_reply(wire), Reply)


@pytest.mark.parametrize(
    "text",
    [
        "ERROR", "ERROR CDE", "ERROR PARAMETRES", "NEED CLEANING", "ERROR TIME OUT", "ERROR HOPPER",
        "HOPPER FULL", "HOPPER DOOR", "ERROR HEAD", "COVER OPEN", "FEEDER EMPTY", "CARD JAM",
        "ERROR RIBBON", "OPT NOT AVAILABLE", "OPTION NOT AVAILABLE", "ERROR MAG CHECKSUM",
        "ERROR FLASH UNKNOW", "ERROR CHECKSUM", "ERROR UNKNOW", "ERR RIB DETECTION", "ERROR FEEDER",
        "ERROR MECHANICAL", "ERROR MECA", "ERROR CARD", "ERROR MAGN CHEKSUM", "ERROR BLANK TRACK",
        "ERR NEED CLEANING", " error cde ",
    ],
)  # fmt: skip
def test_refusals_are_known(text: str) -> None:
    assert refuses(text)
    with pytest.raises(ReplyRefusedError) as caught:
        accept("Rtp", text)
    assert caught.value.reply == text


@pytest.mark.parametrize("text", ["OK", "", "1450", "Evolis Primacy 2", "CARD", "label: HERR"])
def test_answers_are_no_refusals(text: str) -> None:
    assert accept("Rtp", text) == text


def test_fields_are_read_with_colon_or_blanks() -> None:
    text = "type: 0\r\nqty :300\ncount   287\nlabel: R5F008EAA colour\n= 7;\n\nZone: 1"
    assert parse_fields(text) == {
        "type": "0",
        "qty": "300",
        "count": "287",
        "label": "R5F008EAA colour",
        "zone": "1",
    }
