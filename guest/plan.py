"""What host and guest both know of a run: names, places, ports, and the words of `results.jsonl`.

A line of results is one JSON object: `begin` and a sentence; `end` with `ok`, `seconds` and what was seen (`told`);
`ready`, the boot is over; `cut`, the guest asks for its power to be cut; `done`, a phase has ended by itself.
"""

from pathlib import Path

DATA = Path("/data")
SHARE = Path("/share")
PROJECT = Path("/opt/ktp")
HUB_READY = Path("/run/hub.ready")
RESULTS = "results.jsonl"
BEFORE = "before-the-cut.json"  # the printer's truth before the card that is cut
SPEED = "20"  # machine seconds a second

FIRST, AFTER_CUT = "first", "after-cut"  # phases, one a boot

CONTROL_PORT = "ktp.printer.control"  # the serial printer's control link, seen in the guest
HUB_PORT, USBIP_PORT, TCP_PORT, TRUTH_PORT = 8600, 3240, 9100, 9101

USB_SERIAL, SERIAL_SERIAL = "UJIUSB0001", "UJISER0001"  # of the two printers
USB_CARDS, SERIAL_CARDS = "cards-usb", "cards-serial"  # their folders in the share
USB_STATION, SERIAL_STATION = "USB-01", "SERIAL-01"
SERIES = "BLANK"
BLANKS = 6  # in each hopper, and booked at each station
BY, SECOND = "ani", "budi"

# One person's card over each cable, a record each: a right is printed once.
TCP_RECORD, LIBUSB_RECORD, LP_RECORD, UNPLUG_RECORD = "G-TCP", "G-LIBUSB", "G-LP", "G-UNPLUG"
SERIAL_RECORD, CUT_RECORD = "G-SERIAL", "G-CUT"
USB_RECORDS = (TCP_RECORD, LIBUSB_RECORD, LP_RECORD, UNPLUG_RECORD)
SERIAL_RECORDS = (SERIAL_RECORD, CUT_RECORD)

TCP_URI = f"tcp://127.0.0.1:{TCP_PORT}"
LIBUSB_URI = f"usb://0f49:*?serial={USB_SERIAL}"
LP_URI = "usblp:///dev/usb/lp0"
SERIAL_URI = "serial:///dev/ttyUSB0?baud=115200"
