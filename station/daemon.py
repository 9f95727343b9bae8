"""The daemon: puts the roles together, runs each on a thread, and ends them well.

    main thread   signals, systemd's watchdog, waits for the end
    press         owns the printer's handle
    courier       owns the line to the hub

The two share the store's file (a connection each) and the stop event, nothing else. A programmer's error in either
ends the process at once with the traceback redacted; systemd starts a new one and the restart rule applies. SIGTERM
lets the card in the printer be finished.
"""

import os
import random
import select
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import structlog

from station import log, packages, profile
from station.choice import Choice
from station.clock import Clock, SystemClock
from station.config import Config, credentials_dir
from station.courier import Courier
from station.database import Database
from station.hub_client import HubClient
from station.hub_line import line
from station.layout import Layout
from station.lock import RoleLock
from station.notify import notify, watchdog_interval_s
from station.press import Press
from station.printer import Printer
from station.vault import Vault, station_key
from station.worker import Story, Worker

SILENT_S_MAX = 120.0  # a job's bytes may take a minute to a slow printer in one step
BEAT_S = 1.0
ROLES = ("press", "courier")
STOPPING = {signal.SIGTERM, signal.SIGINT}
ROLE_ENDED = b"\0"  # a role's thread says so where signals arrive; no signal has this number

EX_SOFTWARE = 70


def open_vault(config: Config) -> Vault:
    """Open the vault under this station's key.

    Raises:
        VaultError: the key is damaged.
    """
    return Vault(config.station.id, station_key(config.station.state_dir, credentials_dir()))


class Daemon:
    """One or both roles in one process."""

    def __init__(self, config: Config, roles: tuple[str, ...] = ROLES) -> None:
        self._config = config
        self._roles = roles
        self._clock: Clock = SystemClock()
        self._stopping = threading.Event()
        self._ear: socket.socket
        self._mouth: socket.socket
        self._log = structlog.get_logger()

    def run(self) -> None:
        """Run until a signal or the end of every role.

        Raises:
            StationError: the daemon cannot start.
        """
        with ExitStack() as stack:
            stack.enter_context(self._signals_heard())
            database = Database.in_folder(self._config.store_path, station=self._config.station.id)
            stack.callback(database.close)
            for role in self._roles:
                stack.enter_context(RoleLock(self._config.station.state_dir, role))
            vault = open_vault(self._config)
            workers = [
                Worker(role, self._story(role, database, vault), self._clock, self._stopping)
                for role in self._roles
            ]
            self._run_workers(workers)

    def _story(self, role: str, database: Database, vault: Vault) -> Story:
        if role == "courier":
            return Courier(
                self._config, database, self._hub_client(), vault, self._clock,
                self._stopping, random.Random(), lambda: str(uuid.uuid4()),  # noqa: S311
            ).story()  # fmt: skip
        printer = Printer(
            self._config.printer, self._clock, profile=profile.configured(self._config)
        )
        layout = Layout.load(self._config.press.layout)
        choice = Choice(self._config, database, vault, layout, printer.driver, self._clock)
        return Press(self._config, database, printer, choice, self._clock, self._stopping).story()

    def _hub_client(self) -> HubClient:
        return HubClient(self._config.hub, line(self._config, self._clock))

    def _run_workers(self, workers: list[Worker]) -> None:
        threads = [
            threading.Thread(target=self._run_worker, args=(worker,), name=worker.name)
            for worker in workers
        ]
        for thread in threads:
            thread.start()
        notify("READY=1")
        self._log.info("daemon.started", reasons=list(self._roles))
        try:
            packages.check_ours()
            self._watch(workers)
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join()
            notify("STOPPING=1")
            self._log.info("daemon.ended")

    def _watch(self, workers: list[Worker]) -> None:
        """Tell systemd that the roles are alive, until they have all ended."""
        beat_s = min(BEAT_S, watchdog_interval_s() or BEAT_S)
        running = len(workers)
        while running:
            running -= self._hear(beat_s)
            if all(worker.silent_s() < SILENT_S_MAX for worker in workers):
                notify("WATCHDOG=1")

    def _run_worker(self, worker: Worker) -> None:
        """Run one role; whatever escapes it is a fault that only a new process can clear."""
        try:
            worker.run()
            self._mouth.send(ROLE_ENDED)
        except BaseException as error:  # noqa: BLE001
            self._log.critical(
                "daemon.failed", role=worker.name, exception=log.traceback_text(error)
            )
            sys.stderr.flush()
            os._exit(EX_SOFTWARE)

    def _hear(self, beat_s: float) -> int:
        """Wait for a signal, for a role's end, or for the next beat; returns how many roles have ended."""
        if not select.select([self._ear], [], [], beat_s)[0]:
            return 0
        heard = self._ear.recv(64)
        asked = set(heard) & STOPPING
        if asked and not self._stopping.is_set():
            self._log.info("daemon.stopping", signal=signal.Signals(asked.pop()).name)
            self._stopping.set()
        return heard.count(ROLE_ENDED)

    @contextmanager
    def _signals_heard(self) -> Iterator[None]:
        """Let signals come as bytes that the main loop reads.

        A handler that did more would run in the middle of whatever the main thread does, a log's lock in hand perhaps,
        and wait for it for ever.
        """
        self._ear, self._mouth = socket.socketpair()
        self._mouth.setblocking(False)
        with self._ear, self._mouth:
            old_mouth = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
            old_handlers = {number: signal.signal(number, _heed_later) for number in STOPPING}
            try:
                yield
            finally:
                for number, handler in old_handlers.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(old_mouth)


def _heed_later(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the signal's number has gone to the main loop already."""
