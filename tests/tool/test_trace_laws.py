"""What holds for every trace: it is read back as it was written, garbage is refused in a sentence, people stay out."""

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import InputFileError, LinkLostError, UriError
from drivers.tool.difference import difference
from drivers.tool.recorder import RecordedTransport, Recorder, straight_through
from drivers.tool.redaction import tail, without_people
from drivers.tool.resending import require_emulated
from drivers.tool.scripts import LOOKS
from drivers.tool.trace import (
    Event,
    Header,
    Kind,
    deflated,
    event_line,
    head_line,
    inflated,
    read_trace,
    trace_of,
)
from drivers.transport import Deadline

pytestmark = pytest.mark.pure

HEADER = Header("tcp://127.0.0.1:9100", "evolis", "2026-11-24T00:00:00+00:00", "0.1.0")
NIK = "3201990101900001"
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
EVENTS = st.builds(
    Event,
    st.integers(0, 10**9).map(lambda number: number / 1e6),
    st.sampled_from(Kind),
    st.binary(max_size=200),
    TEXTS,
    TEXTS,
)


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=30))
def test_it_is_read_as_it_was_written(events: list[Event]) -> None:
    lines = [head_line(HEADER), *map(event_line, events)]
    assert all(line.isascii() and "\n" not in line for line in lines)
    trace = trace_of(lines, "trace")
    assert (trace.header, list(trace.events)) == (HEADER, events)


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=5))
def test_garbage_is_refused_in_a_sentence(lines: list[str]) -> None:
    with pytest.raises(InputFileError):
        trace_of([head_line(HEADER), *lines, "{}"], "trace")
    with pytest.raises(InputFileError, match="first line"):
        trace_of(["x", *lines], "trace")


@pytest.mark.parametrize(
    "line",
    [
        {"at_s": -1, "event": "sent"},
        {"at_s": 0, "event": "sent", "bytes": "abc"},
        {"at_s": 0, "event": "jumped"},
        {"at_s": 0, "event": "sent", "more": 1},
    ],
)
def test_a_wrong_line_is_named(line: dict[str, object]) -> None:
    with pytest.raises(InputFileError, match="line 2"):
        trace_of([head_line(HEADER), json.dumps(line)], "trace")


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="cannot be read"):
        read_trace(tmp_path / "none")
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    with pytest.raises(InputFileError, match="not text"):
        read_trace(tmp_path / "noise")


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_a_request_comes_back(job: bytes) -> None:
    assert inflated(deflated(job)) == job
    with pytest.raises(InputFileError):
        inflated(deflated(job)[:-1])


@settings(deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_difference_is_counted_right(recorded: bytes, now: bytes) -> None:
    found = difference(7, "sent", recorded, now)
    if recorded == now:
        assert found is None
        return
    assert found is not None
    length = max(len(recorded), len(now))
    padded = [list(one) + [None] * (length - len(one)) for one in (recorded, now)]
    wrong = [at for at, (one, other) in enumerate(zip(*padded, strict=True)) if one != other]
    assert (found.offset, found.count) == (wrong[0], len(wrong))
    assert recorded[found.offset :].startswith(bytes.fromhex(found.recorded_hex))


class Dead:
    """A transport that went away."""

    uri = "tcp://127.0.0.1:1"
    write_rate_min = 1.0

    def write(self, data: bytes, deadline: Deadline) -> None:
        raise LinkLostError(f"the cable of {NIK} is out")

    def finish_request(self, deadline: Deadline) -> None: ...

    def read(self, size_max: int, deadline: Deadline) -> bytes:
        return b"\x00\xff"

    def close(self) -> None: ...


def test_a_recorded_failure_is_raised_all_the_same() -> None:
    memory = io.StringIO()
    transport = RecordedTransport(Dead(), Recorder(memory, HEADER, lambda: 5.0))
    limit = Deadline(0.0, lambda: 0.0)
    with pytest.raises(LinkLostError):
        transport.write(b"\x1bRsn\r", limit)
    transport.finish_request(limit)
    assert transport.read(9, limit) == b"\x00\xff"
    transport.close()
    events = trace_of(memory.getvalue().splitlines(), "trace").events
    assert [event.kind for event in events] == [
        Kind.SENT, Kind.FAILED, Kind.FINISHED, Kind.RECEIVED, Kind.CLOSED
    ]  # fmt: skip
    assert (events[0].data, events[1].name, events[3].data) == (
        b"\x1bRsn\r", "LinkLostError", b"\x00\xff"
    )  # fmt: skip


def test_a_full_disk_ends_the_trace_and_not_the_card() -> None:
    with straight_through(os.open("/dev/full", os.O_WRONLY)) as full:
        recorder = Recorder(full, HEADER, lambda: 5.0)
        transport = RecordedTransport(Dead(), recorder)
        assert transport.read(9, Deadline(0.0, lambda: 0.0)) == b"\x00\xff"
        assert "ends early" in recorder.failed


@pytest.mark.parametrize("script", ["print", "clean", "release", "read-tracks", ""])
def test_of_what_could_be_a_cards_only_the_length_stays(script: str) -> None:
    events = [
        Event(0, Kind.SCRIPT, name=script),
        Event(0, Kind.REQUEST, b"a picture", name="5" * 64),
        Event(0, Kind.SENT, b"\x1bDm;2;SITI\r"),
        Event(0, Kind.RECEIVED, b"SITI"),
    ]
    kept = tail(events)
    assert not any(event.data for event in kept)
    assert [event.text for event in kept[1:]] == [
        "9 bytes taken out", "11 bytes taken out", "4 bytes taken out"
    ]  # fmt: skip
    assert kept[1].name == ""


@pytest.mark.parametrize("script", LOOKS)
def test_a_look_stays_whole_but_for_a_nik(script: str) -> None:
    events = [
        Event(0, Kind.SCRIPT, name=script),
        Event(0, Kind.RECEIVED, b"Evolis Primacy 2\r\n"),
        Event(0, Kind.RECEIVED, NIK.encode()),
        Event(0, Kind.FAILED, name="LinkLostError", text=f"the card of {NIK}"),
    ]
    kept = tail(events)
    assert kept[1] == events[1]
    assert kept[2].data == b""
    assert NIK not in kept[3].text


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_nik_leaves(before: str, after: str) -> None:
    assert NIK not in without_people(f"{before} {NIK} {after}")


@pytest.mark.parametrize("root", ["home", "Users"])
def test_no_account_leaves(root: str) -> None:
    told = without_people(f"{Path('/', root, 'siti', 'trace')} and {Path.home() / 'x'}")
    assert "siti" not in told
    assert str(Path.home()) not in told
    assert "/trace" in told


@pytest.mark.parametrize(
    "device",
    [
        "tcp://192.0.2.7:9100",
        "tcp://localhost:9100",
        "usb://0f49:*",
        "usb://0f49:*?via=usbip:192.0.2.7:3240",
        "usblp:///dev/usb/lp0",
        "serial:///dev/ttyUSB0",
    ],
)
def test_a_recording_is_sent_where_no_printer_can_be(device: str) -> None:
    with pytest.raises(UriError, match="may be a printer"):
        require_emulated(device)


@pytest.mark.parametrize(
    "device", ["tcp://127.0.0.1:9100", "tcp://[::1]:9100", "usb://0f49:*?via=usbip:127.0.0.1:3240"]
)
def test_an_emulator_may_be_named(device: str) -> None:
    require_emulated(device)
