"""What a technician reads when a printer is not what it should be: one sentence, an exit code, an end in time, no card.

Each bad input through `ktp-printer` as a process. The strangers are real listeners; the extra word is put into the
answers of an emulator on their way.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from support.office import Printer
from support.printer_socket import read_request, serving
from support.tool import DEADLINE_S, Done, ktp_printer

ENDS_S_MAX = 30.0
IMPATIENT_S = "1.5"  # what is said here is said at a deadline
MEGABYTE = 1_000_000
EXTRA_WORD = b"\x04\x80\x00\x00\x01"
BLOCK_BYTES = 0x14  # four words of flags and the session

Answering = Callable[[bytes], bytes]


@contextmanager
def listening(answer: Answering) -> Iterator[str]:
    """Answer each connection's request, once all of it is there; yields the address."""

    def say(link: socket.socket) -> None:
        with suppress(OSError):  # whoever asked has heard enough
            link.sendall(answer(read_request(link)))

    with serving(say) as device:
        yield device


def _passed_on(printer: Printer, request: bytes) -> bytes:
    host, port = printer.tcp_uri.removeprefix("tcp://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as link:
        link.sendall(request)
        link.shutdown(socket.SHUT_WR)
        return read_request(link)


def _with_extra_word(reply: bytes) -> bytes:
    """Put one more word at the end of a reply's status block, as firmware of tomorrow may."""
    at = reply.rfind(b"\x10", max(0, len(reply) - BLOCK_BYTES - 4 * len(EXTRA_WORD)))
    while at >= 2 and int.from_bytes(reply[at - 2 : at], "big") != len(reply) - at:
        at = reply.rfind(b"\x10", 0, at)
    assert at >= 2, reply
    size = len(reply) - at + len(EXTRA_WORD)
    return reply[: at - 2] + size.to_bytes(2, "big") + reply[at:] + EXTRA_WORD


def look(command: str, device: str, deadline_s: str = DEADLINE_S) -> Done:
    """Run a looking command; it ends in time."""
    began_s = time.monotonic()
    done = ktp_printer(command, "--device", device, "--deadline", deadline_s, within_s=ENDS_S_MAX)
    assert time.monotonic() - began_s < ENDS_S_MAX
    return done


def print_white(folder: Path, device: str, deadline_s: str = DEADLINE_S) -> Done:
    """Print a white card."""
    Image.new("RGB", (1016, 648), "white").save(folder / "white.png")
    return ktp_printer(
        "print", folder / "white.png", "--device", device, "--deadline", deadline_s,
        "--state-dir", folder, within_s=ENDS_S_MAX,
    )  # fmt: skip


def test_another_vendors_printer_is_named(looked_at: Printer) -> None:
    done = look("status", looked_at.usb_uri.replace("0f49", "0c1f"))
    assert done.code == os.EX_UNAVAILABLE
    assert "no printer matches usb://0c1f" in done.sentence
    assert "there is usb://0f49:" in done.sentence


def test_another_serial_number_is_named(looked_at: Printer) -> None:
    done = look("status", looked_at.usb_uri.replace("UJI0000001", "UJI0000009"))
    assert done.code == os.EX_UNAVAILABLE
    assert "?serial=UJI0000001" in done.sentence


def test_newer_firmware_that_says_an_extra_word_prints_as_before(
    printer: Printer, tmp_path: Path
) -> None:
    with listening(lambda request: _with_extra_word(_passed_on(printer, request))) as device:
        assert look("status", device).code == os.EX_OK
        done = print_white(tmp_path, device)
    assert (done.code, done.errors) == (os.EX_OK, "")
    assert "PRINTED" in done.out
    assert printer.truth()["cards_fed"] == 1


def test_a_ribbon_of_the_wrong_type_is_named_before_a_card_is_fed(
    printer: Printer, tmp_path: Path
) -> None:
    printer.tell("ribbon", type="KO")
    done = print_white(tmp_path, printer.tcp_uri)
    assert done.code == os.EX_TEMPFAIL
    assert "x-ribbon-type-wrong" in done.sentence
    assert printer.truth()["cards_fed"] == 0


@pytest.mark.parametrize(
    ("order", "facts"),
    [
        pytest.param("half-reply", {}, id="a short status block"),
        pytest.param("garbage", {"where": "instead"}, id="noise"),
        pytest.param("garbage", {"where": "around"}, id="noise around an answer"),
        pytest.param("garbage", {"where": "inside"}, id="noise inside an answer"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(
    printer: Printer, tmp_path: Path, order: str, facts: dict[str, str]
) -> None:
    printer.tell(order, answers=1000, **facts)
    for done in (
        look("status", printer.tcp_uri, IMPATIENT_S),
        print_white(tmp_path, printer.tcp_uri, IMPATIENT_S),
    ):
        assert done.code == os.EX_PROTOCOL, done
        assert "look whether --driver fits the printer" in done.sentence
    assert printer.truth()["cards_fed"] == 0


def test_the_answer_to_another_command_feeds_no_card(printer: Printer, tmp_path: Path) -> None:
    printer.tell("stale-reply", answers=1000)
    done = print_white(tmp_path, printer.tcp_uri, IMPATIENT_S)
    assert done.code in (os.EX_PROTOCOL, os.EX_TEMPFAIL), done
    assert done.sentence
    assert printer.truth()["cards_fed"] == 0


def test_a_megabyte_of_garbage_is_refused_once() -> None:
    noise = Random(1).randbytes(MEGABYTE)
    with listening(lambda _request: noise) as device:
        done = look("status", device)
    assert done.code == os.EX_PROTOCOL
    assert len(done.sentence) < 300
    assert done.sentence.isprintable()


def test_a_device_that_naks_for_minutes_ends_the_wait_not_the_technicians_patience(
    printer: Printer, tmp_path: Path
) -> None:
    printer.tell("busy")
    for done in (
        look("status", printer.usb_uri, IMPATIENT_S),
        print_white(tmp_path, printer.usb_uri, IMPATIENT_S),
    ):
        assert done.code == os.EX_TEMPFAIL
        assert "did not answer in time" in done.sentence
    printer.tell("busy", on=False)
    assert look("status", printer.usb_uri).code == os.EX_OK
    assert printer.truth()["cards_fed"] == 0
