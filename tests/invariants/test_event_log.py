"""The event log: verified by the script that shares no code with it, which finds every cut, edit and other order."""

import sqlite3
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from emulator.machine.stoppage import JamPlace
from station import events
from support.house import House

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "check-events"
Rows = list[dict[str, Any]]


def check_events() -> ModuleType:
    """Load the independent script as a module."""
    made = ModuleType("check_events")
    SourceFileLoader("check_events", str(SCRIPT)).exec_module(made)
    return made


def bent(rows: Rows) -> Iterator[tuple[str, Rows]]:
    """Return the log cut, edited and put in another order, at every place."""
    for at, row in enumerate(rows):
        if at + 1 < len(rows):
            yield f"without {at}", rows[:at] + rows[at + 1 :]
            yield f"{at} moved", [*rows[:at], rows[at + 1], row, *rows[at + 2 :]]
        yield f"{at} twice", [*rows[: at + 1], row, *rows[at + 1 :]]
        for name, other in (
            ("at", "2020-01-01"), ("name", "nothing.happened"), ("about", {}), ("sha256", "0" * 64),
            ("previous_sha256", "1" * 64), ("seq", row["seq"] + 1),
        ):  # fmt: skip
            if row[name] != other:
                yield (
                    f"{at} with another {name}",
                    [*rows[:at], row | {name: other}, *rows[at + 1 :]],
                )


def test_inv_28_the_event_log_verifies_and_a_cut_edit_or_reorder_is_found(house: House) -> None:
    station, script = house.add(), check_events()
    house.office.import_records(1, 2)
    station.machine.jam_ahead = JamPlace.AT_EXIT
    station.start()
    assert house.run(lambda: len(station.good) == 2, people=True)
    house.run(lambda: False, 20)
    station.desk.close(None, "ani", None, station.vault.log_key)
    with station.store.read() as tx:
        head = events.head(tx, station.vault.log_key)
    station.die()
    rows = script.rows_of(station.store.path)
    assert {"intent.begun", "doubt.resolved", "intent.settled", "day.closed"} <= {
        row["name"] for row in rows
    }
    assert list(script.faults_of(rows)) == []
    for what, other in bent(rows):
        assert list(script.faults_of(other)), what
    assert head is not None
    told = f"{head.seq}:{head.head_sha256}"
    assert list(script.head_faults(rows, told)) == []
    assert list(script.head_faults(rows[:-1], told)), "the end was cut off and nobody noticed"
    for statement in ("DELETE FROM event WHERE seq = 2", "UPDATE event SET about = '{}'"):
        with pytest.raises(sqlite3.IntegrityError, match="never edited"):
            station.store._connection().execute(statement)
