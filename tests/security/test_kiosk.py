"""A kiosk over TLS with real processes: enrolled by command, prints, is revoked, and prints on what it holds."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import home, service
from hub.intake import import_file
from prr.record import Right
from station import facts
from support import hub_process, tls_office
from support.office import SERIES, Printer, Running, StationProcess, start_printer, wait_until
from support.records import json_fields
from support.tls_office import TlsHub

NAME = "KIOS-01"
MORE = '\n[courier]\nsync_s = 0.2\nbackoff_s_max = 1\n\n[press]\napproval = "person"\n'


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Printer]:
    machine = start_printer(tmp_path, blanks=10, serial="UJI-TLS")
    yield machine
    machine.end()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TlsHub]:
    with tls_office.serving(tmp_path) as hub:
        with home.opened(hub.directory) as opened:
            service.receive_blanks(opened, SERIES, 20, "BAST")
            path = tmp_path / "records.jsonl"
            lines = (json.dumps(json_fields(n, site=NAME)) for n in (1, 2, 3))
            path.write_text("\n".join(lines) + "\n")
            assert import_file(opened, path).accepted == 3
        yield hub


def enrol(hub: TlsHub, folder: Path, printer_uri: str) -> StationProcess:
    """Type what the office printed."""
    added = hub_process.run(
        hub.directory, "station", "add", NAME, "--site", NAME, "--url", hub.url,
        "--printer-uri", printer_uri,
    )  # fmt: skip
    code = added.stdout.split("--code ")[1].strip()
    station = StationProcess(folder / "kiosk" / "station.toml")
    done = Running(
        folder / "enrol.log", "ktp-station", "enrol", NAME, "--hub", hub.enrol_url, "--code", code,
        "--state-dir", str(folder / "kiosk" / "state"), "--config", str(station.config),
        ready=False,
    )  # fmt: skip
    assert done.process.wait(30) == 0, (folder / "enrol.log").read_text()
    with station.config.open("a") as file:
        file.write(MORE)
    with home.opened(hub.directory) as opened:
        service.send_blanks(opened, NAME, SERIES, 10, "KIRIM")
    with station.desk() as desk:
        desk.load(10, "ani")
    return station


def approve(station: StationProcess, record: str) -> None:
    with station.desk() as desk:
        desk.approve(Right(record_id=record, issue_no=1), "ani")


def cards(station: StationProcess) -> int:
    return int(station.status()["cards"]["printed"])


def test_a_kiosk_prints_over_tls_and_after_its_revocation_what_it_holds(
    office: TlsHub, printer: Printer, tmp_path: Path
) -> None:
    station = enrol(office, tmp_path, printer.tcp_uri)
    station.start()
    with contextlib.ExitStack() as stack:
        stack.callback(station.end)
        wait_until(lambda: _held(station) == 3, "three records held")
        approve(station, "R000001")
        wait_until(lambda: cards(station) == 1 and not station.status()["outbox_waiting"], "told")
        office.revoke(NAME)
        wait_until(lambda: "CERTIFICATE_REVOKED" in _courier(station), "the courier says why")
        assert "ktp-station enrol" in _courier(station)
        approve(station, "R000002")
        wait_until(lambda: cards(station) == 2, "printed after the revocation")
        assert station.status()["outbox_waiting"] == 1  # told when it is enrolled anew


def _held(station: StationProcess) -> int:
    with station.opened() as (_, database):
        return len(facts.queue(database, 10))


def _courier(station: StationProcess) -> str:
    """Return why the courier stands still."""
    roles = {role["role"]: role for role in station.status()["roles"]}
    return " ".join(str(one["detail"]) for one in roles.get("courier", {}).get("reasons", []))
