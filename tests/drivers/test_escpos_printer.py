"""The receipt printer's scripts against the emulated printer: on TCP, USB/IP and a pseudo-terminal."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.errors import NotReachableError, PrinterError, PrinterNotReadyError, ProtocolError
from drivers.escpos.printer import ReceiptPrinter, SlipEnd, SlipOutcome
from drivers.escpos.status import Paper, StatusBytes
from drivers.link import Link
from drivers.transports import open_transport
from emulator.escpos.engine import BUFFER_BYTES
from support.printer_hand import play
from support.receipts import Counter, receipt_printer

SLIP = b"\x1b@KTP siap diambil\n\x1bd\x06\x1dV\x00"
LONG = b"\x1b@" + b"KTP\n" * 300 + b"\x1bd\x06\x1dV\x00"
MEDIA = ("tcp", "usb", "serial")


@dataclass
class Bench:
    """A printer, and the way to it."""

    counter: Counter
    uri: str

    @contextmanager
    def link(self) -> Iterator[Link]:
        link = Link(open_transport(self.uri), time.monotonic)
        try:
            yield link
        finally:
            link.close()

    def asked(self, answer_s: float = 5.0) -> StatusBytes:
        with self.link() as link:
            return link.complete(ReceiptPrinter(self.uri, answer_s).status_bytes(), time.sleep)

    def sent(self, slip: bytes, answer_s: float = 5.0, slip_s: float = 10.0) -> SlipOutcome:
        printer = ReceiptPrinter(self.uri, answer_s, slip_s)
        with self.link() as link:
            return link.complete(printer.print_script(slip), time.sleep)

    def sent_while(
        self, order: tuple[str], answer_s: float = 5.0, slip_s: float = 10.0
    ) -> SlipOutcome:
        """Send the long slip and let something befall the printer in the middle of it."""
        mishap = threading.Timer(0.5, self.counter.control.do, order)
        mishap.start()
        try:
            return self.sent(LONG, answer_s, slip_s)
        finally:
            mishap.join()

    def reasons(self) -> list[str]:
        return sorted(map(str, self.asked().status.reasons))


@pytest.fixture(params=MEDIA)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with receipt_printer(tmp_path) as counter:
        yield Bench(counter, uri_of(counter, request.param))


@pytest.fixture
def tcp(tmp_path: Path) -> Iterator[Bench]:
    with receipt_printer(tmp_path) as counter:
        yield Bench(counter, uri_of(counter, "tcp"))


@pytest.fixture
def real_time(tmp_path: Path) -> Iterator[Bench]:
    """A printer at its own speed, so that something can befall it in the middle of a slip."""
    with receipt_printer(tmp_path, speed=1.0) as counter:
        yield Bench(counter, uri_of(counter, "tcp"))


def uri_of(counter: Counter, medium: str) -> str:
    return {
        "tcp": f"tcp://127.0.0.1:{counter.port}",
        "usb": f"usb://04b8:0202?via=usbip:{counter.usb_address}",
        "serial": f"serial://{counter.tty}",
    }[medium]


def test_each_state_on_each_medium(bench: Bench) -> None:
    do = bench.counter.control.do
    assert (bench.reasons(), bench.asked().paper) == ([], Paper.ADEQUATE)
    do("open-cover")
    assert bench.reasons() == ["cover-open-error"]
    do("close-cover")
    do("paper", mm=4000)
    assert (bench.reasons(), bench.asked().paper) == (["media-low-warning"], Paper.NEAR_END)
    do("paper", mm=20)
    assert (bench.reasons(), bench.asked().paper) == (
        ["media-empty-error", "media-low-warning"], Paper.END,
    )  # fmt: skip
    do("paper")
    assert bench.reasons() == []


def test_a_slip_on_each_medium(bench: Bench) -> None:
    assert bench.sent(SLIP).end is SlipEnd.TAKEN
    assert bench.counter.slip(1) == "KTP siap diambil\n"
    assert bench.sent(SLIP).end is SlipEnd.TAKEN
    assert bench.counter.slip(2) == "KTP siap diambil\n"


def test_a_slip_longer_than_the_printers_buffer(real_time: Bench) -> None:
    slip = b"\x1b@" + (b"KTP " * 11 + b"\n") * 200 + b"\x1bd\x06\x1dV\x00"
    assert len(slip) > 2 * BUFFER_BYTES
    assert real_time.sent(slip).end is SlipEnd.TAKEN
    assert real_time.counter.slip(1).count("KTP") == 2200


def test_silence_on_each_medium(bench: Bench) -> None:
    bench.counter.control.do("silence", answers=1000)
    silent = bench.asked(answer_s=0.5)
    assert (silent, silent.paper) == (StatusBytes(), Paper.UNKNOWN)
    bench.counter.control.do("silence", answers=0)
    assert bench.asked().paper is Paper.ADEQUATE


@pytest.mark.parametrize(
    ("order", "arguments", "reason"),
    [("open-cover", {}, "cover-open"), ("paper", {"mm": 20}, "media-empty")],
)
def test_a_printer_that_takes_no_slip_is_sent_none(
    tcp: Bench, order: str, arguments: dict[str, int], reason: str
) -> None:
    tcp.counter.control.do(order, **arguments)
    with pytest.raises(PrinterNotReadyError, match=f"can't take a slip now: {reason}"):
        tcp.sent(SLIP)
    tcp.counter.control.do("close-cover")
    tcp.counter.control.do("paper")
    truth = tcp.counter.truth()
    assert (truth["slips_made"], truth["buffer_bytes"]) == (0, 0)
    assert "KTP" not in truth["hanging_text"]


def test_a_silent_printer_is_sent_none(tcp: Bench) -> None:
    tcp.counter.control.do("silence", answers=4)
    with pytest.raises(PrinterNotReadyError, match="timed-out"):
        tcp.sent(SLIP, answer_s=0.3)
    assert tcp.counter.truth()["hanging_text"] == ""


def test_a_jammed_cutter_cuts_the_slip_short(tcp: Bench) -> None:
    tcp.counter.control.do("jam-cutter")
    told = tcp.sent(SLIP, slip_s=1.0)
    assert told.end is SlipEnd.CUT_SHORT
    assert "x-cutter-error" in told.reason
    assert tcp.counter.truth()["cutter_error"]


def test_paper_that_ends_in_a_slip_cuts_it_short_and_the_rest_follows(tcp: Bench) -> None:
    tcp.counter.control.do("paper", mm=200)
    told = tcp.sent(LONG, slip_s=1.0)
    assert told.end is SlipEnd.CUT_SHORT
    assert "media-empty" in told.reason
    assert told.found.paper is Paper.END
    tcp.counter.control.do("paper")
    rest = tcp.counter.slip(2)  # the old roll's end came off as a slip with the new one
    assert 0 < rest.count("KTP") < 300
    assert (tcp.counter.text(1) + rest).count("KTP") == 300


def test_a_cover_opened_in_a_slip_cuts_it_short(real_time: Bench) -> None:
    told = real_time.sent_while(("open-cover",), slip_s=2.0)
    assert (told.end, told.reason.count("cover-open")) == (SlipEnd.CUT_SHORT, 1)
    assert 0 < real_time.counter.truth()["hanging_text"].count("KTP") < 300


def test_a_power_cut_in_a_slip_is_reported_as_such(real_time: Bench) -> None:
    told = real_time.sent_while(("power-cut",), answer_s=0.5)
    assert told.end is SlipEnd.CUT_SHORT
    assert "look at the paper before you print the slip again" in told.reason
    assert told.found.paper is Paper.UNKNOWN
    assert 0 < real_time.counter.truth()["hanging_text"].count("KTP") < 300


def test_a_link_lost_in_a_slip_is_reported_as_such(tcp: Bench) -> None:
    tcp.counter.control.do("unplug-after", bytes=40)
    told = tcp.sent(LONG, answer_s=0.5, slip_s=1.0)
    assert told.end is SlipEnd.CUT_SHORT
    assert tcp.counter.truth()["hanging_text"].count("KTP") < 300


def test_a_connection_closed_without_an_answer_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(64)
            connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        uri = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        link = Link(open_transport(uri), time.monotonic)
        found = link.complete(ReceiptPrinter(uri).status_bytes(), time.sleep)
        link.close()
    assert (found, found.paper) == (StatusBytes(), Paper.UNKNOWN)


def test_a_connection_closed_in_a_slip_is_reported_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            for _ in range(4):
                assert connection.recv(3, socket.MSG_WAITALL)[:2] == b"\x10\x04"
                connection.sendall(b"\x12")
            connection.recv(len(SLIP) + 3, socket.MSG_WAITALL)
            connection.close()
            server.close()

        host = threading.Thread(target=hang_up, daemon=True)
        host.start()
        uri = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        link = Link(open_transport(uri), time.monotonic)
        told = link.complete(ReceiptPrinter(uri).print_script(SLIP), time.sleep)
        link.close()
        host.join()
    assert told.end is SlipEnd.CUT_SHORT
    assert "closed the connection during the slip" in told.reason


def test_garbage_is_no_status(tcp: Bench) -> None:
    tcp.counter.control.do("garbage")
    with pytest.raises(ProtocolError, match="no status"):
        tcp.asked()


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nobody = f"tcp://127.0.0.1:{port}"
    link = Link(open_transport(nobody), time.monotonic)
    with pytest.raises(NotReachableError):
        link.complete(ReceiptPrinter(nobody).status_bytes(), time.sleep)


WELL, ROLL_WELL = b"\x12", b"\x00"


def by_hand(*replies: bytes | PrinterError) -> SlipOutcome:
    """Print a slip on a printer whose replies follow each other."""
    left = list(replies)

    def player(_request: bytes) -> bytes:
        reply = left.pop(0)
        if isinstance(reply, PrinterError):
            raise reply
        return reply

    return play(ReceiptPrinter("the printer", 1.0, 1.0).print_script(SLIP), player)


@pytest.mark.pure
def test_what_is_answered_behind_a_slip_decides_how_it_ended() -> None:
    before = (WELL,) * 4
    assert by_hand(*before, ROLL_WELL, *before).end is SlipEnd.TAKEN
    strange = by_hand(*before, b"\xff\xff", *before)
    assert (strange.end, "no answer" in strange.reason) == (SlipEnd.CUT_SHORT, True)
    lost = by_hand(*before, ROLL_WELL, ProtocolError("noise"))
    assert (lost.end, "noise" in lost.reason) == (SlipEnd.CUT_SHORT, True)
