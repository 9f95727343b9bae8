"""The parser: any split of a stream gives the same events, noise never raises, memory is bounded."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.magicard.parser import (
    HEADER_BYTES_MAX,
    PLANE_BYTES_MAX,
    Event,
    Page,
    Parser,
    Refused,
    Request,
    Tokens,
)
from support import magicard_job as job

pytestmark = pytest.mark.pure

SMALL = {"B": b"\x1cB:" * 5, "K": b"\x01\x2cREQ,INF,\x1c\x03"}  # planes may hold anything
INFO = Request(("REQ", "INF"))


def events_of(data: bytes, parser: Parser | None = None) -> list[Event]:
    return (parser or Parser()).receive_data(data)


def reasons(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, Refused)]


def stubborn(tokens: Tokens) -> str | None:
    """Turn down some pages, by nothing but their header."""
    return "not wanted" if "NOC2" in tokens else None


pieces = st.one_of(
    st.sampled_from(
        [
            job.page(SMALL, ["NOC1"]), job.page(SMALL, ["NOC2"]), job.page({}, ["NOC1"]),
            job.page(SMALL, ["NOC1"])[:-1], job.page(SMALL, ["NOC1"])[:90], job.ask("REQ,INF"),
            job.ask("SNR1", framing="B"), job.ask("RST", comma=False),
            job.LEAD_IN, b"\x01", b"\x1c", b"\x03", b"\x01\x2cSZB9,\x1c123", b"\x01SZB,\x1c", b"\x01,,\x1c\x03",
        ]
    ),
    st.binary(max_size=30),
)  # fmt: skip
streams = st.lists(pieces, max_size=12).map(b"".join)


@given(streams, st.lists(st.integers(0, 2500), max_size=8))
def test_any_split_gives_the_same_events(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parser, whole = Parser(stubborn), Parser(stubborn)
    split = [
        event for low, high in pairwise(edges) for event in parser.receive_data(data[low:high])
    ]
    assert split == whole.receive_data(data)
    assert (parser.unfinished, parser.receiving) == (whole.unfinished, whole.receiving)
    assert parser.receive_end() == whole.receive_end()


@given(streams)
@settings(max_examples=50)
def test_a_byte_at_a_time_gives_the_same_events(data: bytes) -> None:
    parser = Parser(stubborn)
    single = [event for byte in data for event in parser.receive_data(bytes([byte]))]
    assert single == events_of(data, Parser(stubborn))


@given(st.binary(max_size=5000))
def test_noise_never_raises_and_a_request_after_it_is_heard(noise: bytes) -> None:
    parser = Parser()
    parser.receive_data(noise)
    parser.receive_end()
    assert parser.receive_data(job.ask("REQ,INF"))[-1] == INFO


@pytest.mark.parametrize("comma", [True, False])
@pytest.mark.parametrize("framing", ["A", "B"])
def test_both_framings_are_taken_with_and_without_a_last_comma(framing: str, comma: bool) -> None:
    assert events_of(job.ask("REQ,STA,TCQ", framing=framing, comma=comma)) == [
        Request(("REQ", "STA", "TCQ"))
    ]


def test_the_header_of_the_sheet_is_160_characters_and_its_job_1853424_bytes() -> None:
    data = job.simplex_job()
    text = data[data.index(b"\x01\x2c") + 2 : data.index(b"\x1c")]
    assert (len(text), len(data)) == (160, 1_853_424)
    assert text.endswith(b"ICC1,SZB585216,SZG585216,SZR585216,SZK97536")
    (page,) = events_of(data)
    assert isinstance(page, Page)
    assert page.tokens[:2] == ("NOC1", "VER1.0")
    planes = job.colour_planes()
    assert page.planes == {"y": planes["B"], "m": planes["G"], "c": planes["R"], "k": planes["K"]}
    assert list(page.planes) == ["y", "m", "c", "k"]


def test_planes_may_hold_control_bytes_and_whole_requests() -> None:
    (page,) = events_of(job.page(SMALL, ["NOC1"]))
    assert isinstance(page, Page)
    assert page.planes == {"y": SMALL["B"], "k": SMALL["K"]}


def test_a_plane_is_found_by_its_length_whatever_order_the_lengths_are_told_in() -> None:
    data = b"\x01\x2cSZK2,SZB3\x1cyyy\x1cB:kk\x1cK:\x03"
    assert events_of(data) == [Page(("SZK2", "SZB3"), {"y": b"yyy", "k": b"kk"})]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x01\x2cSZB3,\x1cyyyy\x1cB:\x03", "plane B is not followed by its trailer"),
        (b"\x01\x2cSZB3,\x1cyyy\x1cG:\x03", "plane B is not followed by its trailer"),
        (b"\x01\x2cSZB3,SZG3\x1cyyy\x1cB:mmm\x03", "plane G is not followed by its trailer"),
        (b"\x01\x2cSZB3\x1cyyy\x1cB:\x05", "a page is not followed by 03"),
        (b"\x01\x2cREQ,INF,\x1c\x04", "request REQ is not followed by 03"),
        (b"\x01\x2cSZQ3\x1c", "token SZQ3 says no plane's length"),
        (b"\x01\x2cSZB\x1c", "token SZB says no plane's length"),
        (b"\x01\x2cSZB3,SZB3\x1c", "token SZB3 says no plane's length"),
        (b"\x01\x2cSZB0\x1c", "token SZB0 says a length no plane has"),
        (b"\x01\x2cSZB99999999\x1c", "token SZB99999999 says a length no plane has"),
        (b"\x01\x2c\x1c\x03", "a header without tokens"),
        (b"\x01\x2cNOC1\x03", "byte 03 in a header"),
        (b"\x01\x2cNOC1" + job.ask("REQ,INF")[:2], "a header that was not ended"),
        (b"\x01" + b"x" * (HEADER_BYTES_MAX + 1), "a header that does not end"),
        (b"\x1b%-12345X", "bytes outside any header"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    parser = Parser()
    events = parser.receive_data(data)
    assert reasons(events)[0] == reason
    assert not [event for event in events if isinstance(event, Page)]
    parser.receive_data(b"\x05")  # ends a header that was begun
    assert parser.receive_data(job.ask("REQ,INF"))[-1] == INFO


@pytest.mark.parametrize("missing", [b"\x1cB:", b"\x03"])
def test_a_missing_trailer_or_end_spoils_only_its_page(missing: bytes) -> None:
    planes = {"B": bytes(3)}
    broken = job.page(planes, ["NOC1"]).replace(missing, b"")
    events = events_of(broken + job.page(planes, ["NOC1"]))
    assert [type(event) for event in events] == [Refused, Page]


def test_out_of_step_is_told_once() -> None:
    parser = Parser()
    noise = b"\x01ab\x02 cd \x01\x01\x03" * 1000
    assert len(parser.receive_data(noise)) == 1
    assert parser.receive_data(job.ask("REQ,INF")) == [INFO]
    assert len(parser.receive_data(noise)) == 1


def test_a_page_turned_down_is_read_past_and_not_kept() -> None:
    parser = Parser(stubborn)
    unwanted = job.page(SMALL, ["NOC2"])
    assert parser.receive_data(unwanted[:-1]) == [Refused("not wanted")]
    assert not parser.receiving
    assert parser.unfinished
    assert parser.receive_data(unwanted[-1:] + job.ask("REQ,INF")) == [INFO]


def test_the_end_of_the_stream_in_a_page_drops_it() -> None:
    parser = Parser()
    assert parser.receive_data(job.page(SMALL, ["NOC1"])[:-1]) == []
    assert parser.receiving
    assert reasons(parser.receive_end()) == ["a page is not whole: the stream ended in it"]
    assert not parser.unfinished
    assert parser.receive_end() == []


def test_no_length_makes_the_parser_keep_more_than_a_page() -> None:
    parser = Parser()
    header = b"\x01\x2cSZB%d,SZG%d,SZR%d,SZK%d\x1c" % ((PLANE_BYTES_MAX,) * 4)
    assert parser.receive_data(header) == []
    for _megabyte in range(8):
        parser.receive_data(bytes(1 << 20))
    assert len(parser._payload) == 0  # the trailer was missing: all of it was let go
    assert not parser.receiving
