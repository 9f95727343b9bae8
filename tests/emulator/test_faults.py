"""Faults of the line, each on every wire of the printer: what a host sees, and what the printer has heard."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from emulator.line import GARBAGE_BYTES
from support.emulated import read_answer
from support.wires import (
    FIRMWARE,
    IDLE,
    LINE_DEAD,
    MEDIA,
    MODEL,
    SERIAL,
    assert_healthy,
    command,
    hears,
    say_into_a_drop,
    told,
    wait_back,
    wire,
    wired,
)

AWAY_S = 0.05

on_every_wire = pytest.mark.parametrize("medium", MEDIA)


# --- answers ------------------------------------------------------------------------------------


@on_every_wire
def test_silence_swallows_so_many_answers_and_the_commands_are_done(
    tmp_path: Path, medium: str
) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("silence", answers=2)
        for text in ("Pem;2", "Psid;9;45"):
            host.say(command(text))
            assert host.hears_nothing()
        truth = bench.truth()
        assert (truth["host_handles_errors"], truth["session"]) == (True, 9)
        assert read_answer(hears(host, "Psid;0;45", len(b"OK\r\n" + IDLE))).text == "OK"
        assert_healthy(host)


@on_every_wire
def test_a_delay_makes_so_many_answers_late_and_no_more(tmp_path: Path, medium: str) -> None:
    """Each of them by its time, in seconds of the host's whatever the machine's speed."""
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("delay", host_s=0.2, answers=2)
        for _answer in range(2):
            asked_s = time.monotonic()
            assert hears(host, "Rfv", len(FIRMWARE)) == FIRMWARE
            assert time.monotonic() - asked_s >= 0.2
        assert bench.appliance.printer.line.take_delay() == 0
        assert_healthy(host)


@on_every_wire
def test_a_command_is_done_before_its_late_answer(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("delay", host_s=60.0)
        host.say(command("Psid;9;45"))
        assert host.hears_nothing()
        assert bench.truth()["session"] == 9


@on_every_wire
def test_garbage_instead_of_answers_is_new_noise_each_time(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("garbage", answers=2)
        noises = {hears(host, text, GARBAGE_BYTES) for text in ("Rfv", "Rsn")}
        assert {len(noise) for noise in noises} == {GARBAGE_BYTES}
        assert len(noises) == 2
        assert_healthy(host)


@on_every_wire
def test_garbage_around_an_answer(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("garbage", where="around")
        heard = hears(host, "Rfv", 2 * GARBAGE_BYTES + len(FIRMWARE))
        assert heard[GARBAGE_BYTES:-GARBAGE_BYTES] == FIRMWARE
        assert heard[:GARBAGE_BYTES] != heard[-GARBAGE_BYTES:]
        assert_healthy(host)


@on_every_wire
def test_garbage_inside_an_answer(tmp_path: Path, medium: str) -> None:
    middle = len(FIRMWARE) // 2
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("garbage", where="inside")
        heard = hears(host, "Rfv", GARBAGE_BYTES + len(FIRMWARE))
        assert heard[:middle] + heard[middle + GARBAGE_BYTES :] == FIRMWARE
        assert len(heard) == GARBAGE_BYTES + len(FIRMWARE)
        assert_healthy(host)


@on_every_wire
def test_half_an_answer(tmp_path: Path, medium: str) -> None:
    half = FIRMWARE[: len(FIRMWARE) // 2]
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("half-reply", answers=2)
        assert hears(host, "Rfv", len(half)) == half
        assert hears(host, "Rfv", len(half)) == half
        assert_healthy(host)


@on_every_wire
def test_a_stale_answer_is_the_one_before(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        assert hears(host, "Rfv", len(FIRMWARE)) == FIRMWARE
        bench.control.do("stale-reply", answers=2)
        assert hears(host, "Rsn", len(FIRMWARE)) == FIRMWARE
        assert hears(host, "Rtp", len(SERIAL)) == SERIAL  # always one behind
        assert hears(host, "Rtp", len(MODEL)) == MODEL
        assert_healthy(host)


@on_every_wire
def test_a_doubled_answer(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("duplicate-reply")
        assert hears(host, "Rfv", 2 * len(FIRMWARE)) == 2 * FIRMWARE
        assert_healthy(host)


@on_every_wire
def test_two_faults_may_meet_in_one_answer(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        assert hears(host, "Rfv", len(FIRMWARE)) == FIRMWARE
        bench.control.do("stale-reply")
        bench.control.do("duplicate-reply")
        assert hears(host, "Rsn", 2 * len(FIRMWARE)) == 2 * FIRMWARE
        assert_healthy(host)


@on_every_wire
def test_busy_takes_and_gives_nothing_and_loses_nothing(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("busy")
        if medium == "usb":  # not even taken off the host's hands
            with pytest.raises(LINE_DEAD):
                host.device.write(1, command("Psid;9;45"), 100)  # type: ignore[attr-defined]
        else:
            host.say(command("Psid;9;45"))
            assert host.hears_nothing()
        assert bench.truth()["commands"] == []
        bench.control.do("busy", on=False)
        if medium == "usb":
            host.say(command("Psid;9;45"))
        assert read_answer(host.hear(len(b"OK\r\n" + IDLE))).status.session == 9


@pytest.mark.parametrize("medium", ["tcp", "usb"])
def test_a_busy_printer_does_not_give_its_status_either(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("busy")
        if medium == "tcp":
            host.say(b"")
        assert host.hears_nothing()
        bench.control.do("busy", on=False)
        assert host.hear(len(IDLE)) == IDLE


# --- the link goes away and comes back by itself ------------------------------------------------


@on_every_wire
def test_a_drop_before_takes_nothing(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench:
        bench.control.do("drop", where="before", bytes=1000, away_s=AWAY_S)
        with wire(bench, medium) as host:
            say_into_a_drop(host, command("Psid;9;45"))
        wait_back(bench)
        assert bench.truth()["commands"] == []
        with wire(bench, medium) as host:
            assert_healthy(host)


@on_every_wire
def test_a_drop_inside_lets_so_many_bytes_through_and_they_are_done(
    tmp_path: Path, medium: str
) -> None:
    first, second = command("Pem;2"), command("Psid;9;45")
    with wired(tmp_path) as bench:
        bench.control.do("drop", where="inside", bytes=len(first) + 4, away_s=AWAY_S)
        with wire(bench, medium) as host:
            say_into_a_drop(host, first + second)
        wait_back(bench)
        truth = bench.truth()
        assert truth["commands"] == ["Pem;2"]
        assert (truth["host_handles_errors"], truth["session"]) == (True, 0)


@on_every_wire
def test_a_dropped_link_is_back_at_once(tmp_path: Path, medium: str) -> None:
    """Its own thread pulls the cable here; nobody may wait for it before the cable can be put back."""
    with wired(tmp_path) as bench:
        printer = bench.appliance.printer
        bench.control.do("drop", where="inside", bytes=3, away_s=AWAY_S)
        with wire(bench, medium) as host:
            with suppress(*LINE_DEAD):
                host.say(command("Rfv"))
            with printer.changed:
                assert printer.wait(lambda: printer.line.bytes_left is None and told(printer), 3.0)


@on_every_wire
def test_a_drop_after_lets_the_command_be_done_and_keeps_the_answer(
    tmp_path: Path, medium: str
) -> None:
    with wired(tmp_path) as bench:
        bench.control.do("drop", where="after", away_s=AWAY_S)
        with wire(bench, medium) as host:
            say_into_a_drop(host, command("Psid;9;45"))
        wait_back(bench)
        assert bench.truth()["session"] == 9
        with wire(bench, medium) as host:
            assert read_answer(hears(host, "Psid;0;45", len(b"OK\r\n" + IDLE))).text == "OK"
            assert_healthy(host)


@on_every_wire
def test_a_dropped_link_stays_away_for_its_time(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench:
        bench.control.do("drop", where="after", away_s=600.0)
        with wire(bench, medium) as host:
            say_into_a_drop(host, command("Rfv"))
        printer = bench.appliance.printer
        with printer.changed:
            assert printer.wait(lambda: not printer._told_reachable, 3.0)
            assert not printer.wait(lambda: printer.line.plugged, 0.1)
        bench.control.do("replug")  # a person is faster
        with wire(bench, medium) as host:
            assert_healthy(host)


@pytest.mark.parametrize("order", ["unplug", "unplug-after"])
def test_a_pulled_cable_stays_out_whatever_was_armed_before(tmp_path: Path, order: str) -> None:
    with wired(tmp_path) as bench:
        bench.control.do("drop", where="after", away_s=0.0)
        bench.control.do(order, bytes=1)
        if order == "unplug-after":
            with wire(bench, "usb") as host:
                say_into_a_drop(host, command("Rfv"))
        printer = bench.appliance.printer
        with printer.changed:
            assert not printer.wait(lambda: printer.line.plugged, 0.1)
