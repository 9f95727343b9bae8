"""The demo's office: hub, printer emulator and station as real processes in one folder, from nothing to ready.

The steps are those an office takes: make the hub, register the station, import records, receive blanks and send some
to the station, load them into the printer. Independent steps run side by side.
"""

import json
import shutil
import socket
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from station.clock import SystemClock
from station.config import Config, load
from station.database import Database
from station.demo.processes import ProcessFailedError, Service, run
from station.demo.sample import write_sample
from station.desk import Desk

STATION = "DEMO-01"
SERIES = "BLANK"
MEASURED = Path(__file__).with_name(
    "primacy2-1450.json"
)  # by `ktp-printer certify` on the emulator
SERIAL = "DEMO000001"
BLANKS_SPARE = 8  # in the printer beyond the cards to print
BLANKS_AT_OFFICE = 30  # received and kept in the office's store


class Office:
    """Everything the demo starts, and the ways to look at it."""

    def __init__(self, folder: Path, cards: int, speed: float, *, usb: bool) -> None:
        self.folder = folder
        self.cards_dir = folder / "cards"
        self.refused: dict[str, int] = {}
        self._cards = cards
        self._speed = speed
        self._usb = usb
        self._services: list[Service] = []
        self._control = ""
        self.config: Config
        self.database: Database

    def open(self) -> None:
        """Start afresh and bring everything up.

        Raises:
            StationError: a part did not come up; the sentence names its log.
        """
        _empty(self.folder)
        loaded = self._cards + BLANKS_SPARE
        with ThreadPoolExecutor(4) as pool:
            sample = pool.submit(write_sample, self.folder / "sample.jsonl", self._cards, 7)
            emulator = pool.submit(self._start_emulator, loaded)
            port = _free_port()
            self._hub("init")
            served = pool.submit(self._start_hub, port)
            registered = pool.submit(
                lambda: self._register(f"http://127.0.0.1:{port}", emulator.result())
            )
            sample.result()
            imported = pool.submit(self._hub, "import", str(self.folder / "sample.jsonl"), "--json")
            received = pool.submit(
                self._hub, "blanks", "receive", "--count", str(loaded + BLANKS_AT_OFFICE),
                "--series", SERIES, "--document", "DEMO-1",
            )  # fmt: skip
            received.result()
            registered.result()
            self._hub(
                "blanks", "send", "--station", STATION, "--count", str(loaded), "--series", SERIES
            )
            self.refused = json.loads(imported.result())[0]["refused"]
            served.result()
        self._start_station(loaded)

    def check(self) -> None:
        """See that every process still runs.

        Raises:
            ProcessFailedError: one does not.
        """
        for service in self._services:
            if not service.alive:
                raise service.failure()

    @property
    def station(self) -> Service:
        """Return the station's process: the last one started."""
        return self._services[-1]

    def stock(self) -> dict[str, int]:
        """Return the hub's totals of the demo's series."""
        told = json.loads(self._hub("stock", "--json"))
        totals: dict[str, int] = told["series"][SERIES]["totals"]
        return totals

    def close(self) -> None:
        """End every process, the station first so that its last report still finds the hub."""
        for service in reversed(self._services):
            service.stop()
        if hasattr(self, "database"):
            self.database.close()

    # -- parts -------------------------------------------------------------------------------------------

    def _hub(self, *arguments: str) -> str:
        return run(
            self._log("hub-commands"), "ktp-hub", *arguments, "--dir", str(self.folder / "hub")
        )

    def _start_hub(self, port: int) -> None:
        service = self._service(
            "hub", "ktp-hub", "serve", "--dir", str(self.folder / "hub"), "--port", str(port)
        )
        service.ready()

    def _start_emulator(self, blanks: int) -> str:
        """Start the printer; returns its device URI."""
        listen = "usbip:127.0.0.1:0" if self._usb else "tcp:127.0.0.1:0"
        service = self._service(
            "emulator", "ktp-emulator", "run", "--model", "primacy2", "--listen", listen,
            "--cards", str(self.cards_dir), "--speed", str(self._speed), "--blanks", str(blanks),
            "--serial", SERIAL, "--control", "tcp:127.0.0.1:0",
        )  # fmt: skip
        ready = service.ready()
        address = ready["listen"][0].split(":", 1)[1]
        if self._usb:
            return f"usb://0f49:*?serial={ready['serial']}&via=usbip:{address}"
        return f"tcp://{address}"

    def _register(self, hub_url: str, printer_uri: str) -> None:
        text = self._hub(
            "station", "add", STATION, "--site", "DEMO", "--url", hub_url,
            "--printer-uri", printer_uri, "--state-dir", "station",
        )  # fmt: skip
        self._hub(
            "certify-profile", str(MEASURED), "--by", "DEMO",
            "--out", str(self.folder / "profile.json"),
        )  # fmt: skip
        text = text.replace("[printer]\n", '[printer]\nprofile = "profile.json"\n')
        path = self.folder / "station.toml"
        path.touch(mode=0o600)
        path.write_text(f"{text}\n[courier]\nsync_s = 3.0\n")
        assert tomllib.loads(path.read_text())["station"]["id"] == STATION
        self.config = load(path)

    def _start_station(self, loaded: int) -> None:
        self.database = Database.in_folder(self.config.store_path)
        Desk(self.config, self.database, SystemClock()).load(loaded, "DEMO")
        self._service(
            "station", "ktp-station", "run", "--config", str(self.folder / "station.toml")
        )

    def _service(self, log: str, name: str, *arguments: str) -> Service:
        service = Service(self._log(log), name, *arguments)
        self._services.append(service)
        return service

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"


def _free_port() -> int:
    """Return a port that is free now, so that hub and station can be set up side by side."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _empty(folder: Path) -> None:
    """Empty the demo's folder; one that holds something else is left alone."""
    mark = folder / ".ktp-demo"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise ProcessFailedError(f"{folder} holds something else: name an empty folder with --dir")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    mark.touch()


def summary_of(office: Office, told: dict[str, Any]) -> dict[str, Any]:
    """Return the demo's figures, the hub's ledger and the station's book side by side."""
    totals = office.stock()
    printer = told["printers"][0]
    return {
        "printed": told["cards"]["printed"],
        "refused": office.refused,
        "blanks": {name: totals[name] for name in ("received", "printed", "spoiled", "left")},
        "cap_left": printer["cap_left"],
        "cards_dir": str(office.cards_dir),
        "print_ms_mean": told["cards"].get("print_ms_mean"),
        "in_doubt": told["cards"]["in_doubt"],
    }
