"""Planes bit by bit: the sheet's worked examples, and laws over random faces against a slow reading of the sheet."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.card import CARD_HEIGHT_PX, CARD_WIDTH_PX, CardFace
from drivers.evolis.raster import Planes, planes_of
from support.printer_faces import blank_face, random_face

pytestmark = pytest.mark.pure

DOTS = CARD_WIDTH_PX * CARD_HEIGHT_PX


def _data(planes: Planes) -> dict[str, bytes]:
    return {plane.panel: plane.data for plane in (*planes.colour, *planes.mono)}


def test_the_worked_example_of_the_black_panel() -> None:
    face = blank_face()
    for x, y in [(0, 0), (1, 0), (0, 1), (1015, 647), (0, 647), (1015, 0), (500, 300)]:
        face.resin[y, x] = True
    data = _data(planes_of(face, 256))["k"]
    assert len(data) == 82_296
    inked = {at: byte for at, byte in enumerate(data) if byte}
    assert inked == {0: 0x80, 80: 0x03, 161: 0x01, 40_543: 0x10, 82_215: 0x80, 82_295: 0x01}


def test_the_offset_of_an_8_bit_dot() -> None:
    face = blank_face()
    face.colour[100, 7] = (255, 255, 255 - 9)
    data = _data(planes_of(face, 256))["y"]
    assert len(data) == 658_368
    assert {at: byte for at, byte in enumerate(data) if byte} == {7 * 648 + 647 - 100: 9}


def test_the_7_bit_stream_of_a_repeated_nine() -> None:
    face = blank_face()
    face.colour[:] = 255 - 18  # 18 >> 1 is 9
    data = _data(planes_of(face, 128))["m"]
    assert len(data) == 576_072
    assert data[:7] == bytes.fromhex("12 24 48 91 22 44 89")


def test_white_sends_only_the_overlay() -> None:
    planes = planes_of(blank_face(), 256)
    assert planes.colour == ()
    assert [plane.panel for plane in planes.mono] == ["o"]
    assert planes.mono[0].data == b"\xff" * 82_296
    assert planes.uncoloured_percent == 100
    assert planes.means == (0, 0, 0)


def test_nothing_at_all_sends_nothing() -> None:
    face = blank_face()
    assert planes_of(CardFace(face.colour, face.resin, overlay=False), 256).mono == ()


def test_one_colour_sends_its_plane_alone() -> None:
    face = blank_face()
    face.colour[:, :, 0] = 0  # no red: all cyan
    planes = planes_of(face, 256)
    assert [plane.panel for plane in planes.colour] == ["c"]
    assert planes.means == (0, 0, 255)


def test_download_order() -> None:
    planes = planes_of(random_face(3), 256)
    assert [plane.panel for plane in planes.colour] == ["y", "m", "c"]
    assert [plane.panel for plane in planes.mono] == ["k", "o"]
    assert {plane.levels for plane in planes.colour} == {256}
    assert {plane.levels for plane in planes.mono} == {2}


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(st.integers(0, 1015), st.integers(0, 647)), max_size=40),
)
def test_random_dots_by_the_sheets_formulas(seed: int, dots: list[tuple[int, int]]) -> None:
    face = random_face(seed)
    data = _data(planes_of(face, 256))
    for x, y in [(0, 0), (1015, 0), (0, 647), (1015, 647), *dots]:
        red, green, blue = (int(value) for value in face.colour[y, x])
        under_resin = bool(face.resin[y, x])
        for panel, ink in (("y", 255 - blue), ("m", 255 - green), ("c", 255 - red)):
            assert data[panel][x * 648 + 647 - y] == (0 if under_resin else ink)
        assert bool(data["k"][x * 81 + (647 - y) // 8] & 0x80 >> (647 - y) % 8) == under_resin


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whole_planes_against_a_slow_reading(seed: int) -> None:
    face = random_face(seed)
    planes = planes_of(face, 256)
    data = _data(planes)
    for panel, channel in (("y", 2), ("m", 1), ("c", 0)):
        assert data[panel] == _slow_plane(face, channel).tobytes()
    assert data["k"] == np.packbits(_slow_turn(face.resin)).tobytes()
    inks = [_slow_plane(face, channel).astype(np.int64) for channel in (2, 1, 0)]
    assert planes.means == tuple(round(float(ink.mean())) for ink in inks)
    uncoloured = float(np.mean(sum(inks) == 0))
    assert planes.uncoloured_percent == round(100 * uncoloured)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_7_bit_planes_hold_the_upper_seven_bits(seed: int) -> None:
    face = random_face(seed)
    deep = _data(planes_of(face, 256))["c"]
    bits = np.unpackbits(np.frombuffer(_data(planes_of(face, 128))["c"], np.uint8)).reshape(DOTS, 7)
    values = (bits * (1 << np.arange(6, -1, -1))).sum(axis=1)
    assert (values == np.frombuffer(deep, np.uint8) >> 1).all()


def test_the_face_is_left_as_it_was() -> None:
    face = random_face(9)
    colour, resin = face.colour.copy(), face.resin.copy()
    planes_of(face, 256)
    assert (face.colour == colour).all()
    assert (face.resin == resin).all()


def _slow_plane(face: CardFace, channel: int) -> npt.NDArray[np.uint8]:
    ink = 255 - face.colour[:, :, channel].astype(np.int64)
    ink[face.resin] = 0
    return _slow_turn(ink.astype(np.uint8))


def _slow_turn(picture: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Turn a landscape picture a quarter clockwise, column by column as the sheet words it."""
    lines = [[picture[y, x] for y in range(647, -1, -1)] for x in range(CARD_WIDTH_PX)]
    return np.array(lines, dtype=np.uint8)
