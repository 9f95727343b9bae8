"""Each message between courier and hub spoiled in each way, for one record's whole life: row 10 of the table."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reliability.clock import wait_until
from reliability.machine import MEMORY
from reliability.network.proxy import FAULTS
from reliability.office import DONE_S, FaultOffice, open_hub
from reliability.row import Order, Result
from support.office import HubProcess

HUB_TIMEOUT_S = 1.0
UNHARMED = 2
MESSAGES_MAX = 60
MESSAGES_SHORT = 3
MESSAGES_MIN = 4  # a sync, a claim, and two reports at the least


@dataclass
class Line:
    """The proxy's process, and what it is told."""

    process: "subprocess.Popen[bytes]"
    url: str
    control: int

    def arm(self, fault: str, at: int) -> dict[str, Any]:
        """Spoil the n-th message from now on; returns what became of the fault armed before."""
        with socket.create_connection(("127.0.0.1", self.control), timeout=10) as link:
            link.sendall(json.dumps({"fault": fault, "at": at}).encode() + b"\n")
            with link.makefile("rb") as lines:
                told: dict[str, Any] = json.loads(lines.readline())
        return told


@contextmanager
def line_to(hub: HubProcess) -> Iterator[Line]:
    """Start a proxy in front of a hub."""
    port = hub.url.rsplit(":", 1)[1]
    words = [sys.executable, "-m", "reliability.network.proxy", port]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    ports = json.loads(process.stdout.readline())
    try:
        yield Line(process, f"http://127.0.0.1:{ports['data']}", ports["control"])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def run(order: Order) -> Result:
    """Row 10."""
    spoilt: dict[str, int] = {}
    failures: list[str] = []
    with (
        TemporaryDirectory(prefix="ktp-network-", dir=MEMORY if MEMORY.is_dir() else None) as made,
        _hub(Path(made)) as hub,
        line_to(hub) as line,
    ):
        for fault in FAULTS:
            office = _office(replace(hub, url=line.url), Path(made), f"N{FAULTS.index(fault)}")
            try:
                spoilt[fault] = _each_message(office, line, fault, order)
            except AssertionError as error:
                failures.append(f"{fault}: {error}")
            finally:
                office.close()
            hub.made = office.hub.made
            print(f"{fault}: {spoilt.get(fault)} messages", flush=True)
    count = sum(spoilt.values())
    figures = {
        "messages": count, "by_fault": spoilt,
        "duplicate_cards": sum("same record" in failure for failure in failures),
        "lost_blanks": sum("blanks" in failure for failure in failures),
    }  # fmt: skip
    measured = f"{count} messages spoiled in {len(spoilt)} ways, {len(failures)} failures"
    kept = len(spoilt) == len(FAULTS) and all(
        messages >= (1 if order.short else MESSAGES_MIN) for messages in spoilt.values()
    )
    return Result.judged(kept, measured, figures, tuple(failures))


def _office(hub: HubProcess, folder: Path, name: str) -> FaultOffice:
    """Open an office whose courier gives up soon."""
    office = FaultOffice.open(hub, folder / name, name)
    text = office.station.config.read_text()
    assert "[hub]\n" in text
    office.station.config.write_text(
        text.replace("[hub]\n", f"[hub]\ntimeout_s = {HUB_TIMEOUT_S}\n")
    )
    return office


def _each_message(office: FaultOffice, line: Line, fault: str, order: Order) -> int:
    """Spoil message after message, a record's life each, until two lives need fewer; returns how many were spoiled."""
    spoiled = unharmed = 0
    last = MESSAGES_SHORT if order.short else MESSAGES_MAX
    for number in range(1, last + 1):
        line.arm(fault, number)
        office.give(1)
        running = office.start()
        wait_until(lambda: _done(office), f"{fault} of message {number}: told and shredded", DONE_S)
        running.end(9)
        struck = bool(line.arm("", 0)["struck"])
        office.check()
        office.check_hub()
        spoiled += struck
        unharmed = 0 if struck else unharmed + 1
        if unharmed == UNHARMED:
            break
    return spoiled


def _done(office: FaultOffice) -> bool:
    office.people.look()
    told = office.station.status()
    return told["rights"] == {"SHREDDED": office.given} and not told["outbox_waiting"]


@contextmanager
def _hub(folder: Path) -> Iterator[HubProcess]:
    hub = open_hub(folder)
    try:
        yield hub
    finally:
        hub.end()
