"""Lines of one chunk are stored together as if each came alone; any part of a file may have gone in before."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import intake, schema
from support import hub_office
from support.hub_office import Office
from support.records import json_fields


def test_a_record_that_comes_twice_in_a_chunk_is_known_or_replaced(office: Office) -> None:
    newer = json_fields(1, data_version=2, address="JL LAIN")
    summary = office.import_fields(json_fields(1), json_fields(1), newer, json_fields(1), newer)
    assert (summary.accepted, summary.known, summary.replaced) == (1, 2, 1)
    assert summary.refused == {"DUPLICATE_ID": 1}
    assert office.right(1).data_version == 2


def test_a_heard_right_and_new_ones_go_in_together(office: Office) -> None:
    office.add_station()
    heard = {
        "record_id": "R000002", "issue_no": 1, "station": "P1", "fence": 3, "state": "DONE",
    }  # fmt: skip
    office.hub.store.write(
        lambda connection: connection.execute(sa.insert(schema.rights_heard), heard)
    )
    office.import_records(1, 2, 3)
    states = [(office.right(n).state, office.right(n).fence) for n in (1, 2, 3)]
    assert states == [("READY", 0), ("DONE", 3), ("READY", 0)]


LINES = st.sampled_from(
    [
        json_fields(1), json_fields(1, data_version=2, address="JL LAIN"), json_fields(2),
        json_fields(2, address="JL LAIN"), json_fields(3, nik=7), json_fields(4, issue_no=2),
        json_fields(5, upstream_status="DUPLICATE_RECORD"),
    ]
)  # fmt: skip


def state(office: Office) -> list[Any]:
    """Return the rights, but for the order they came in."""
    columns = schema.rights.c
    query = sa.select(
        columns.record_id, columns.issue_no, columns.record_sha256, columns.state
    ).order_by(columns.record_id, columns.issue_no)
    return [tuple(row) for row in office.hub.store.read(lambda c: c.execute(query).all())]


def imported(office: Office, rows: Sequence[dict[str, Any]]) -> None:
    path = office.imports / "records.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    intake.import_file(office.hub, path)


@pytest.mark.parametrize("chunk_lines", [1, 3, 100])
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(LINES, max_size=8), data=st.data())
def test_a_file_cut_short_and_then_whole_comes_to_the_same(
    chunk_lines: int, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    prefix = data.draw(st.integers(0, len(rows)))
    states = []
    for parts in ([rows], [rows[:prefix], rows], [rows[:prefix], rows, rows]):
        with (
            pytest.MonkeyPatch.context() as patch,
            tempfile.TemporaryDirectory() as folder,
            hub_office.office(Path(folder)) as office,
        ):
            patch.setattr(intake, "CHUNK_LINES", chunk_lines)
            for part in parts:
                imported(office, part)
            states.append(state(office))
    assert states[0] == states[1] == states[2]


@pytest.mark.parametrize("new_store", ["postgresql"], indirect=True)
def test_an_import_plans_for_the_tables_as_they_are_and_leaves_no_trace(office: Office) -> None:
    setting = sa.select(sa.func.current_setting("plan_cache_mode"))

    def within(connection: sa.Connection) -> Any:
        office.hub.store.plan_anew(connection)
        return connection.execute(setting).scalar()

    assert office.hub.store.write(within) == "force_custom_plan"
    assert office.hub.store.write(lambda connection: connection.execute(setting).scalar()) == "auto"
