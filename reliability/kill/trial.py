"""One trial of a fault: a card under it, a restart, people who look, and the cards set against the store.

A trial may have a second fault, which strikes the daemon while it recovers from the first.
"""

import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from reliability import hub_child
from reliability.child import Child, Fault, is_stopped
from reliability.clock import sleep, wait_until
from reliability.office import DONE_S, FaultOffice

POLL_S = 0.01
HELD_S = 0.3  # how long a stopped daemon stands still
FETCH_EVERY = 20
RIBBON_EVERY = 60
APPROVAL = '\n[press]\napproval = "person"\n'


@dataclass
class PressTrials:
    """Faults in the press: the courier runs between trials only, so a fault strikes the same point every time."""

    office: FaultOffice
    trials: int = 0
    runs: int = 0

    def run(self, *faults: Fault) -> bool:
        """Print one card through all faults; returns whether the last of them struck.

        Raises:
            AssertionError: cards and store differ, or nothing moves any more.
        """
        office = self.office
        if self.trials % FETCH_EVERY == 0:
            self._stock_up()
        self.trials += 1
        self.office.approve_one()
        wanted = office.printed() + 1
        struck = False
        for fault in faults:
            self.runs += 1
            child = office.start("press", fault=fault)
            self._follow(child, wanted, stopped=fault.happening == "SIGSTOP")
            child.end()
            struck = child.struck()
            if office.printed() >= wanted:
                break
        if office.printed() < wanted:
            child = office.start("press")
            self._follow(child, wanted)
            child.end(signal.SIGKILL)  # at rest: all it was told is durable
        office.check()
        return struck

    def close(self) -> None:
        """Tell the hub everything and set its ledger against the cards."""
        self.office.fetch()
        self.office.check_hub()

    def leave(self) -> None:
        """End the office."""
        self.office.close()

    def _stock_up(self) -> None:
        if self.trials:
            self.close()
        self.office.give(FETCH_EVERY)
        self.office.fetch()
        self.office.printer.new_ribbon()

    def _follow(self, child: Child, wanted: int, *, stopped: bool = False) -> None:
        office = self.office

        def over() -> bool:
            if stopped and is_stopped(child.pid):
                _let_go_on(office, child)
            office.look()
            return child.poll() is not None or office.printed() >= wanted

        _wait(office, over, "a card, or an end")


@dataclass
class TalkTrials(ABC):
    """Faults in one end of the talk between station and hub; the other roles run beside it."""

    office: FaultOffice
    trials: int = 0
    runs: int = 0

    def run(self, *faults: Fault) -> bool:
        """Bring, print, tell and shred one record through all faults; returns whether the last of them struck."""
        office = self.office
        if self.trials % RIBBON_EVERY == 0:
            office.printer.new_ribbon()
        self.trials += 1
        beside = self._beside()
        office.give(1)
        struck = False
        for fault in faults:
            self.runs += 1
            child = self._start(fault)
            self._follow(child)
            child.end()
            struck = child.struck()
            if self._done():
                break
        if not self._done():
            child = self._start(None)
            self._follow(child)
            assert child.poll() is None, f"{office.name}: a role without a fault ended by itself"
            child.end(signal.SIGKILL)
        beside.end(signal.SIGKILL)
        office.check()
        office.check_hub()
        return struck

    def close(self) -> None:  # noqa: B027  # who has nothing to close need not say so
        """Nothing is left untold."""

    def leave(self) -> None:
        """End the office."""
        self.office.close()

    @abstractmethod
    def _beside(self) -> Child:
        """Start what runs beside the role under faults."""

    @abstractmethod
    def _start(self, fault: Fault | None) -> Child:
        """Start the role under a fault, or under none."""

    def _follow(self, child: Child) -> None:
        def over() -> bool:
            self.office.look()
            return child.poll() is not None or self._done()

        _wait(self.office, over, "told, or an end")

    def _done(self) -> bool:
        told = self.office.told()
        return told["rights"] == {"SHREDDED": self.office.given} and not told["outbox_waiting"]


@dataclass
class CourierTrials(TalkTrials):
    """Faults in the courier: the press runs beside it and prints what it brings."""

    def _beside(self) -> Child:
        return self.office.start("press")

    def _start(self, fault: Fault | None) -> Child:
        return self.office.start("courier", fault=fault)


@dataclass
class HubTrials(TalkTrials):
    """Faults in the hub: both roles run beside it, and go on calling while it is down."""

    _hub: Child | None = None

    def leave(self) -> None:
        """End the office; the hub's own process serves again."""
        super().leave()
        if self._hub is not None:
            self._hub.end(signal.SIGKILL)
            self.office.hub.running = self.office.hub.restart().running

    def _beside(self) -> Child:
        if self._hub is None:
            self.office.hub.end()  # from here on a fork serves
        return self.office.start()

    def _start(self, fault: Fault | None) -> Child:
        self._hub = hub_child.start(self.office.hub, fault)
        return self._hub


Trials = PressTrials | CourierTrials | HubTrials
OpenOffice = Callable[[str, str], FaultOffice]


def trials_of(role: str, name: str, open_office: OpenOffice) -> Trials:
    """Open an office for the trials of one role."""
    if role == "press":
        return PressTrials(open_office(name, APPROVAL))
    if role == "hub":
        return HubTrials(open_office(name, ""))
    assert role == "courier"
    return CourierTrials(open_office(name, ""))


def _wait(office: FaultOffice, over: Callable[[], bool], what: str) -> None:
    """Wait for something; where it does not come, tell what the station says of itself."""
    try:
        wait_until(over, f"{office.name}: {what}", DONE_S, POLL_S)
    except AssertionError as error:
        told = office.station.status()
        raise AssertionError(f"{error}; it says {told['roles']}, {told['rights']}") from error


def _let_go_on(office: FaultOffice, child: Child) -> None:
    """Let the printer finish alone for a while, then let the daemon go on."""
    sleep(HELD_S)
    wait_until(lambda: not office.printer.truth()["busy"], "the printer is at rest", DONE_S)
    os.kill(child.pid, signal.SIGCONT)
