"""Mishaps: carries out the faults that come by the clock: mains, cables, jams, clocks, revocations, copies put back."""

import random
from collections.abc import Callable

from prr.record import Right
from simulation.faults import Fault, Kind
from simulation.host import Host
from simulation.hub_host import HubHost
from simulation.look import Look
from simulation.scheduler import Scheduler
from simulation.trace import Trace

JUMPS_S = (
    -3.0,
    3.0,
    -3_600.0,
    3_600.0,
    -86_400.0,
    86_400.0,
    3 * 86_400.0,
    -30 * 86_400.0,
    30 * 86_400.0,
)
STRANGE_TRIES = 30
STRANGE_PAUSE_S = 2.0

_JAMS = {
    Kind.JAM_BEFORE_FEED: "before-feed",
    Kind.JAM_INSIDE: "inside",
    Kind.JAM_AT_EXIT: "at-exit",
}


class Mishaps:
    """What happens to one station's machines."""

    def __init__(
        self,
        host: Host,
        look: Look,
        hub: HubHost,
        rights: list[Right],
        replace_store: Callable[[bytes], None],
        chance: random.Random,
    ) -> None:
        self.over = False
        self.restored = False
        self._host = host
        self._look = look
        self._hub = hub
        self._rights = rights
        self._replace_store = replace_store
        self._chance = chance
        self._copy: bytes | None = None

    @property
    def _scheduler(self) -> Scheduler:
        return self._host.scheduler

    @property
    def _trace(self) -> Trace:
        return self._host.trace

    def strike(self, fault: Fault) -> None:
        """Let a fault of the clock's strike."""
        acts: dict[Kind, Callable[[Fault], None]] = {
            Kind.PC_POWER_CUT: self._cut_power,
            Kind.BOTH_POWER_CUT: self._cut_power,
            Kind.PRINTER_POWER_CUT: self._cut_power,
            Kind.UNPLUGGED: self._unplug,
            Kind.RIBBON_TORN: self._tear_ribbon,
            Kind.COVER_OPEN: self._open_cover,
            Kind.SILENCE: self._silence,
            Kind.LINK_DOWN: self._cut_link,
            Kind.CLOCK_JUMP: self._jump,
            Kind.REVOCATION: self._revoke,
            Kind.STRANGER: lambda fault: self._make_strange(1 + (fault.share > 0.5), STRANGE_TRIES),
            Kind.OTHER_SERIAL: self._swap_serial,
            Kind.COUNTER_ANEW: self._begin_counter,
            Kind.RESTORED: self._copy_store,
            Kind.FROZEN: self._freeze,
            Kind.STALE_HUB: self._replicate,
            **dict.fromkeys(_JAMS, self._jam),
        }
        acts[fault.kind](fault)

    def end(self) -> None:
        """Set right what people would: mains on, cable in, cover closed, clock right."""
        self.over = True
        host, printer = self._host, self._host.printer
        printer.plugged = True
        printer.silent_until_s = host.line.down_until_s = 0.0
        host.full_until_s = host.frozen_until_s = host.clock.offset_s = 0.0
        printer.power_on()
        printer.close_cover()
        printer.order("serial")

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        def unless_over() -> None:
            if not self.over:
                act()

        self._scheduler.after(delay_s, unless_over)

    def _set_clock(self) -> None:
        if self._chance.random() < 0.5:
            self._host.clock.offset_s = 0.0

    # --- one each ---------------------------------------------------------------------------

    def _unplug(self, fault: Fault) -> None:
        printer = self._host.printer
        printer.advance()
        printer.plugged = False
        self._later(fault.duration_s, lambda: setattr(printer, "plugged", True))

    def _jam(self, fault: Fault) -> None:
        self._host.printer.order("jam", where=_JAMS[fault.kind])

    def _tear_ribbon(self, fault: Fault) -> None:
        panels = sorted(self._host.faces.panels)
        panel = panels[int(fault.share * len(panels))]
        self._host.printer.order("tear-ribbon", panel=panel, share=fault.share)

    def _open_cover(self, fault: Fault) -> None:
        self._host.printer.open_cover()
        self._later(min(fault.duration_s, 60.0), self._host.printer.close_cover)

    def _silence(self, fault: Fault) -> None:
        self._host.printer.silent_until_s = self._scheduler.now_s + fault.duration_s

    def _cut_link(self, fault: Fault) -> None:
        self._host.line.down_until_s = self._scheduler.now_s + 4 * fault.duration_s

    def _jump(self, fault: Fault) -> None:
        self._host.clock.offset_s += JUMPS_S[int(fault.share * len(JUMPS_S))]
        self._later(4 * fault.duration_s, self._set_clock)

    def _swap_serial(self, fault: Fault) -> None:
        printer = self._host.printer
        printer.order("serial", text=f"{printer.serial}-X")
        self._later(min(fault.duration_s, 60.0), lambda: printer.order("serial"))

    def _begin_counter(self, _fault: Fault) -> None:
        """Begin it anew; not between a store's copy and its return: see docs/SIMULATION.md, Not lived through."""
        if self._copy is not None:
            return
        self._host.printer.advance()
        counters = self._host.printer.machine.state.counters
        counters.inserted = counters.kept = 0
        self._host.printer.counter_anew = True

    def _copy_store(self, fault: Fault) -> None:
        self._copy = self._host.store_path.read_bytes()
        self._later(fault.duration_s, lambda: self._restore(fault))

    def _freeze(self, fault: Fault) -> None:
        self._host.frozen_until_s = self._scheduler.now_s + min(fault.duration_s, 60.0)

    def _replicate(self, fault: Fault) -> None:
        self._hub.replicate()
        self._later(fault.duration_s, self._fail_over)

    def _cut_power(self, fault: Fault) -> None:
        if fault.kind is not Kind.PRINTER_POWER_CUT:
            self._host.cut_power()
            self._later(fault.duration_s, self._host.boot)
        if fault.kind is not Kind.PC_POWER_CUT:
            self._host.printer.power_off()
            self._later(fault.duration_s, self._host.printer.power_on)

    def _revoke(self, fault: Fault) -> None:
        opened = [row for row in self._look.all("open") if row[2] is not None]
        if opened and fault.share < 0.4:
            right = Right(record_id=opened[0][2], issue_no=opened[0][3])
            self._trace.reach("revoked while INTENT")
        elif self._rights:
            right = self._rights[int(fault.share * len(self._rights))]
        else:
            return
        if self._hub.up:
            self._trace.say("office", f"revokes {right}: {self._hub.revoke(right)}")

    def _make_strange(self, count: int, tries: int) -> None:
        made = self._host.printer.make_strange_card()
        if made:
            self._trace.say(self._host.name, "a card is made behind the station's back")
            count -= 1
        if count and tries:
            self._later(STRANGE_PAUSE_S, lambda: self._make_strange(count, tries - 1))

    def _restore(self, fault: Fault) -> None:
        assert self._copy is not None
        self._trace.say(self._host.name, "its store is put back from a copy")
        self.restored = True
        if fault.share > 0.5:
            self._host.line.down_until_s = self._scheduler.now_s + 20 * fault.duration_s
        self._replace_store(self._copy)

    def _fail_over(self) -> None:
        if self._hub.fail_over():
            self._trace.say("hub", "went on with a stale replica")
