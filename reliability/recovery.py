"""Kill -9 and how soon the station is of use again: row 12 of the table.

The real program is started anew, imports and all. Of use is: printing or ready to, or saying plainly which card it does
not know the fate of, with what the printer told about it. Nothing may be printed again by itself: at the end there are
as many good cards as records.
"""

import signal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from reliability.clock import monotonic_s, now_text, sleep, wait_until
from reliability.machine import MEMORY
from reliability.office import DONE_S, FaultOffice, open_hub
from reliability.row import Order, Result
from station.jobs import StopReason

KILLS, KILLS_SHORT = 120, 8
GOAL_S = 2.0
RUN_S_MAX = 0.5
AHEAD = 4
RIBBON_EVERY = 100
POLL_S = 0.005


def run(order: Order) -> Result:
    """Row 12."""
    chance = Random(order.seed)
    times_s: list[float] = []
    failures: tuple[str, ...] = ()
    with TemporaryDirectory(
        prefix="ktp-recovery-", dir=MEMORY if MEMORY.is_dir() else None
    ) as made:
        hub = open_hub(Path(made))
        try:
            office = FaultOffice.open(hub, Path(made) / "R", "R1", prefetch=10)
            try:
                count = KILLS_SHORT if order.short else KILLS
                times_s.extend(_kill_and_recover(office, number, chance) for number in range(count))
                wait_until(lambda: _finished(office), "everything finishes", DONE_S)
                office.station.end(signal.SIGKILL)
                office.check()
                office.check_hub()
            except AssertionError as error:
                failures = (f"kill {len(times_s) + 1}: {error}",)
            finally:
                office.station.end(signal.SIGKILL)
                office.close()
        finally:
            hub.end()
    return _judge(times_s, office, failures)


def _judge(times_s: list[float], office: FaultOffice, failures: tuple[str, ...]) -> Result:
    ordered = sorted(times_s)
    p50_s, p99_s = ordered[len(ordered) // 2], ordered[-1 - len(ordered) // 100]
    doubts = len(office.people.decided)
    measured = (
        f"p50 {p50_s:.2f} s, p99 {p99_s:.2f} s, worst {ordered[-1]:.2f} s of {len(ordered)} kills; "
        f"{doubts} doubts shown, {len(office.seen)} good cards of {office.given} records"
    )
    figures = {
        "cards": len(office.seen), "kills": len(ordered), "p50_s": p50_s, "p99_s": p99_s, "doubts": doubts,
        "duplicate_cards": sum("same record" in failure for failure in failures), "lost_blanks": 0,
    }  # fmt: skip
    return Result.judged(p99_s <= GOAL_S, measured, figures, failures)


def _kill_and_recover(office: FaultOffice, number: int, chance: Random) -> float:
    """Kill the station at any moment and start it anew; returns the seconds until it is of use."""
    if number % RIBBON_EVERY == 0:
        office.printer.new_ribbon()
    if office.given - office.printed() < AHEAD:
        office.give(AHEAD)
    office.station.end(signal.SIGKILL)
    since = now_text()
    began_s = monotonic_s()
    office.station.start()
    wait_until(lambda: _of_use(office, since), "ready, or a doubt shown", DONE_S, POLL_S)
    took_s = monotonic_s() - began_s
    left_s = chance.uniform(0, RUN_S_MAX)
    sleep(left_s)
    office.people.look()
    sleep(RUN_S_MAX - left_s)
    return took_s


def _of_use(office: FaultOffice, since: str) -> bool:
    """Tell whether the press has spoken since it was started, and of every doubt all there is to say."""
    told = office.station.status()
    press = next((role for role in told["roles"] if role["role"] == "press"), None)
    if press is None or press["since"] < since:
        return False
    reasons = {reason["reason"] for reason in press["reasons"]}
    doubts: list[dict[str, Any]] = [doubt for doubt in told["doubts"] if doubt["in_doubt"]]
    if doubts:
        return StopReason.IN_DOUBT in reasons and all(doubt["evidence"] for doubt in doubts)
    return press["state"] in ("idle", "processing")


def _finished(office: FaultOffice) -> bool:
    office.people.look()
    told = office.station.status()
    return told["rights"] == {"SHREDDED": office.given} and not told["outbox_waiting"]
