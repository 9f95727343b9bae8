"""Whole cards of the Magicard family against the emulator's firmware, in still time."""

import numpy as np
import pytest

from drivers.card import CardDesign, CardFace, CardOutcome, MagneticTracks, Ribbon, Verdict
from drivers.driver import Commit, Expect, Send
from drivers.errors import (
    DeadlineError,
    DesignNotPrintableError,
    ModelNotSupportedError,
    PrinterNotReadyError,
    ProtocolError,
)
from drivers.magicard.driver import MagicardDriver
from drivers.magicard.raster import ROWS_LOST
from drivers.status import PrinterState
from emulator.machine.card import Face, Side
from emulator.machine.mechanics import CounterMoves
from support.magicard_still import StillMagicard
from support.printer_faces import blank_face, drawn_face, random_face
from support.printer_ink import ink_of_face

SHADE_STEP = 3  # 63 shades of 255: half a step and the rounding back


def black(face: CardFace, *, overlay: bool = False) -> CardFace:
    return CardFace(blank_face().colour, face.resin, overlay)


def same_ink(printed: Face, face: CardFace) -> None:
    rows = slice(ROWS_LOST, -ROWS_LOST)
    for panel, ink in ink_of_face(face).items():
        found = np.asarray(printed.planes.get(panel, np.zeros_like(ink)))
        difference = np.abs(found[rows].astype(int) - ink[rows])
        assert difference.max() <= (SHADE_STEP if panel in "ymc" else 0), panel


@pytest.mark.parametrize(
    "face", [drawn_face(), random_face(5), blank_face()], ids=["drawn", "noise", "white"]
)
def test_a_card_is_what_was_designed(face: CardFace) -> None:
    printer = StillMagicard.open()
    outcome = printer.print_card(CardDesign(face))
    assert outcome.verdict is Verdict.PRINTED, outcome.reason
    (card,) = printer.cards
    same_ink(card.faces[Side.FRONT], face)
    assert [commit.before.counter for commit in printer.commits] == [40]


def test_two_cards_are_two_cards() -> None:
    printer = StillMagicard.open()
    for number in range(2):
        assert printer.print_card(CardDesign(drawn_face(number))).verdict is Verdict.PRINTED
    assert len(printer.cards) == 2
    assert printer.run(printer.driver.evidence()).counter == 42


def test_colour_before_and_black_behind() -> None:
    printer = StillMagicard.open(ribbon=4)
    front, back = random_face(3), black(drawn_face(2))
    outcome = printer.print_card(CardDesign(front, back, ribbon=Ribbon.YMCKOK))
    assert outcome.verdict is Verdict.PRINTED, outcome.reason
    same_ink(printer.cards[0].faces[Side.FRONT], front)
    same_ink(printer.cards[0].faces[Side.BACK], back)


@pytest.mark.parametrize(
    ("ribbon", "number", "overlay"), [(Ribbon.K, 100, False), (Ribbon.KO, 1, True)]
)
def test_black_films(ribbon: Ribbon, number: int, overlay: bool) -> None:
    printer = StillMagicard.open(ribbon=number)
    face = black(random_face(9), overlay=overlay)
    assert printer.print_card(CardDesign(face, ribbon=ribbon)).verdict is Verdict.PRINTED
    same_ink(printer.cards[0].faces[Side.FRONT], face)


@pytest.mark.parametrize("moves", list(CounterMoves))
def test_whenever_its_counter_moves_a_printed_card_is_one_that_is_there(
    moves: CounterMoves,
) -> None:
    printer = StillMagicard.open(moves=moves)
    outcome = printer.print_card(CardDesign(drawn_face()))
    assert outcome.verdict is Verdict.PRINTED, outcome.reason
    assert len(printer.cards) == 1


def test_a_film_of_another_type_is_refused_before_a_card_moves() -> None:
    printer = StillMagicard.open(ribbon=100)
    with pytest.raises(PrinterNotReadyError) as caught:
        printer.print_card(CardDesign(drawn_face()))
    assert "x-ribbon-type-wrong" in {reason.keyword for reason in caught.value.reasons}
    assert (printer.commits, printer.rig.machine.state.fed) == ([], 0)


def test_no_film_is_refused_before_a_card_moves() -> None:
    printer = StillMagicard.open()
    printer.rig.machine.remove_ribbon()
    with pytest.raises(PrinterNotReadyError, match="marker-supply-missing"):
        printer.print_card(CardDesign(drawn_face()))
    assert (printer.commits, printer.rig.machine.state.fed) == ([], 0)


def test_an_empty_hopper_is_noticed_by_feeding_and_ends_in_doubt_without_a_card() -> None:
    printer = StillMagicard.open(blanks=0)
    outcome = printer.print_card(CardDesign(drawn_face()))
    assert outcome.verdict is Verdict.UNKNOWN
    assert "media-path-input-feed-error" in outcome.reason
    assert printer.cards == []
    with pytest.raises(PrinterNotReadyError, match="media-needed"):
        printer.print_card(CardDesign(drawn_face()))
    assert len(printer.commits) == 1
    assert printer.run(printer.driver.status()).state is PrinterState.STOPPED


@pytest.mark.parametrize("where", ["before-feed", "inside", "at-exit"])
def test_a_jam_is_never_a_printed_card(where: str) -> None:
    printer = StillMagicard.open()
    printer.rig.order("jam", where=where)
    outcome = printer.print_card(CardDesign(drawn_face()))
    assert outcome.verdict is Verdict.UNKNOWN
    printer.rig.order("clear-jam")
    printer.time.advance(30)
    assert printer.run(printer.driver.clear_script()).idle
    assert printer.print_card(CardDesign(drawn_face())).verdict is Verdict.PRINTED


def test_a_printer_that_never_counts_leaves_a_person_to_look() -> None:
    printer = StillMagicard.open()
    before = printer.run(printer.driver.evidence())
    script = printer.driver.print_script(printer.driver.encode(CardDesign(blank_face())))
    reply = printer.rig.ask("REQ,INF")
    step, waited_s = next(script), 0.0
    while True:
        answer = reply if isinstance(step, Expect) else b""
        waited_s += getattr(step, "duration_s", 0.0)
        try:
            step = script.send(answer)
        except StopIteration as stop:
            outcome = stop.value
            break
    assert outcome.verdict is Verdict.UNKNOWN
    assert "not told of the card in time" in outcome.reason
    assert outcome.evidence.counter == before.counter
    assert 119 < waited_s < 125


def test_silence_while_the_page_is_read_is_waited_out() -> None:
    """Nobody knows whether a status is answered meanwhile; three requests are left without an answer here."""
    printer = StillMagicard.open()
    outcome, silent = silenced(printer, requests=3)
    assert outcome.verdict is Verdict.PRINTED
    assert silent == 0


def silenced(printer: StillMagicard, requests: int) -> tuple[CardOutcome, int]:
    """Print a card whose first status requests after the Commit go without an answer."""
    script = printer.driver.print_script(printer.driver.encode(CardDesign(drawn_face())))
    silent, committed, step = requests, False, next(script)
    while True:
        committed = committed or isinstance(step, Commit)
        try:
            if isinstance(step, Send):
                printer.link.send(step.data)
                step = script.send(b"")
            elif isinstance(step, Expect):
                reply = printer.link.receive(step.within_s, None, step.whole)
                if committed and silent:
                    silent -= 1
                    step = script.throw(DeadlineError("no answer"))
                else:
                    step = script.send(reply)
            else:
                printer.time.advance(getattr(step, "duration_s", 0.0))
                step = script.send(b"")
        except StopIteration as stop:
            return stop.value, silent


def test_garbage_after_the_commit_is_an_outcome_and_before_it_an_error() -> None:
    script = MagicardDriver().print_script(MagicardDriver().encode(CardDesign(blank_face())))
    next(script)
    script.send(b"")
    with pytest.raises(ProtocolError):
        script.send(b"\x01STA$$garbage\x03")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(("Enduro", "Tango"), "no Magicard with the Enduro's raster"), (("Enduro,0", "Enduro,2"), "another print head"),
     (("$$2,", "$$0,"), "no turning station"), (("Enduro,0", "Enduro,7"), "print head of type 7")],
)  # fmt: skip
def test_a_printer_that_is_none_of_ours_is_refused(change: tuple[str, str], sentence: str) -> None:
    printer = StillMagicard.open()
    design = CardDesign(drawn_face(), drawn_face())
    script = printer.driver.print_script(printer.driver.encode(design))
    told = printer.rig.ask("REQ,INF").replace(change[0].encode(), change[1].encode())
    next(script)
    script.send(b"")
    with pytest.raises(ModelNotSupportedError, match=sentence):
        script.send(told)


def test_no_stripe_is_written() -> None:
    with pytest.raises(DesignNotPrintableError, match="stripe"):
        MagicardDriver().encode(CardDesign(blank_face(), tracks=MagneticTracks(one="A")))


def test_it_says_who_it_is_and_what_it_has_left() -> None:
    printer = StillMagicard.open()
    found = printer.run(printer.driver.identify())
    assert (found.make_and_model, found.serial) == ("Magicard Enduro", "EMU0000001")
    film = printer.run(printer.driver.supplies()).supplies[0]
    assert (film.name, film.capacity_prints, film.remaining_prints) == ("LC1", 300, 300)
    assert printer.run(printer.driver.release()) is None
