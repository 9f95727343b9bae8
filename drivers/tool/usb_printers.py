"""Printers on the USB bus, for the list: whatever has an interface of the printer class. Claims and resets nothing.

Reading a serial number opens the device node for a moment, beside whoever uses the printer. Two equal printers differ
by that number; where one has none, only unplugging the other tells them apart, and the list says so.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import usb.core
import usb.util

from drivers.found import Found
from drivers.uri import UsbUri

PRINTER_CLASS = 7
MAY_NOT = (
    "may not be opened by this user; install the udev rule 60-ktp-printer.rules, then replug it"
)
ALIKE = "another printer has the same URI; unplug one of them"
NO_LIBUSB = "USB can't be looked at: the system library libusb-1.0 is not installed"


def printers() -> list[Found]:
    """Return the printers on this machine's own bus. Opens none for printing, no card moves."""
    return printers_of(None)


def printers_of(backend: object) -> list[Found]:
    """Return the printers on a pyusb backend's bus; None: libusb's own."""
    try:
        devices = usb.core.find(find_all=True, backend=backend)
        return _told_apart([_found(device) for device in devices if _is_printer(device)])
    except usb.core.NoBackendError:
        return [Found("", "", "", NO_LIBUSB)]
    except (usb.core.USBError, OSError):
        return []  # no bus, as in a container


def _told_apart(found: list[Found]) -> list[Found]:
    times = Counter(one.uri for one in found)
    return [one if times[one.uri] == 1 else replace(one, sentence=ALIKE) for one in found]


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
