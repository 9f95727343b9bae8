"""The layout: what the shipped SPECIMEN draws where, what it refuses, and that no text is ever cut or lost."""

import string
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace, MaskArray
from prr.image import ImageRefusedError
from prr.record import PrintReadyRecord
from station.layout import Layout, LayoutGlyphError, LayoutOverflowError
from station.layout_file import PixelBox, TextElement, TextStyle, bled, pixels
from station.layout_text import SetText, Typeface, set_text
from station.layout_words import Wording
from support.layouts import SMALL, layout_of
from support.records import png_bytes, record

SPECIMEN = Layout.load(None)
PHOTO = next(pixels(p.box_mm) for p in SPECIMEN.file.image if p.field == "photo")
SIGNATURE = next(pixels(p.box_mm) for p in SPECIMEN.file.image if p.field == "signature")
LONG_NAME = "RADEN MAS CONTOH " * 5 + "SURYANINGRATAN"


def box_of(text: str, layout: Layout = SPECIMEN) -> PixelBox:
    return next(pixels(e.box_mm) for _, e in layout.file.written() if e.text == text)


def plain_png(colour: str, width: int = 96, height: int = 120) -> bytes:
    return png_bytes(Image.new("RGB", (width, height), colour))


def ink_in(face: CardFace, box: PixelBox) -> MaskArray:
    return face.resin[box.slices]


def text_boxes(layout: Layout) -> list[PixelBox]:
    return [pixels(e.box_mm) for _, e in layout.file.written() if isinstance(e, TextElement)]


def set_name(name: str) -> SetText | None:
    style = SPECIMEN.file.style["name"]
    return set_text(name, box_of("{name}"), style, Typeface(None))


# -- geometry ------------------------------------------------------------------------------------------------


def test_the_card_lies_in_the_middle_of_the_face() -> None:
    card = pixels((0, 0, 85.6, 53.98))
    assert card.bounds == (2, 5, 1014, 643)
    assert abs(card.width - 85.6 / 25.4 * 300) <= 1
    assert abs(card.height - 53.98 / 25.4 * 300) <= 1


def test_what_reaches_the_edge_is_drawn_to_the_end_of_the_face() -> None:
    assert bled((0, 0, 85.6, 53.98)).bounds == (0, 0, CARD_WIDTH_PX, CARD_HEIGHT_PX)
    assert bled((1, 1, 10, 10)) == pixels((1, 1, 10, 10))
    face = SPECIMEN.face(record(1))
    assert not (face.colour[:, [0, -1]] == 255).all(axis=2).any()
    assert not (face.colour[[0, -1]] == 255).all(axis=2).any()


# -- which panel ---------------------------------------------------------------------------------------------


def test_text_and_signature_are_in_resin_alone() -> None:
    one = record(1)
    other = record(2, photo=one.photo)
    first, second = SPECIMEN.face(one), SPECIMEN.face(other)
    assert (first.colour == second.colour).all()
    assert (first.resin != second.resin).any()
    for box in [*text_boxes(SPECIMEN), SIGNATURE]:
        assert ink_in(first, box).any()


def test_a_photo_is_in_dye_alone_and_in_its_box_alone() -> None:
    black = SPECIMEN.face(record(1, photo=plain_png("black")))
    white = SPECIMEN.face(record(1, photo=plain_png("white")))
    assert not ink_in(black, PHOTO).any()
    assert (black.resin == white.resin).all()
    changed = (black.colour != white.colour).any(axis=2)
    assert changed[PHOTO.slices].all()
    changed[PHOTO.slices] = False
    assert not changed.any()


def test_a_photo_fills_its_box_from_the_middle() -> None:
    wide = Image.new("RGB", (600, 200), "red")
    wide.paste("green", (220, 0, 380, 200))  # the part as high as the box: 160 x 200
    drawn = SPECIMEN.face(record(1, photo=png_bytes(wide))).colour[PHOTO.slices]
    assert (drawn[:, 4:-4, 1] > drawn[:, 4:-4, 0]).all()


def test_an_image_that_is_fitted_stands_whole_on_white(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, SMALL)
    box = pixels((50, 10, 20, 25))
    drawn = layout.face(record(1, photo=plain_png("blue", 400, 100))).colour[box.slices]
    blue = (drawn == (0, 0, 255)).all(axis=2)
    assert blue.any(axis=0).all()
    assert (drawn[~blue.any(axis=1)] == 255).all()
    assert 0.18 < blue.any(axis=1).mean() < 0.22  # a quarter as high as wide, in a box of 20 x 25


def test_the_word_specimen_lies_in_dye_over_card_and_photo_and_in_resin() -> None:
    marks = SPECIMEN.file.watermark
    assert {mark.panel for mark in marks if "SPECIMEN" in mark.text} == {"colour", "resin"}
    face = SPECIMEN.face(record(1, photo=plain_png("black")))
    assert 0.1 < (face.colour[PHOTO.slices] > 0).any(axis=2).mean() < 0.6
    ground = np.array(SPECIMEN._ground.colour)
    below = ground[150:600, 20:700].reshape(-1, 3)
    assert 0.1 < (below != below[0]).any(axis=1).mean() < 0.6
    assert face.resin[610:640].sum() > 1000


def test_a_watermark_in_resin_keeps_clear_of_a_photo(tmp_path: Path) -> None:
    mark = '[[watermark]]\ntext = "SPECIMEN"\nmiddle_mm = [60, 22]\nsize_mm = 12\npanel = "resin"\n'
    layout = layout_of(tmp_path, SMALL + mark)
    box = pixels((50, 10, 20, 25))
    face = layout.face(record(1))
    assert face.resin[box.top : box.bottom, : box.left].sum() > 1000
    assert not ink_in(face, box).any()


def test_a_photo_that_is_none_is_refused() -> None:
    broken: PrintReadyRecord = record(1, photo=b"no image at all")
    with pytest.raises(ImageRefusedError):
        SPECIMEN.face(broken)


# -- signature -----------------------------------------------------------------------------------------------


def test_a_signature_keeps_its_thin_and_its_pale_strokes() -> None:
    sheet = Image.new("L", (1500, 600), 255)
    ImageDraw.Draw(sheet).line((100, 300, 1400, 300), fill=120, width=4)
    ink = ink_in(SPECIMEN.face(record(1, signature=png_bytes(sheet))), SIGNATURE)
    assert ink[:, 30:-30].any(axis=0).all()
    assert ink.any(axis=1).sum() <= 3


def test_an_empty_a_grey_and_a_grainy_sheet_leave_no_resin() -> None:
    grain = np.random.default_rng(1).integers(225, 256, (120, 300), dtype=np.uint8)
    sheets = [plain_png("white"), plain_png("#c8c8c8"), png_bytes(Image.fromarray(grain))]
    for sheet in sheets:
        assert not ink_in(SPECIMEN.face(record(1, signature=sheet)), SIGNATURE).any()


def test_a_signature_on_transparent_ground_is_dark_on_white() -> None:
    sheet = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(sheet).rectangle((100, 40, 200, 80), fill=(0, 0, 0, 255))
    ink = ink_in(SPECIMEN.face(record(1, signature=png_bytes(sheet))), SIGNATURE)
    assert 0 < ink.mean() < 0.3


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "changes", "said"),
    [
        ("{birth_place}, {birth_date}", {"birth_date": date(1987, 3, 9)}, "CONTOHAN, 09-03-1987"),
        ("{rt}/{rw}", {"rt": "004", "rw": "010"}, "004/010"),
        ("{rt}/{rw}", {"rt": "004", "rw": ""}, "004/-"),
        ("{rt}/{rw}", {"rt": "", "rw": ""}, "-"),
        ("{name}", {"name": " contoh  Satu\u00a0dua "}, "CONTOH SATU DUA"),
        ("{name}", {"name": "ANDRE\u0301"}, "ANDR\u00c9"),
        ("PROVINSI {province}", {"province": "Provinsi Jawa Timur"}, "PROVINSI JAWA TIMUR"),
        ("PROVINSI {province}", {"province": "JAWA TIMUR"}, "PROVINSI JAWA TIMUR"),
        ("{sex}", {}, "LAKI-LAKI"),
    ],
)
def test_a_wording_says_it_as_the_card_does(
    wording: str, changes: dict[str, Any], said: str
) -> None:
    assert Wording.parse(wording).of(record(1, **changes)) == said


def test_labels_are_left_out_where_the_blanks_come_with_them(tmp_path: Path) -> None:
    printed = layout_of(tmp_path, SMALL)
    blank = layout_of(tmp_path, SMALL.replace('"printed"', '"blank"'))
    one = record(1)
    with_labels, without = printed.face(one), blank.face(one)
    label = box_of("Nama", printed)
    assert ink_in(with_labels, label).any()
    assert not ink_in(without, label).any()
    value = box_of("{name}", printed)
    assert (ink_in(with_labels, value) == ink_in(without, value)).all()


# -- long texts ----------------------------------------------------------------------------------------------


def test_a_name_of_100_letters_is_on_the_card_whole() -> None:
    assert 95 <= len(LONG_NAME) <= 100
    placed = set_name(LONG_NAME)
    assert placed is not None
    assert " ".join(line.text for line in placed.lines) == LONG_NAME
    assert len(placed.lines) > 1
    assert placed.size_px >= 14  # legible: capitals of 0.8 mm
    face = SPECIMEN.face(record(1, name=LONG_NAME))
    runs = np.diff(ink_in(face, box_of("{name}")).any(axis=1).astype(int))
    assert (runs == 1).sum() == len(placed.lines)


def test_one_word_of_100_letters_is_broken_between_letters_and_whole() -> None:
    word = "ABCDEFGHIJ" * 10
    placed = set_name(word)
    assert placed is not None
    assert "".join(line.text for line in placed.lines) == word


def test_a_text_is_first_made_smaller_then_wrapped() -> None:
    style = TextStyle(size_mm=2.5, size_mm_min=1.0, lines_max=3)
    typeface = Typeface(None)
    sizes = []
    for length in range(1, 120):
        text = ("CONTOH " * 20)[:length].strip()
        placed = set_text(text, PixelBox(0, 0, 400, 60), style, typeface)
        assert placed is not None
        sizes.append((len(placed.lines), placed.size_px))
    assert sizes[0] == (1, 30)
    on_one = [size for lines, size in sizes if lines == 1]
    assert min(on_one) in (24, 25)  # four fifths, as letters come
    lines = [count for count, _ in sizes]
    assert lines == sorted(lines)
    assert lines[-1] == 3


def test_what_does_not_fit_is_refused_without_saying_what_it_was(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, SMALL.replace("[5, 5, 30, 4]", "[5, 5, 8, 2]"))
    with pytest.raises(LayoutOverflowError) as caught:
        layout.face(record(1, name="CONTOH YANG PANJANG SEKALI"))
    assert "text.0 ({name}): the text does not fit its box: enlarge box_mm" in str(caught.value)
    assert "PANJANG" not in str(caught.value)


@pytest.mark.parametrize("name", ["CONTOH \u4e2d", "CONTOH \u00c9", "CONTOH \u0627", "A\u3164B"])
def test_a_letter_that_the_font_lacks_is_refused_and_not_drawn_hollow(name: str) -> None:
    with pytest.raises(LayoutGlyphError) as caught:
        SPECIMEN.face(record(1, name=name))
    assert "({name}): a letter is not in the font" in str(caught.value)
    assert name[-1] not in str(caught.value)


def texts(longest: int) -> st.SearchStrategy[str]:
    """Return any text of letters, digits and signs that the built-in font has, often long and often one word."""
    letters = st.sampled_from(string.ascii_letters + string.digits + string.punctuation + "   ")
    wide = st.sampled_from(["W", "M@", "WM ", "iiii", "W W", "Qj,", "MMMMMMMMMM "])
    return st.one_of(
        st.text(letters, min_size=1, max_size=longest),
        wide.map(lambda piece: (piece * longest)[:longest]),
    ).filter(str.strip)


LINES = {
    name: texts(120)
    for name in (
        "birth_place", "address", "village", "district", "regency", "province", "religion", "marital_status",
        "occupation", "citizenship", "valid_until", "issue_place",
    )
}  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.fixed_dictionaries({"name": texts(100), **LINES}))
def test_whatever_the_texts_the_face_is_drawn_and_ink_keeps_to_its_boxes(
    changes: dict[str, str],
) -> None:
    face = SPECIMEN.face(record(1, **changes))
    outside = face.resin != SPECIMEN._ground.resin
    for box in [*text_boxes(SPECIMEN), SIGNATURE]:
        assert ink_in(face, box).any()
        outside[box.slices] = False
    assert not outside.any()


@settings(deadline=None, max_examples=150)
@given(texts(120), st.integers(60, 500), st.integers(20, 60))
def test_a_set_text_is_whole_and_its_ink_in_the_box(text: str, width: int, height: int) -> None:
    text = " ".join(text.split())
    typeface = Typeface(None)
    box = PixelBox(20, 20, 20 + width, 20 + height)
    style = TextStyle(size_mm=2.2, size_mm_min=0.9, lines_max=4, bold=True, align="centre")
    placed = set_text(text, box, style, typeface)
    if placed is None:
        return
    said = [line.text for line in placed.lines]
    assert "".join(said).replace(" ", "") == text.replace(" ", "")
    sheet = Image.new("L", (width + 40, height + 40), 0)
    placed.draw(ImageDraw.Draw(sheet), typeface)
    ink = np.asarray(sheet) >= 128
    assert ink.any()
    ink = ink.copy()
    ink[box.slices] = False
    assert not ink.any()


# -- the same again ------------------------------------------------------------------------------------------


def test_the_same_record_gives_the_same_bytes() -> None:
    first, again = SPECIMEN.face(record(3)), SPECIMEN.face(record(3))
    fresh = Layout.load(None).face(record(3))
    for face in (again, fresh):
        assert face.colour.tobytes() == first.colour.tobytes()
        assert face.resin.tobytes() == first.resin.tobytes()


def test_a_photo_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, SMALL)
    wide = record(1, photo=plain_png("blue", 400, 100))
    clean = layout.face(wide)
    layout.face(record(1, photo=plain_png("red", 100, 400)))
    assert (layout.face(wide).colour == clean.colour).all()


def test_a_face_leaves_nothing_for_the_next() -> None:
    clean = SPECIMEN.face(record(4))
    spoiled = SPECIMEN.face(record(1, name=LONG_NAME))
    spoiled.colour[:] = 0
    spoiled.resin[:] = True
    again = SPECIMEN.face(record(4))
    assert (again.colour == clean.colour).all()
    assert (again.resin == clean.resin).all()
