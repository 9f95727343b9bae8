"""The commands: facts as JSON, one sentence for an error, exit codes of sysexits, and never a traceback."""

import json
import os
import socket
import tomllib
from pathlib import Path

import pytest

from hub import home
from support.hub_process import run, serving
from support.records import json_fields


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    home.init(tmp_path / "hub", "Asia/Jayapura", 200, "S1")
    return tmp_path / "hub"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub for commands that change nothing."""
    directory = tmp_path_factory.mktemp("cli") / "hub"
    home.init(directory, "Asia/Jayapura", 200, "S1")
    return directory


def test_from_init_to_stock(tmp_path: Path) -> None:
    directory = tmp_path / "hub"
    made = run(directory, "init", "--series", "S1", "--zone", "Asia/Jayapura")
    assert (made.returncode, made.stdout) == (0, "")
    added = run(
        directory, "station", "add", "P1", "--site", "KEC-01", "--url", "http://127.0.0.1:1"
    )
    config = tomllib.loads(added.stdout)
    assert config["station"] == {"id": "P1", "zone": "Asia/Jayapura", "state_dir": "var/station"}
    assert config["hub"]["url"] == "http://127.0.0.1:1"
    assert len(config["hub"]["access_key"]) == 43
    assert config["printer"] == {"uri": "tcp://127.0.0.1:9100"}
    for arguments in (
        ("receive", "--count", "100", "--document", "D1"),
        ("send", "--station", "P1", "--count", "60"),
    ):
        assert run(directory, "blanks", *arguments).returncode == 0
    stock = json.loads(run(directory, "stock", "--json").stdout)
    assert stock["series"]["S1"]["accounts"] == {
        "SUPPLIER": -100, "STOCK": 40, "station:P1:STOCK": 60,
    }  # fmt: skip
    totals = stock["series"]["S1"]["totals"]
    assert (totals["received"], totals["left"], totals["printed"]) == (100, 100, 0)
    table = run(directory, "stock")
    assert "station:P1:STOCK" in table.stdout


def test_import_and_quarantine(directory: Path, tmp_path: Path) -> None:
    source = tmp_path / "records.jsonl"
    rows = [json_fields(1), json_fields(2, nik=5)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = run(directory, "import", str(source))
    assert told.returncode == 0
    assert "1 accepted" in told.stdout
    assert "line 2 NIK_AS_NUMBER" in told.stdout
    (facts,) = json.loads(run(directory, "import", str(source), "--json").stdout)
    assert (facts["known"], facts["refused"]) == (1, {"NIK_AS_NUMBER": 1})
    (kept,) = json.loads(run(directory, "quarantine", "--json").stdout)
    assert (kept["file"], kept["line"], kept["code"]) == ("records.jsonl", 2, "NIK_AS_NUMBER")
    assert "NIK_AS_NUMBER" in run(directory, "quarantine").stdout


def test_revoke_hold_and_alarms(directory: Path, tmp_path: Path) -> None:
    run(directory, "station", "add", "P1", "--site", "KEC-01")
    source = tmp_path / "records.jsonl"
    source.write_text(json.dumps(json_fields(1)) + "\n")
    run(directory, "import", str(source))
    revoked = json.loads(run(directory, "revoke", "R000001", "1", "--json").stdout)
    assert revoked == {"right": "R000001/1", "state": "REVOKED", "revoke_wanted": False}
    assert run(directory, "hold", "KEC-01", "--reason", "inspection").returncode == 0
    assert run(directory, "unhold", "KEC-01").returncode == 0
    assert json.loads(run(directory, "alarms", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-command",), os.EX_USAGE),
        (("blanks", "receive", "--count", "0", "--document", "D"), os.EX_USAGE),
        (("init", "--zone", "Europe/Berlin"), os.EX_USAGE),
        (("init",), os.EX_CANTCREAT),
        (("station", "add", "not a name", "--site", "S"), os.EX_USAGE),
        (("station", "add", "P9", "--site", "S", "--issue-types", "SECOND"), os.EX_USAGE),
        (("station", "add", "P9", "--site", "S", "--url", 'x"y'), os.EX_USAGE),
        (("import", "no-such-file.jsonl"), os.EX_NOINPUT),
        (("import", __file__), os.EX_USAGE),
        (("blanks", "send", "--station", "P9", "--count", "1"), os.EX_USAGE),
        (("revoke", "R000001", "1"), os.EX_DATAERR),
        (("hold", "NOWHERE", "--reason", "x"), os.EX_USAGE),
        (("serve", "--listen", "0.0.0.0:8600"), os.EX_USAGE),
        (("serve", "--listen", "192.0.2.1:8600"), os.EX_USAGE),
        (("serve", "--listen", "127.0.0.1"), os.EX_USAGE),
        (("serve", "--port", "0", "--enrol-listen", "127.0.0.1:0"), os.EX_USAGE),
        (("stock", "--dir", "/nonexistent"), os.EX_NOINPUT),
    ],
)
def test_an_error_is_one_sentence_and_a_code(
    untouched: Path, arguments: tuple[str, ...], code: int
) -> None:
    failed = run(untouched, *arguments)
    assert failed.returncode == code
    assert failed.stdout == ""
    assert failed.stderr.startswith("ktp-hub: ")
    assert failed.stderr.count("\n") == 1


def test_blanks_that_are_not_there_are_a_data_error(directory: Path) -> None:
    run(directory, "station", "add", "P1", "--site", "KEC-01")
    failed = run(directory, "blanks", "send", "--station", "P1", "--count", "1")
    assert failed.returncode == os.EX_DATAERR
    assert "STOCK holds 0" in failed.stderr


def test_a_key_that_others_may_read_and_a_foreign_store_are_refused(directory: Path) -> None:
    (directory / "hub.key").chmod(0o644)
    assert run(directory, "stock").returncode == os.EX_NOPERM
    (directory / "hub.sqlite").write_text("something else")
    assert run(directory, "stock").returncode == os.EX_CONFIG


def test_a_taken_port_is_named(directory: Path) -> None:
    with serving(directory) as hub:
        failed = run(directory, "serve", "--port", hub.url.rpartition(":")[2])
    assert failed.returncode == os.EX_USAGE
    assert "cannot be listened on" in failed.stderr


def test_serve_tells_the_service_manager(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = tmp_path / "notify"
    monkeypatch.setenv("NOTIFY_SOCKET", str(address))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(20)
        listener.bind(str(address))
        with serving(directory):
            heard = {listener.recv(100) for _ in range(3)}
        assert {b"READY=1", b"WATCHDOG=1"} <= heard
        while b"STOPPING=1" not in heard:
            heard.add(listener.recv(100))
