"""Printer: firmware, machine and line under one lock, with the thread that lets machine time pass.

The endpoints and the control link share this object. Threads: "machine" steps the firmware when something is due and
tells the endpoints when the printer goes away or comes back; every other thread belongs to an endpoint. All state below
is touched only while `changed` (a condition around the one lock) is held.
"""

import logging
import threading
from collections.abc import Callable

from emulator.clock import Clock
from emulator.evolis_firmware import Firmware
from emulator.evolis_parser import Event
from emulator.evolis_ram import Ticket
from emulator.line import Line

log = logging.getLogger("emulator")

Reach = Callable[[bool], None]

SETTLE_S = 5.0  # far more than telling the endpoints can take


class Printer:
    """A running printer."""

    def __init__(self, firmware: Firmware, line: Line, clock: Clock) -> None:
        self.firmware = firmware
        self.line = line
        self.changed = threading.Condition()
        self.failed = False
        self._clock = clock
        self._listeners: list[Reach] = []
        self._told_reachable = True
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="machine")

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

    def execute(self, event: Event) -> Ticket:
        """Give an event to the firmware; lock held, and `settle` to follow."""
        return self.firmware.execute(event, self.now_s())

    def settle(self) -> None:
        """Wake whoever waits for a change, and wait until the endpoints know if the printer went away; lock held."""
        self.changed.notify_all()
        if self._told_reachable != self.reachable:
            self.wait(lambda: self._told_reachable == self.reachable, SETTLE_S)

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Wait (real seconds) until something holds or the emulator ends; lock held."""
        self.changed.wait_for(lambda: self._stopping or until(), within_s)
        return until()

    def change(self, act: Callable[[float], None]) -> None:
        """Do something to the printer from outside; returns when the endpoints know of it."""
        with self.changed:
            act(self.now_s())
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
                next_s = self.firmware.step(now_s)
                self.changed.notify_all()
                reachable = self.reachable
                if reachable == self._told_reachable:
                    wait_s = (
                        None if next_s is None else self._clock.real_s(max(0.0, next_s - now_s))
                    )
                    self.changed.wait(wait_s)
                    continue
            for listener in self._listeners:
                listener(reachable)
            with self.changed:
                self._told_reachable = reachable
                self.changed.notify_all()
