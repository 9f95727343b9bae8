"""The hub's machine: its real store and service, killed and started, failed over to an older copy, and its people.

The hub is called as functions, each call one request. Its epoch, its mark and its reconciliation are its own.
"""

import dataclasses
import functools
import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine.interfaces import Compiled

from hub import address, decisions, home, intake, service, stations
from hub.db import Access, Body, Store
from hub.errors import HubError, RightClosedError
from hub.home import Hub
from prr.exchange import Zone
from prr.record import Right
from simulation import records
from simulation.clock import HubClock
from simulation.errors import HubKilledError
from simulation.scheduler import Scheduler
from simulation.trace import Trace

T = TypeVar("T")

SERIES = "BLANK"
ZONE: Zone = "Asia/Jakarta"
BLANKS_EACH = 1000
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OFFICE = decisions.Word("ani", "budi", "simulated")


class KillableStore(Store):
    """The hub's store, whose process may die around its next commit."""

    doomed: str = ""

    def _run_once(self, body: Body[T], access: Access) -> T:
        if not self.doomed or access == "read":
            return super()._run_once(body, access)
        doomed, self.doomed = self.doomed, ""

        def cut_short(connection: sa.Connection) -> T:
            body(connection)
            raise HubKilledError

        if doomed == "before":
            return super()._run_once(cut_short, access)
        super()._run_once(body, access)
        raise HubKilledError


class HubHost:
    """A hub that can be away.

    Attributes:
        hub: the open hub; the same directory may be opened again and again.
        revoked: when the office took which right back, and what the hub said.
        on_replaced: told when the store's file has become another; who has it open must open it anew.
    """

    hub: Hub

    def __init__(
        self, folder: Path, scheduler: Scheduler, trace: Trace, clock: HubClock, cap: int,
        station_count: int,
    ) -> None:  # fmt: skip
        self.up = False
        self.revoked: dict[Right, float] = {}
        self.restores = 0
        self.on_replaced: Callable[[], None] = lambda: None
        self._folder = folder
        self._scheduler = scheduler
        self._trace = trace
        self._clock = clock
        self._cap = cap
        self._stack = ExitStack()
        self._replica: bytes | None = None
        folder.mkdir()
        for name, content in _new_hub(station_count).items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
        self.start()

    @property
    def store_path(self) -> Path:
        """Return the store's file."""
        return self._folder / address.STORE_FILE

    def start(self) -> None:
        """Open the hub's directory."""
        opened = self._stack.enter_context(home.opened(self._folder, self._clock))
        opened.store._engine._compiled_cache = _compiled()
        self.hub = dataclasses.replace(
            opened, store=KillableStore(opened.store._backend), cap=self._cap
        )
        self.up = True

    def stop(self) -> None:
        """Close it."""
        self.up = False
        self._stack.close()
        self._stack = ExitStack()

    def doom(self, *, after: bool) -> None:
        """Have the process die around the next commit."""
        assert isinstance(self.hub.store, KillableStore)
        self.hub.store.doomed = "after" if after else "before"

    def kill(self, away_s: float) -> None:
        """End the process; it is started again after a while."""
        self.stop()
        self._scheduler.after(away_s, self._restart)

    def _restart(self) -> None:
        if not self.up:
            self.start()
            self._trace.say("hub", "started again")

    # --- fail-over --------------------------------------------------------------------------

    def replicate(self) -> None:
        """Take a copy, as a replica that falls behind from now on."""
        if self.up:
            self._replica = self.store_path.read_bytes()

    def fail_over(self) -> bool:
        """Go on with the replica, on a machine without the mark; return whether there was one."""
        if self._replica is None or not self.up:
            return False
        self.stop()
        self.store_path.write_bytes(self._replica)
        (self._folder / home.MARK_FILE).unlink(missing_ok=True)
        self.on_replaced()
        self.start()
        self.restores += 1
        return True

    # --- people of the office ---------------------------------------------------------------

    def import_records(self, numbers: range) -> None:
        """Import records by a file, as the office does."""
        path = self._folder.parent / "import.jsonl"
        path.write_text("".join(records.line_of(number) + "\n" for number in numbers))
        summary = intake.import_file(self.hub, path)
        assert not summary.refused, summary

    def revoke(self, right: Right) -> str:
        """Take a right back; return what the hub made of it."""
        try:
            state = service.revoke(self.hub, right)
        except (RightClosedError, HubError):
            return "too late"
        self.revoked.setdefault(right, self._scheduler.now_s)
        return state

    def write_off(self, station: str) -> None:
        """Give a station up."""
        decisions.write_off(self.hub, station, OFFICE, wait_h=0)


@functools.cache
def _compiled() -> MutableMapping[Any, Compiled]:
    """Return one cache of compiled statements for every hub of this process: compiling costs more than running."""
    return {}


@functools.cache
def _new_hub(station_count: int) -> dict[str, bytes]:
    """Return the files of a new hub that knows its stations and has sent them blanks; its key is always the same."""
    folder = Path(tempfile.mkdtemp())
    try:
        directory = folder / "hub"
        home.init(directory, ZONE, 200, SERIES)
        (directory / home.KEY_FILE).write_bytes(_key_pem())
        with home.opened(directory) as hub:
            service.receive_blanks(hub, SERIES, BLANKS_EACH * station_count, "D1")
            for index in range(station_count):
                new = stations.NewStation(
                    f"UJI-{index + 1}", records.SITE, "http://127.0.0.1:1", "tcp://printer:9100"
                )
                stations.add(hub, new)
                service.send_blanks(hub, new.station, SERIES, BLANKS_EACH, "D2")
        files = (address.STORE_FILE, home.KEY_FILE, home.MARK_FILE)
        return {name: (directory / name).read_bytes() for name in files}
    finally:
        shutil.rmtree(folder)


def _key_pem() -> bytes:
    return HUB_KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
