"""A day at one station, with real processes: an office and a printer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.office import HubProcess, Printer, StationProcess, wait_until

QUICK = "\n[courier]\nsync_s = 0.2\nbackoff_s_max = 1\n"
BLANKS = 12


@dataclass
class Day:
    """An office with one station, not started yet."""

    hub: HubProcess
    printer: Printer
    station: StationProcess

    def told(self) -> dict[str, Any]:
        return self.station.status()

    def reasons(self, role: str = "press") -> set[str]:
        """Return why a role stands still."""
        roles = {r["role"]: r for r in self.told()["roles"]}
        return {r["reason"] for r in roles[role]["reasons"]} if role in roles else set()

    def wait_reason(self, reason: str, role: str = "press") -> None:
        wait_until(lambda: reason in self.reasons(role), f"{role} stopped by {reason}")

    def wait_printed(self, count: int, *, reported: bool = True) -> None:
        def met() -> bool:
            told = self.told()
            return told["cards"]["printed"] == count and not (reported and told["outbox_waiting"])

        wait_until(met, f"{count} cards printed")


OpenDay = Callable[..., Day]
