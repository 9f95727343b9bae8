"""`ktp-station load --read`, `resolve --read` and `blank` as processes, over a real pcscd; hands lay the cards down."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from prr import seal
from station import attempt, doubt
from station.database import Database
from support.pcsc import NamedChip, Pcsc
from support.records import record
from support.stations import HUB_KEY, STATION, SetClock, evidence, plan, stock

A, B, C = (f"04A1B2C3D4E5{n:02X}" for n in range(3))
END_S_MAX = 60.0
EX_TEMPFAIL, EX_NOPERM = 75, 77


@dataclass
class Desk:
    """A station's store and the commands on it, beside a reader."""

    config: Path
    store: Database
    pcsc: Pcsc

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", "from station.cli import main; main()", *words, "--config", str(self.config)],
            env=self.pcsc.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def say(self, *words: str, lay: tuple[str, ...] = (), code: int = 0) -> tuple[str, str]:
        """Run a command and lay cards down as it asks for them; returns what it printed and what it said."""
        said: list[str] = []
        with self.start(*words) as process:
            assert process.stderr is not None
            assert process.stdout is not None
            for uid in lay:
                said += _until(process.stderr, "letakkan")
                with self.pcsc.card(NamedChip([uid])):
                    said += _until(process.stderr, uid)
            rest = process.stderr.read()
            told = process.stdout.read()
            assert process.wait(END_S_MAX) == code, (told, said, rest)
        return told, "".join([*said, rest])

    def blank(self, uid: str) -> dict[str, object]:
        told: dict[str, object] = json.loads(self.say("blank", "--json", lay=(uid,))[0])
        return told

    def doubt(self, uid: str) -> int:
        """Begin the card of record 1 on the only blank, as the press does, and let it be in doubt."""
        at = SetClock().now()
        with self.store.write() as tx:
            intent = attempt.begin(
                tx, replace(plan(record(1).right), blank_uid=uid), evidence(), "boot-1", at
            )
            doubt.doubt_all(tx, STATION, at)
        return intent


def _until(lines: Iterator[str], word: str) -> list[str]:
    said = []
    for line in lines:
        said.append(line)
        if word in line:
            return said
    raise AssertionError(said)


@pytest.fixture
def desk(tmp_path: Path, pcsc: Pcsc) -> Iterator[Desk]:
    config = tmp_path / "station.toml"
    config.write_text(
        f'[station]\nid = "{STATION}"\nzone = "Asia/Jakarta"\nstate_dir = "{tmp_path}"\n'
        f'[hub]\nurl = "http://127.0.0.1:1"\naccess_key = "k"\n'
        f'public_key = "{seal.public_key_text(HUB_KEY.public_key())}"\n'
        '[printer]\nuri = "tcp://127.0.0.1:1"\n[reader]\nwithin_s = 20\n'
    )
    store = Database.in_folder(tmp_path / "station.sqlite", station=STATION)
    stock(store, blanks=0, numbers=(1,))
    yield Desk(config, store, pcsc)
    store.close()


def test_blanks_are_named_while_they_are_loaded_and_told_of(desk: Desk) -> None:
    assert desk.blank(A)["place"] is None
    told, said = desk.say("load", "2", "--by", "ani", "--read", lay=(A, A, B))
    assert told == "loaded: 2\n"
    assert f"{A}: TIDAK / NO: sudah dibaca / read already" in said
    assert desk.blank(A) | {"since": ""} == {
        "uid": A, "place": "LOADED", "series": "BLANK", "since": "", "by": "ani", "intent": None,
        "right": None, "held_for": [],
    }  # fmt: skip
    told, _ = desk.say("load", "-1", "--by", "ani", "--read", lay=(A,))
    assert told == "loaded: 1\n"
    told, _ = desk.say("blank", lay=(B,))
    assert told.startswith(f"{B}: di dalam printer / in the printer\n")


def test_a_used_card_is_told_of_at_once_and_another_is_waited_for(desk: Desk) -> None:
    desk.say("load", "1", "--by", "ani", "--read", lay=(A,))
    intent = str(desk.doubt(A))
    _, said = desk.say(
        "resolve", intent, "printed", "--by", "ani", "--second", "budi", "--read",
        lay=(B,), code=EX_NOPERM,
    )  # fmt: skip
    assert f"the card read is {B}, intent {intent} went on {A}" in said
    desk.say("resolve", intent, "printed", "--by", "ani", "--second", "budi", "--read", lay=(A,))
    assert desk.blank(A)["place"] == "PRINTED"
    told, said = desk.say("load", "1", "--by", "ani", "--read", lay=(A, C))
    assert told == "loaded: 1\n"
    assert f"TIDAK / NO: card {A} is no blank any more" in said


def test_without_a_blank_in_time_nothing_is_booked(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text().replace("within_s = 20", "within_s = 0.2"))
    _, said = desk.say("load", "2", "--by", "ani", "--read", code=EX_TEMPFAIL)
    assert "no card was laid on the reader within 0.2 s" in said
    with desk.store.read() as tx:
        assert tx.all("blanks", series=None) == []


def test_without_a_reader_blanks_are_counted_as_ever(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text() + 'name = "ACS"\n')
    _, said = desk.say("load", "1", "--by", "ani", "--read", code=EX_TEMPFAIL)
    assert "no reader is named 'ACS'" in said
    assert desk.say("load", "5", "--by", "ani")[0] == "loaded: 5\n"
