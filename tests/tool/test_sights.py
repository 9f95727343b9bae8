"""What a watch tells of one look, line by line and in the window, and what a replay tells of a script."""

import io
import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from drivers.card import CardOutcome, Evidence, Verdict
from drivers.errors import InputFileError
from drivers.report import PrinterReport
from drivers.status import PrinterIdentity, PrinterState, PrinterStatus, StateReason
from drivers.tool.replaying import in_words, replay
from drivers.tool.trace import Event, Header, Kind, Trace
from drivers.tool.watching import Sight
from drivers.tool.windows import LineWindow, LiveWindow

pytestmark = pytest.mark.pure

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEVICE = "tcp://127.0.0.1:9100"
BUSY = PrinterStatus(
    PrinterState.PROCESSING, frozenset({StateReason("media-low")}), card_inside=True,
    job_active=True, device_words="warming",
)  # fmt: skip
GONE = "it did not answer"


def sight(seen: PrinterStatus | str) -> Sight:
    return Sight(AT, seen if isinstance(seen, str) else PrinterReport(DEVICE, seen))


def test_a_sight_says_state_job_and_card() -> None:
    sentence = sight(BUSY).sentence
    assert sentence.startswith("processing, media-low")
    assert sentence.endswith(", job in memory, card inside")
    assert sight(GONE).sentence == GONE


def test_a_line_is_written_once_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    window = LineWindow(as_json=True)
    for seen in (BUSY, BUSY, GONE, GONE, BUSY):
        window.show(sight(seen), ())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("error", line.get("state")) for line in lines] == [
        "processing", GONE, "processing",
    ]  # fmt: skip
    LineWindow(as_json=False).show(sight(GONE), ())
    assert capsys.readouterr().out == f"2026-03-02T09:00:00.000+00:00 {GONE}\n"


def test_the_window_shows_a_printer_that_went_away_and_what_went_before() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with LiveWindow(console, DEVICE) as window:
        window.show(sight(BUSY), (sight(BUSY),))
        window.show(sight(GONE), (sight(BUSY), sight(GONE)))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert f"{DEVICE}: {GONE}" in text
    assert "job in memory" in text


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (PrinterIdentity("Evolis Primacy", "UJI1", "1450"), "Evolis Primacy, UJI1, firmware 1450"),
        (BUSY, "processing media-low"),
        (Evidence(serial="UJI1", counter=4, card_inside=None), "UJI1, counter 4, card can't tell"),
        (CardOutcome(Verdict.UNKNOWN, Evidence(), "it went away"), "unknown it went away"),
        (None, "-"),
        (True, "True"),
    ],
)
def test_what_a_script_returned_is_one_line(result: object, words: str) -> None:
    assert in_words(result).lower().startswith(words.lower())


def recorded(*events: Event) -> Trace:
    return Trace(Header(DEVICE, "evolis", AT.isoformat(), "1"), events)


def test_a_print_without_its_request_is_no_trace() -> None:
    with pytest.raises(InputFileError, match="a print without its request"):
        list(replay(recorded(Event(0.0, Kind.SCRIPT, name="print"))))


def test_a_script_nobody_knows_is_no_trace() -> None:
    with pytest.raises(InputFileError, match="'dance', which this tool does not know"):
        list(replay(recorded(Event(0.0, Kind.SCRIPT, name="dance"))))


def test_a_replay_goes_astray_at_what_is_missing_longer_or_left_over() -> None:
    (ended,) = replay(recorded(Event(0.0, Kind.SCRIPT, name="status")))
    assert "the recording ends" in ended.astray
    long = Event(0.3, Kind.RECEIVED, b"x" * 10_000_000)
    (longer,) = replay(
        recorded(Event(0.0, Kind.SCRIPT, name="status"), Event(0.2, Kind.FINISHED), long)
    )
    assert "longer than the link reads" in longer.astray
    lost = Event(0.05, Kind.FAILED, name="NotReachableError", text="nobody is there")
    (failed,) = replay(
        recorded(Event(0.0, Kind.SCRIPT, name="status"), Event(0.01, Kind.FINISHED), lost)
    )
    assert failed.result == "NotReachableError: nobody is there"
    assert not failed.astray
