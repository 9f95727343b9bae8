"""`ktp-station receipt` as the counter uses it: a real store, an emulator process, slips read back from its paper."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prr import seal
from station import attempt, cli, doubt
from station.database import Database
from station.errors import (
    ConfigError,
    DecisionError,
    ReceiptCutShortError,
    ReceiptError,
    StationError,
)
from support.processes import Running, running
from support.records import record
from support.stations import HUB_KEY, STATION, SetClock, evidence, plan, stock

RIGHT = record(1).right
OFFICE = "Disdukcapil Kecamatan Sukamaju Łódź"


@dataclass
class Counter:
    """A station's store, its configuration, and the receipt printer's process."""

    folder: Path
    printer: Running
    columns: int = 48

    def configure(self, receipt: str) -> None:
        (self.folder / "station.toml").write_text(
            f'[station]\nid = "{STATION}"\nzone = "Asia/Jakarta"\nstate_dir = "{self.folder}"\n'
            f'[hub]\nurl = "http://127.0.0.1:1"\naccess_key = "k"\n'
            f'public_key = "{seal.public_key_text(HUB_KEY.public_key())}"\n'
            f'[printer]\nuri = "tcp://127.0.0.1:1"\n{receipt}'
        )

    def with_printer(self, width_mm: int = 80, language: str = "both") -> None:
        host, port = self.printer.address
        self.configure(
            f'[receipt]\ndevice = "tcp://{host}:{port}"\nwidth_mm = {width_mm}\n'
            f'language = "{language}"\noffice = "{OFFICE}"\n'
        )

    def say(self, *words: str, code: int = 0) -> str:
        """Run a command; returns what it printed."""
        done = self._run(words)
        assert done.exit_code == code, (words, done.output, done.exception)
        return str(done.output)

    def refused(self, *words: str, kind: type[StationError]) -> str:
        """Run a command that ends in one sentence; returns it."""
        done = self._run(words)
        assert type(done.exception) is kind, (words, done.output, done.exception)
        return str(done.exception)

    def _run(self, words: tuple[str, ...]):  # type: ignore[no-untyped-def]  # noqa: ANN202 of typer's copy of click
        config = ("--config", str(self.folder / "station.toml"))
        return CliRunner().invoke(cli.app, [*words, *config])

    def slip(self, number: int = 1) -> str:
        """Tear the paper where it was not cut, and return what the slip says."""
        if self.printer.do("truth")["slips_made"] < number:
            self.printer.do("tear")
        self.printer.do("wait-cards", count=number)
        text: str = (self.folder / "slips" / f"{number:06d}.txt").read_text(encoding="utf-8")
        assert all(len(line) <= self.columns for line in text.splitlines())
        return text

    def untouched(self) -> bool:
        truth = self.printer.do("truth")
        return (truth["slips_made"], truth["hanging_text"], truth["buffer_bytes"]) == (0, "", 0)


@pytest.fixture
def counter(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Counter]:
    model = getattr(request, "param", "receipt-80")
    store = Database.in_folder(tmp_path / "station.sqlite", station=STATION)
    stock(store, numbers=(1, 2))
    at = SetClock().now()
    with store.write() as tx:
        attempt.begin(tx, plan(RIGHT), evidence(), "boot-1", at)
        doubt.doubt_all(tx, STATION, at)
    store.close()
    with running(tmp_path / "slips", "--model", model) as printer:
        made = Counter(tmp_path, printer, 48 if model == "receipt-80" else 32)
        made.with_printer(80 if model == "receipt-80" else 58)
        yield made


def printed(counter: Counter) -> None:
    """Two people say that the card is good, and it is known where it counts."""
    counter.say("resolve", "1", "printed", "--by", "ani", "--second", "budi")


def test_the_slip_of_a_card_handed_over(counter: Counter) -> None:
    printed(counter)
    said = counter.say(
        "receipt", "hand-over", RIGHT.record_id, "--by", "ani", "--nik-end", "0001"
    )  # fmt: skip
    assert said == "tercetak / printed\n"
    lines = [line.strip() for line in counter.slip().splitlines()]
    assert lines[:3] == [
        "Disdukcapil Kecamatan Sukamaju Lodz",
        "TANDA TERIMA KTP-el",
        "KTP-el HAND-OVER",
    ]
    facts = {line.rsplit("  ", 1)[0].strip(): line.rsplit("  ", 1)[-1].strip() for line in lines}
    assert facts["Nomor berkas / Record"] == RIGHT.record_id
    assert facts["Cetakan ke / Issue"] == "1"
    assert facts["NIK"] == "*" * 12 + "0001"
    assert facts["Petugas / Clerk"] == "ani"
    assert "The card was handed over to its holder." in lines


@pytest.mark.parametrize("counter", ["receipt-58"], indirect=True)
def test_narrow_paper(counter: Counter) -> None:
    printed(counter)
    counter.say("receipt", "hand-over", RIGHT.record_id, "--by", "ani")
    lines = counter.slip().splitlines()
    assert "-" * 32 in lines
    assert f"Nomor berkas / Record{RIGHT.record_id:>11}" in lines
    assert "NIK" not in " ".join(lines)
    assert "The card was handed over to its" in lines


@pytest.mark.parametrize(
    ("language", "there", "not_there"),
    [
        ("id", ["NOMOR ANTREAN", "Silakan"], ["WAITING", "Please"]),
        ("en", ["WAITING NUMBER", "Please"], ["ANTREAN", "Silakan"]),
        ("both", ["NOMOR ANTREAN", "Silakan", "WAITING NUMBER", "Please"], []),
    ],
)
def test_a_waiting_number_in_each_language(
    counter: Counter, language: str, there: list[str], not_there: list[str]
) -> None:
    counter.with_printer(language=language)
    counter.say("receipt", "waiting", "a-017", "--service", "Loket 3")
    slip = counter.slip()
    assert all(words in slip for words in [*there, "A-017", "Loket 3"])
    assert not any(words in slip for words in not_there)


def test_the_close_of_a_day_as_it_was_told(counter: Counter) -> None:
    day = "2026-03-02"
    assert "not closed here" in counter.refused(
        "receipt", "close", "--day", day, kind=DecisionError
    )
    printed(counter)
    counter.say("close", "--by", "ani", "--day", day, "--count", "49")
    counter.say("load", "5", "--by", "ani")  # later: not on the slip of what was told
    counter.say("receipt", "close", "--day", day)
    lines = [" ".join(line.split()) for line in counter.slip().splitlines()]
    for line in (
        "TUTUP HARI", "END OF DAY", f"Stasiun / Station {STATION}", "Tanggal / Day 02-03-2026",
        "Petugas / Clerk ani", "Kartu dimulai / Cards begun 1", "tercetak / printed 1",
        "di printer / loaded 49", "Dihitung tangan / Counted by hand 49",
    ):  # fmt: skip
        assert line in lines, lines


def test_no_slip_for_a_card_that_was_not_printed(counter: Counter) -> None:
    for record_id in (RIGHT.record_id, "R000002", "R999999"):
        sentence = counter.refused(
            "receipt", "hand-over", record_id, "--by", "ani", kind=DecisionError
        )  # fmt: skip
        assert f"{record_id}/1 was not printed here" in sentence
    assert counter.untouched()


@pytest.mark.parametrize(
    "words",
    [
        ("hand-over", "R000001", "--by", "ani", "--nik-end", "32019"),
        ("hand-over", "R000001", "--by", "ani budi"),
        ("hand-over", "R 1", "--by", "ani"),
        ("waiting", "A017B"),
        ("waiting", "1", "--service", "x" * 49),
        ("waiting", "1", "--service", "\x1b@"),
        ("close", "--day", "kemarin"),
    ],
)
def test_words_that_are_none(counter: Counter, words: tuple[str, ...]) -> None:
    counter.say("receipt", *words, code=2)
    assert counter.untouched()


@pytest.mark.parametrize(
    ("order", "arguments", "code", "shown"),
    [
        ("truth", {}, 0, "siap / ready: kertas cukup / paper adequate"),
        (
            "paper",
            {"mm": 4000},
            0,
            "siap / ready: kertas hampir habis / paper near its end (media-low)",
        ),
        (
            "paper",
            {"mm": 20},
            75,
            "berhenti / stopped: kertas habis / out of paper (media-empty, media-low)",
        ),
        ("open-cover", {}, 75, "berhenti / stopped: kertas cukup / paper adequate (cover-open)"),
        (
            "silence",
            {"answers": 99},
            75,
            "berhenti / stopped: kertas tidak diketahui / paper unknown (timed-out)",
        ),
    ],
)
def test_status(
    counter: Counter, order: str, arguments: dict[str, int], code: int, shown: str
) -> None:
    counter.printer.do(order, **arguments)
    assert counter.say("receipt", "status", "--answer", "0.5", code=code) == f"{shown}\n"


def test_status_for_programs(counter: Counter) -> None:
    counter.printer.do("paper", mm=4000)
    assert json.loads(counter.say("receipt", "status", "--json")) == {
        "state": "idle", "paper": "near-end", "reasons": ["media-low-warning"],
        "device_words": "12 12 12 1E",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("order", "arguments", "reason"),
    [
        ("open-cover", {}, "cover-open"),
        ("paper", {"mm": 20}, "media-empty"),
        ("silence", {"answers": 99}, "timed-out"),
    ],
)
def test_a_printer_that_takes_no_slip(
    counter: Counter, order: str, arguments: dict[str, int], reason: str
) -> None:
    counter.printer.do(order, **arguments)
    sentence = counter.refused("receipt", "waiting", "1", "--answer", "0.5", kind=ReceiptError)
    assert f"can't take a slip now: {reason}" in sentence
    counter.printer.do("close-cover")
    assert "ANTREAN" not in counter.printer.do("truth")["hanging_text"]


def test_a_roll_near_its_end_is_told_with_the_slip(counter: Counter) -> None:
    counter.printer.do("paper", mm=4000)
    assert "hampir habis / the paper is near" in counter.say("receipt", "waiting", "1")


def test_a_slip_cut_short(counter: Counter) -> None:
    counter.printer.do("jam-cutter")
    words = ("receipt", "waiting", "1", "--deadline", "1")
    assert "x-cutter-error" in counter.refused(*words, kind=ReceiptCutShortError)


@pytest.mark.parametrize(
    ("error", "code"), [(ReceiptCutShortError("x"), 74), (ReceiptError("x"), 75)]
)
def test_exit_codes(
    error: StationError,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert capsys.readouterr().err == "ktp-station: x\n"


def test_nobody_at_the_device(counter: Counter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    counter.configure(f'[receipt]\ndevice = "tcp://127.0.0.1:{port}"\n')
    assert "takes no connection" in counter.refused("receipt", "status", kind=ReceiptError)


def test_a_station_without_a_receipt_printer(counter: Counter) -> None:
    counter.configure("")
    for words in (("status",), ("waiting", "1"), ("close",)):
        assert "[receipt] device" in counter.refused("receipt", *words, kind=ConfigError)


def test_a_configuration_that_names_no_device_or_paper(counter: Counter) -> None:
    counter.configure('[receipt]\ndevice = "lpt1:"\n')
    assert "has no scheme" in counter.refused("check-config", kind=ConfigError)
    counter.configure("[receipt]\nwidth_mm = 76\n")
    assert "receipt.width_mm" in counter.refused("receipt", "status", kind=ConfigError)


def test_a_slip_leaves_no_folder_behind(counter: Counter, tmp_path: Path) -> None:
    """As a process of its own, for python-escpos makes its folder at the first import."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    subprocess.run(
        [sys.executable, "-c", "from station.cli import main; main()", "receipt", "waiting", "1"],
        check=True,
        env=os.environ
        | {"TMPDIR": str(scratch), "KTP_STATION_CONFIG": str(tmp_path / "station.toml")},
    )
    assert list(scratch.iterdir()) == []
    assert "NOMOR ANTREAN" in counter.slip()


def test_without_python_escpos(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "escpos.printer", None)
    sentence = counter.refused("receipt", "waiting", "1", kind=ReceiptError)
    assert "extra `receipt`" in sentence
    assert counter.untouched()
