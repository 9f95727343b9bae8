"""Printer: firmware, line and incidents under one lock, with the thread that lets machine time pass.

The endpoints and the control link share this object. Threads: "machine" steps the firmware when something is due and
tells the endpoints when the printer goes away or comes back; every other thread belongs to an endpoint. All state below
is touched only while `changed` (a condition around the one lock) is held.
"""

import logging
import threading
from collections.abc import Callable

from emulator.clock import Clock
from emulator.firmware import Dialogue, Firmware
from emulator.incidents import Incidents
from emulator.line import Line

log = logging.getLogger("emulator")

Reach = Callable[[bool], None]

SETTLE_S = 5.0  # far more than telling the endpoints can take


class Printer:
    """A running printer."""

    def __init__(self, firmware: Firmware, line: Line, clock: Clock) -> None:
        self.firmware = firmware
        self.line = line
        self.incidents = Incidents()
        self.cards_dir: str | None = None  # where what leaves it can be looked at
        self.changed = threading.Condition()
        self.failed = False
        self._clock = clock
        self._listeners: list[Reach] = []
        self._told_reachable = True
        self._telling = False
        self._answer_is_late = False
        self._answers_from_s = 0.0  # a late answer is held back until then
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="machine")
        firmware.watch(self.incidents)

    def start(self) -> None:
        """Let machine time pass."""
        self._thread.start()

    def stop(self) -> None:
        """Stand still for good; returns when the thread has ended."""
        self.request_stop()
        self._thread.join()

    def on_reach(self, listener: Reach) -> None:
        """Have a function called with False when the printer goes away and True when it is back."""
        self._listeners.append(listener)

    @property
    def stopping(self) -> bool:
        """Say whether the emulator ends."""
        return self._stopping

    @property
    def reachable(self) -> bool:
        """Say whether a host can reach the printer: cable in, power on, no reset under way."""
        return self.line.plugged and self.firmware.online

    def now_s(self) -> float:
        """Return the machine instant."""
        return self._clock.now_s()

    def machine_s(self, host_s: float) -> float:
        """Return how many machine seconds pass in so many seconds of the host's."""
        return host_s * self._clock.speed

    # --- dialogues; lock held ---------------------------------------------------------------

    def takes(self, dialogue: Dialogue) -> bool:
        """Say whether the next command of a dialogue may be carried out now; else the host has to wait."""
        return dialogue.has_room and not self.line.busy

    def execute(self, dialogue: Dialogue) -> None:
        """Carry out the next command of a dialogue; `settle` to follow."""
        self._advance(self.now_s())
        if self.firmware.online:
            dialogue.execute(self.now_s())
            self._advance(self.now_s())

    def readable(self, dialogue: Dialogue) -> bool:
        """Say whether a host gets an answer of a dialogue now: there is one, and the line does not hold it back."""
        if self.line.busy or not dialogue.readable:
            return False
        now_s = self.now_s()
        if not self._answer_is_late:
            late_s = self.machine_s(self.line.take_delay())
            if late_s:
                self._answer_is_late = True
                self._answers_from_s = now_s + late_s
                self.incidents.at(self._answers_from_s, lambda _now_s: None)
                self.changed.notify_all()
        return now_s >= self._answers_from_s

    def read(self, dialogue: Dialogue) -> bytes:
        """Return what reaches the host of a dialogue's next answer; the cable may be out after it."""
        self._advance(self.now_s())
        self._answer_is_late = False
        data = self.line.leaving(dialogue.read(self.now_s()))
        if not self.line.plugged:
            self.changed.notify_all()
        return data

    def settle(self) -> None:
        """Wake whoever waits for a change, and wait until the endpoints know if the printer went away; lock held."""
        self.changed.notify_all()
        self.wait(lambda: self._told_reachable == self.reachable and not self._telling, SETTLE_S)

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Wait (real seconds) until something holds or the emulator ends; lock held."""
        self.changed.wait_for(lambda: self._stopping or until(), within_s)
        return until()

    # --- from outside -----------------------------------------------------------------------

    def change(self, act: Callable[[float], None]) -> None:
        """Do something to the printer from outside; returns when the endpoints know of it."""
        with self.changed:
            now_s = self.now_s()
            self._advance(now_s)
            act(now_s)
            self.settle()

    def poke(self) -> None:
        """Have the machine look again: something it waits for happened outside."""
        with self.changed:
            self.changed.notify_all()

    def wait_for_end(self) -> None:
        """Return when the printer was told to stop, by `request_stop` or by a fault of its own."""
        with self.changed:
            self.changed.wait_for(lambda: self._stopping)

    def request_stop(self) -> None:
        """Have everything end soon; safe in a signal handler's thread."""
        with self.changed:
            self._stopping = True
            self.changed.notify_all()

    # --- time -------------------------------------------------------------------------------

    def _advance(self, now_s: float) -> float | None:
        """Run firmware and incidents up to an instant, each in its turn; return the next instant of either."""
        while True:
            until_s = min(now_s, self.incidents.horizon_s)
            next_s = self.firmware.step(until_s)
            horizon_s = (
                self.incidents.horizon_s
            )  # what began in that step may have brought it nearer
            if horizon_s > now_s:
                return min((s for s in (next_s, horizon_s) if s is not None), default=None)
            if horizon_s <= until_s:
                self.incidents.happen()
                self.firmware.step(horizon_s)  # what it set free goes on at that instant

    def _run(self) -> None:
        try:
            self._run_machine()
        except OSError as exc:
            log.critical("the machine stops: %s", exc)
            self.failed = True
            self.request_stop()

    def _run_machine(self) -> None:
        while True:
            with self.changed:
                if self._stopping:
                    return
                now_s = self.now_s()
                next_s = self._advance(now_s)
                self._plan_return()
                self.changed.notify_all()
                reachable = self.reachable
                if reachable == self._told_reachable:
                    self.changed.wait(self._wait_s(next_s, now_s))
                    continue
                self._telling = True
            for listener in self._listeners:
                listener(reachable)
            with self.changed:
                self._telling = False
                self._told_reachable = reachable
                self.changed.notify_all()

    def _wait_s(self, next_s: float | None, now_s: float) -> float | None:
        next_s = min(self.incidents.horizon_s, float("inf") if next_s is None else next_s)
        if next_s == float("inf"):
            return None
        return min(self._clock.real_s(max(0.0, next_s - now_s)), threading.TIMEOUT_MAX)

    def _plan_return(self) -> None:
        """Have a dropped link come back."""
        away_host_s = self.line.away_host_s
        if not self.line.plugged and away_host_s is not None:
            self.line.away_host_s = None
            back_s = self.now_s() + self.machine_s(away_host_s)
            self.incidents.at(back_s, lambda _now_s: self.line.replug())
