"""Records each scenario in a process of its own and tries every power cut on the recording: row 2 of the table."""

import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hub import home
from reliability.disk import hub_store, station_store
from reliability.disk.hub_scenarios import HUB_SCENARIOS
from reliability.disk.recording import Reader, strace
from reliability.disk.scenarios import SCENARIOS
from reliability.disk.stage import Settings
from reliability.disk.trial import Count, Trial
from reliability.machine import MEMORY, ROOT
from reliability.row import Order, Result

STATES_MIN = 500_000
HUB_SHARE = 0.08
STATES_MIN_SHORT = 10_000
SCENARIOS_MIN = 12
EACH_BYTE = (
    "hub granted",
    "printed",
)  # a claim answered and a card settled, torn after every single byte
ENVIRONMENT = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}


def record(name: str, folder: Path, settings: Settings = Settings.OURS) -> Reader:
    """Play a scenario of station or hub in a process of its own; returns what it did to its files."""
    files, marks, trace = folder / "files", folder / "marks", folder / "trace"
    reader = Reader(str(files), str(marks))
    if name in HUB_SCENARIOS:
        home.init(files, "Asia/Jakarta", 200, "S1")
        reader.already_there()
        words = ["reliability.disk.hub_act", name, str(files), str(marks)]
    else:
        files.mkdir()
        words = ["reliability.disk.act", name, str(files), str(marks), settings]
    strace(trace, [sys.executable, "-m", *words], ENVIRONMENT)
    reader.read(trace)
    trace.unlink()
    return reader


def trial(
    name: str, seed: int, states_min: int, settings: Settings = Settings.OURS, *,
    each_byte: bool = False,
) -> Count:  # fmt: skip
    """Record one scenario and cut it everywhere, all in memory."""
    with TemporaryDirectory(prefix="ktp-disk-", dir=MEMORY if MEMORY.is_dir() else None) as made:
        folder = Path(made)
        recorded = record(name, folder, settings)
        again = folder / "again"
        again.mkdir()
        kind = hub_store if name in HUB_SCENARIOS else station_store
        chance = Random(seed ^ zlib.crc32(name.encode()))
        return Trial(name, recorded, kind.reopener(again)).run(
            chance, states_min, each_byte=each_byte
        )


def run(order: Order) -> Result:
    """Row 2."""
    total = STATES_MIN_SHORT if order.short else STATES_MIN
    counts = dict(_counts(order, total))
    lost = sum(count.lost for count in counts.values())
    corrupt = sum(count.corrupt for count in counts.values())
    states = sum(count.states for count in counts.values())
    tails = sum(count.tails for count in counts.values())
    figures = {
        "states": states, "torn_tails": tails, "lost": lost, "corrupt": corrupt, "scenarios": len(counts),
        "points": sum(count.points for count in counts.values()),
        "by_scenario": {name: count.states for name, count in counts.items()},
    }  # fmt: skip
    measured = (
        f"{states:,} states of {len(counts)} scenarios at {figures['points']:,} storage operations, "
        f"{tails:,} of them torn after each byte in turn, {lost} lost, {corrupt} corrupt"
    )
    failures = tuple(failure for count in counts.values() for failure in count.failures)
    return Result.judged(
        states >= total and len(counts) >= SCENARIOS_MIN, measured, figures, failures
    )


def _counts(order: Order, total: int) -> Iterator[tuple[str, Count]]:
    """Try station and hub; what a scenario of few writes can't give the next ones make up for."""
    if order.short:
        yield from ((name, trial(name, order.seed, 0)) for name in (*HUB_SCENARIOS, *SCENARIOS))
        return
    hub_each = round(total * HUB_SHARE / len(HUB_SCENARIOS))
    left = total
    for place, name in enumerate((*HUB_SCENARIOS, *SCENARIOS)):
        in_line = len(HUB_SCENARIOS) + len(SCENARIOS) - place
        wanted = hub_each if name in HUB_SCENARIOS else -(-max(0, left) // in_line)
        count = trial(name, order.seed, wanted, each_byte=name in EACH_BYTE)
        left -= count.states
        print(
            f"{name}: {count.states} states, {count.lost} lost, {count.corrupt} corrupt", flush=True
        )
        yield name, count
