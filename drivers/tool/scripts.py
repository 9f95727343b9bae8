"""The scripts a technician runs, by name: for a trace to say which one began, and for a replay to begin it again."""

from typing import Any

from drivers.card import PrintRequest
from drivers.cleaning import Cleaner
from drivers.driver import Driver, Script
from drivers.errors import DriverNotFoundError

LOOKS = (
    "identify",
    "status",
    "supplies",
    "evidence",
)  # no card moves, whatever the printer answers
PRINT = "print"
CLEAN = "clean"
RELEASE = "release"


def script_named(driver: Driver, name: str, request: PrintRequest | None = None) -> Script[Any]:
    """Begin a script of a driver; nothing happens before its first step. A card may move by `print` and `clean` alone.

    Raises:
        KeyError: no script of that name.
    """
    if name == PRINT:
        assert request is not None, "a print has a request"
        return driver.print_script(request)
    if name == CLEAN:
        assert isinstance(driver, Cleaner), "asked before"
        return driver.clean_script()
    plain = {
        "identify": driver.identify,
        "status": driver.status,
        "supplies": driver.supplies,
        "evidence": driver.evidence,
        RELEASE: driver.release,
    }
    return plain[name]()


def require_cleaner(driver: Driver, name: str) -> None:
    """Refuse a driver that can't clean, before a person walks for the card.

    Raises:
        DriverNotFoundError: it can't.
    """
    if not isinstance(driver, Cleaner):
        raise DriverNotFoundError(
            f"driver {name!r} cannot start a cleaning: start it at the printer, as its manual says"
        )
