"""Our own time a card, on real processes over TCP: what is left when the machine's time is taken out."""

import statistics
import tempfile
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from bench.figure import Figure
from station import facts
from station.clock import SystemClock
from station.database import Database
from station.demo.office import Office

CARD_MACHINE_S = 12.9  # what the emulated machine takes for a simplex YMCKO card at its real speed
FAST, FAST_CARDS = 10.0, 25
REAL_CARDS = 4


def figures() -> list[Figure]:
    """Print a run at ten times the machine's speed and a few cards at its real speed."""
    print_ms, cycle_ms = _run(FAST, FAST_CARDS)
    machine_ms = CARD_MACHINE_S * 1000 / FAST
    own_ms = statistics.median(print_ms) - machine_ms
    gap_ms = statistics.median(cycle_ms) - machine_ms
    _, real_cycle_ms = _run(1.0, REAL_CARDS)
    utilisation = CARD_MACHINE_S * 100_000 / statistics.mean(real_cycle_ms)
    return [
        Figure("own time a card, Commit to outcome", own_ms, 40, "ms"),
        Figure("own time between cards, Commit to Commit", gap_ms, 50, "ms"),
        Figure("utilisation at 12.9 s a card", utilisation, 99, "%", at_least=True),
    ]


def _run(speed: float, cards: int) -> tuple[list[float], list[float]]:
    """Print; returns milliseconds from Commit to outcome, and from each Commit to the next."""
    with tempfile.TemporaryDirectory(prefix="ktp-bench-") as folder:
        office = Office(Path(folder) / "office", cards, speed, usb=False)
        try:
            office.open()
            clock = SystemClock()
            while facts.status(office.config, office.database, clock)["cards"]["printed"] < cards:
                office.check()
                time.sleep(0.2)
            return _times(office.database)
        finally:
            office.close()


def _times(store: Database) -> tuple[list[float], list[float]]:
    with store.read() as tx:
        rows = tx.all("intent_times")
    begun = [datetime.fromisoformat(row["begun_at"]) for row in rows]
    cycles = [(after - before).total_seconds() * 1000 for before, after in pairwise(begun)]
    return [float(row["print_ms"]) for row in rows], cycles
