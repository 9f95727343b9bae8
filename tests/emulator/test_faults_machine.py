"""Faults of the printer itself as each wire shows them: restarts, power cuts, another printer on the cable."""

import threading
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from emulator.clock import MachineClock, VirtualClock
from emulator.line import Line
from emulator.orders import Orders
from emulator.ports.usb_device import UsbPrinter
from emulator.printer import Printer
from emulator.scenario import read_scenario
from emulator.scenario_player import ScenarioPlayer
from support import evolis_job as job
from support.rig import Rig
from support.wires import (
    FIRMWARE,
    IDLE,
    LINE_DEAD,
    MEDIA,
    SERIAL,
    UsbWire,
    assert_healthy,
    command,
    hears,
    say_into_a_drop,
    wait_back,
    wire,
    wired,
)

AWAY_S = 0.05

on_every_wire = pytest.mark.parametrize("medium", MEDIA)

REBOOT = """
title = "restart"
says = "in the magenta panel"
[[incident]]
at = "print m"
after_s = 1.0
order = { do = "reboot" }
"""


@on_every_wire
def test_a_reboot_in_a_panel_leaves_half_a_card_inside(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path, speed=500.0) as bench:
        printer = bench.appliance.printer
        bench.control.do("scenario", toml=REBOOT)
        assert bench.ask("Psid;7;60").text == "OK"
        # it is fast enough to be away before the last byte of its job
        with wire(bench, medium) as host, suppress(*LINE_DEAD):
            host.say(job.simplex_job())
        with printer.changed:
            assert printer.wait(lambda: printer.firmware.boots == 2, 10.0)
        wait_back(bench)
        truth = bench.truth()
        assert truth["inside"]["panels_used"] == {"front": ["y", "m"]}
        assert (truth["session"], truth["claimed"], truth["errors"]) == (0, False, "00000000")
        assert [incident["what"] for incident in truth["incidents"]] == ["reboot"]
        face = printer.firmware.machine.inside.faces["front"]  # type: ignore[attr-defined]
        assert face.planes["m"][:, 0].all()
        assert not face.planes["m"][:, -1].any()
        with wire(bench, medium) as host:
            assert len(hears(host, "Rfv", len(FIRMWARE))) == len(FIRMWARE)


CUT = """
title = "cut"
says = "when a job is seen"
[[incident]]
at = "job"
order = { do = "power-cut" }
"""
CHUNK = command("Pcla;1") + command("Psid;9;45") + command("Rfv")


@pytest.mark.parametrize("medium", ["tcp", "serial"])
def test_a_power_cut_between_two_commands_of_one_chunk(tmp_path: Path, medium: str) -> None:
    with wired(tmp_path) as bench:
        bench.control.do("scenario", toml=CUT)
        with wire(bench, medium) as host:
            say_into_a_drop(host, CHUNK)
        bench.control.do("power-on")
        assert bench.truth()["commands"] == ["Pcla;1"]
        with wire(bench, medium) as host:
            assert_healthy(host)


class ImpatientClock(VirtualClock):
    """Fails whoever asks for the time over and over: nothing will come of it."""

    asked = 0

    def now_s(self) -> float:
        self.asked += 1
        assert self.asked < 10_000, "the printer waits for itself"
        return super().now_s()


def test_a_power_cut_between_two_commands_of_one_usb_transfer() -> None:
    """By hand: a printer that waited for itself here would hold its lock for ever."""
    printer = Printer(Rig().firmware, Line(Random(1)), ImpatientClock())
    ScenarioPlayer(printer, Orders(printer)).play(read_scenario(CUT, "cut"), 0.0)
    device = UsbPrinter(printer)
    with printer.changed:
        device.write(CHUNK)
    assert not printer.firmware.powered
    assert printer.firmware.truth(0.0)["commands"] == ["Pcla;1"]


@on_every_wire
def test_a_wrong_serial_number_is_shown_and_the_truth_keeps_the_real_one(
    tmp_path: Path, medium: str
) -> None:
    with wired(tmp_path) as bench, wire(bench, medium) as host:
        bench.control.do("serial", text="LAIN000001")
        wrong = b"LAIN000001\r\n" + IDLE
        assert hears(host, "Rsn", len(wrong)) == wrong
        truth = bench.truth()
        assert (truth["serial"], truth["shown_serial"]) == ("UJI1", "LAIN000001")
        bench.control.do("serial")
        assert hears(host, "Rsn", len(SERIAL)) == SERIAL


def test_another_printer_on_the_cable_is_seen_in_its_descriptor(tmp_path: Path) -> None:
    def seen() -> tuple[str, str, int]:
        with wire(bench, "usb") as host:
            assert isinstance(host, UsbWire)
            identity = bytes(host.device.ctrl_transfer(0xA1, 0, 0, 0, 1024))[2:].decode()
            fields = dict(pair.split(":") for pair in identity.rstrip(";").split(";"))
            return host.device.serial_number, fields["SN"], host.device.address

    with wired(tmp_path) as bench:
        numbers = [seen()]
        for order in ({"text": "LAIN000001"}, {}):
            bench.control.do("unplug")
            bench.control.do("serial", **order)
            bench.control.do("replug")
            numbers.append(seen())
        assert [number[:2] for number in numbers] == [
            ("UJI1", "UJI1"),
            ("LAIN000001", "LAIN000001"),
            ("UJI1", "UJI1"),
        ]
        assert len({address for _serial, _id, address in numbers}) == 3


def test_a_link_that_was_dropped_is_another_device_on_the_bus(tmp_path: Path) -> None:
    addresses = []
    with wired(tmp_path) as bench:
        for where in ("before", "inside", "after"):
            bench.control.do("drop", where=where, away_s=AWAY_S)
            with wire(bench, "usb") as host:
                assert isinstance(host, UsbWire)
                addresses.append(host.device.address)
                say_into_a_drop(host, command("Rfv"))
            wait_back(bench)
    assert len(set(addresses)) == 3


def test_whoever_puts_the_cable_back_returns_when_the_endpoints_know(tmp_path: Path) -> None:
    """Also while they are still being told that it was pulled."""
    heard: list[bool] = []
    pulled, go_on = threading.Event(), threading.Event()

    def endpoint(up: bool) -> None:
        if not up:
            pulled.set()
            go_on.wait(5.0)
        heard.append(up)

    printer = Printer(Rig().firmware, Line(Random(1)), MachineClock())
    printer.on_reach(endpoint)
    printer.start()
    puller = threading.Thread(target=printer.change, args=(lambda _now_s: printer.line.unplug(),))
    puller.start()
    assert pulled.wait(5.0)
    threading.Timer(0.1, go_on.set).start()
    printer.change(lambda _now_s: printer.line.replug())
    known = list(heard)
    puller.join()
    printer.stop()
    assert known == [False, True]
