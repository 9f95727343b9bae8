"""What a person sees: the card in characters, the live window on a terminal, both languages, no escape codes."""

import io

import numpy as np
import pytest
from rich.console import Console

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest, Verdict
from drivers.status import PrinterIdentity
from drivers.tool.card_screens import PeopleCardScreen
from drivers.tool.thumbnail import COLUMNS, picture_of, thumbnail
from drivers.tool.trace import Event, Header, Kind, Trace
from drivers.tool.trace_table import trace_table
from support.office import Printer
from support.printer_faces import blank_face
from support.terminal import on_terminal
from support.tool import DEADLINE_S, PROGRAM


def _shown(thing: object, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(thing)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.pure
def test_a_card_in_shades_is_dark_where_the_card_is() -> None:
    face = blank_face()
    face.colour[:, :508] = 0
    lines = thumbnail(face, colour=False).plain.split("\n")
    assert len(lines) == 13
    assert all(line[:19] == "█" * 19 and line[21:].strip() == "" for line in lines)


@pytest.mark.pure
def test_a_card_in_colour_has_two_pixels_a_character() -> None:
    face = blank_face()
    face.colour[:] = (200, 30, 40)
    drawn = thumbnail(face, colour=True)
    assert drawn.plain.split("\n")[0] == "▀" * COLUMNS
    style = drawn.spans[0].style
    assert "#c81e28" in str(style)


@pytest.mark.pure
def test_resin_lies_on_top_of_dye() -> None:
    face = blank_face()
    face.resin[10, 20] = True
    pixels = np.asarray(picture_of(face))
    assert pixels[10, 20].tolist() == [0, 0, 0]
    assert pixels[10, 21].tolist() == [255, 255, 255]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.PRINTED, ("TERCETAK", "PRINTED", "counter 42")),
        (Verdict.UNKNOWN, ("TIDAK DIKETAHUI", "UNKNOWN", "it went away", "Do not print again")),
    ],
)
def test_the_outcome_is_told_in_both_languages(verdict: Verdict, words: tuple[str, ...]) -> None:
    console = Console(file=io.StringIO(), width=100)
    screen = PeopleCardScreen(console, station_here=True)
    screen.card(CardDesign(blank_face()), PrinterIdentity("Evolis [bold]Primacy", "[red]1", "1"))
    screen.commit(Evidence(counter=41))
    outcome = CardOutcome(
        verdict, Evidence(counter=42), "" if "PRINTED" in verdict else "it went away"
    )
    screen.outcome(PrintRequest(b"", "0"), outcome)
    assert isinstance(console.file, io.StringIO)
    shown = " ".join(console.file.getvalue().split())
    for word in (*words, "counter 41", "a card may move", "ktp-station load -1"):
        assert word in shown
    assert "[red]1" in shown, "what a printer says is no markup"


@pytest.mark.pure
def test_a_trace_from_anywhere_moves_no_cursor() -> None:
    events = (
        Event(0.0, Kind.RECEIVED, b"\x1b[2J"),
        Event(0.0, Kind.FAILED, name="\x1b[2J", text="\x1b]0;x\x07"),
    )
    shown = _shown(trace_table(Trace(Header("\x1b[2J", "evolis", "", ""), events)))
    assert "\x1b" not in shown
    assert "<1B>[2J" in shown


def test_the_window_stays_in_place_on_a_terminal(looked_at: Printer) -> None:
    command = (
        PROGRAM, "watch", "--device", looked_at.tcp_uri, "--looks", "3", "--interval", "0.1",
        "--deadline", DEADLINE_S,
    )  # fmt: skip
    with on_terminal(command, 100, 40) as terminal:
        assert terminal.wait() == 0
        assert "perubahan / change" in terminal.output
        assert "\x1b[1A" in terminal.output, "drawn over itself"
        assert "Ctrl-C" in terminal.output
