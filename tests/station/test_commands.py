"""`ktp-station` as people at the counter use it, on a real store: what it prints, how it ends, what it refuses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prr import seal
from station import attempt, cli, doubt, grants
from station.database import Database
from station.errors import ConfigError, DecisionError, StationError, StoreError
from station.jobs import StopReason
from station.role import RoleState
from support.records import record
from support.stations import (
    DAY,
    HUB_KEY,
    SERIAL,
    STATION,
    VAULT,
    SetClock,
    evidence,
    grant,
    plan,
    stock,
)

RIGHT = record(1).right


@dataclass
class Counter:
    """A station's store and the commands on it."""

    config: Path
    store: Database

    def say(self, *words: str, code: int = 0) -> str:
        """Run a command; returns what it printed."""
        done = CliRunner().invoke(cli.app, [words[0], "--config", str(self.config), *words[1:]])
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    def refused(self, *words: str) -> str:
        """Run a command that the station refuses; returns its sentence."""
        done = CliRunner().invoke(cli.app, [words[0], "--config", str(self.config), *words[1:]])
        assert isinstance(done.exception, StationError), (words, done.output)
        return str(done.exception)

    def doubtful(self) -> int:
        """Begin a card and let it be in doubt; returns its intent."""
        at = SetClock().now()
        with self.store.write() as tx:
            intent = attempt.begin(tx, plan(RIGHT), evidence(), "boot-1", at)
            doubt.doubt_all(tx, STATION, at)
        return intent


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    config = tmp_path / "station.toml"
    config.write_text(
        f'[station]\nid = "{STATION}"\nzone = "Asia/Jakarta"\nstate_dir = "{tmp_path}"\n'
        f'[hub]\nurl = "http://127.0.0.1:1"\naccess_key = "k"\n'
        f'public_key = "{seal.public_key_text(HUB_KEY.public_key())}"\n'
        '[printer]\nuri = "tcp://127.0.0.1:1"\n'
    )
    store = Database.in_folder(tmp_path / "station.sqlite", station=STATION)
    made = Counter(config, store)
    yield made
    store.close()


@pytest.fixture
def stocked(counter: Counter) -> Counter:
    stock(counter.store, numbers=(1, 2))
    return counter


def test_status_for_people_and_for_programs(stocked: Counter) -> None:
    told = json.loads(stocked.say("status", "--json"))
    assert (told["station"], told["rights"]) == (STATION, {"CACHED": 2})
    RoleState("press", stocked.store, SetClock()).stopped({StopReason.NO_BLANKS: "series X"})
    shown = stocked.say("status")
    assert STATION in shown
    assert "no-blanks: series X" in shown
    assert "tidak berjalan / not running" in shown
    assert SERIAL in shown
    assert "IN DOUBT" not in shown


def test_a_doubt_stands_on_the_screen_until_it_is_resolved(stocked: Counter) -> None:
    intent = stocked.doubtful()
    assert f"ktp-station resolve {intent}" in " ".join(stocked.say("status").split())
    assert "--reason" in stocked.say("resolve", str(intent), "spoiled", "--by", "ani", code=2)
    assert "--second" in stocked.refused("resolve", str(intent), "not-printed", "--by", "ani")
    stocked.say(
        "resolve", str(intent), "spoiled", "--by", "ani", "--second", "budi", "--reason", "JAM"
    )
    assert "IN DOUBT" not in stocked.say("status")


def test_the_queue_says_who_waits_for_a_word(counter: Counter) -> None:
    stock(counter.store, numbers=(1,))
    with counter.store.write() as tx:
        grants.keep(tx, VAULT, "k", (grant(2),), approved=False, pull_ms=1)
    shown = counter.say("queue")
    assert "belum" in shown
    assert "ya" in shown
    counter.say("approve", "R000002", "--by", "ani")
    assert "belum" not in counter.say("queue")
    assert [row["approved"] for row in json.loads(counter.say("queue", "--json"))] == [True, True]
    assert "does not wait" in counter.refused("approve", "R000002", "--by", "ani")


def test_blanks_in_and_out(stocked: Counter) -> None:
    assert stocked.say("load", "5", "--by", "ani") == "loaded: 55\n"
    assert stocked.say("load", "-5", "--by", "ani") == "loaded: 50\n"
    stocked.say("load", "0", "--by", "ani", code=2)
    stocked.say("load", "5", "--by", "no name", code=2)
    away = ("return", "3", "--by", "ani", "--second", "budi", "--reason")
    assert stocked.say(*away, "recalled") == "loaded: 47\n"
    stocked.say(*away, "", code=2)


def test_a_hand_count_is_held_against_the_book(stocked: Counter) -> None:
    assert "difference: 0" in stocked.say("count", "50", "--by", "ani")
    booked = ("count", "49", "--by", "ani", "--second", "budi", "--reason", "one torn")
    stocked.say("count", "49", "--by", "ani", code=cli.EX_NOPERM)
    assert stocked.say(*booked) == "difference: -1\n"
    assert "difference: 0" in stocked.say("count", "49", "--by", "ani")


def test_the_day_is_closed_with_its_counts(stocked: Counter) -> None:
    intent = stocked.doubtful()
    with stocked.store.write() as tx:
        row = tx.one("intent", intent=intent)
        assert row is not None
        seen = evidence(101, card_inside=True)
        doubt.settle_by_evidence(tx, STATION, row, seen, SetClock().now(), certified=False)
    told = stocked.say("close", "--by", "ani", "--day", DAY.isoformat(), "--count", "40")
    assert f"{DAY}: 1 kartu / cards" in told
    assert "40 counted, 49 in the book" in told
    assert "cocok / fits" in told
    assert "counted" not in stocked.say("close", "--by", "ani")
    stocked.say("close", "--by", "ani", "--day", "2 March", code=2)


def test_a_printer_is_unlocked_by_two(stocked: Counter) -> None:
    with stocked.store.write() as tx:
        tx.run("printer_lock", serial=SERIAL, reason="counted")
    assert "two different" in stocked.refused("unlock", "--by", "ani", "--second", "ani")
    assert stocked.say("unlock", "--by", "ani", "--second", "budi") == "unlocked: 1\n"
    assert stocked.say("unlock", "--by", "ani", "--second", "budi") == "unlocked: 0\n"


def test_a_record_goes_back_and_a_test_card_is_asked_for(stocked: Counter) -> None:
    stocked.say("release", "R000001", "--by", "ani", "--reason", "moved away")
    assert stocked.refused("release", "R000001", "--by", "ani", "--reason", "moved away")
    assert stocked.say("test-card", "--by", "ani") == "request: 1\n"


def test_the_event_log_is_written_one_a_line(stocked: Counter, tmp_path: Path) -> None:
    stocked.say("unlock", "--by", "ani", "--second", "budi")
    stocked.say("test-card", "--by", "ani")
    stocked.say("events", "--export", str(tmp_path / "log"))
    names = [json.loads(line)["name"] for line in (tmp_path / "log").read_text().splitlines()]
    assert "test_card.asked" in names


def test_the_configuration_is_checked_whole(counter: Counter) -> None:
    assert "baik / good" in counter.say("check-config")
    for wrong in ("serial:///dev/x?baud=zero", "tcp:nowhere"):
        text = counter.config.read_text()
        counter.config.write_text(text.replace("tcp://127.0.0.1:1", wrong))
        assert counter.refused("check-config")
        counter.config.write_text(text)
    counter.say("run", "--only", "nobody", code=2)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), cli.EX_CONFIG),
        (StoreError("x"), cli.EX_IOERR),
        (DecisionError("x"), cli.EX_NOPERM),
        (StationError("x"), cli.EX_TEMPFAIL),
    ],
)
def test_each_kind_of_error_is_one_sentence_and_its_own_code(
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
    assert (ended.value.code, capsys.readouterr().err) == (code, "ktp-station: x\n")


def test_a_certificate_is_not_renewed_over_plain_http(counter: Counter) -> None:
    assert "there is no certificate to renew" in counter.refused("renew")
