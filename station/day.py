"""Which day a card printed now counts for, as far as the station can know it.

A wall clock lies: a battery dies, somebody sets it. The hub's signed time, carried on by the time since boot, is
better; after a reboot the later of the two is taken. A day never goes back for a printer. Whatever this says, a card
needs a signed allowance for the day, and those reach two days ahead at most.
"""

from datetime import date

from station.clock import Clock, Moment, print_day
from station.database import Transaction

HUB_TIME = "hub_time"


def today(tx: Transaction, clock: Clock, zone: str, printer_serial: str | None = None) -> date:
    """Return the local day, for one printer never before the day of its last card."""
    heard = tx.value("fact", name=HUB_TIME)
    now = clock.now() if heard is None else Moment.from_text(heard).carried_on(clock)
    latest = printer_serial and tx.value("day_latest", printer_serial=printer_serial)
    return print_day(now, zone, date.fromisoformat(latest) if latest else None)
