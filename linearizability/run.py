"""One run: clients at work, hubs killed under them, a fail-over or two, and the check of all that was seen."""

import contextlib
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linearizability import checker, office, pair, postgres
from linearizability.client import Client
from linearizability.history import History
from linearizability.hubs import HUB, Hubs
from linearizability.pair import Pair

PRINTED_SHARE = 0.5  # of all rights, by the end of a run
LOOK_S = 0.05
TELL_S = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to be.

    Attributes:
        operations: grants, releases and reports of rights, at least so many.
        store: sqlite or postgresql.
        fail_overs: how many; PostgreSQL only.
        records: how many rights there are to contend for.
        seed: of all that is left to chance here; the machine adds its own.
        kills: how many hubs are killed, besides those that go with a fail-over.
        program: the hub that is run.
        folder: where the hub's directory is made; None for the place of temporary files.
    """

    operations: int
    store: str = "sqlite"
    fail_overs: int = 0
    records: int = 400
    seed: int = 1
    kills: int = 1
    program: str = HUB
    folder: Path | None = None


def run(plan: Plan, tell: Callable[[str], None]) -> dict[str, Any]:
    """Run a plan; returns the facts, of which `linearizable` is the verdict."""
    with _standing(plan) as (hubs, access_keys, servers):
        history = History()
        stopping = threading.Event()
        clients = _clients(plan, hubs, access_keys, history, stopping)
        began_s = time.monotonic()
        try:
            failed_over = _disturb(plan, hubs, servers, history, clients, tell)
        finally:
            stopping.set()
            for thread in clients:
                thread.join()
        took_s = time.monotonic() - began_s
        hubs.stop()
        ends = office.read_all(hubs.directory, hubs.store, time.monotonic_ns())
        for right, operation in ends:
            history.happened(right, operation)
    return _facts(plan, history, hubs.kills, failed_over, took_s)


@contextlib.contextmanager
def _standing(plan: Plan) -> Iterator[tuple[Hubs, dict[str, str], Pair | None]]:
    """Set up store, hub and stations, and take all down again."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="ktp-linear-", dir=plan.folder)
        )
        servers = stack.enter_context(pair.running()) if plan.fail_overs else None
        store = None
        if servers is not None:
            store = servers.primary.uri()
        elif plan.store == "postgresql":
            store = stack.enter_context(postgres.running()).uri()
        directory = Path(name) / "hub"
        access_keys = office.make(directory, plan.records, store)
        hubs = Hubs(directory, 1 if store is None else 2, plan.program, store)
        stack.callback(hubs.stop)
        hubs.start()
        yield hubs, access_keys, servers


def _clients(
    plan: Plan, hubs: Hubs, access_keys: dict[str, str], history: History, stopping: threading.Event
) -> list[threading.Thread]:
    """Start the clients, one thread each."""
    print_chance = PRINTED_SHARE * plan.records / max(plan.operations / 2, plan.records)
    names = office.names(plan.records)
    threads = []
    for number, (station, access_key) in enumerate(access_keys.items()):
        client = Client(
            station, access_key, hubs.urls, names, history,
            random.Random(plan.seed * 1000 + number), print_chance, stopping,
        )  # fmt: skip
        threads.append(threading.Thread(target=client.run, name=station))
        threads[-1].start()
    return threads


def _disturb(
    plan: Plan,
    hubs: Hubs,
    servers: Pair | None,
    history: History,
    clients: list[threading.Thread],
    tell: Callable[[str], None],
) -> int:
    """Kill hubs and servers as planned, until enough was done; returns how often a server was.

    A hub that is slow to come back may see all operations done meanwhile; what is planned comes then all the same.
    """
    chance = random.Random(plan.seed)
    told_s = time.monotonic()
    failed_over = killed = 0
    while (
        (done := history.operations()) < plan.operations
        or killed < plan.kills
        or failed_over < plan.fail_overs
    ):
        if not all(thread.is_alive() for thread in clients):
            history.fault("a client ended before its time")
            break
        now_s = time.monotonic()
        if now_s - told_s > TELL_S:
            told_s = now_s
            tell(f"{done} operations, {hubs.kills} kills, {failed_over} fail-overs")
        if servers and _due(done, failed_over, plan.fail_overs, plan.operations):
            _fail_over(hubs, servers)
            failed_over += 1
        elif _due(done, killed, plan.kills, plan.operations):
            number = chance.randrange(hubs.count)
            hubs.kill(number)
            hubs.revive(number)
            killed += 1
        time.sleep(LOOK_S)
    return failed_over


def _due(done: int, disturbed: int, planned: int, operations: int) -> bool:
    """Tell whether the next of so many planned disturbances comes after so many operations done."""
    return disturbed < planned and done >= operations * (disturbed + 1) / (planned + 1)


def _fail_over(hubs: Hubs, servers: Pair) -> None:
    """Kill the primary under the hubs at work; then point them at the other."""
    servers.fail_over()
    hubs.store = servers.primary.uri()
    for number in range(hubs.count):
        hubs.kill(number)
    for number in range(hubs.count):
        hubs.revive(number)


def _facts(
    plan: Plan, history: History, kills: int, failed_over: int, took_s: float
) -> dict[str, Any]:
    began_s = time.monotonic()
    violations = checker.check(history.by_right(office.names(plan.records)))
    counts = history.counts
    return {
        "store": plan.store, "seed": plan.seed, "clients": office.CLIENTS,
        "rights": plan.records, "operations": history.operations(),
        "grants": counts["grant"], "releases": counts["release"], "printed": counts["printed"],
        "claim_answers": counts["answer"], "unknown": counts["unknown"],
        "lost_claims": counts["lost-claim"],
        "refused": {name[8:]: n for name, n in counts.items() if name.startswith("refused:")},
        "kills": kills, "fail_overs": failed_over, "took_s": round(took_s, 1),
        "check_s": round(time.monotonic() - began_s, 1),
        "grants_per_s": round(counts["grant"] / took_s),
        "faults": history.faults[:20], "violations": [repr(one) for one in violations[:20]],
        "linearizable": not violations and not history.faults,
    }  # fmt: skip
