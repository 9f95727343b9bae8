"""Tone curves: their anchors, what they may never do, and a photo of a face through the whole way to the card."""

import numpy as np
import pytest
from PIL import Image
from skimage import color, data

from drivers.card import (
    CARD_HEIGHT_PX,
    CARD_WIDTH_PX,
    CardDesign,
    CardFace,
    RgbArray,
    Ribbon,
    Verdict,
)
from drivers.evolis.raster import PIXELS, planes_of
from drivers.tone import ANCHORS, curve_of, toned
from emulator.machine.card import Side
from emulator.machine.picture import composite
from support.printer_faces import blank_face, random_face
from support.printer_still import StillPrinter

FACE_BOX = (160, 60, 290, 220)  # skin and hair of the astronaut, left, top, right, bottom
LIKE_THE_PHOTO = 1.5  # CIEDE2000, mean: less than an eye tells side by side
PLACE = (300, 60)


@pytest.mark.parametrize("ribbon", list(ANCHORS))
def test_a_curve_goes_through_its_anchors_and_never_turns_back(ribbon: Ribbon) -> None:
    curve = curve_of(ribbon)
    assert curve is not None
    for row, dye in zip(curve, "cmy", strict=True):
        assert [(ink, int(row[ink])) for ink, _ in ANCHORS[ribbon][dye]] == list(
            ANCHORS[ribbon][dye]
        )
        assert (np.diff(row.astype(int)) >= 0).all()
        assert (row <= np.arange(256)).all()  # never more dye than raw


@pytest.mark.parametrize("ribbon", [Ribbon.K, Ribbon.KO])
def test_a_ribbon_without_dye_has_no_curve(ribbon: Ribbon) -> None:
    assert curve_of(ribbon) is None


def test_white_stays_white_and_planes_are_the_curve_of_the_raw_ones() -> None:
    curve = curve_of(Ribbon.YMCKO)
    assert curve is not None
    assert planes_of(blank_face(), 256, curve) == planes_of(blank_face(), 256)
    face = random_face(1)
    raw, managed = planes_of(face, 256), planes_of(face, 256, curve)
    for row, before, after in zip(curve[::-1], raw.colour, managed.colour, strict=True):
        assert (
            np.frombuffer(after.data, np.uint8).tolist()
            == np.take(row, np.frombuffer(before.data, np.uint8)).tolist()
        )
    assert raw.mono == managed.mono
    assert len(managed.colour[0].data) == PIXELS


def test_each_dye_has_its_own_row() -> None:
    curve = curve_of(Ribbon.YMCKO)
    assert curve is not None
    dye = np.full((3, 2, 2), 127, np.uint8)
    assert toned(dye, curve)[:, 0, 0].tolist() == [105, 110, 123]


def portrait() -> RgbArray:
    """Return a card with the astronaut's portrait on it; the picture is in the public domain (NASA)."""
    card = Image.new("RGB", (CARD_WIDTH_PX, CARD_HEIGHT_PX), "white")
    card.paste(Image.fromarray(data.astronaut()), PLACE)
    return np.asarray(card).copy()


def printed(*, raw_colour: bool) -> RgbArray:
    """Print the portrait and return the card as the eye sees it."""
    face = CardFace(portrait(), blank_face().resin)
    printer = StillPrinter.open()
    assert printer.print_card(CardDesign(face, raw_colour=raw_colour)).verdict is Verdict.PRINTED
    return composite(printer.cards[0].faces[Side.FRONT])


def difference(card: RgbArray) -> float:
    """Return how far skin is from the photo, in CIEDE2000, mean."""
    left, top, right, bottom = FACE_BOX
    box = np.s_[PLACE[1] + top : PLACE[1] + bottom, PLACE[0] + left : PLACE[0] + right]
    one, other = (color.rgb2lab(picture[box]) for picture in (card, portrait()))
    return float(color.deltaE_ciede2000(one, other).mean())


def test_skin_looks_like_the_photo() -> None:
    assert difference(printed(raw_colour=True)) < LIKE_THE_PHOTO


def test_the_curve_lays_on_less_and_keeps_the_order_of_tones() -> None:
    raw, managed = printed(raw_colour=True), printed(raw_colour=False)
    assert (managed >= raw).all()
    assert difference(managed) > difference(
        raw
    )  # on the emulator, whose dye is ideal; see docs/COLOUR.md


@pytest.mark.parametrize("underlay", [False, True])
def test_dye_lies_under_resin_only_where_it_is_asked_for(underlay: bool) -> None:
    face = random_face(6)
    asked = CardFace(face.colour, face.resin, underlay=underlay)
    printer = StillPrinter.open()
    assert printer.print_card(CardDesign(asked)).verdict is Verdict.PRINTED
    planes = printer.cards[0].faces[Side.FRONT].planes
    for panel, channel in (("y", 2), ("m", 1), ("c", 0)):
        under = np.asarray(planes[panel])[face.resin]
        assert (under == (255 - face.colour[:, :, channel][face.resin] if underlay else 0)).all()
