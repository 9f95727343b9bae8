"""The parser: any split of a stream gives the same events, noise never raises, memory is bounded."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.escpos.commands import FIXED, PREFIXES, spoken
from emulator.escpos.parser import (
    BAND_BYTES_MAX,
    ROW_BYTES_MAX,
    Character,
    Command,
    Event,
    Parser,
    Payload,
    RealTime,
    Unknown,
)

pytestmark = pytest.mark.pure


def events_of(data: bytes) -> list[Event | RealTime]:
    return Parser().receive_data(data)


def split_at(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[low:high] for low, high in pairwise(edges)]


pieces = st.one_of(
    st.sampled_from(
        [
            b"Kartu\n", b"\x1b@", b"\x1bE\x01", b"\x1bD\x08\x10\x00", b"\x1dVA\x03", b"\x1dV\x00",
            b"\x1dv0\x00\x02\x00\x05\x00" + b"0123456789", b"\x1dv0\x00\xff\x02\x03\x00",
            b"\x1b*!\x05\x00" + bytes(15), b"\x1dk\x02400638133393\x00", b"\x1dkI\x05{BKTP",
            b"\x1d(k\x07\x001P0KTP!", b"\x1d(k\x03\x001Q0", b"\x1d(L\x0e\x000p0\x01\x011\x10\x00\x02\x00ABCD",
            b"\x1d8L\x02\x00\x00\x0002", b"\x1d(A\x02\x00\x00\x02", b"\x10\x04\x01", b"\x10\x04\x09",
            b"\x10\x05\x02", b"\x10\x14\x01\x00\x01", b"\x1bc5\x00", b"\x1b\x1b@", b"\x1c", b"\x1bz",
        ]
    ),
    st.binary(max_size=40),
)  # fmt: skip
streams = st.lists(pieces, max_size=12).map(b"".join)


@given(streams, st.lists(st.integers(0, 500), max_size=8))
def test_any_split_gives_the_same_events(data: bytes, cuts: list[int]) -> None:
    parser, whole = Parser(), Parser()
    split = [event for chunk in split_at(data, cuts) for event in parser.receive_data(chunk)]
    assert split == whole.receive_data(data)
    assert parser.held_bytes == whole.held_bytes


@given(streams)
@settings(max_examples=50)
def test_a_byte_at_a_time_gives_the_same_events(data: bytes) -> None:
    parser = Parser()
    single = [event for byte in data for event in parser.receive_data(bytes([byte]))]
    assert single == events_of(data)


@given(st.binary(max_size=5000))
def test_noise_never_raises_and_little_is_kept(noise: bytes) -> None:
    parser = Parser()
    for byte in noise:
        for event in parser.receive_data(bytes([byte])):
            assert isinstance(event, RealTime) or event.byte_count <= BAND_BYTES_MAX
        assert parser.held_bytes <= BAND_BYTES_MAX + 2


@given(st.binary(max_size=300))
def test_every_byte_outside_of_commands_is_a_character_or_a_control(data: bytes) -> None:
    text = bytes(byte for byte in data if byte >= 0x20)
    assert events_of(text) == [Character(byte) for byte in text]


@pytest.mark.parametrize("name", sorted(FIXED))
def test_a_command_of_fixed_length_ends_where_it_should(name: bytes) -> None:
    params = bytes(range(1, FIXED[name] + 1))
    assert events_of(name + params + b"x") == [Command(name, params), Character(ord("x"))]
    assert spoken(name, params).startswith(("ESC ", "GS ", "FS "))


def test_a_raster_image_comes_in_bands_of_whole_rows() -> None:
    command, *bands = events_of(b"\x1dv0\x00\x30\x00\x64\x00" + bytes(range(48)) * 100)
    assert isinstance(command, Command)
    assert command.payload_bytes == 4800
    assert all(isinstance(band, Payload) and len(band.data) % 48 == 0 for band in bands)
    assert (
        b"".join(band.data for band in bands if isinstance(band, Payload)) == bytes(range(48)) * 100
    )
    assert [band.last for band in bands if isinstance(band, Payload)][-2:] == [False, True]


def test_a_row_wider_than_any_head_is_cut_off_and_the_stream_goes_on() -> None:
    _command, row, after = events_of(b"\x1dv0\x00\xff\xff\x01\x00" + b"\xaa" * 65_535 + b"K")
    assert isinstance(row, Payload)
    assert row.data == b"\xaa" * ROW_BYTES_MAX
    assert after == Character(ord("K"))


def test_a_real_time_command_is_data_inside_an_image_and_a_parameter_inside_a_command() -> None:
    query = b"\x10\x04\x01"
    command, band = events_of(b"\x1dv0\x00\x03\x00\x01\x00" + query)
    assert isinstance(command, Command)
    assert band == Payload(command, query, last=True)
    assert events_of(b"\x1b$" + query[:2] + b"a") == [Command(b"\x1b$", query[:2]), Character(97)]
    assert events_of(b"ab" + query + b"\n") == [
        Character(97), Character(98), RealTime(query[:2], query[2:]), Command(b"\n"),
    ]  # fmt: skip


def test_both_forms_of_bar_codes() -> None:
    assert events_of(b"\x1dk\x0212\x00\n") == [Command(b"\x1dk", b"\x0212"), Command(b"\n")]
    assert events_of(b"\x1dkC\x0212\n") == [Command(b"\x1dk", b"C\x0212"), Command(b"\n")]
    assert events_of(b"\x1dkC\x00\n") == [Command(b"\x1dk", b"C\x00"), Command(b"\n")]


def test_a_bar_code_without_its_end_stops_listening() -> None:
    command, *rest = events_of(b"\x1dk\x02" + b"1" * 300)
    assert command == Command(b"\x1dk", b"\x02" + b"1" * 255)
    assert rest == [Character(ord("1"))] * 45


def test_tabs_stop_after_thirty_two() -> None:
    stops = bytes(range(1, 33))
    assert events_of(b"\x1bD" + stops + b"\x00") == [Command(b"\x1bD", stops)]
    assert events_of(b"\x1bD" + stops + b"!") == [Command(b"\x1bD", stops), Character(ord("!"))]


def test_unknown_commands_are_skipped_with_what_they_announce() -> None:
    assert events_of(b"\x1bz\n") == [Unknown(b"\x1bz"), Command(b"\n")]
    assert events_of(b"\x1d(A\x02\x00\x00\x02\n") == [Unknown(b"\x1d(A\x02\x00", 2), Command(b"\n")]
    assert events_of(b"\x1b(Z\x00\x00\n") == [Unknown(b"\x1b(Z\x00\x00"), Command(b"\n")]
    assert events_of(b"\x1dV\x63\n") == [Unknown(b"\x1dV\x63"), Command(b"\n")]
    assert events_of(b"\x1dV\x61\x05\n") == [Unknown(b"\x1dV\x61\x05"), Command(b"\n")]
    assert events_of(b"\x10\x04\x07\x01\n") == [Unknown(b"\x10\x04\x07\x01"), Command(b"\n")]
    assert events_of(b"\x01\n") == [Unknown(b"\x01"), Command(b"\n")]


def test_a_prefix_before_a_command_stands_alone() -> None:
    assert events_of(b"\x1b\x1b@") == [Unknown(b"\x1b"), Command(b"\x1b@")]
    assert events_of(b"\x1d\n") == [Unknown(b"\x1d"), Command(b"\n")]
    assert all(events_of(bytes((prefix,))) == [] for prefix in PREFIXES)


def test_graphics_of_either_length_carry_their_header_and_rows() -> None:
    rows = b"\xf0\x0f" * 3
    head = b"0p0\x01\x021\x10\x00\x03\x00"
    stored = Command(b"\x1d(L", head, len(rows))
    expected = [stored, Payload(stored, rows, last=True), Command(b"\x1d(L", b"02")]
    short = b"\x1d(L" + bytes((16, 0)) + head + rows + b"\x1d(L\x02\x0002"
    long = b"\x1d8L" + bytes((16, 0, 0, 0)) + head + rows + b"\x1d8L\x02\x00\x00\x0002"
    assert events_of(short) == expected
    assert events_of(long) == expected
