"""Checks of the printer on the guest's own bus: the kernel's view, a card over each way, a cable pulled."""

import grp
import stat
from pathlib import Path

import usb.core
import usb.util

from emulator.ports.pyusb_backend import open_backend
from guest import plan
from guest.clock import wait_until
from guest.inside import kernel_bus
from guest.inside.cards import one_card, see_through
from guest.inside.printer import Printer
from guest.inside.programs import PRESS
from guest.inside.station import CARD_S_MAX, Station
from guest.inside.told import check, expect

LP = Path("/dev/usb/lp0")
PULLED_AFTER_BYTES = 700_000  # of a job of some two million: inside its first colours
USB_ID_BYTES = 1024


def run(station: Station, printer: Printer) -> None:
    """Run them all, one after another on one printer."""
    _kernel(printer)
    _tcp(station, printer)
    _usblp(station, printer)
    station.connect(plan.LIBUSB_URI)
    station.start()
    _libusb(station, printer)
    _unplugged(station, printer)


def _kernel(printer: Printer) -> None:
    with check("kernel: the printer as vhci_hcd, udev and usblp show it") as seen:
        expected = _told_by_the_printer()
        kernel_bus.attach()
        device = kernel_bus.bound()
        found = {name: device.fact(name) for name in expected if name != "ieee1284_id"}
        found["ieee1284_id"] = (device.interface / "ieee1284_id").read_text().strip()
        expect(found == expected, f"the kernel read {found}, the printer says {expected}")
        expect(
            device.fact("serial") == printer.truth()["serial"], "another printer's serial number"
        )
        node = kernel_bus.character_device(device.node)
        mode, group = stat.S_IMODE(node.st_mode), _group(node.st_gid)
        expect((mode, group) == (0o660, PRESS), f"{device.node} is {mode:o} {group}")
        kernel_bus.character_device(LP)
        speed = device.fact("speed")
        seen.note(f"{device.node} 0660 {group}, {LP}, {speed} Mbit/s, {found['ieee1284_id']}")


def _told_by_the_printer() -> dict[str, str]:
    """Ask the printer over USB/IP, without the kernel, for what sysfs will show."""
    backend = open_backend(f"127.0.0.1:{plan.USBIP_PORT}")
    device = wait_until(lambda: usb.core.find(backend=backend), "the printer lent over USB/IP", 20)
    try:
        told = bytes(device.ctrl_transfer(0xA1, 0, 0, 0, USB_ID_BYTES))
        return {
            "idVendor": f"{device.idVendor:04x}",
            "idProduct": f"{device.idProduct:04x}",
            "bcdDevice": f"{device.bcdDevice:04x}",
            "manufacturer": device.manufacturer,
            "product": device.product,
            "serial": device.serial_number,
            "bNumInterfaces": str(device[0].bNumInterfaces),
            "ieee1284_id": told[2:].decode("ascii"),
        }
    finally:
        usb.util.dispose_resources(device)


def _tcp(station: Station, printer: Printer) -> None:
    with check("tcp: a card over TCP, for comparison") as seen:
        station.start()
        one_card(station, printer, plan.TCP_RECORD)
        station.stop()
        seen.note("1 card")
    station.abandon()


def _usblp(station: Station, printer: Printer) -> None:
    with check("usblp: a card through /dev/usb/lp0") as seen:
        device = kernel_bus.bound()
        station.connect(plan.LP_URI)
        station.start()
        one_card(station, printer, plan.LP_RECORD)
        expect(device.driver == "usblp", f"{device.driver} has the interface, not usblp")
        station.stop()
        seen.note("1 card, usblp bound throughout")
    station.abandon()


def _libusb(station: Station, printer: Printer) -> None:
    with check("libusb: a card over libusb, usblp set aside") as seen:
        device = kernel_bus.bound()
        hands = [device.driver]

        def look() -> None:
            if device.driver != hands[-1]:
                hands.append(device.driver)

        one_card(station, printer, plan.LIBUSB_RECORD, look)
        expect("usbfs" in hands, f"libusb never held the interface: {hands}")
        seen.note(f"1 card; interface held by {', then '.join(hands)}")


def _unplugged(station: Station, printer: Printer) -> None:
    with check("unplug: the cable pulled inside a plane is a doubt, never a second card") as seen:
        before = printer.truth()
        printer.tell("unplug-after", bytes=PULLED_AFTER_BYTES)
        station.approve(plan.UNPLUG_RECORD)
        wait_until(lambda: station.status()["cards"]["in_doubt"], "a doubt", CARD_S_MAX)
        kernel_bus.gone()
        printer.tell("replug")
        device = _plugged_in()
        seen.note(f"replugged as device {device.fact('devnum')}")
        seen.note(see_through(station, printer, plan.UNPLUG_RECORD, before, _plugged_in))
        station.stop()
        wait_until(LP.exists, f"{LP} given back", CARD_S_MAX)
        seen.note("interface given back to usblp at the end")
    station.abandon()


def _plugged_in() -> kernel_bus.Device:
    kernel_bus.gone()
    kernel_bus.attach()
    return kernel_bus.appeared()


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name
