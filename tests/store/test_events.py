"""The event log: what was removed, changed, repeated, moved or cut off shows, to a script of its own."""

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from prr.canonical import canonical_json
from station import events
from station.database import Database
from support.stations import VAULT, SetClock, database

CHECKER = Path(__file__).parents[2] / "tools" / "check-events"
COUNT = 1000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = database(tmp_path_factory.mktemp("events"))
    clock = SetClock()
    with made.write() as tx:
        for number in range(COUNT - COUNT // events.SIGN_AFTER):
            events.note(tx, clock.now(), "card.made", intent=number, people=["ani"])
            events.sign(tx, VAULT.log_key, clock.now())
            clock.advance(1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def lines(store: Database) -> list[str]:
    with store.read() as tx:
        return list(events.exported(tx))


def check(path: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(CHECKER), str(path), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def faults(lines: list[str]) -> list[str]:
    """Run the script's own functions in this process: a thousand cases would take as many interpreters."""
    names: dict[str, object] = {"__name__": "check_events"}
    exec(compile(CHECKER.read_text(), str(CHECKER), "exec"), names)  # noqa: S102
    rows = [json.loads(line) for line in lines]
    return [*names["faults_of"](rows), *names["signature_faults"](rows, None)]  # type: ignore[operator]


def test_a_whole_log_is_whole(store: Database, lines: list[str], tmp_path: Path) -> None:
    export = tmp_path / "events.jsonl"
    export.write_text("\n".join(lines) + "\n")
    for path in (export, store.path):
        code, words = check(path)
        assert code == 0, words
        assert words.startswith(f"{len(lines)} events")


def test_each_row_that_is_missing_or_twice_or_moved_is_found(lines: list[str]) -> None:
    whole = lines[:60]
    for place in range(len(whole) - 1):  # the last may be cut off: that is what the head is for
        before, row, after = whole[:place], whole[place], whole[place + 1 :]
        assert faults([*before, *after]), f"{place} removed"
        assert faults([*before, row, row, *after]), f"{place} twice"
        assert faults([*before, after[0], row, *after[1:]]), f"{place} moved"


def test_each_changed_byte_is_found(lines: list[str]) -> None:
    """Each byte of the covered text of three rows, one of them a signature."""
    signed = next(n for n, line in enumerate(lines) if events.SIGNED in line)
    for number in (0, 1, signed):
        whole = lines[: signed + 2]
        for place in range(len(lines[number])):
            changed = chr(ord(lines[number][place]) ^ 1)
            text = lines[number][:place] + changed + lines[number][place + 1 :]
            try:
                if json.loads(text) == json.loads(lines[number]):
                    continue
                assert faults([*whole[:number], text, *whole[number + 1 :]]), text
            except (ValueError, KeyError):
                continue  # not even JSON, or a column is gone: the script ends with 2


def test_a_change_anywhere_in_a_thousand_rows_is_found(lines: list[str]) -> None:
    chance = random.Random(7)
    for number in chance.sample(range(len(lines)), 100):
        row = json.loads(lines[number])
        row["at"] = row["at"].replace("2026", "2025")
        assert faults([*lines[:number], json.dumps(row), *lines[number + 1 :]])


def test_a_chain_made_anew_after_a_change_is_found_by_the_signature(lines: list[str]) -> None:
    rows = [json.loads(line) for line in lines]
    rows[3]["about"]["people"] = ["budi"]
    previous = "0" * 64
    for row in rows:
        row["previous_sha256"] = previous
        covered = {k: row[k] for k in ("about", "at", "name", "previous_sha256", "seq")}
        row["sha256"] = previous = hashlib.sha256(canonical_json(covered)).hexdigest()
    assert any("signs another event" in fault for fault in faults([json.dumps(r) for r in rows]))


def test_an_end_cut_off_is_found_by_what_the_hub_was_told(
    store: Database, lines: list[str], tmp_path: Path
) -> None:
    with store.read() as tx:
        head = events.head(tx, VAULT.log_key)
    assert head is not None
    head.verify(VAULT.log_key.public_key())
    export = tmp_path / "cut.jsonl"
    export.write_text("\n".join(lines[:-1]) + "\n")
    assert check(export)[0] == 0
    code, words = check(export, "--head", f"{head.seq}:{head.head_sha256}")
    assert (code, "cut off" in words) == (1, True)


def test_the_store_itself_refuses_an_edit(store: Database) -> None:
    for statement in ("UPDATE event SET name = 'x'", "DELETE FROM event WHERE seq = 3"):
        db = sqlite3.connect(store.path)
        with pytest.raises(sqlite3.IntegrityError, match="never edited"):
            db.execute(statement)
        db.close()
    with pytest.raises(sqlite3.IntegrityError), store.write() as tx:
        tx.run("event_add", seq=9999, at="", name="", about="", previous_sha256="0" * 64, sha256="")


def test_what_is_no_log_is_said_so(tmp_path: Path) -> None:
    noise = tmp_path / "noise"
    noise.write_text("not a log")
    assert check(noise)[0] == 2
    assert check(tmp_path / "missing")[0] == 2
