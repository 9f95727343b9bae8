"""The serial port as a host finds it: a real terminal under a lasting name, opened with pyserial."""

import json
import os
import select
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
import serial

from emulator.clock import VirtualClock
from emulator.evolis.dialogue import UNREAD_MAX
from emulator.firmware import Medium
from emulator.line import Line
from emulator.ports.address import Address, AddressError
from emulator.ports.duplex import Duplex
from emulator.ports.pty_endpoint import FORGET_HOST_S, PtyEndpoint
from emulator.printer import Printer
from support import evolis_job as job
from support.emulated import Bench, emulated, read_answer
from support.rig import Rig
from support.wires import BLOCK_BYTES, SerialWire, command, wait_back

BARE_BYTES = 1 + BLOCK_BYTES
OK_BYTES = len("OK\r\n") + BARE_BYTES


@contextmanager
def printer(folder: Path, **plan: Any) -> Iterator[Bench]:
    with emulated(folder, pty=folder / "port", **plan) as bench:
        yield bench


@contextmanager
def opened(bench: Bench) -> Iterator[SerialWire]:
    host = SerialWire(bench.serial_path)
    try:
        yield host
    finally:
        host.close()


def ask(host: SerialWire, text: str) -> str:
    host.say(command(text))
    return host.hear_reply().text


# --- what is said -------------------------------------------------------------------------------


def test_each_command_and_each_lone_zero_gets_one_reply(tmp_path: Path) -> None:
    with printer(tmp_path, serial="UJI7") as bench, opened(bench) as host:
        host.say(command("Rsn") + b"\x00" + command("Rtp") + b"\x00\x00")
        texts = [host.hear_reply().text for _reply in range(5)]
        assert texts == ["UJI7", "", "Evolis Primacy 2", "", ""]
        assert host.hears_nothing()


def test_the_emulator_says_nothing_unasked(tmp_path: Path) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        host.say(b"<MARK>noise\r\n")
        bench.control.do("open-cover")
        assert host.hears_nothing()


def test_the_terminal_is_raw_for_whoever_opens_it(tmp_path: Path) -> None:
    """No echo, no line editing, no translation, also for a program that sets nothing."""
    with printer(tmp_path) as bench:
        host = os.open(bench.serial_path, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(host, command("Rtp"))
            expected = b"Evolis Primacy 2\r\n\x00\x00\x14\x10"
            came = b""
            while len(came) < len(expected) and select.select([host], [], [], 5.0)[0]:
                came += os.read(host, len(expected) - len(came))
            assert came == expected
        finally:
            os.close(host)


def test_every_byte_of_a_plane_arrives_as_it_was_sent(tmp_path: Path) -> None:
    plane = bytes(range(256)) * (82_296 // 256 + 1)
    with printer(tmp_path) as bench, opened(bench) as host:
        host.say(job.bitmap("k", 2, plane[:82_296]) + b"\x00")
        # the plane is refused for want of a card, and so told from one that was garbled on its way
        assert host.hear_reply().text == "ERROR CARD"
        assert host.hear_reply().text == ""
        assert bench.truth()["commands"] == ["Db;k;2;<82296>"]


def test_a_motion_is_answered_when_it_is_done_and_polls_wait_behind_it(tmp_path: Path) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        host.say(command("Si") + b"\x00")
        assert host.hear_reply().text == "OK"
        assert bench.truth()["inside"]["position"] == "print"
        assert host.hear_reply().text == ""


def test_a_card_is_printed_over_it(tmp_path: Path) -> None:
    part_one = job.simplex_job()
    with printer(tmp_path, speed=200.0) as bench, opened(bench) as host:
        host.say(part_one)
        answered = part_one.count(b"\x1b") + 1  # and the lone 00 at its end
        replies = [host.hear_reply() for _reply in range(answered)]
        assert {reply.text for reply in replies} == {"OK", ""}
        assert replies[-1].status.claimed
        host.say(job.END_OF_JOB)
        bench.control.do("wait-cards", count=1)
        assert [host.hear_reply().text for _reply in range(3)] == ["OK", "OK", ""]
        host.say(b"\x00")
        status = host.hear_reply().status
        assert (status.claimed, status.error) == (False, 0)
    record = json.loads((tmp_path / "000001.json").read_text())
    assert record["panels_used"] == {"front": list("ymcko")}


def test_the_stream_goes_on_over_many_opens(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        with opened(bench) as host:
            host.say(b"\x1bRt")
        with opened(bench) as host:
            host.say(b"p\r")
            assert host.hear_reply().text == "Evolis Primacy 2"


def test_a_second_program_is_refused_while_the_port_is_open(tmp_path: Path) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        with pytest.raises(serial.SerialException, match="exclusively lock"):
            SerialWire(bench.serial_path)
        assert ask(host, "Rtp") == "Evolis Primacy 2"


# --- away and back ------------------------------------------------------------------------------


@pytest.mark.parametrize(("away", "back"), [("unplug", "replug"), ("power-cut", "power-on")])
def test_a_printer_that_goes_hangs_up_and_comes_back_as_a_new_terminal(
    tmp_path: Path, away: str, back: str
) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        first = bench.serial_path.readlink()
        bench.control.do(away)
        assert not os.path.lexists(bench.serial_path)
        with pytest.raises(serial.SerialException):
            host.hear(1)
        with pytest.raises(serial.SerialException):
            SerialWire(bench.serial_path)
        bench.control.do(back)
        assert bench.serial_path.readlink() != first  # the host still holds the old one
        with opened(bench) as again:
            assert ask(again, "Rtp") == "Evolis Primacy 2"


def test_what_was_half_said_is_gone_after_a_replug(tmp_path: Path) -> None:
    with printer(tmp_path) as bench:
        with opened(bench) as host:
            host.say(command("Psid;3;45") + b"\x1bDb;k;2;half a plane")
            assert host.hear_reply().text == "OK"
        bench.control.do("unplug")
        bench.control.do("replug")
        with opened(bench) as host:
            host.say(command("Rtp"))
            reply = host.hear_reply()
            assert (reply.text, reply.status.session) == ("Evolis Primacy 2", 3)


def test_a_reset_hangs_up_and_brings_a_new_terminal(tmp_path: Path) -> None:
    with printer(tmp_path, speed=50.0) as bench:
        with opened(bench) as host:
            assert ask(host, "Srs") == "OK"
            with pytest.raises(serial.SerialException):
                host.hear(1)
        wait_back(bench)
        with opened(bench) as host:
            assert ask(host, "Rtp") == "Evolis Primacy 2"


def test_the_port_is_gone_with_the_emulator(tmp_path: Path) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        path = bench.serial_path
        bench.appliance.__exit__()
        assert not os.path.lexists(path)
        with pytest.raises(serial.SerialException):
            host.hear(1)
    assert [entry.name for entry in tmp_path.iterdir() if "port" in entry.name] == []


def test_a_printer_that_returns_while_the_emulator_ends_leaves_no_port(tmp_path: Path) -> None:
    printer = Printer(Rig().firmware, Line(Random(1)), VirtualClock())
    endpoint = PtyEndpoint(printer, Address("pty", str(tmp_path / "port"), 0))
    endpoint.start()
    printer.request_stop()
    endpoint.stop()
    endpoint._reach(True)  # the machine's thread was just about to say so
    try:
        assert not os.path.lexists(tmp_path / "port")
    finally:
        endpoint._hang_up()


# --- a host that dies or does not read ----------------------------------------------------------


class Typed:
    """A channel whose bytes are typed by hand, at instants of a clock that only the test moves."""

    cut = False

    def __init__(self, clock: VirtualClock, *typed: tuple[float, bytes]) -> None:
        self._clock = clock
        self._typed = deque(typed)
        self.sent = b""

    def receive(self) -> bytes:
        if not self._typed:
            return b""
        pause_s, data = self._typed.popleft()
        self._clock.advance(pause_s)
        return data

    def send(self, data: bytes) -> None:
        self.sent += data

    def abort(self) -> None:
        self._typed.clear()


@pytest.mark.parametrize(("pause_s", "kept"), [(2.9, True), (3.1, False)])
def test_a_plane_whose_bytes_stop_for_three_seconds_is_forgotten(
    pause_s: float, kept: bool
) -> None:
    clock = VirtualClock()
    rig = Rig()
    printer = Printer(rig.firmware, Line(Random(1)), clock)
    plane = job.bitmap("k", 2, job.FULL_RESIN)
    typed = Typed(clock, (0, plane[:1000]), (2.9, plane[1000:2000]), (pause_s, plane[2000:]))
    Duplex(printer, rig.firmware.dialogue(Medium.SERIAL), typed, FORGET_HOST_S).run()
    assert list(rig.firmware.commands) == (["Db;k;2;<82296>"] if kept else [])


def test_a_command_whose_bytes_stop_is_not_forgotten() -> None:
    clock = VirtualClock()
    rig = Rig()
    printer = Printer(rig.firmware, Line(Random(1)), clock)
    typed = Typed(clock, (0, b"\x1bPsid;"), (60.0, b"5;45\r"))
    Duplex(printer, rig.firmware.dialogue(Medium.SERIAL), typed, FORGET_HOST_S).run()
    assert list(rig.firmware.commands) == ["Psid;5;45"]


def test_the_three_seconds_are_the_hosts(tmp_path: Path) -> None:
    """However fast the machine lives: a pause of the host's scheduler must not lose a plane."""
    plane = job.bitmap("k", 2, job.FULL_RESIN)
    with printer(tmp_path, speed=5000.0) as bench, opened(bench) as host:
        host.say(plane[:50_000])
        assert host.hears_nothing()  # a while of the host's, some 750 s of the machine's
        host.say(plane[50_000:])
        assert host.hear_reply().text == "ERROR CARD"


def test_a_host_that_never_reads_waits_and_the_printer_lives(tmp_path: Path) -> None:
    with printer(tmp_path) as bench, opened(bench) as host:
        taken = flood(host.port)
        assert bench.ask("Rtp").text == "Evolis Primacy 2"  # everybody else is served
        # each poll taken is answered once somebody reads
        for _poll in range(taken):
            assert read_answer(host.hear(BARE_BYTES)).text == ""
        assert ask(host, "Rtp") == "Evolis Primacy 2"


def flood(port: serial.Serial) -> int:
    """Write lone zeros until nothing more is taken; return how many were."""
    taken = 0
    while True:
        try:
            taken += os.write(port.fileno(), bytes(4096))
        except BlockingIOError:
            return taken


def test_a_dialogue_keeps_so_many_unread_replies_and_no_more() -> None:
    rig = Rig()
    dialogue = rig.firmware.dialogue(Medium.SERIAL)
    dialogue.receive(bytes(UNREAD_MAX + 1))
    for _poll in range(UNREAD_MAX):
        assert dialogue.has_room
        dialogue.execute(0.0)
    assert not dialogue.has_room
    assert len(dialogue.read(0.0)) == BARE_BYTES
    assert dialogue.has_room


# --- where it can't be --------------------------------------------------------------------------


def port_at(path: Path) -> PtyEndpoint:
    printer = Printer(Rig().firmware, Line(Random(1)), VirtualClock())
    return PtyEndpoint(printer, Address("pty", str(path), 0))


def test_a_path_that_is_taken_by_a_file_is_refused_and_the_file_is_left(tmp_path: Path) -> None:
    taken = tmp_path / "port"
    taken.write_text("somebody's")
    with pytest.raises(AddressError, match=r"is there already and is no link; name another path$"):
        port_at(taken)
    assert taken.read_text() == "somebody's"


def test_a_path_in_no_folder_is_refused(tmp_path: Path) -> None:
    endpoint = port_at(tmp_path / "nowhere" / "port")
    with pytest.raises(AddressError, match=r"cannot make a serial port at .*; name another path$"):
        endpoint.start()


@pytest.mark.parametrize("path", ["", "nowhere/port"])
def test_a_start_that_fails_leaves_nothing_open(tmp_path: Path, path: str) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(AddressError) as refused:
        emulated(tmp_path, pty=tmp_path / path).__enter__()
    assert len(list(Path("/proc/self/fd").iterdir())) == before, refused


def test_a_link_left_by_a_killed_emulator_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "port").symlink_to(tmp_path / "gone")
    with printer(tmp_path) as bench, opened(bench) as host:
        assert ask(host, "Rtp") == "Evolis Primacy 2"
