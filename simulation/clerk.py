"""The clerk of one office and a second person beside him: they look at the cards and at the book, and decide.

What they know is what people can see: the newest card in the tray, a card stuck in the path, lamps, what the station
says. They load blanks and book them, free jams, switch a printer off and on when it waits for the rest of a job, decide
doubts truthfully, let spoiled records print again, and unlock a printer after they have counted.

A careful clerk compares each card with the book before unlocking: a card nobody booked means an older store, and that
is the office's matter. A trusting one, in runs with a rule taken out, unlocks when asked.
"""

import json
import random
from contextlib import suppress

from emulator.machine.ribbon import YMCKO
from prr.record import Right
from simulation.clock import DAY_S
from simulation.errors import ProcessKilledError
from simulation.host import Host
from simulation.look import Look
from simulation.printer import SeenCard
from simulation.store import SimulatedDatabase
from station.desk import Desk
from station.errors import DecisionError, StoreError
from station.jobs import Decision

LOOKS_EVERY_S = (3.0, 15.0)
HOPPER_LEAST = 3
HOPPER_LOAD = 30
OFF_AND_ON = ("switch it off and on", "x-job-active")
PEOPLE = ("ani", "budi")
TRUSTING_WAITS_SHARE = 0.7  # of the looks at which a trusting clerk leaves a doubt for later


class Clerk:
    """People at one station.

    Attributes:
        needs_office: the book is older than the cards; nothing is unlocked here any more.
        decided: doubts settled by people.
    """

    def __init__(self, host: Host, look: Look, chance: random.Random, *, trusting: bool) -> None:
        self.needs_office = False
        self.decided = 0
        self.away = False
        self._host = host
        self._printer = host.printer
        self._look = look
        self._chance = chance
        self._trusting = trusting
        self._seen_until = 0  # cards up to this number are accounted for
        self._booked_out = 0  # cards made behind the station's back, taken out of the book
        self._database: SimulatedDatabase | None = None
        host.scheduler.after(0.5, self._act)

    def close(self) -> None:
        """Let go of the store."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _act(self) -> None:
        if not self.away and not self._host.retired:
            self._tend_printer()
            if self._host.up and self._host.at_work:
                # A command that dies at its write was typed in vain, or not; the next look shows it.
                with suppress(ProcessKilledError, StoreError, DecisionError):
                    self._tend_station()
        pause_s = self._chance.uniform(*LOOKS_EVERY_S)
        if self.away:
            pause_s += DAY_S - self._host.scheduler.now_s % DAY_S
        self._host.scheduler.after(pause_s, self._act)

    # --- at the printer -----------------------------------------------------------------------

    def _tend_printer(self) -> None:
        printer = self._printer
        printer.advance()
        machine = printer.machine
        if machine.state.ribbon is None or machine.bay.torn or machine.bay.whole().remaining == 0:
            printer.order("ribbon", type=YMCKO.name, remaining=YMCKO.capacity)
        failed = printer.firmware.ram.errors and not printer.busy
        if failed and (machine.inside is None or machine.jammed):
            printer.order("clear-jam")
        if len(machine.state.hopper) < HOPPER_LEAST:
            printer.order("add-blanks", count=HOPPER_LOAD)

    def _end_lost_job(self) -> None:
        self._host.trace.say(self._host.name, "clerk switches the printer off and on")
        self._printer.power_off()
        self._printer.power_on()

    # --- at the station -------------------------------------------------------------------------

    def _tend_station(self) -> None:
        self._book_blanks()
        reasons = " ".join(row[2] for row in self._look.all("roles") if row[0] == "press")
        stuck = any(word in reasons for word in OFF_AND_ON)
        if stuck and self._printer.firmware.online and not self._printer.busy:
            self._end_lost_job()
        opened = self._look.all("open")
        if self._trusting:
            self._unlock()
        in_no_hurry = self._trusting and self._chance.random() < TRUSTING_WAITS_SHARE
        if any(row[5] and row[11] is not None for row in opened) and not in_no_hurry:
            for row in opened:
                self._decide(row[0], row[2], row[3], row[11])
        elif not opened:
            if "x-card-inside" in reasons and not self._printer.busy:
                self._printer.order("take-card")
            self._unlock()
        for record_id, issue_no in self._look.all("unapproved"):
            right = Right(record_id=record_id, issue_no=issue_no)
            self._desk().approve(right, PEOPLE[0])

    def _book_blanks(self) -> None:
        state = self._printer.machine.state
        loaded = state.received - state.withdrawn - self._booked_out
        unbooked = loaded - int(self._look.value("received"))
        if unbooked > 0:
            self._desk().load(unbooked, PEOPLE[0])

    # --- doubts -----------------------------------------------------------------------------------

    def _decide(self, intent: int, record_id: str | None, issue_no: int, doubt: str | None) -> None:
        printer = self._printer
        if doubt is None or not printer.firmware.online or printer.busy:
            return
        if printer.claimed:
            self._end_lost_job()
        right = None if record_id is None else Right(record_id=record_id, issue_no=issue_no)
        delta = json.loads(doubt)["counter_delta"]
        blind = delta not in (0, 1) or printer.counter_anew
        decision = self._judge(right, count_all=blind and not self._trusting)
        self._desk().resolve(intent, decision, PEOPLE)
        self.decided += 1
        self._seen_until = printer.machine.state.last_number
        self._host.trace.say(self._host.name, f"clerk: intent {intent} {decision} (d={delta})")

    def _judge(self, right: Right | None, *, count_all: bool) -> Decision:
        """Say what became of a card by looking; take out one that is stuck.

        Every card is looked at, not the newest alone, where the counter says nothing of the last one or was begun anew.
        """
        if self._printer.machine.inside is not None:
            self._printer.order("take-card")
            return Decision.SPOILED
        if count_all and any(card.good and card.right == right for card in self._printer.cards):
            return Decision.PRINTED
        card = self._newest()
        if card is None or (card.right is not None and card.right != right):
            return Decision.NOT_PRINTED
        return Decision.PRINTED if card.good else Decision.SPOILED

    def _newest(self) -> SeenCard | None:
        """Return the newest card that is not accounted for and that the station may have made."""
        self._printer.advance()
        fresh = (card for card in reversed(self._printer.cards) if card.number > self._seen_until)
        return next((card for card in fresh if not card.strange), None)

    # --- locks ------------------------------------------------------------------------------------

    def _unlock(self) -> None:
        locked = any(row[2] for row in self._look.all("printers"))
        if not locked or self.needs_office or self._printer.busy:
            return
        if not self._trusting and not self._book_fits():
            self.needs_office = True
            self._host.trace.say(self._host.name, "clerk: the book is older than the cards")
            return
        strange = sum(card.strange for card in self._printer.cards) - self._booked_out
        if strange:
            self._desk().load(-strange, PEOPLE[0])
            self._booked_out += strange
        self._desk().unlock(PEOPLE)
        self._host.trace.reach("printer unlocked after a count")
        self._host.trace.say(self._host.name, "clerk unlocks")

    def _book_fits(self) -> bool:
        """Tell whether the book knows of every card that lies here."""
        booked = {
            Right(record_id=record_id, issue_no=issue_no): count
            for record_id, issue_no, count in self._look.all("cards_of_rights")
        }
        found: dict[Right, int] = {}
        for card in self._printer.cards:
            if card.right is not None and not card.strange:
                found[card.right] = found.get(card.right, 0) + 1
        return all(count <= booked.get(right, 0) for right, count in found.items())

    def _desk(self) -> Desk:
        if self._database is None:
            self._database = SimulatedDatabase(self._host.store_path, "desk", self._host)
        return Desk(self._host.config, self._database, self._host.clock)
