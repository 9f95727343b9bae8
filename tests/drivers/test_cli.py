"""`ktp-printer` as a process: what it prints, its exit codes, and one sentence for every failure."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drivers.cli import exit_code
from drivers.errors import (
    DeadlineError,
    DeviceBusyError,
    DriverNotFoundError,
    EndpointStalledError,
    LinkLostError,
    ModelNotSupportedError,
    NotReachableError,
    PrinterError,
    ProtocolError,
    ReplyRefusedError,
    SessionHeldError,
    UriError,
)
from drivers.report import bit_in_words
from drivers.status import DeviceBit
from support.printer_bytes import COVER_OPEN
from support.printer_hand import HandPrinter
from support.printer_socket import Handler, closed_port, read_request, serving


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("ktp-printer")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def _answering(printer: HandPrinter) -> Handler:
    return lambda connection: connection.sendall(printer(read_request(connection)))


def _one_sentence(stderr: str) -> bool:
    return stderr.startswith("ktp-printer: ") and stderr.count("\n") == 1


def test_status_as_json() -> None:
    printer = HandPrinter()
    printer.warning = COVER_OPEN
    with serving(_answering(printer)) as uri:
        done = _run("status", "--device", uri, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "device": uri,
        "state": "stopped",
        "reasons": ["cover-open-error"],
        "card_inside": False,
        "job_active": False,
        "session": 0,
        "device_words": "82122000 00000000 00020000 00000000:0",
    }
    assert printer.said == [""]


def test_status_for_people() -> None:
    with serving(_answering(HandPrinter())) as uri:
        done = _run("status", "--device", uri)
    assert done.returncode == 0
    assert "idle" in done.stdout
    assert "82122000 00000000 00000000 00000000:0" in done.stdout


def test_probe_as_json() -> None:
    printer = HandPrinter()
    printer.answers["Rrt;all"] = "label: R5F008\nqty: 300\ncount: 287"
    printer.answers["Rco;clean"] = "ERROR CDE"
    printer.answers["Rco;r"] = "12"
    with serving(_answering(printer)) as uri:
        done = _run("probe", "--device", uri, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["make_and_model"] == "Evolis Primacy 2"
    assert (found["serial"], found["firmware"]) == ("P2-0001", "1450")
    assert (found["card_counter"], found["card_inside"]) == (41, False)
    assert found["supplies"] == [
        {"name": "R5F008", "kind": "ribbonWax", "capacity_prints": 300, "remaining_prints": 287},
        {
            "name": "cleaning",
            "kind": "cleanerUnit",
            "capacity_prints": None,
            "remaining_prints": 12,
        },
    ]
    assert {"word": "CFG", "mask": "0x00100000", "name": "CFG_FLIP", "reasons": []} in found[
        "device_bits"
    ]
    assert not [said for said in printer.said if said.startswith(("P", "S"))]


def test_probe_for_people_reads_the_bits() -> None:
    printer = HandPrinter()
    printer.warning = COVER_OPEN
    with serving(_answering(printer)) as uri:
        done = _run("probe", "--device", uri)
    assert done.returncode == 0
    assert "warning: cover open" in done.stdout
    assert "cover-open-error" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("status",),
        ("status", "--device", "nonsense"),
        ("status", "--device", "usb://0f49:*?via=nobody:1"),
        ("status", "--device", "tcp://127.0.0.1", "--driver", "nobody"),
        ("status", "--device", "tcp://127.0.0.1", "--deadline", "soon"),
        ("print", "--device", "tcp://127.0.0.1"),
        ("certify", "--device", "tcp://127.0.0.1", "--by", "two words", "--out", "none.json"),
    ],
)
def test_a_wrong_command_line_is_64(arguments: tuple[str, ...]) -> None:
    done = _run(*arguments)
    assert done.returncode == os.EX_USAGE
    assert _one_sentence(done.stderr.splitlines(keepends=True)[-1])


def test_nobody_there_is_69() -> None:
    done = _run("status", "--device", f"tcp://127.0.0.1:{closed_port()}")
    assert done.returncode == os.EX_UNAVAILABLE
    assert _one_sentence(done.stderr)


def test_garbage_is_76() -> None:
    def noise(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"\x00\x01\x02 no reply")

    with serving(noise) as uri:
        done = _run("probe", "--device", uri)
    assert done.returncode == os.EX_PROTOCOL
    assert _one_sentence(done.stderr)


def test_silence_is_75_within_the_deadline() -> None:
    released = threading.Event()

    def silent(_: socket.socket) -> None:
        released.wait(20)

    with serving(silent) as uri:
        done = _run("probe", "--device", uri, "--deadline", "0.3")
        released.set()
    assert done.returncode == os.EX_TEMPFAIL
    assert _one_sentence(done.stderr)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UriError("x"), os.EX_USAGE),
        (DriverNotFoundError("x"), os.EX_USAGE),
        (NotReachableError("x"), os.EX_UNAVAILABLE),
        (LinkLostError("x"), os.EX_UNAVAILABLE),
        (EndpointStalledError("x"), os.EX_UNAVAILABLE),
        (DeviceBusyError("x"), os.EX_TEMPFAIL),
        (DeadlineError("x"), os.EX_TEMPFAIL),
        (SessionHeldError("x"), os.EX_TEMPFAIL),
        (ProtocolError("x"), os.EX_PROTOCOL),
        (ReplyRefusedError("Rtp", "ERROR"), os.EX_PROTOCOL),
        (ModelNotSupportedError("x"), os.EX_PROTOCOL),
    ],
)
def test_exit_codes(error: PrinterError, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.pure
def test_bits_in_words() -> None:
    assert bit_in_words(DeviceBit("WAR", 0x20000, "WAR_COVER_OPEN")) == "warning: cover open"
    assert (
        bit_in_words(DeviceBit("EX1", 0x100, "INF_FEEDER_NEAR_EMPTY")) == "state: feeder near empty"
    )
    assert "not known" in bit_in_words(DeviceBit("ERR", 2, ""))
