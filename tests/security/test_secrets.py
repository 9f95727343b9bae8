"""Personal data stays where it must be: a day with crashes, then a search of everything it left behind.

The short form of the day; a longer one calls `canaries.search` on what it left.
"""

import base64
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hub import home, rights, schema, service
from hub.errors import RightClosedError
from hub.home import Hub
from hub.intake import import_file
from prr.record import Right
from station.errors import VaultError
from station.vault import Sealed, Vault, station_key
from support import canaries, tls_office
from support.canaries import COUNT, MARK, found, marked, niks
from support.office import SERIES, Running, StationProcess, start_printer, wait_until
from support.records import base64_text, photo_png
from support.stations import STATION, VAULT, database, grant, stock
from support.tls_office import TlsHub

NAME = "UJI-77"
QUICK = "\n[courier]\nprefetch_count = 50\nsync_s = 0.2\nbackoff_s_max = 1\n"
BATCHES_MAX = 60


def test_the_search_finds_every_kind_of_canary() -> None:
    known = niks(20)
    one = canaries.fields(7, "S")
    picture = marked(photo_png(0))
    for data in (
        f"nik={one['nik']} ok".encode(),
        one["name"].encode(),
        one["name"].encode("utf-16-le"),
        b"x" + base64.b64encode(one["name"].encode()),
        b"x" + base64.b64encode(b"?" + one["name"].encode()),
        b"x" + base64.b64encode(b"??" + one["name"].encode()),
        picture,
        base64_text(picture).encode(),
        base64.b64encode(b"?" + picture),
        base64.b64encode(b"??" + picture),
        photo_png(3)[20:],
    ):
        assert list(found(data, known)), data[:40]
    assert not list(found(b"1671990101010001 nobody, " + b"0" * 64, known))


def test_the_search_sees_into_processes(tmp_path: Path) -> None:
    """Their words, their environment, and a file that has no name any more; of what they started too."""
    nik = next(iter(niks(3))).decode()
    lose = f"import os; f = open('x', 'w'); os.unlink('x'); f.write('{MARK[:3]}' '{MARK[3:]}'); f.flush(); "
    wait = "print(flush=True); input()"
    for words, environment, kind in (
        ([wait, nik], {}, "NIK"),
        ([wait], {"SUBJECT": nik}, "NIK"),
        ([lose + wait], {}, "name, address or picture"),
        ([wait], {}, None),
    ):
        with subprocess.Popen(
            ["sh", "-c", 'exec 3<&0; "$@" <&3 & wait', "sh", sys.executable, "-c", *words],
            cwd=tmp_path, env={**os.environ, **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            leaks = list(canaries.search_processes([process.pid], niks(3)))
            assert {leak.kind for leak in leaks} == ({kind} if kind else set())
            process.stdin.write(b"\n")


def test_a_day_with_crashes_leaves_nobody_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    source = tmp_path / "import.jsonl"
    source.write_text(
        "".join(json.dumps(canaries.fields(n, NAME)) + "\n" for n in range(1, COUNT + 1))
    )
    with contextlib.ExitStack() as stack:
        hub = stack.enter_context(tls_office.serving(tmp_path / "office"))
        printer = start_printer(tmp_path, blanks=20, serial="UJI-77")
        stack.callback(printer.end)
        with home.opened(hub.directory) as opened:
            assert import_file(opened, source).accepted == COUNT
        station = kiosk(hub, tmp_path / "kiosk", printer.tcp_uri)
        live_through_it(station, stack)
        seen = pass_through(station, hub)
        ids = [one.process.pid for one in (hub.running, printer.running, station.started[-1])]
        left = list(canaries.search_processes(ids, niks()))
    backup(station, tmp_path / "backup")
    legitimate = (
        source, printer.cards_dir, hub.directory / "hub.sqlite",
        hub.directory / "hub.sqlite-journal",
    )  # fmt: skip
    left += canaries.search(tmp_path, niks(), legitimate)
    record_property("canaries", seen)
    record_property("files_searched", sum(path.is_file() for path in tmp_path.rglob("*")))
    record_property("leaks", len(left))
    assert left == []
    assert list(canaries.search(hub.directory, niks())), "the search is blind"
    assert not list(Path.cwd().glob("core*"))


def live_through_it(station: StationProcess, stack: contextlib.ExitStack) -> None:
    """Print, crash while printing, crash with an abort, start again and get in touch with the hub."""
    stack.callback(station.end)
    for number in (signal.SIGKILL, signal.SIGABRT):
        done = station.status()["cards"]["printed"]
        station.start()
        wait_until(lambda done=done: printed(station) > done or in_doubt(station), "a card")
        assert station.end(number) == -number
    station.start()
    wait_until(lambda: station.status()["outbox_waiting"] == 0, "all told")
    assert printed(station) + in_doubt(station) > 0


def pass_through(station: StationProcess, hub: TlsHub) -> int:
    """Let the station hold every record there is: the office takes back what it holds, so it asks for more.

    Returns how many people's records were put down at the station.
    """
    with home.opened(hub.directory) as opened:
        for _ in range(BATCHES_MAX):
            held = opened.store.read(lambda connection: rights.held_by(connection, NAME))
            for row in held:
                with contextlib.suppress(RightClosedError):  # printed meanwhile
                    service.revoke(opened, rights.named(row))
            if granted(opened) == COUNT:
                break
            wait_until(lambda held=held: came_anew(opened, held), "other records are held")
        return granted(opened)


def came_anew(hub: Hub, before: Sequence[sa.Row[Any]]) -> bool:
    """Tell whether a station holds what it did not hold before."""
    held = hub.store.read(lambda connection: rights.held_by(connection, NAME))
    return bool({row.id for row in held} - {row.id for row in before})


def granted(hub: Hub) -> int:
    """Count the rights that ever went to a station."""
    query = sa.select(sa.func.count()).select_from(schema.rights).where(schema.rights.c.fence > 0)
    return int(hub.store.read(lambda connection: connection.execute(query).scalar_one()))


def kiosk(hub: TlsHub, folder: Path, printer_uri: str) -> StationProcess:
    made = hub.kiosk(NAME, folder, printer_uri)
    with made.place.config.open("a") as file:
        file.write(QUICK)
    with home.opened(hub.directory) as opened:
        service.receive_blanks(opened, SERIES, 20, "BAST")
        service.send_blanks(opened, NAME, SERIES, 20, "KIRIM")
    station = StationProcess(made.place.config)
    with station.desk() as desk:
        desk.load(20, "ani")
    return station


def printed(station: StationProcess) -> int:
    return int(station.status()["cards"]["printed"])


def in_doubt(station: StationProcess) -> int:
    return int(station.status()["cards"]["in_doubt"])


def backup(station: StationProcess, folder: Path) -> None:
    """Copy the state directory as a careless person would, and the store as SQLite does."""
    state = station.folder / "state"
    shutil.copytree(state, folder)
    with (
        contextlib.closing(sqlite3.connect(state / "station.sqlite")) as store,
        contextlib.closing(sqlite3.connect(folder / "copy.sqlite")) as copy,
    ):
        store.backup(copy)


def test_a_payload_is_dead_without_the_stations_key(tmp_path: Path) -> None:
    """Who has the store and not the key has nothing: another key, even one made anew, opens no payload."""
    store = database(tmp_path)
    stock(store, numbers=(1,))
    with store.read() as tx:
        (row,) = tx.all("rights_next", count=1)
    store.close()
    right = Right(record_id=row["record_id"], issue_no=row["issue_no"])
    assert VAULT.open(right, row["fence"], sealed(row)) == grant(1).canonical()
    other = Vault(STATION, station_key(tmp_path, None))
    with pytest.raises(VaultError):
        other.open(right, row["fence"], sealed(row))


def sealed(row: sqlite3.Row) -> Sealed:
    return Sealed(row["payload"], row["payload_key"])


def test_a_destroyed_key_is_nowhere_in_the_store_file(tmp_path: Path) -> None:
    store = database(tmp_path)
    stock(store, numbers=(1, 2))
    with store.read() as tx:
        first, second = tx.all("rights_next", count=2)
    with store.write() as tx:
        changed = tx.run(
            "right_tomb", record_id=first["record_id"], issue_no=1, fence=first["fence"]
        )
    assert changed == 1
    store.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert first["payload_key"] not in files
    assert first["payload"][:64] not in files
    assert second["payload_key"] in files  # the search sees what is there


@pytest.mark.parametrize("program", ["hub", "station"])
def test_no_core_is_ever_written(program: str, tmp_path: Path) -> None:
    """A core would hold keys and records; the limit is zero from the first moment on, whatever the shell allows."""
    with contextlib.ExitStack() as stack:
        hub = stack.enter_context(tls_office.serving(tmp_path / "office"))
        running = hub.running
        if program == "station":
            made = kiosk(hub, tmp_path / "kiosk", "tcp://127.0.0.1:9")
            running = made.start()
            stack.callback(made.end)
            wait_until(lambda: made.status()["roles"], "the daemon runs")
        limits = Path(f"/proc/{_own_id(running)}/limits").read_text()
    (line,) = (one for one in limits.splitlines() if one.startswith("Max core file size"))
    assert line.split()[4:6] == ["0", "0"]


def _own_id(running: Running) -> int:
    assert os.getpid() != running.process.pid
    return running.process.pid
