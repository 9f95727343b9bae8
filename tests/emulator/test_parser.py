"""The parser: any split of a stream gives the same events, noise never raises, memory is bounded."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.evolis.bitmap import CARD_RASTER, Bitmap
from emulator.evolis.parser import COMMAND_BYTES_MAX, Command, Event, Parser, Refused
from support import evolis_job as job

pytestmark = pytest.mark.pure


def events_of(data: bytes) -> list[Event]:
    return Parser().receive_data(data)


def split_at(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[low:high] for low, high in pairwise(edges)]


SMALL = b"\x1bDbc;k;2;1016;" + bytes(1016) + b"\r"  # a whole blank plane in 1016 bytes

pieces = st.one_of(
    st.sampled_from(
        [
            b"\x1bRtp\r", b"\x1bPsid;2;45\r", b"\x00", b"<BINARY Size=82305>", b"</CARD>", SMALL,
            b"\x1bDb;k;2\r", b"\x1bDb;q;2;", b"\x1bDb;k;9;", b"\x1bDbxs;k;1;2;3;4;5;", b"\x1b\r", b"\r",
        ]
    ),
    st.binary(max_size=40),
)  # fmt: skip
streams = st.lists(pieces, max_size=12).map(b"".join)


@given(streams, st.lists(st.integers(0, 4000), max_size=8))
def test_any_split_gives_the_same_events(data: bytes, cuts: list[int]) -> None:
    parser = Parser()
    split = [event for chunk in split_at(data, cuts) for event in parser.receive_data(chunk)]
    whole = Parser()
    assert split == whole.receive_data(data)
    assert parser.noise_seen == whole.noise_seen
    assert parser.unfinished == whole.unfinished


@given(streams)
@settings(max_examples=50)
def test_a_byte_at_a_time_gives_the_same_events(data: bytes) -> None:
    parser = Parser()
    single = [event for byte in data for event in parser.receive_data(bytes([byte]))]
    assert single == events_of(data)


@given(st.binary(max_size=5000))
def test_noise_never_raises_and_a_command_after_it_is_found(noise: bytes) -> None:
    parser = Parser()
    parser.receive_data(noise)
    if parser.inside_bitmap:
        return
    after = parser.receive_data(b"\x1b\x1bRtp\r")
    assert after[-1] == Command("Rtp")


def test_marks_and_stray_zeros_are_no_noise() -> None:
    parser = Parser()
    assert parser.receive_data(b"\x00<HEADER>\x00\r\n<BINARY Size=82305>\x00") == []
    assert not parser.noise_seen
    parser.receive_data(b"\x1cn\x00")
    assert parser.noise_seen


def test_parameters_are_split_and_empty_ones_kept() -> None:
    assert events_of(b"\x1bPida;81;;17\r") == [Command("Pida", ("81", "", "17"))]


def test_a_plane_may_hold_escape_and_return() -> None:
    plane = (b"\x1bRtp\r" * 20_000)[:82_296]
    expected = [Bitmap("k", 2, CARD_RASTER, plane), Command("Se")]
    assert events_of(job.bitmap("k", 2, plane) + b"\x1bSe\r") == expected


@pytest.mark.parametrize(
    ("header", "byte_count"),
    [
        ("Db;y;256;", 658_368), ("Db;y;128;", 576_072), ("Db;y;64;", 493_776), ("Db;y;32;", 411_480),
        ("Db;k;2;", 82_296), ("Db;o;2;", 82_296), ("Db;l;2;", 82_296),
        ("Dbx;m;128;300;260;", 499_618), ("Dbx;k;2;300;260;", 71_374),
        ("Dbx;c;256;600;300;", 1_316_736), ("Dbx;c;256;1200;300;", 2_633_472),
        ("Dbx;k;2;600;300;", 164_592), ("Dbx;k;2;1200;300;", 329_184),
        ("Dbx;y;256;600;600;", 2_633_472), ("Dbx;k;2;600;600;", 329_184),
    ],
)  # fmt: skip
def test_bitmaps_have_the_length_their_header_implies(header: str, byte_count: int) -> None:
    data = b"\x1b" + header.encode() + bytes(byte_count)
    parser = Parser()
    assert parser.receive_data(data) == []
    assert parser.inside_bitmap
    (found,) = parser.receive_data(b"\r")
    assert isinstance(found, Bitmap)
    assert len(found.payload) == byte_count


def test_a_plane_without_its_return_is_refused_and_the_stream_goes_on() -> None:
    refused, after = events_of(b"\x1bDb;k;2;" + bytes(82_296) + b"\x1bRtp\r")
    assert isinstance(refused, Refused)
    assert after == Command("Rtp")


@pytest.mark.parametrize(
    "header",
    ["Db;k;3;", "Db;kk;2;", "Db;;2;", "Dbx;k;2;301;300;", "Dbc;k;2;0;", "Dbc;k;2;99999999;"],
)
def test_a_bitmap_of_unknown_size_is_refused(header: str) -> None:
    (refused,) = events_of(b"\x1b" + header.encode())
    assert refused == Refused("bitmap of unknown size", "ERROR PARAMETRES")


def test_a_command_that_never_ends_is_refused_once_and_skipped() -> None:
    parser = Parser()
    events = parser.receive_data(b"\x1bS" + b"x" * (10 * COMMAND_BYTES_MAX))
    assert [type(event) for event in events] == [Refused]
    assert parser.receive_data(b"\r\x1bRtp\r") == [Command("Rtp")]


def test_old_resin_compression_is_undone() -> None:
    line = bytes([1, 2, 3])
    packed = b"\x00\xff\x03" + line + b"\x51" + b"\xaa" * 81 + bytes(1012)
    (found,) = events_of(f"\x1bDbc;k;2;{len(packed)};".encode() + packed + b"\r")
    assert isinstance(found, Bitmap)
    assert len(found.payload) == 82_296
    assert found.payload[:81] == bytes(81)
    assert found.payload[81:162] == b"\xff" * 81
    assert found.payload[162:243] == line + bytes(78)
    assert found.payload[243:324] == b"\xaa" * 81


def test_compression_that_does_not_fill_a_card_is_refused() -> None:
    (refused,) = events_of(b"\x1bDbc;k;2;3;\x00\x00\x00\r")
    assert isinstance(refused, Refused)


def test_compressed_colour_is_skipped_by_its_length() -> None:
    refused, after = events_of(b"\x1bDbc;y;64;5;\x1bSs\r\x80\r\x1bRtp\r")
    assert isinstance(refused, Refused)
    assert after == Command("Rtp")
