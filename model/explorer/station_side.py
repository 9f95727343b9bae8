"""One real station over a store in memory: courier, press and desk, each call from a state of the store.

What courier and press keep in memory between two calls is not here but in the explored state; it is given with the
call. A call is made once a state and question, then remembered.
"""

import contextlib
import random
import threading
from pathlib import Path
from typing import Any, cast

from drivers.card import CardOutcome, Evidence, PrintRequest, Verdict
from model.explorer import office
from model.explorer.hub_side import Answer, Question
from model.explorer.plan import Plan
from model.explorer.shelf import Shelf, queries
from model.explorer.stand_ins import Line, MemoryStore, StandInPrinter
from model.explorer.station_facts import StationFacts, facts_of
from station import doubt
from station.choice import Choice, Work
from station.courier import Courier
from station.desk import Desk
from station.errors import DecisionError, HubError
from station.hub_word import Start
from station.jobs import Decision, people_needed
from station.press import Press, PrinterLockedError, WithdrawnError
from station.vault import Vault

PEOPLE = ("ani", "budi")
IMAGE_SHA256 = "0" * 64


class StationSide:
    """One station and all the states its store has been in."""

    def __init__(self, plan: Plan, name: str) -> None:
        self.name = name
        self.serial = office.serial(name)
        self._plan = plan
        self._rights = office.rights(plan.rights)
        self._places = {
            (right.record_id, right.issue_no): place for place, right in enumerate(self._rights)
        }
        self.clock = office.StillClock()
        self.store = MemoryStore()
        self.line = Line()
        self._printer = StandInPrinter(self.serial, certified=plan.certified)
        self._dress(office.config(name, Path()))
        self._known: dict[Any, tuple[int, Any]] = {}
        self.calls = 0
        self.shelf: Shelf[StationFacts] = Shelf(
            self.store.memory,
            queries("station.sql"),
            lambda rows: facts_of(rows, self._rights, plan.blanks),
        )

    def _dress(self, config: Any) -> None:
        """Put the real roles over the store."""
        vault = Vault(self.name, bytes(32), bytes)
        self.courier = Courier(
            config, self.store, self.line, vault, self.clock, threading.Event(), random.Random(0),
            self._new_key,
        )  # fmt: skip
        self.courier._start = Start(1, "0" * 32)
        self._choice = Choice(
            config, self.store, vault, cast("Any", None), cast("Any", None), self.clock
        )
        self._press = Press(
            config, self.store, self._printer, self._choice, self.clock, threading.Event()
        )
        self.courier._log = self._press._log = self._choice._log = office.SILENT
        self.desk = Desk(config, self.store, self.clock)

    def _new_key(self) -> str:
        """Return the key of the next claim, which is a good nonce too: no answer outlives its question here."""
        begun = self.store.memory.execute(self.shelf.content["claims"]).fetchall()
        return f"{self.name[-1] * 8}-0000-0000-0000-{len(begun):012d}"

    def call(self, state: int, day: int, act: str, *facts: Any) -> tuple[int, Any]:
        """Make a call, named by a method of this class, from a state; returns the state after it and its result."""
        key = (state, day, act, facts)
        if key not in self._known:
            self.shelf.take(state)
            self.clock.day = day
            result = getattr(self, f"_{act}")(*facts)
            self._known[key] = (self.shelf.put(), result)
            self.calls += 1
        return self._known[key]

    # -- the courier --------------------------------------------------------------------------------------

    def _asks(self, what: str) -> Question | None:
        """Let the courier put a question; it is on its way, and no answer has come."""
        return self._at_the_line(what, None)

    def _hears(self, what: str, answer: Answer) -> None:
        """Let the courier put its question again and have the answer at once."""
        self._at_the_line(what, answer)

    def _at_the_line(self, what: str, answer: Answer | None) -> Question | None:
        courier = self.courier
        courier._claims_open, courier._ready_at_hub, courier._synced_s = True, 9, None
        self.line.asked, self.line.due = None, answer
        with contextlib.suppress(HubError):
            getattr(courier, f"_{what}")()
        return self.line.asked

    def _hears_claim(self, answer: bytes, key: str, count: int, epoch: int) -> None:
        """Let the courier have the answer of a claim, be it the one under way or one of long ago."""
        self.line.due = answer
        try:
            self.courier._ask(key, count, epoch)
        except HubError:
            return

    # -- the press ----------------------------------------------------------------------------------------

    def _anchors(self, counter: int) -> None:
        """Note where the counter of a printer at rest stands, or lock it where that can't be."""
        self._printer.said = self._evidence(counter, alive=False, inside=False)
        with contextlib.suppress(PrinterLockedError):
            for _ in self._press._anchor():
                pass

    def _chooses(self) -> tuple[int, int] | None:
        """Return place and fence of the right that would be printed next, None where something speaks against it."""
        with self.store.read() as tx:
            rows = tx.all("rights_next", count=1)
            if self._choice._against(tx, self.serial) or not rows:
                return None
        row = rows[0]
        return self._places[row["record_id"], row["issue_no"]], row["fence"]

    def _begins(self, place: int, fence: int, counter: int) -> int | None:
        """P1; returns the intent, or None where it was refused."""
        work = Work(self._rights[place], fence, PrintRequest(b"", IMAGE_SHA256))
        try:
            return self._press._begin(work, self._evidence(counter, alive=False, inside=False))
        except (WithdrawnError, PrinterLockedError):
            return None

    def _ends(self, intent: int, counter: int | None) -> None:
        """P4; a counter is a positive end, None is not knowing."""
        verdict = Verdict.UNKNOWN if counter is None else Verdict.PRINTED
        said = self._evidence(counter, alive=False, inside=False)
        self._press._end(intent, CardOutcome(verdict, said, "explored"), 0)

    def _restarts(self) -> None:
        self._press._restart()

    def _weighs(self, counter: int, alive: bool, inside: bool) -> None:
        """Ask the printer about the open intent, and settle it if that is proof."""
        with self.store.read() as tx:
            row = doubt.open_intents(tx)[0]
        self._printer.said = self._evidence(counter, alive=alive, inside=inside)
        for _ in self._press._ask_evidence(row):
            pass

    def _evidence(self, counter: int | None, *, alive: bool, inside: bool) -> Evidence:
        return Evidence(self.serial, counter, "inserted_head", alive, inside)

    # -- people -------------------------------------------------------------------------------------------

    def _resolves(self, intent: int, decision: Decision) -> str | None:
        """Let as many people as it takes decide; returns the law that is broken if fewer could."""
        with self.store.read() as tx:
            row = tx.one("intent", intent=intent)
        assert row is not None
        needed = people_needed(decision, None)
        if decision is not Decision.NOT_PRINTED:
            self.desk.resolve(intent, decision, PEOPLE[:needed])
            return None
        for few in (PEOPLE[:1], PEOPLE[:1] * 2):
            try:
                self.desk.resolve(intent, decision, few)
            except DecisionError:
                continue
            return "NOT_PRINTED was decided by one person"
        self.desk.resolve(intent, decision, PEOPLE)
        return None

    def _gives_back(self, place: int) -> None:
        with contextlib.suppress(DecisionError):
            self.desk.release(self._rights[place], PEOPLE[0], "explored")

    def _approves(self, place: int) -> None:
        self.desk.approve(self._rights[place], PEOPLE[0])
