"""What a host gets to read: real-time status, automatic status, sensors, identity, and when it has to wait."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.escpos.engine import BUFFER_BYTES
from support.receipts import ReceiptRig

pytestmark = pytest.mark.pure

QUERIES = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"


def all_of(rig: ReceiptRig) -> str:
    return " ".join(f"{rig.status(n):02X}" for n in (1, 2, 3, 4))


def test_status_bits_in_each_state() -> None:
    rig = ReceiptRig()
    assert all_of(rig) == "12 12 12 12"
    rig.order("paper", mm=4000)
    assert all_of(rig) == "12 12 12 1E"
    rig.order("paper", mm=30)
    assert all_of(rig) == "1A 32 12 7E"
    rig.order("paper")
    rig.firmware.open_cover(rig.now_s)
    assert all_of(rig) == "1A 16 12 12"
    rig.firmware.close_cover(rig.now_s)
    rig.order("jam-cutter")
    assert all_of(rig) == "12 12 12 12"  # nobody knows of it before the blade moves
    rig.send(b"\x1bd\x08\x1dV\x00")
    rig.finish()
    assert all_of(rig) == "1A 52 1A 12"
    rig.order("clear-cutter")
    assert all_of(rig) == "12 12 12 12"
    rig.finish()
    assert len(rig.outlet.slips) == 1


def test_the_feed_key_shows_while_it_feeds() -> None:
    rig = ReceiptRig()
    assert rig.order("feed-key") == {"ok": True, "feeds": True}
    assert all_of(rig) == "5A 1A 12 12"
    rig.finish()
    assert all_of(rig) == "12 12 12 12"
    assert rig.paper.hanging_dots - rig.paper.blade_dots == 30


def test_a_host_can_switch_the_feed_key_off_until_it_initialises() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1bc5\x01")
    assert rig.order("feed-key") == {"ok": True, "feeds": False}
    rig.send(b"\x1bc5\x00")
    assert rig.order("feed-key") == {"ok": True, "feeds": True}


def test_each_answer_goes_to_the_stream_that_asked() -> None:
    rig = ReceiptRig()
    other = rig.stream()
    rig.send(QUERIES)
    rig.send(b"\x1dr\x01", other)
    assert rig.replies() == [b"\x12"] * 4
    assert rig.replies(other) == [b"\x00"]


def test_real_time_status_is_answered_ahead_of_what_waits() -> None:
    rig = ReceiptRig()
    rig.send(b"baris\n" * 50 + b"\x1dr\x01" + b"\x10\x04\x01")
    assert rig.replies() == [b"\x12"]
    rig.finish()
    assert rig.replies() == [b"\x00"]


def test_real_time_status_is_answered_while_everything_else_waits_offline() -> None:
    rig = ReceiptRig()
    rig.firmware.open_cover(rig.now_s)
    rig.send(b"KTP\n\x1dr\x01" + b"\x10\x04\x02")
    rig.finish()
    assert rig.replies() == [b"\x16"]
    assert rig.truth["buffer_bytes"] == 7
    assert rig.truth["hanging_text"] == ""
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert rig.replies() == [b"\x00"]
    assert rig.truth["hanging_text"] == "KTP\n"


def test_a_question_inside_an_image_is_part_of_the_image() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1dv0\x00\x03\x00\x04\x00" + QUERIES)
    assert rig.replies() == []
    rig.finish()
    assert rig.truth["hanging_text"] == "[gambar 24x4]\n"
    rig.send(b"\x10\x04\x04")
    assert rig.replies() == [b"\x12"]


def test_the_host_waits_behind_a_full_buffer_and_gets_no_status() -> None:
    rig = ReceiptRig()
    rig.firmware.open_cover(rig.now_s)
    rig.send(b"x" * (2 * BUFFER_BYTES) + b"\x10\x04\x01")
    assert rig.truth["buffer_bytes"] == BUFFER_BYTES
    assert rig.line.waiting
    assert not rig.line.has_room
    assert rig.replies() == []
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert not rig.line.waiting
    assert rig.replies() == [b"\x12"]
    assert rig.truth["hanging_text"].count("x") == 2 * BUFFER_BYTES - 2 * BUFFER_BYTES % 48


def test_a_host_that_never_reads_has_to_wait() -> None:
    rig = ReceiptRig()
    rig.send(b"\x10\x04\x01" * 100)
    rig.send(b"KTP\n")
    rig.finish()
    assert rig.truth["hanging_text"] == ""
    assert len(rig.replies()) == 100
    rig.finish()
    assert rig.truth["hanging_text"] == "KTP\n"


def test_automatic_status_tells_the_state_once_and_then_its_changes() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1da\x0f")
    assert rig.replies() == [bytes.fromhex("1000000f")]
    rig.firmware.open_cover(rig.now_s)
    assert rig.replies() == [bytes.fromhex("3800000f")]
    rig.firmware.close_cover(rig.now_s)
    assert rig.replies() == [bytes.fromhex("1000000f")]
    rig.order("paper", mm=10)
    assert rig.replies() == [bytes.fromhex("18000f0f")]
    rig.order("paper")
    rig.replies()
    rig.send(b"\x1da\x00")
    rig.firmware.open_cover(rig.now_s)
    assert rig.replies() == []


def test_automatic_status_tells_only_what_was_asked_for() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1da\x08")
    rig.replies()
    rig.firmware.open_cover(rig.now_s)
    assert rig.replies() == []
    rig.order("paper", mm=4000)
    assert rig.replies() == [bytes.fromhex("3800030f")]


def test_identity() -> None:
    rig = ReceiptRig()
    assert rig.ask(b"\x1dIC") == b"_Receipt 80\x00"
    assert rig.ask(b"\x1dID") == b"_RCP0000001\x00"
    assert rig.ask(b"\x1dIB") == b"_EPSON\x00"
    assert rig.ask(b"\x1dI\x02") == b"\x02"
    assert rig.ask(b"\x1dr1") == b"\x00"
    assert rig.ask(b"\x1dr2") == b"\x00"


def test_recovery_from_a_jammed_cutter() -> None:
    rig = ReceiptRig()
    rig.order("jam-cutter")
    rig.send(b"satu\n" + b"\x1bd\x08\x1dV\x00" + b"dua\n")
    rig.finish()
    rig.send(b"\x10\x05\x01")  # tried again, in vain
    assert all_of(rig) == "1A 52 1A 12"
    rig.send(b"\x10\x05\x02")  # the cut and what is behind it are forgotten
    assert all_of(rig) == "12 12 12 12"
    rig.finish()
    assert rig.outlet.slips == []
    assert rig.truth["hanging_text"] == "satu\n"
    assert rig.truth["buffer_bytes"] == 0


def test_buffers_are_cleared_in_real_time_by_the_right_words_only() -> None:
    rig = ReceiptRig()
    rig.firmware.open_cover(rig.now_s)
    rig.send(b"hilang\n\x10\x14\x08\x01\x03\x14\x01\x06\x02\x07")
    assert rig.truth["buffer_bytes"] == 7
    rig.send(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
    assert rig.truth["buffer_bytes"] == 0
    rig.firmware.close_cover(rig.now_s)
    rig.finish()
    assert rig.truth["hanging_text"] == ""


def test_the_drawer_is_counted() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1bp\x00\x32\x32\x10\x14\x01\x00\x01")
    assert rig.truth["drawer_pulses"] == 2


def test_the_log_says_what_came_and_what_was_not_understood() -> None:
    rig = ReceiptRig()
    rig.send(b"\x1b@KTP\n\x1bz\x1dg2\x00\x01\x02ab")
    commands = rig.truth["commands"]
    assert commands == [
        "ESC @", "<3 characters>", "LF", "? 1b 7a", "GS g 32 00 01 02", "<2 characters>",
    ]  # fmt: skip
    rig.finish()
    assert rig.remarks == ["? 1b 7a", "? GS g 32 00 01 02: without effect here"]
    rig.send(b"\x1bE\x01" * 500)
    assert len(rig.truth["commands"]) == 200


noise = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.tuples(
            st.sampled_from([b"\x1b", b"\x1d", b"\x1c", b"\x10"]), st.binary(max_size=12)
        ).map(b"".join),
        max_size=40,
    ).map(b"".join),
)


@given(st.lists(noise, max_size=6))
@settings(max_examples=150)
def test_noise_never_raises_and_the_printer_keeps_its_limits(chunks: list[bytes]) -> None:
    rig = ReceiptRig()
    for chunk in chunks:
        rig.send(chunk)
        rig.wait(0.05)
        rig.replies()
        truth = rig.truth
        assert truth["buffer_bytes"] <= BUFFER_BYTES + 1010
        assert len(truth["commands"]) <= 201
    rig.finish()
    rig.replies()
    assert all(rig.status(n) & 0x93 == 0x12 for n in (1, 2, 3, 4))
