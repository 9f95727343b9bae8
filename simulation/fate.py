"""One station's share of the plan: arms faults as cards begin, and says at what write, frame or call one strikes."""

from collections.abc import Callable

from simulation.faults import Fault, Trigger
from simulation.scheduler import Scheduler
from simulation.trace import Trace

Strike = Callable[[Fault], None]


class Fate:
    """What is going to go wrong at one station."""

    def __init__(
        self,
        scheduler: Scheduler,
        trace: Trace,
        name: str,
        plan: tuple[Fault, ...],
        strike: Strike,
    ) -> None:
        self.struck = 0
        self._scheduler = scheduler
        self._trace = trace
        self._name = name
        self._waiting = sorted(plan, key=lambda fault: (fault.card, fault.number))
        self._armed: dict[Trigger, list[tuple[int, Fault]]] = {trigger: [] for trigger in Trigger}
        self._counts = dict.fromkeys(Trigger, 0)
        self._strike = strike
        self._off = False
        self.card_begun(0)

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self._off = True

    def card_begun(self, cards: int) -> None:
        """Arm what waits for this card."""
        while self._waiting and self._waiting[0].card <= cards:
            fault = self._waiting.pop(0)
            if fault.trigger is Trigger.TIME:
                self._scheduler.after(fault.delay_s, lambda fault=fault: self._timed(fault))  # type: ignore[misc]
            else:
                due = self._counts[fault.trigger] + fault.count
                self._armed[fault.trigger].append((due, fault))

    def next(self, trigger: Trigger) -> Fault | None:
        """Count one more of these; return the fault that strikes at it."""
        self._counts[trigger] += 1
        armed = self._armed[trigger]
        for place, (due, fault) in enumerate(armed):
            if due <= self._counts[trigger]:
                del armed[place]
                return None if self._off else self._note(fault)
        return None

    def _timed(self, fault: Fault) -> None:
        if not self._off:
            self._strike(self._note(fault))

    def _note(self, fault: Fault) -> Fault:
        self.struck += 1
        self._trace.say(self._name, f"FAULT {fault.number}: {fault.kind}")
        self._trace.reach(f"fault: {fault.kind}")
        return fault
