"""An office for faults: a hub, a printer, a station whose daemon may be ended at any point, people who look at cards.

The oracle is the emulator's truth: how many cards were fed, which lie whole in the bin, what is printed on each.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prr.record import Right
from reliability import child
from reliability.child import Child, Fault
from reliability.clock import wait_until
from reliability.commits import commits
from station.daemon import ROLES
from support.office import HubProcess, Printer, StationProcess, start_hub, start_printer
from support.people import People, whole

QUICK = "\n[courier]\nsync_s = 0.2\nbackoff_s_max = 1\nprefetch_count = {prefetch}\n"
SPEED = 2000.0
CAP = 1000
BLANKS = 900  # in the hopper and in the books
DONE_S = 60.0


class UnlawfulError(AssertionError):
    """The cards, the store and the hub do not tell the same story."""


@dataclass
class FaultOffice:
    """One station under fault. `folder` is short: its name goes into the station's."""

    hub: HubProcess
    folder: Path
    printer: Printer
    station: StationProcess
    people: People
    name: str
    given: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)
    children: list[Child] = field(default_factory=list)
    _looked: tuple[tuple[int, ...], dict[str, Any]] | None = None

    @classmethod
    def open(
        cls, hub: HubProcess, folder: Path, name: str, *, prefetch: int = 50, more: str = "",
        prepare: Callable[[Path], None] = lambda _folder: None,
    ) -> "FaultOffice":  # fmt: skip
        """Start a printer and register a station for it; `prepare` sees the folder before the station does."""
        folder.mkdir(parents=True)
        prepare(folder)
        printer = start_printer(folder, speed=SPEED, blanks=BLANKS, serial=f"UJI{name}")
        quick = QUICK.format(prefetch=prefetch) + more
        station = StationProcess(hub.add_station(name, name, folder, printer.tcp_uri, quick))
        hub.send_blanks(name, BLANKS)
        with station.desk() as desk:
            desk.load(BLANKS, "ani")
        office = cls(hub, folder, printer, station, People(station, printer), name)
        try:
            office.first_card()
        except BaseException:
            office.close()
            raise
        return office

    def first_card(self) -> None:
        """Print one card without a fault: the printer is known then and has an allowance."""
        self.give(1)
        running = self.start()
        wait_until(self._approved_and_printed, f"{self.name}: a first card", DONE_S)
        running.end()
        self.check()

    def _approved_and_printed(self) -> bool:
        self.approve_one()
        return self.printed() == 1

    def approve_one(self) -> None:
        """Let the next right print, where the office's people say so and none is approved."""
        with self.station.opened() as (_, database), database.read() as tx:
            rows = [row for row in tx.all("queue", count=50) if row["state"] == "CACHED"]
        if rows and not any(row["approved"] for row in rows):
            with self.station.desk() as desk:
                right = Right(record_id=rows[0]["record_id"], issue_no=rows[0]["issue_no"])
                desk.approve(right, "ani")

    def start(
        self, *roles: str, fault: Fault | None = None, patch: Callable[[], None] | None = None
    ) -> Child:
        """Fork the daemon."""
        made = child.start(self.station.config, roles or ROLES, fault, patch)
        self.children.append(made)
        return made

    def give(self, count: int) -> None:
        """Have the hub hold more records for this station; each office has numbers of its own."""
        self.hub.give(self.name, count, self.hub.made + 1)
        self.hub.made += count
        self.given += count

    def fetch(self) -> None:
        """Let the courier alone bring what the hub holds and tell what there is to tell."""
        running = self.start("courier")
        wait_until(self._fetched, f"{self.name}: fetched", DONE_S)
        running.end()

    def _fetched(self) -> bool:
        told = self.station.status()
        waiting = sum(told["rights"].values()) < self.given
        return not waiting and not told["outbox_waiting"]

    def told(self) -> dict[str, Any]:
        """Return the station's status, asked again only when its store's file has changed.

        Not for what changes beside the store: which roles are alive.
        """
        store = self.folder / "state" / "station.sqlite"
        seen = store.stat()
        version = (seen.st_mtime_ns, seen.st_size, commits(store))
        if self._looked is None or self._looked[0] != version:
            self._looked = version, self.station.status()
        return self._looked[1]

    def look(self) -> bool:
        """Let people look, and decide a doubt; tell whether they ever did."""
        return self.people.look(self.told())

    def printed(self) -> int:
        """Return how many cards the store says are printed."""
        return int(self.told()["cards"]["printed"])

    def check(self) -> None:
        """Set the cards against the store.

        Raises:
            UnlawfulError: a record on two cards, a card nobody accounts for, a blank lost.
        """
        truth = self.printer.truth()
        told = self.station.status()
        for card in truth["output"]:
            if card["number"] in self.judged:
                continue
            self.judged.add(card["number"])
            if whole(self.printer, card["number"]):
                self._see(card["number"], self.printer.cards_dir / card["picture"])
        good, cards = len(self.seen), told["cards"]
        words = f"{self.name}: {good} good cards, {truth['cards_fed']} fed, the store says {cards}"
        if good != cards["printed"] or truth["cards_fed"] != cards["printed"] + cards["spoiled"]:
            raise UnlawfulError(words)
        if truth["hopper"]["count"] != told["blanks"]["loaded"]:
            raise UnlawfulError(
                f"{words}; {truth['hopper']['count']} blanks are there: {told['blanks']}"
            )

    def _see(self, number: int, picture: Path) -> None:
        look = hashlib.sha256(picture.read_bytes()).hexdigest()
        if look in self.seen:
            raise UnlawfulError(
                f"{self.name}: cards {self.seen[look]} and {number} are the same record"
            )
        self.seen[look] = number

    def check_hub(self) -> None:
        """Set the hub's ledger against the cards; everything must have been told.

        Raises:
            UnlawfulError: a blank is elsewhere than the hub says.
        """
        truth, accounts = self.printer.truth(), self.hub.accounts(self.name)
        found = {
            name: accounts.get(name, 0) for name in ("PRINTED", "SPOILED", "LOADED", "IN_PRINT")
        }
        wanted = {
            "PRINTED": len(self.seen), "SPOILED": truth["cards_fed"] - len(self.seen),
            "LOADED": truth["hopper"]["count"], "IN_PRINT": 0,
        }  # fmt: skip
        if found != wanted:
            raise UnlawfulError(f"{self.name}: the hub's ledger says {found}, the cards {wanted}")

    def close(self) -> None:
        """End everything that was started here."""
        for made in self.children:
            made.end(9)
        self.printer.end()


def open_hub(folder: Path) -> HubProcess:
    """Start a hub with room for a campaign."""
    return start_hub(folder, CAP)
