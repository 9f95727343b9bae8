"""The event log: what was removed, changed, repeated, moved or cut off shows, to a script of its own."""

import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prr.canonical import canonical_json
from station import events
from station.database import Database
from support.stations import VAULT, SetClock, database

CHECKER = Path(__file__).parents[2] / "tools" / "check-events"
COUNT = 1010


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


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """The script's own functions in this process: half a million cases would take as many interpreters."""
    names: dict[str, Any] = {"__name__": "check_events"}
    exec(compile(CHECKER.read_text(), str(CHECKER), "exec"), names)  # noqa: S102
    return names


def faults(script: dict[str, Any], lines: list[str]) -> list[str]:
    rows, found = script["rows_of"]([line.encode() for line in lines])
    return [*found, *script["faults_of"](rows), *script["signature_faults"](rows, None)]


class Window:
    """Some rows of a long chain, checked as the script checks them when it comes there."""

    def __init__(self, script: dict[str, Any], lines: list[str], first: int) -> None:
        self._script = script
        self._state = ("0" * 64, 1)
        if first:
            row = json.loads(lines[first - 1])
            self._state = (row["sha256"], row["seq"] + 1)

    def faults(self, *lines: bytes) -> list[str]:
        rows, found = self._script["rows_of"](lines)
        return [*found, *self._script["faults_of"](rows, *self._state)]


def test_a_whole_log_is_whole(store: Database, lines: list[str], tmp_path: Path) -> None:
    export = tmp_path / "events.jsonl"
    export.write_text("\n".join(lines) + "\n")
    for path in (export, store.path):
        code, words = check(path)
        assert code == 0, words
        assert words.startswith(f"{len(lines)} events")


def test_each_row_that_is_missing_or_twice_or_moved_is_named(
    script: dict[str, Any], lines: list[str], record_property: Callable[[str, object], None]
) -> None:
    """Each row of the whole chain but the last, which may be cut off: that is what the head is for."""
    data = [line.encode() for line in lines]
    for place in range(len(data) - 1):
        row, after = data[place], data[place + 1]
        window = Window(script, lines, place)
        assert window.faults(row, after) == []
        number = rf"\b{place + 1}\b"
        for changed in ((after,), (row, row, after), (after, row)):
            found = window.faults(*changed)
            assert re.search(number, " ".join(found)), (place, changed, found)
    record_property("rows", len(data) - 1)


def test_each_byte_of_a_thousand_rows_is_covered(
    script: dict[str, Any], lines: list[str], record_property: Callable[[str, object], None]
) -> None:
    """One bit of every byte of every row is turned; the row is named each time."""
    count = 0
    for place, line in enumerate(lines):
        window = Window(script, lines, place)
        whole = bytearray(line.encode())
        for position in range(len(whole)):
            bit = 1 << position % 8
            whole[position] ^= bit
            assert window.faults(bytes(whole)), (place, position, bit)
            whole[position] ^= bit
            count += 1
        assert window.faults(bytes(whole)) == []
    assert count > 200_000
    record_property("bytes_tampered", count)
    record_property("bytes_unseen", 0)


def test_a_changed_line_is_named_among_whole_ones(lines: list[str], tmp_path: Path) -> None:
    export = tmp_path / "events.jsonl"
    broken = [*lines[:6], lines[6].replace('"at"', '"At"'), *lines[7:]]
    export.write_text("\n".join(broken) + "\n")
    code, words = check(export)
    assert (code, "line 7 is no event" in words) == (1, True)


def test_a_chain_made_anew_after_a_change_is_found_by_the_signature(
    script: dict[str, Any], lines: list[str]
) -> None:
    rows = [json.loads(line) for line in lines]
    rows[3]["about"]["people"] = ["budi"]
    previous = "0" * 64
    for row in rows:
        row["previous_sha256"] = previous
        covered = {k: row[k] for k in ("about", "at", "name", "previous_sha256", "seq")}
        row["sha256"] = previous = hashlib.sha256(canonical_json(covered)).hexdigest()
    forged = [canonical_json(row).decode() for row in rows]
    assert any("signs another event" in fault for fault in faults(script, forged))


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


def test_the_script_uses_nothing_of_ours() -> None:
    text = CHECKER.read_text()
    assert len(text.splitlines()) <= 120
    ours = ("prr", "station", "hub", "drivers", "emulator")
    assert not [name for name in ours if f"import {name}" in text or f"from {name}" in text]


def test_what_is_no_log_is_said_so(tmp_path: Path) -> None:
    noise = tmp_path / "noise"
    noise.write_text("not a log")
    assert check(noise)[0] == 2
    assert check(tmp_path / "missing")[0] == 2


def test_before_anything_has_happened_there_is_nothing_to_sign(tmp_path: Path) -> None:
    empty = database(tmp_path)
    with empty.write() as tx:
        assert events.place(tx) is None
        assert events.head(tx, VAULT.log_key) is None
        assert not events.sign_due(tx)
        assert list(events.exported(tx)) == []
    empty.close()
