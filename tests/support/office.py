"""A whole office of real processes for tests: one hub, and for each trial a printer and a station of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub import home, service, stations
from hub.intake import import_file
from station import facts
from station.clock import SystemClock
from station.config import Config, load
from station.database import Database
from station.desk import Desk
from support.records import json_fields

BIN = Path(sys.executable).parent
SERIES = "BLANK"
WAIT_S_MAX = 60.0
POLL_S = 0.03
RIBBON_SEGMENTS = 300  # cards of a new YMCKO ribbon


def wait_until(met: Any, what: str | Callable[[], str], within_s: float = WAIT_S_MAX) -> Any:
    """Poll until `met()` is truthy; returns what it gave. `what` may be asked how far things got only at the end."""
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        if answer := met():
            return answer
        time.sleep(POLL_S)
    raise AssertionError(f"not within {within_s} s: {what if isinstance(what, str) else what()}")


def _path(program: str) -> str:
    return str(BIN / program) if program.startswith("ktp-") else program


class Running:
    """One real process with its log; `ready` is the JSON line it printed first, if it prints one."""

    def __init__(
        self,
        log: Path,
        *command: str,
        ready: bool = True,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.log = log
        self.command = command
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [_path(command[0]), *command[1:]],
                stdout=subprocess.PIPE if ready else subprocess.DEVNULL,
                stderr=errors, env=os.environ | (environment or {}),
            )  # fmt: skip
        self.ready: dict[str, Any] = {}
        if ready:
            assert self.process.stdout is not None
            line = self.process.stdout.readline()
            assert line, log.read_text()
            self.ready = json.loads(line)

    def end(self, number: int = signal.SIGTERM, within_s: float = 20.0) -> int:
        """Signal it, wait, return its exit code."""
        if self.process.poll() is None:
            os.kill(self._program(), number)
        code = self.process.wait(within_s)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def _program(self) -> int:
        """Return the id of the program itself: under strace it is strace's child."""
        if self.process.args[0] != "strace":  # type: ignore[index]
            return self.process.pid
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])


@dataclass
class Printer:
    """An emulator process and its control link."""

    running: Running
    cards_dir: Path

    @property
    def tcp_uri(self) -> str:
        return "tcp://" + self._address("tcp")

    @property
    def serial_uri(self) -> str:
        return "serial://" + self._address("pty")

    def uri(self, medium: str) -> str:
        return {"tcp": self.tcp_uri, "usb": self.usb_uri, "serial": self.serial_uri}[medium]

    @property
    def usb_uri(self) -> str:
        return (
            f"usb://0f49:*?serial={self.running.ready['serial']}&via=usbip:{self._address('usbip')}"
        )

    def _address(self, scheme: str) -> str:
        listen: list[str] = self.running.ready["listen"]
        return next(a.removeprefix(f"{scheme}:") for a in listen if a.startswith(f"{scheme}:"))

    def tell(self, what: str, **facts: Any) -> dict[str, Any]:
        """Say one thing over the control link; returns the answer."""
        host, port = self.running.ready["control"].removeprefix("tcp:").rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=10) as link:
            link.sendall(json.dumps({"do": what, **facts}).encode() + b"\n")
            with link.makefile("rb") as lines:
                answer: dict[str, Any] = json.loads(lines.readline())
        assert "error" not in answer, answer
        return answer

    def new_ribbon(self) -> None:
        """Put a full cassette in; without its segments named the used one would come back."""
        self.tell("ribbon", remaining=RIBBON_SEGMENTS)

    def truth(self) -> dict[str, Any]:
        """Return what really happened to the cards."""
        return self.tell("truth")

    def end(self) -> None:
        self.running.end()

    def cut_and_restart(self) -> None:
        """Kill the emulator as a power cut would and start it again on the same state, address and control link."""
        self.running.end(signal.SIGKILL)
        kept = [*self.running.ready["listen"], self.running.ready["control"]]
        log, command = self.running.log, list(self.running.command)
        for flag, address in zip((*["--listen"] * 3, "--control"), kept, strict=True):
            place = command.index(flag)
            command[place : place + 2] = [f"={flag}", address]
        self.running = Running(log, *(part.removeprefix("=") for part in command))


def start_printer(
    folder: Path,
    *,
    speed: float = 400,
    blanks: int = 20,
    serial: str = "UJI0000001",
    extra: Iterable[str] = (),
) -> Printer:
    """Start an emulator on TCP, USB/IP and a serial port."""
    cards_dir = folder / "cards"
    running = Running(
        folder / "emulator.log", "ktp-emulator", "run", "--listen", "tcp:127.0.0.1:0",
        "--listen", "usbip:127.0.0.1:0", "--listen", f"pty:{folder / 'port'}",
        "--control", "tcp:127.0.0.1:0", "--cards", str(cards_dir),
        "--speed", str(speed), "--blanks", str(blanks), "--serial", serial, *extra,
    )  # fmt: skip
    return Printer(running, cards_dir)


@dataclass
class HubProcess:
    """A real hub over HTTP, with the same directory open here for what its commands do."""

    folder: Path
    running: Running
    url: str
    made: int = 0

    @property
    def directory(self) -> Path:
        return self.folder / "hub"

    def add_station(
        self, station: str, site: str, folder: Path, printer_uri: str, more: str = ""
    ) -> Path:
        """Register a station; returns the path of its configuration."""
        with home.opened(self.directory) as hub:
            text = stations.add(hub, _new_station(station, site, self.url, printer_uri))
        path = folder / "station.toml"
        path.write_text(text + more)
        return path

    def give(self, site: str, count: int, first: int, **changes: Any) -> None:
        """Import records for a site, numbered from `first`."""
        path = self.folder / f"{site}.jsonl"
        lines = (
            json.dumps(json_fields(n, site=site, **changes)) for n in range(first, first + count)
        )
        path.write_text("\n".join(lines) + "\n")
        with home.opened(self.directory) as hub:
            assert import_file(hub, path).accepted == count

    def send_blanks(self, station: str, count: int) -> None:
        with home.opened(self.directory) as hub:
            service.receive_blanks(hub, SERIES, count, f"BAST-{station}")
            service.send_blanks(hub, station, SERIES, count, f"KIRIM-{station}")

    def accounts(self, station: str) -> dict[str, int]:
        """Return the balances of a station's accounts, by their last word."""
        with home.opened(self.directory) as hub:
            accounts = service.stock(hub)[SERIES]
        prefix = f"station:{station}:"
        return {
            name.removeprefix(prefix): n for name, n in accounts.items() if name.startswith(prefix)
        }

    def alarms(self) -> list[str]:
        with home.opened(self.directory) as hub:
            return [str(alarm.code) for alarm in service.alarm_list(hub)]

    def end(self, number: int = signal.SIGTERM) -> None:
        self.running.end(number)

    def restart(self) -> "HubProcess":
        """Serve the same directory at the same address again."""
        port = int(self.url.rsplit(":", 1)[1])
        return HubProcess(self.folder, _serve(self.folder, port), self.url, self.made)


def _new_station(station: str, site: str, url: str, printer_uri: str) -> stations.NewStation:
    return stations.NewStation(station, site, url=url, printer_uri=printer_uri, state_dir="state")


def start_hub(folder: Path, cap: int = 200) -> HubProcess:
    """Make and serve a hub."""
    home.init(folder / "hub", "Asia/Jakarta", cap, SERIES)
    running = _serve(folder, 0)
    return HubProcess(folder, running, running.ready["url"])


def _serve(folder: Path, port: int) -> Running:
    directory = str(folder / "hub")
    return Running(folder / "hub.log", "ktp-hub", "serve", "--dir", directory, "--port", str(port))


@dataclass
class StationProcess:
    """A station daemon that can be killed and started again on the same store."""

    config: Path
    started: list[Running] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.config.parent

    def start(self, *wrapper: str, only: str | None = None, **environment: str) -> Running:
        """Start the daemon, or one role of it, under a wrapper like strace if one is named."""
        role = ("--only", only) if only else ()
        command = (*wrapper, _path("ktp-station"), "run", "--config", str(self.config), *role)
        running = Running(
            self.folder / "station.log", *command, ready=False, environment=environment
        )
        self.started.append(running)
        return running

    def command(self, *arguments: str, code: int = 0) -> str:
        """Run a `ktp-station` command on this station; returns its output."""
        done = subprocess.run(
            [str(BIN / "ktp-station"), *arguments, "--config", str(self.config)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stderr

    @contextlib.contextmanager
    def opened(self) -> Iterator[tuple[Config, Database]]:
        """Open configuration and store here, as the station's own commands do."""
        config = load(self.config)
        database = Database.in_folder(config.store_path, station=config.station.id)
        try:
            yield config, database
        finally:
            database.close()

    def status(self) -> dict[str, Any]:
        """Return what `ktp-station status --json` prints."""
        with self.opened() as (config, database):
            return facts.status(config, database, SystemClock())

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        """Do what people do at the station."""
        with self.opened() as (config, database):
            yield Desk(config, database, SystemClock())

    def end(self, number: int = signal.SIGTERM) -> int | None:
        """End the daemon started last; returns its exit code."""
        return self.started[-1].end(number) if self.started else None
