"""The scripts a technician runs, by name: for a trace to say which one began, and for a replay to begin it again."""

from typing import Any

from drivers.card import PrintRequest
from drivers.driver import Driver, Script

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
        KeyError: no script of that name, or one that this driver has not.
    """
    if name == PRINT:
        assert request is not None, "a print has a request"
        return driver.print_script(request)
    plain = {
        "identify": driver.identify,
        "status": driver.status,
        "supplies": driver.supplies,
        "evidence": driver.evidence,
        RELEASE: driver.release,
    }
    return plain[name]()
