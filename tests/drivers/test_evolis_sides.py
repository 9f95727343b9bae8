"""Whole Evolis cards against the emulator's firmware: two sides, black ribbons, stripes, trays, cleaning."""

import numpy as np
import pytest

from drivers.card import CardDesign, CardFace, MagneticTracks, Ribbon, Verdict
from drivers.cleaning import Cleaner
from drivers.driver import Commit, Pause
from drivers.errors import (
    DesignNotPrintableError,
    ModelNotSupportedError,
    PrinterNotReadyError,
    ReplyRefusedError,
)
from drivers.evolis.driver import EvolisDriver
from drivers.evolis.trays import OutputTray, RejectTray, Trays
from drivers.link import Finished
from drivers.magnetic import MagneticReader
from emulator.evolis.models import MODELS
from emulator.machine.card import Bin, Face, Side, Track
from support.printer_faces import blank_face, drawn_face, random_face
from support.printer_hand import HandPrinter, play
from support.printer_ink import ink_of_face
from support.printer_still import CARDS_BEFORE, StillPrinter

TRACKS = MagneticTracks(one="KTP UJI", two="0123456789", three="9")
CODES = {Ribbon.YMCKO: 0, Ribbon.KO: 1, Ribbon.YMCKOK: 4, Ribbon.K: 100}


def black(face: CardFace, *, overlay: bool = False) -> CardFace:
    """Return a face with only its resin, and overlay if asked."""
    return CardFace(blank_face().colour, face.resin, overlay)


def same_ink(printed: Face, face: CardFace) -> None:
    for panel, ink in ink_of_face(face).items():
        found = printed.planes.get(panel, np.zeros_like(ink))
        assert (np.asarray(found) == ink).all(), panel


def test_two_sides_in_colour() -> None:
    printer = StillPrinter.open()
    front, back = drawn_face(1), random_face(7)
    assert printer.print_card(CardDesign(front, back)).verdict is Verdict.PRINTED
    (card,) = printer.cards
    same_ink(card.faces[Side.FRONT], front)
    same_ink(card.faces[Side.BACK], back)
    assert printer.rig.machine.ribbon is not None
    assert printer.rig.machine.ribbon.remaining == printer.rig.machine.ribbon.kind.capacity - 2


def test_colour_before_and_black_behind() -> None:
    printer = StillPrinter.open(ribbon=4)
    front, back = random_face(3), black(drawn_face(2))
    outcome = printer.print_card(CardDesign(front, back, ribbon=Ribbon.YMCKOK))
    assert outcome.verdict is Verdict.PRINTED
    (card,) = printer.cards
    same_ink(card.faces[Side.FRONT], front)
    same_ink(card.faces[Side.BACK], back)
    assert sorted(card.faces[Side.BACK].planes) == ["k"]
    assert printer.rig.machine.ribbon is not None
    assert printer.rig.machine.ribbon.remaining == printer.rig.machine.ribbon.kind.capacity - 1


@pytest.mark.parametrize(("ribbon", "overlay"), [(Ribbon.K, False), (Ribbon.KO, True)])
def test_black_ribbons(ribbon: Ribbon, overlay: bool) -> None:
    printer = StillPrinter.open(ribbon=CODES[ribbon])
    face = black(random_face(9), overlay=overlay)
    assert printer.print_card(CardDesign(face, ribbon=ribbon)).verdict is Verdict.PRINTED
    same_ink(printer.cards[0].faces[Side.FRONT], face)
    assert set(printer.cards[0].faces[Side.FRONT].planes) == ({"k", "o"} if overlay else {"k"})


def test_seven_bits_keep_the_upper_seven() -> None:
    printer = StillPrinter.open(MODELS["zenius"])
    face = random_face(4)
    assert printer.print_card(CardDesign(face)).verdict is Verdict.PRINTED
    printed = printer.cards[0].faces[Side.FRONT].planes
    for panel, ink in ink_of_face(face).items():
        if panel in "ymc":
            assert (np.asarray(printed[panel]) >> 1 == ink >> 1).all(), panel


def test_a_stripe_is_written_and_read_back() -> None:
    printer = StillPrinter.open()
    assert printer.print_card(CardDesign(blank_face(), tracks=TRACKS)).verdict is Verdict.PRINTED
    assert printer.cards[0].tracks == {
        1: Track(1, "KTP UJI"),
        2: Track(2, "0123456789"),
        3: Track(3, "9"),
    }


def test_a_card_without_a_stripe_reads_as_blank_and_comes_out_unprinted() -> None:
    printer = StillPrinter.open()
    assert isinstance(printer.driver, MagneticReader)
    assert printer.run(printer.driver.read_tracks_script()) == MagneticTracks()
    assert printer.cards[0].faces == {}
    assert printer.run(printer.driver.status()).idle  # no error is left standing


def test_what_is_on_a_stripe_is_read() -> None:
    printer = StillPrinter.open()
    run = printer.link.start(printer.driver.read_tracks_script())
    while not isinstance(step := run.advance(), Finished):
        if (card := printer.rig.machine.inside) is not None:
            card.tracks = {1: Track(1, "KTP UJI"), 2: Track(2, "0123456789"), 3: Track(3, "9")}
        if isinstance(step, Pause):
            printer.time.advance(step.duration_s)
    assert step.value == TRACKS
    assert len(printer.cards) == 1


def test_a_printer_without_a_head_writes_and_reads_no_stripe() -> None:
    printer = StillPrinter.open(MODELS["zenius"])
    with pytest.raises(ModelNotSupportedError, match="no magnetic head"):
        printer.print_card(CardDesign(blank_face(), tracks=TRACKS))
    with pytest.raises(ModelNotSupportedError, match="no magnetic head"):
        printer.run(printer.driver.read_tracks_script())
    assert (printer.commits, printer.rig.machine.state.fed) == ([], 0)


def test_a_printer_without_a_flip_station_prints_no_back() -> None:
    printer = StillPrinter.open(MODELS["zenius"])
    with pytest.raises(ModelNotSupportedError, match="no flip station"):
        printer.print_card(CardDesign(blank_face(), blank_face()))
    assert (printer.commits, printer.rig.machine.state.fed) == ([], 0)


@pytest.mark.parametrize("fitted", [1, 4, 100])
def test_a_ribbon_of_another_type_is_refused_before_a_card_moves(fitted: int) -> None:
    printer = StillPrinter.open(ribbon=fitted)
    with pytest.raises(PrinterNotReadyError) as caught:
        printer.print_card(CardDesign(drawn_face()))
    assert "x-ribbon-type-wrong" in {reason.keyword for reason in caught.value.reasons}
    assert (printer.commits, printer.rig.machine.state.fed) == ([], 0)


@pytest.mark.parametrize(
    ("design", "sentence"),
    [
        (CardDesign(black(drawn_face(), overlay=True), ribbon=Ribbon.K), "no overlay for the front"),
        (CardDesign(CardFace(drawn_face().colour, drawn_face().resin, overlay=False), ribbon=Ribbon.K),
         "no colour for the front"),
        (CardDesign(drawn_face(), drawn_face(), ribbon=Ribbon.YMCKOK), "no overlay for the back"),
        (CardDesign(blank_face(), tracks=MagneticTracks(two="A")), "track 2 was given a character"),
        (CardDesign(blank_face(), tracks=MagneticTracks(one="A" * 77)), "track 1 takes 76"),
        (CardDesign(blank_face(), tracks=MagneticTracks(three="1\r\x1bSs")), "track 3 was given a character"),
    ],
)  # fmt: skip
def test_what_no_printer_of_the_family_prints_is_refused(design: CardDesign, sentence: str) -> None:
    with pytest.raises(DesignNotPrintableError, match=sentence):
        EvolisDriver().encode(design)


def test_a_design_is_named_by_all_that_is_on_it() -> None:
    encode = EvolisDriver().encode
    front, back = drawn_face(1), drawn_face(2)
    designs = (
        CardDesign(front),
        CardDesign(front, back),
        CardDesign(back, front),
        CardDesign(front, tracks=TRACKS),
        CardDesign(front, tracks=MagneticTracks(one="KTP UJI")),
    )
    assert len({encode(design).image_sha256 for design in designs}) == len(designs)


def test_a_cleaning_card_goes_through_and_no_blank() -> None:
    printer = StillPrinter.open()
    assert isinstance(printer.driver, Cleaner)
    assert printer.run(printer.driver.clean_script()).idle
    assert printer.rig.machine.state.fed == 0


def test_a_tray_is_chosen_and_one_that_is_not_there_refused() -> None:
    printer = StillPrinter.open()
    printer.run(printer.driver.set_trays_script(Trays(output=OutputTray.ERROR_BOX)))
    assert printer.print_card(CardDesign(blank_face())).verdict is Verdict.PRINTED
    assert printer.rig.gone[0].bin is Bin.REJECT
    letters = {str(OutputTray.STANDARD), str(RejectTray.ERROR_BOX)}
    assert letters == {"D"}  # they change places


def test_before_the_commit_of_a_two_sided_card_nothing_can_move() -> None:
    printer = StillPrinter.open()
    driver, seen = printer.driver, []
    printer.run(driver.identify())
    script = driver.print_script(
        driver.encode(CardDesign(drawn_face(), drawn_face(), tracks=TRACKS))
    )
    run = printer.link.start(script)
    while not isinstance(step := run.advance(), Finished):
        if isinstance(step, Commit):
            seen.append((printer.rig.machine.state.fed, step.before.counter))
        elif isinstance(step, Pause):
            printer.time.advance(step.duration_s)
    assert seen == [(0, CARDS_BEFORE)]


def test_a_refused_tray_says_so() -> None:
    printer = HandPrinter()
    printer.answers["Pcem;I"] = "OPTION NOT AVAILABLE"
    with pytest.raises(ReplyRefusedError, match="Pcem;I"):
        play(EvolisDriver().set_trays_script(Trays(output=OutputTray.BEZEL)), printer)
