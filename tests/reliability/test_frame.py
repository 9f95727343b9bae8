"""The frame of the reliability table: rows, verdicts, the page, and what it does with a row that is missing or dies."""

import sys
from pathlib import Path

import pytest

from reliability import report
from reliability.lanes import in_process
from reliability.outside import by_command, missing, python
from reliability.row import Order, Result, Row, Verdict
from reliability.table import ROWS

pytestmark = pytest.mark.pure

ORDER = Order(seed=1, short=True)


def kept(measured: str = "3", **figures: int) -> Result:
    return Result.judged(kept=True, measured=measured, figures=figures)


def test_the_table_has_twenty_rows_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, 21))
    assert [row.number for row in ROWS if row.alone] == [12], (
        "only a time needs the machine to itself"
    )
    longest_first = [row.number for row in sorted(ROWS, key=lambda row: -row.seconds_max)]
    assert longest_first.index(5) < 5, "row 20 reads what row 5 has left"
    assert longest_first[-1] == 20


def test_a_failure_breaks_a_row_that_reached_its_goal() -> None:
    result = Result.judged(kept=True, measured="500,001", figures={}, failures=("step 3: lost",))
    assert result.verdict is Verdict.BROKEN


def test_a_result_travels_as_json() -> None:
    result = Result.judged(
        kept=False, measured="2", figures={"states": 2}, failures=("x",), replay="y"
    )
    assert Result.from_text(result.text()) == result


def test_a_row_nobody_measures_is_not_run_and_never_kept() -> None:
    assert missing("no program")(ORDER).verdict is Verdict.NOT_RUN
    run = by_command(lambda _order: python("nowhere_to_be_found"), lambda _told, _order: kept())
    assert run(ORDER).verdict is Verdict.NOT_RUN


def test_a_command_without_json_breaks_its_row() -> None:
    run = by_command(lambda _order: [sys.executable, "-c", "print('no')"], lambda _t, _o: kept())
    assert run(ORDER).verdict is Verdict.BROKEN


def test_a_commands_last_json_object_is_judged() -> None:
    words = [sys.executable, "-c", "print('on the way'); print('{\"seeds\": 7}')"]
    run = by_command(lambda _order: words, lambda told, _order: kept(str(told["seeds"])))
    assert run(ORDER).measured == "7"


def test_a_row_whose_process_dies_is_broken(tmp_path: Path) -> None:
    row = Row(99, "no such row", "none", missing("never asked"))
    result = in_process(row, ORDER, tmp_path)
    assert result.verdict is Verdict.BROKEN
    assert result.failures


def test_the_first_row_adds_up_what_the_others_counted() -> None:
    results = {
        2: kept(states=5),
        3: kept(duplicate_cards=0),
        4: kept(duplicate_cards=1, lost_blanks=2),
    }
    first = report.safety(results)
    assert first.verdict is Verdict.BROKEN
    assert first.figures == {"duplicate_cards": 1, "lost_blanks": 2, "cap_breaches": 0}
    assert "rows 3, 4" in first.measured
    assert report.safety({2: kept(states=5)}).verdict is Verdict.NOT_RUN


def test_the_page_tells_every_row_and_the_failures_with_their_command() -> None:
    results = {row.number: Result.not_run("no root here") for row in ROWS}
    results[4] = Result.judged(
        kept=True,
        measured="9 runs",
        figures={},
        failures=("press 3: two cards",),
        replay="make x ROW=4",
    )
    head = {"date": "2026-01-01", "commit": "abc", "seed": 1, "seconds": 3, "machine": "2 cores"}
    page = report.page(ROWS, results, head)
    assert page.count("no root here") == len(ROWS) - 1
    assert "| 4 |" in page
    assert "press 3: two cards" in page
    assert "make x ROW=4" in page
