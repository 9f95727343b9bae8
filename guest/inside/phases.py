"""What is done at each boot: make it a kiosk as the installation does, then the checks of that boot."""

import os
import shutil
import subprocess
from pathlib import Path

from guest import plan
from guest.clock import wait_until
from guest.inside import programs, serial_checks, usb_checks
from guest.inside.printer import Printer
from guest.inside.station import Station
from guest.inside.told import tell

UDEV_READY = Path("/run/udev/control")
DRIVERS = ("virtio_console", "xhci_pci", "ftdi_sio", "vhci-hcd", "usblp")
READY_S_MAX = 120.0


def prepare() -> None:
    """Make users and the udev rule, load what finds the hardware, wait for the hub."""
    systemd = plan.PROJECT / "systemd"
    Path("/etc/sysusers.d").mkdir(exist_ok=True)
    shutil.copy(systemd / "ktp-station.conf", "/etc/sysusers.d/ktp-station.conf")
    shutil.copy(systemd / "60-ktp-printer.rules", "/etc/udev/rules.d/")
    subprocess.run(["systemd-sysusers"], check=True)
    wait_until(UDEV_READY.exists, "udevd runs", READY_S_MAX)
    subprocess.run(["udevadm", "control", "--reload"], check=True)
    subprocess.run(["modprobe", "-a", *DRIVERS], check=True)
    programs.import_station()
    wait_until(plan.HUB_READY.exists, "the hub listens", READY_S_MAX)
    tell(ready=True)


def first() -> None:
    """Check the USB printer and, beside it in a process of its own, the serial one; then lose power."""
    usb_station, serial_station = _stations()
    for station in (usb_station, serial_station):
        station.hand_over()
        station.command("load", str(plan.BLANKS), "--by", plan.BY)
    outside = Printer.outside()
    waiting, go_on = os.pipe()
    serial = programs.beside(lambda: _serial(serial_station, outside, waiting))
    usb_checks.run(usb_station, Printer.in_guest())
    os.write(go_on, b"\x00")
    serial.wait()


def _serial(station: Station, outside: Printer, waiting: int) -> None:
    serial_checks.port()
    serial_checks.card(station, outside)
    os.read(waiting, 1)
    serial_checks.until_cut(station, outside)


def after_cut() -> None:
    """Check what the cut has left of the card under way."""
    _, serial_station = _stations()
    serial_checks.after_cut(serial_station, Printer.outside())


def _stations() -> tuple[Station, Station]:
    """Return the stations, each with the group of its printer's device node beside the press's own."""
    return Station(plan.USB_STATION, "lp"), Station(plan.SERIAL_STATION, "dialout")
