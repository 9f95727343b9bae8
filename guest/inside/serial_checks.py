"""Checks of the printer on a USB serial cable: one opener, a card, and the power of this machine cut inside a card.

The printer stands outside this machine and keeps its power.
"""

import errno
import json
import os
import termios
from pathlib import Path

import serial

from guest import plan
from guest.clock import pause, wait_until
from guest.inside.cards import one_card, see_through
from guest.inside.kernel_bus import character_device
from guest.inside.printer import Printer
from guest.inside.station import CARD_S_MAX, Station
from guest.inside.told import check, expect, tell

TTY = Path("/dev/ttyUSB0")
BAUD = 115_200
QUIET_S = 5.0  # how long a station may take to print a second time if it would


def port() -> None:
    """See that the cable is a serial port of the kernel's, for one opener at a time."""
    with check("serial: /dev/ttyUSB0 opens at 115200 for one opener") as seen:
        wait_until(TTY.exists, f"{TTY} is there", CARD_S_MAX)
        driver = Path(f"/sys/class/tty/{TTY.name}/device/driver").resolve().name
        expect(driver == "ftdi_sio", f"{TTY} is {driver}'s, not ftdi_sio's")
        character_device(TTY)
        with serial.Serial(str(TTY), BAUD, exclusive=True) as first:
            speeds = termios.tcgetattr(first.fileno())[4:6]
            expect(speeds == [termios.B115200] * 2, f"the port runs at {speeds}")
            try:
                serial.Serial(str(TTY), BAUD, exclusive=True).close()
            except serial.SerialException as exc:
                refused = exc.errno or 0
            else:
                refused = 0
        expect(refused in (errno.EBUSY, errno.EAGAIN), f"a second opener got {refused}")
        seen.note(f"{driver}; the second opener was refused: {os.strerror(refused)}")


def card(station: Station, printer: Printer) -> None:
    """Print a card over it; the station stays up."""
    with check("serial: a card over /dev/ttyUSB0") as seen:
        station.start()
        one_card(station, printer, plan.SERIAL_RECORD)
        seen.note("1 card")


def until_cut(station: Station, printer: Printer) -> None:
    """Have the station begin a card and ask for the power to be cut while it is inside the printer; does not come back.

    Raises:
        TooLateError: no card came inside, or the power was not cut.
    """
    (plan.SHARE / plan.BEFORE).write_text(json.dumps(printer.truth()))
    station.approve(plan.CUT_RECORD)
    wait_until(lambda: printer.truth()["inside"], "a card inside the printer", CARD_S_MAX)
    tell(cut=True)
    wait_until(lambda: None, "the power cut", CARD_S_MAX)


def after_cut(station: Station, printer: Printer) -> None:
    """See what the station makes of it after the second boot."""
    with check(
        "power cut: the card under way is a doubt at the second boot, never a second card"
    ) as seen:
        before = json.loads((plan.SHARE / plan.BEFORE).read_text())
        at_boot = printer.truth()
        station.start()
        station.wait_doubt()
        pause(QUIET_S)
        fed = printer.truth()["cards_fed"]
        expect(fed == at_boot["cards_fed"], "the station fed a card by itself after the cut")
        seen.note(see_through(station, printer, plan.CUT_RECORD, before, lambda: None))
        station.stop()
    station.abandon()
