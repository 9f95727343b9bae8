"""Printers on the USB bus, for the list: whatever has an interface of the printer class. Claims and resets nothing.

Reading a serial number opens the device node for a moment, beside whoever uses the printer. Two equal printers differ
by that number; where they have the same or none, each is named by the port it is plugged into.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import usb.core
import usb.util

from drivers.found import Found
from drivers.uri import UsbUri
from drivers.usb_device import port_of

PRINTER_CLASS = 7
MAY_NOT = (
    "may not be opened by this user; install the udev rule 60-ktp-printer.rules, then replug it"
)
ALIKE = "another printer has the same URI and tells no port; unplug one of them"
MOVED = "its twin is told apart by the port: leave both plugged in where they are"
NO_LIBUSB = "USB can't be looked at: the system library libusb-1.0 is not installed"


def printers() -> list[Found]:
    """Return the printers on this machine's own bus. Opens none for printing, no card moves."""
    return printers_of(None)


def printers_of(backend: object) -> list[Found]:
    """Return the printers on a pyusb backend's bus; None: libusb's own."""
    try:
        devices = usb.core.find(find_all=True, backend=backend)
        return _told_apart(
            [(_found(device), port_of(device)) for device in devices if _is_printer(device)]
        )
    except usb.core.NoBackendError:
        return [Found("", "", "", NO_LIBUSB)]
    except (usb.core.USBError, OSError):
        return []  # no bus, as in a container


def _told_apart(found: list[tuple[Found, str]]) -> list[Found]:
    times = Counter(one.uri for one, _ in found)
    return [one if times[one.uri] == 1 else _by_port(one, port) for one, port in found]


def _by_port(found: Found, port: str) -> Found:
    if not port:
        return replace(found, sentence=ALIKE)
    mark = "&" if "?" in found.uri else "?"
    return replace(found, uri=f"{found.uri}{mark}port={port}", sentence=found.sentence or MOVED)


def _is_printer(device: Any) -> bool:
    return any(
        interface.bInterfaceClass == PRINTER_CLASS
        for configuration in device
        for interface in configuration
    )


def _found(device: Any) -> Found:
    try:
        texts = [
            text.strip() if text else ""
            for text in (device.manufacturer, device.product, device.serial_number)
        ]
    except (ValueError, NotImplementedError, usb.core.USBError):
        uri = UsbUri(device.idVendor, device.idProduct)
        return Found(str(uri), "", "", MAY_NOT)
    finally:
        usb.util.dispose_resources(device)
    maker, product, serial = texts
    name = product if product.startswith(maker) else f"{maker} {product}"
    return Found(str(UsbUri(device.idVendor, device.idProduct, serial or None)), name, serial)
