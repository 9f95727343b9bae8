"""Mishaps: carries out the faults that come by the clock: mains, cables, jams, clocks, revocations, copies put back."""

import random
from collections.abc import Callable

from simulation.faults import Fault, Kind
from simulation.host import Host
from simulation.hub_host import HubHost
from simulation.look import Look
from simulation.scheduler import Scheduler
from simulation.trace import Trace
from prr.record import Right

JUMPS_S = (-3.0, 3.0, -3_600.0, 3_600.0, -86_400.0, 86_400.0, 3 * 86_400.0, -30 * 86_400.0, 30 * 86_400.0)
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
        host, printer, share = self._host, self._host.printer, fault.share
        match fault.kind:
            case Kind.PC_POWER_CUT | Kind.BOTH_POWER_CUT | Kind.PRINTER_POWER_CUT:
                self._cut_power(fault)
            case Kind.UNPLUGGED:
                printer.advance()
                printer.plugged = False
                self._later(fault.duration_s, lambda: setattr(printer, "plugged", True))
            case Kind.JAM_BEFORE_FEED | Kind.JAM_INSIDE | Kind.JAM_AT_EXIT:
                printer.order("jam", where=_JAMS[fault.kind])
            case Kind.RIBBON_TORN:
                panels = sorted(host.faces.panels)
                printer.order("tear-ribbon", panel=panels[int(share * len(panels))], share=share)
            case Kind.COVER_OPEN:
                printer.open_cover()
                self._later(min(fault.duration_s, 60.0), printer.close_cover)
            case Kind.SILENCE:
                printer.silent_until_s = self._scheduler.now_s + fault.duration_s
            case Kind.LINK_DOWN:
                host.line.down_until_s = self._scheduler.now_s + 4 * fault.duration_s
            case Kind.CLOCK_JUMP:
                host.clock.offset_s += JUMPS_S[int(share * len(JUMPS_S))]
                self._later(4 * fault.duration_s, self._set_clock)
            case Kind.REVOCATION:
                self._revoke(share)
            case Kind.STRANGER:
                self._make_strange(1 if share < 0.5 else 2, STRANGE_TRIES)
            case Kind.OTHER_SERIAL:
                printer.order("serial", text=f"{printer.serial}-X")
                self._later(min(fault.duration_s, 60.0), lambda: printer.order("serial"))
            case Kind.COUNTER_ANEW:
                printer.advance()
                counters = printer.machine.state.counters
                counters.inserted = counters.kept = 0
            case _:
                self._strike_whole(fault)

    def _strike_whole(self, fault: Fault) -> None:
        """Let a fault strike that concerns whole machines."""
        match fault.kind:
            case Kind.RESTORED:
                self._copy = self._host.store_path.read_bytes()
                self._later(fault.duration_s, lambda: self._restore(fault))
            case Kind.FROZEN:
                self._host.frozen_until_s = self._scheduler.now_s + min(fault.duration_s, 60.0)
            case Kind.STALE_HUB:
                self._hub.replicate()
                self._later(fault.duration_s, self._fail_over)
            case _:
                raise AssertionError(fault.kind)

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

    def _cut_power(self, fault: Fault) -> None:
        if fault.kind is not Kind.PRINTER_POWER_CUT:
            self._host.cut_power()
            self._later(fault.duration_s, self._host.boot)
        if fault.kind is not Kind.PC_POWER_CUT:
            self._host.printer.power_off()
            self._later(fault.duration_s, self._host.printer.power_on)

    def _revoke(self, share: float) -> None:
        opened = [row for row in self._look.all("open") if row[2] is not None]
        if opened and share < 0.4:
            right = Right(record_id=opened[0][2], issue_no=opened[0][3])
            self._trace.reach("revoked while INTENT")
        elif self._rights:
            right = self._rights[int(share * len(self._rights))]
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
