"""IPP messages: written as RFC 8010 has them, read back, and nothing but ProtocolError out of noise."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cups.ipp import (
    Attributes,
    Group,
    Kind,
    Operation,
    Reply,
    Written,
    parse_reply,
    request,
)
from drivers.cups.queue import queue_of, reasons_of
from drivers.errors import ModelNotSupportedError, ProtocolError
from drivers.status import Severity, StateReason

pytestmark = pytest.mark.pure

REPLY = (
    b"\x02\x00\x00\x00\x00\x00\x00\x01\x01"
    b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x04\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x05"
    b"\x44\x00\x15printer-state-reasons\x00\x0bmedia-empty"
    b"\x44\x00\x00\x00\x11cover-open-report"
    b"\x22\x00\x19printer-is-accepting-jobs\x00\x01\x01\x03"
)


def test_a_request_is_written_as_the_rfc_has_it() -> None:
    job = Written(Kind.INTEGER, "job-id", (7,))
    told = request(
        Operation.CANCEL_JOB, "ipp://localhost/printers/K", "ani", operation_attributes=(job,)
    )
    assert told == (
        b"\x02\x00\x00\x08\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x02en"
        b"\x45\x00\x0bprinter-uri\x00\x1aipp://localhost/printers/K"
        b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x07"
        b"\x42\x00\x14requesting-user-name\x00\x03ani\x03"
    )


def test_a_document_comes_behind_the_attributes_and_a_second_value_has_no_name() -> None:
    wanted = Written(Kind.KEYWORD, "requested-attributes", ("a", "b"))
    told = request(
        Operation.PRINT_JOB, "u", "ani", operation_attributes=(wanted,),
        job_attributes=(Written(Kind.INTEGER, "copies", (1,)),), document=b"%PDF",
    )  # fmt: skip
    assert b"\x44\x00\x14requested-attributes\x00\x01a\x44\x00\x00\x00\x01b" in told
    assert told.endswith(b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x01\x03%PDF")


def test_a_reply_is_read_by_groups() -> None:
    reply = parse_reply(REPLY)
    (printer,) = reply.of(Group.PRINTER)
    assert reply.ok
    assert printer == {
        "printer-state": (5,),
        "printer-state-reasons": ("media-empty", "cover-open-report"),
        "printer-is-accepting-jobs": (True,),
    }


@pytest.mark.parametrize("end", range(len(REPLY) - 1))
def test_a_reply_cut_short_anywhere_is_a_protocol_error(end: int) -> None:
    with pytest.raises(ProtocolError):
        parse_reply(REPLY[:end])


@given(st.binary(max_size=300))
def test_noise_ends_in_a_reply_or_a_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert isinstance(parse_reply(data), Reply)
    with contextlib.suppress(ProtocolError):
        parse_reply(REPLY[:9] + data)


def test_a_reply_that_never_ends_is_given_up() -> None:
    one = b"\x44\x00\x01a\x00\x01b"
    with pytest.raises(ProtocolError, match="4096"):
        parse_reply(struct.pack(">2sHI", b"\x02\x00", 0, 1) + b"\x01" + one * 5000 + b"\x03")


def test_reasons_keep_their_severity_and_names_that_end_in_error_are_whole() -> None:
    words = (
        "media-low-warning",
        "cover-open",
        "media-path-input-feed-error",
        "none",
        "standby-report",
    )
    assert reasons_of(words) == {
        StateReason("media-low", Severity.WARNING), StateReason("cover-open"),
        StateReason("media-path-input-feed-error"), StateReason("standby", Severity.REPORT),
    }  # fmt: skip


def test_what_is_no_cups_is_refused() -> None:
    with pytest.raises(ModelNotSupportedError, match="no CUPS"):
        queue_of({"printer-state": (3,)})


@pytest.mark.parametrize(("kind", "hindered"), [(0x1, True), (0x0004_0000, True), (0x1044, False)])
def test_a_class_or_another_machines_queue_is_seen(kind: int, hindered: bool) -> None:
    told: Attributes = {
        "cups-version": ("2.4",),
        "printer-state": (3,),
        "printer-type": (kind,),
    }
    assert queue_of(told).shared_out is hindered


def test_markers_are_supplies_and_a_negative_level_is_not_known() -> None:
    found = queue_of({
        "cups-version": ("2.4",), "printer-state": (3,), "marker-names": ("YMCKO", "film"),
        "marker-types": ("ribbonWax", "transferUnit"), "marker-levels": (40, -1),
    })  # fmt: skip
    assert [(one.name, one.kind, one.remaining_prints) for one in found.supplies] == [
        ("YMCKO", "ribbonWax", 40), ("film", "transferUnit", None),
    ]  # fmt: skip
