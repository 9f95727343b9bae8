"""A station's PC: its disk, its clock, its processes with the real roles in them, and what watches them.

A process holds one role or both. When it dies, its generators end where they stand, its connections close, and what it
had not committed never was. The PC outlives it, the printer outlives both.
"""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

from emulator.firmware import Medium
from prr import seal
from simulation import profile
from simulation.clock import StationClock
from simulation.errors import ProcessKilledError
from simulation.face import Faces, QuickDriver
from simulation.fate import Fate
from simulation.faults import Fault, Kind, Trigger
from simulation.hub_host import HUB_KEY, SERIES, ZONE
from simulation.link import Line, SimulatedHubClient
from simulation.printer import VirtualPrinter
from simulation.scheduler import Scheduler
from simulation.settings import StationSettings
from simulation.store import SimulatedDatabase
from simulation.trace import Trace
from simulation.wire import WIRES
from station.choice import RESERVE_BYTES, Choice
from station.config import (
    Config,
    CourierSection,
    HubSection,
    PressSection,
    PrinterSection,
    StationSection,
)
from station.courier import Courier
from station.database import Database
from station.errors import StoreError
from station.layout import Layout
from station.press import Press
from station.printer import Printer
from station.vault import Vault
from station.worker import Story

STORE = "station.sqlite"
LOOK_S = 0.2  # what idle stories ask for; a busy machine may let them wait longer
LATE_FACTORS = (1, 2, 10, 40)
RESTARTS_S = (0.2, 2.0, 20.0)
PLENTY_BYTES = 10 * RESERVE_BYTES


class Host:
    """One PC.

    Attributes:
        up: it has power.
        retired: written off by the office; it is not started again.
        full_until_s: its disk takes nothing until then.
    """

    def __init__(
        self,
        settings: StationSettings,
        folder: Path,
        scheduler: Scheduler,
        trace: Trace,
        clock: StationClock,
        printer: VirtualPrinter,
        faces: Faces,
        chance: random.Random,
    ) -> None:
        self.name = settings.name
        self.settings = settings
        self.folder = folder
        self.scheduler = scheduler
        self.trace = trace
        self.clock = clock
        self.printer = printer
        self.faces = faces
        self.chance = chance
        self.config = _config(settings, folder, printer.serial)
        self.up = False
        self.retired = False
        self.full_until_s = 0.0
        self.frozen_until_s = 0.0
        self.cards_begun = 0
        self.feds: dict[int, int] = {}  # intent -> cards fed before it
        self.after: str = "P0"  # the last step of print-once the press has taken
        self.processes: list[Process] = []
        self.line: Line  # both are put in by the world: they need this host
        self.fate: Fate
        self.on_write: Callable[[Host, set[str]], None] = lambda _host, _names: None
        self.on_feed: Callable[[Host], None] = lambda _host: None
        self.on_replay: Callable[[Host], None] = lambda _host: None

    @property
    def store_path(self) -> Path:
        """Return the store's file."""
        return self.folder / STORE

    # --- life -------------------------------------------------------------------------------

    def boot(self) -> None:
        """Give it power and start its processes."""
        if self.up or self.retired:
            return
        self.up = True
        self.clock.boot()
        self.trace.say(self.name, "PC on")
        self._start_processes()

    def cut_power(self) -> None:
        """Cut its power."""
        if self.up:
            self._note_crash("power")
            self.up = False
            self.trace.say(self.name, "PC off")
            self.kill_all()

    def shut_down(self) -> None:
        """Ask every role to end; the PC is off when they have."""
        for process in self.processes:
            process.stopping.set()

    @property
    def at_work(self) -> bool:
        """Tell whether any process lives."""
        return any(process.alive for process in self.processes)

    def kill_all(self) -> None:
        """End every process at once."""
        for process in list(self.processes):
            process.die()
        self.processes.clear()

    def _start_processes(self) -> None:
        parts = [("courier", "press")] if self.settings.together else [("courier",), ("press",)]
        for roles in parts:
            self._start(roles)

    def _start(self, roles: tuple[str, ...]) -> None:
        if not self.up or self.retired:
            return
        process = Process(self, roles)
        self.processes.append(process)
        process.start()

    def process_died(self, process: "Process", why: str) -> None:
        """Have a process that died started again, as systemd does."""
        process.die()
        if process in self.processes:
            self.processes.remove(process)
        self.trace.say(self.name, f"{'+'.join(process.roles)} died ({why})")
        if self.up:
            delay_s = self.chance.choice(RESTARTS_S)
            boot = self.clock.boot_id
            self.scheduler.after(delay_s, lambda: self._restart(process.roles, boot))

    def _restart(self, roles: tuple[str, ...], boot: str) -> None:
        if self.up and self.clock.boot_id == boot:
            self._start(roles)

    def _note_crash(self, why: str) -> None:
        self.trace.reach(f"crash after {self.after}")
        self.trace.say(self.name, f"crash after {self.after} ({why})")

    # --- what watches the roles --------------------------------------------------------------

    def write_begins(self, role: str) -> Fault | None:  # noqa: ARG002 - an interface
        """Count a durable write."""
        fault = self.fate.next(Trigger.WRITE)
        if fault is not None and fault.kind is Kind.DISK_FULL:
            self.full_until_s = self.scheduler.now_s + fault.duration_s
        return fault

    def disk_is_full(self) -> bool:
        """Tell whether the disk takes nothing."""
        return self.scheduler.now_s < self.full_until_s

    def free_bytes(self, _folder: Path) -> int:
        """Return what is free on the disk."""
        return 0 if self.disk_is_full() else PLENTY_BYTES

    def wrote(self, role: str, name: str, tx_names: set[str]) -> None:
        """Hear of a durable write."""
        self.trace.say(self.name, f"{role} wrote {name}")
        if "intent_begin" in tx_names:
            self.cards_begun += 1
            self.after = "P1"
            self.fate.card_begun(self.cards_begun)
        elif tx_names & {"intent_settle", "intent_doubt"}:
            self.after = "P4"
        elif "right_shred" in tx_names:
            self.trace.reach("P5")
            self.after = "P5" if self.after == "P4" else self.after
        self.on_write(self, tx_names)

    def failed(self, role: str, name: str, why: str) -> None:
        """Hear of a write that failed."""
        self.trace.say(self.name, f"{role} {name}: {why}")
        if name.startswith("P5") and "full" in why:
            self.trace.reach("full disk at P5")

    def crash_frame(self, size: int) -> int | None:
        """Count a frame; return how much of it gets out if the process dies at it."""
        fault = self.fate.next(Trigger.FRAME)
        if fault is None:
            return None
        part = min(1.0, max(0.0, fault.share * 1.5 - 0.25))  # none of it, a part, or all
        return int(size * part)


class Process:
    """Some roles in one process."""

    def __init__(self, host: Host, roles: tuple[str, ...]) -> None:
        self.host = host
        self.roles = roles
        self.alive = True
        self.stopping = threading.Event()
        self._databases: list[Database] = []
        self._stories: dict[str, Story] = {}
        self._at_work: set[str] = set()
        self._closers: list[Callable[[], None]] = []

    def start(self) -> None:
        """Start every role."""
        self.host.trace.say(self.host.name, f"{'+'.join(self.roles)} started")
        for role in self.roles:
            self._stories[role] = self._story(role)
            self.host.scheduler.after(0.001, lambda role=role: self._step(role))  # type: ignore[misc]

    def die(self) -> None:
        """End where it stands."""
        if not self.alive:
            return
        self.alive = False
        for role, story in self._stories.items():
            if (
                role not in self._at_work
            ):  # who is in the middle of a step finds out when its wait ends
                story.close()
        for close in self._closers:
            close()
        for database in self._databases:
            database.close()

    # --- steps --------------------------------------------------------------------------------

    def _step(self, role: str) -> None:
        if not self.alive:
            return
        if self.host.scheduler.now_s < self.host.frozen_until_s:
            self.host.scheduler.at(self.host.frozen_until_s, lambda: self._step(role))
            return
        self._at_work.add(role)
        try:
            delay_s = next(self._stories[role], None)
        except ProcessKilledError:
            self._end("killed")
            return
        except StoreError as error:
            if "failed" not in str(error):
                raise
            self._end("fail-stop")
            return
        finally:
            self._at_work.discard(role)
        if role == "courier" and self.host.line.replayed:
            self.host.line.replayed = False
            self.host.on_replay(self.host)
        if delay_s is None:
            self._ended(role)
        elif self.alive:
            self.host.scheduler.after(self._late(delay_s), lambda: self._step(role))

    def _late(self, delay_s: float) -> float:
        if delay_s == LOOK_S:
            return delay_s * self.host.chance.choice(LATE_FACTORS)
        return delay_s

    def _end(self, why: str) -> None:
        if self.alive:
            self.host._note_crash(why)
            self.host.process_died(self, why)

    def _ended(self, role: str) -> None:
        del self._stories[role]
        if not self._stories and self.alive:
            self.die()
            if self in self.host.processes:
                self.host.processes.remove(self)

    # --- guard of the wire ----------------------------------------------------------------------

    def frame(self, what: str, size: int) -> int | None:  # noqa: ARG002 - an interface
        """Count a frame."""
        self.check_alive()
        return self.host.crash_frame(size)

    def before_feed(self) -> None:
        """Hear that a card will be fed."""
        self.host.after = "P2"
        self.host.on_feed(self.host)

    def check_alive(self) -> None:
        """Raise if it died meanwhile."""
        if not self.alive:
            raise ProcessKilledError
        if self.host.scheduler.now_s < self.host.frozen_until_s:
            self.host.scheduler.sleep(self.host.frozen_until_s - self.host.scheduler.now_s)
            if not self.alive:
                raise ProcessKilledError

    # --- roles ----------------------------------------------------------------------------------

    def _story(self, role: str) -> Story:
        host = self.host
        database = SimulatedDatabase(host.store_path, role, host)
        self._databases.append(database)
        vault = Vault(host.name, bytes(32), host.chance.randbytes)
        if role == "courier":
            client = SimulatedHubClient(host.line, self.check_alive)
            return Courier(
                host.config, database, client, vault, host.clock, self.stopping, host.chance,
                lambda: str(_uuid(host.chance)),
            ).story()  # fmt: skip
        driver = QuickDriver(
            finish_open_claim=host.settings.medium is Medium.TCP,
            replies_persist=host.settings.medium is Medium.USB,
            wall_clock=host.clock.unix_s,
        )
        wire = WIRES[host.settings.medium](
            host.config.printer.uri, host.printer, host.scheduler, self
        )
        self._closers.append(wire.close)
        printer = Printer(
            host.config.printer,
            host.clock,
            driver=driver,
            open_medium=lambda _uri: wire,
            profile=profile.certified() if host.settings.certified else None,
        )
        layout = cast("Layout", host.faces)
        choice = Choice(host.config, database, vault, layout, driver, host.clock, host.free_bytes)
        press = Press(host.config, database, printer, choice, host.clock, self.stopping)
        return press.story()


def _uuid(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _config(settings: StationSettings, folder: Path, serial: str) -> Config:
    tcp = settings.medium is Medium.TCP
    return Config(
        station=StationSection(id=settings.name, zone=ZONE, state_dir=folder),
        hub=HubSection(
            url="http://127.0.0.1:1", access_key="-",
            public_key=seal.public_key_text(HUB_KEY.public_key()),
        ),
        printer=PrinterSection(
            uri="tcp://printer:9100" if tcp else f"usb://0f49:0f02?serial={serial}",
            series=SERIES,
        ),
        press=PressSection(approval=settings.approval),
        courier=CourierSection(prefetch_count=settings.prefetch_count, sync_s=settings.sync_s),
    )  # fmt: skip
