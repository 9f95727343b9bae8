"""Our own time a card, on real processes over TCP: what is left when the machine's time is taken out."""

import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bench.figure import Figure
from bench.relay import Relay
from station import facts
from station.clock import SystemClock
from station.demo.office import Office

CARD_MACHINE_S = 12.9  # what the emulated machine takes for a simplex YMCKO card at its real speed
FAST, FAST_CARDS = 10.0, 25
REAL_CARDS = 4


class WatchedOffice(Office):
    """The demo's office with a relay between station and printer."""

    relay: Relay

    def _start_emulator(self, blanks: int) -> str:
        self.relay = Relay(super()._start_emulator(blanks))
        return self.relay.uri


def figures() -> list[Figure]:
    """Print a run at ten times the machine's speed and a few cards at its real speed."""
    fast = _run(FAST, FAST_CARDS)
    own_ms = statistics.median(fast.print_ms) - CARD_MACHINE_S * 1000 / FAST
    real = _run(1.0, REAL_CARDS)
    utilisation = CARD_MACHINE_S * 100_000 / statistics.mean(real.cycle_ms)
    return [
        Figure("own time a card, Commit to outcome", own_ms, 40, "ms"),
        Figure("printer last seen busy to first byte", statistics.median(fast.gap_ms), 50, "ms"),
        Figure("utilisation at 12.9 s a card", utilisation, 99, "%", at_least=True),
    ]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of a run: Commit to outcome, Commit to next Commit, last busy poll to the next job's first byte."""

    print_ms: list[float]
    cycle_ms: list[float]
    gap_ms: list[float]


def _run(speed: float, cards: int) -> Times:
    with tempfile.TemporaryDirectory(prefix="ktp-bench-") as folder:
        office = WatchedOffice(Path(folder) / "office", cards, speed, usb=False)
        try:
            office.open()
            clock = SystemClock()
            while facts.status(office.config, office.database, clock)["cards"]["printed"] < cards:
                office.check()
                time.sleep(0.2)
            return _times(office)
        finally:
            office.close()
            office.relay.close()


def _times(office: WatchedOffice) -> Times:
    with office.database.read() as tx:
        rows = tx.all("intent_times")
    begun = [datetime.fromisoformat(row["begun_at"]) for row in rows]
    cycles = [(after - before).total_seconds() * 1000 for before, after in pairwise(begun)]
    gaps = [gap_s * 1000 for gap_s in office.relay.line.gaps_s]
    return Times([float(row["print_ms"]) for row in rows], cycles, gaps)
