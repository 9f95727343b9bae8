"""Printers on USB/IP buses and serial ports in the list: told apart by serial number, and nothing is claimed for it."""

import pytest
import usb.core
from serial.tools.list_ports import comports

from drivers.found import Found
from drivers.tool import serial_ports
from drivers.tool.usb_printers import ALIKE, MOVED, _told_apart, printers, printers_of
from emulator.ports.pyusb_backend import open_backend
from support.office import Printer
from support.tool import ktp_printer


def _bus(printer: Printer) -> object:
    return open_backend(printer._address("usbip"))


def test_two_equal_printers_on_usb(looked_at: Printer, its_twin: Printer) -> None:
    found = [one for printer in (looked_at, its_twin) for one in printers_of(_bus(printer))]
    assert [one.serial for one in found] == ["UJI0000001", "UJI0000002"]
    assert found[0].make_and_model == found[1].make_and_model
    assert "Evolis" in found[0].make_and_model
    assert found[0].uri.startswith("usb://0f49:")
    assert found[0].uri.endswith("?serial=UJI0000001")
    assert [one.sentence for one in found] == ["", ""]


def test_what_the_list_says_is_what_device_takes(looked_at: Printer) -> None:
    (found,) = printers_of(_bus(looked_at))
    device = f"{found.uri}&via=usbip:{looked_at._address('usbip')}"
    assert ktp_printer("status", "--device", device, "--deadline", "20").code == 0


def test_a_printer_in_use_is_listed_all_the_same(looked_at: Printer) -> None:
    bus = _bus(looked_at)
    device = usb.core.find(backend=bus)
    assert device is not None
    device.set_configuration()
    usb.util.claim_interface(device, 0)
    try:
        (found,) = printers_of(bus)
    finally:
        usb.util.dispose_resources(device)
    assert found.serial == "UJI0000001"


@pytest.mark.pure
def test_two_that_nothing_tells_apart() -> None:
    alike = [Found("usb://0f49:0a00", "Evolis Primacy 2", "")] * 2
    other = Found("usb://0f49:0a00?serial=B", "Evolis Primacy 2", "B")
    told = _told_apart([(alike[0], ""), (alike[1], ""), (other, "1-1")])
    assert [one.sentence for one in told] == [ALIKE, ALIKE, ""]


@pytest.mark.pure
def test_two_that_only_the_port_tells_apart() -> None:
    alike = Found("usb://0f49:0a00?serial=A", "Evolis Primacy 2", "A")
    told = _told_apart([(alike, "1-1.2"), (alike, "1-1.3")])
    assert [one.uri for one in told] == [f"{alike.uri}&port=1-1.{port}" for port in (2, 3)]
    assert [one.sentence for one in told] == [MOVED, MOVED]


@pytest.mark.pure
def test_this_machines_own_buses() -> None:
    assert all(one.uri.startswith("usb://") for one in printers())
    listed = [one.uri for one in serial_ports.ports()]
    assert listed == [f"serial://{port.device}?baud=115200" for port in sorted(comports())]
