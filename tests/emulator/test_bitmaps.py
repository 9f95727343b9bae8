"""Geometry: the worked examples of the sheet, byte by byte, and random pixels against the formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.evolis.bitmap import CARD_RASTER, RASTERS, Bitmap, ink_of
from emulator.evolis.parser import Parser
from emulator.machine.card import Face, Side
from emulator.machine.picture import BLACK, composite
from support import evolis_job as job

pytestmark = pytest.mark.pure

WORKED_PIXELS = [(0, 0), (1, 0), (0, 1), (1015, 647), (0, 647), (1015, 0), (500, 300)]
WORKED_BYTES = {0: 0x80, 80: 0x03, 161: 0x01, 40_543: 0x10, 82_215: 0x80, 82_295: 0x01}


def test_worked_example_of_a_resin_plane() -> None:
    plane = bytearray(82_296)
    for offset, value in WORKED_BYTES.items():
        plane[offset] = value
    (found,) = Parser().receive_data(b"\x1b\x44\x62\x3b\x6b\x3b\x32\x3b" + plane + b"\r")
    assert isinstance(found, Bitmap)
    ink = ink_of(found)
    assert ink.shape == (648, 1016)
    assert sorted((int(x), int(y)) for y, x in np.argwhere(ink == 255)) == sorted(WORKED_PIXELS)
    assert set(np.unique(ink)) == {0, 255}


def test_the_job_builder_of_the_tests_agrees_with_the_worked_example() -> None:
    plane = job.dotted_plane(WORKED_PIXELS)
    assert {offset: value for offset, value in enumerate(plane) if value} == WORKED_BYTES
    assert len(job.bitmap("k", 2, plane)) == 82_305


def test_seven_bit_example() -> None:
    """Value 9 repeated gives 12 24 48 91 22 44 89; 9 of 127 is 18 of 255."""
    payload = bytes.fromhex("12244891224489") * (576_072 // 7)
    ink = ink_of(Bitmap("y", 128, CARD_RASTER, payload[:576_072]))
    assert set(np.unique(ink)) == {18}


@given(st.integers(0, 1015), st.integers(0, 647), st.integers(1, 255))
@settings(max_examples=40)
def test_eight_bit_dot_lands_at_its_pixel(x: int, y: int, value: int) -> None:
    plane = bytearray(658_368)
    plane[x * 648 + 647 - y] = value
    ink = ink_of(Bitmap("c", 256, CARD_RASTER, bytes(plane)))
    assert ink[y, x] == value
    assert np.count_nonzero(ink) == 1


@given(st.integers(0, 1015), st.integers(0, 647), st.integers(1, 127))
@settings(max_examples=40)
def test_seven_bit_dot_lands_at_its_pixel(x: int, y: int, value: int) -> None:
    position = 7 * (x * 648 + 647 - y)
    bits = value << (576_072 * 8 - position - 7)
    ink = ink_of(Bitmap("c", 128, CARD_RASTER, bits.to_bytes(576_072, "big")))
    assert ink[y, x] == round(value * 255 / 127)
    assert np.count_nonzero(ink) == 1


@given(st.lists(st.tuples(st.integers(0, 1015), st.integers(0, 647)), max_size=30))
@settings(max_examples=40)
def test_resin_dots_land_at_their_pixels(dots: list[tuple[int, int]]) -> None:
    ink = ink_of(Bitmap("k", 2, CARD_RASTER, job.dotted_plane(dots)))
    assert {(int(x), int(y)) for y, x in np.argwhere(ink)} == set(dots)


def test_finer_lines_are_averaged_and_resin_stays_black_or_nothing() -> None:
    raster = RASTERS[600, 300]
    plane = (b"\x00" * 648 + b"\xc8" * 648) * 1016
    assert set(np.unique(ink_of(Bitmap("y", 256, raster, plane)))) == {100}
    resin = np.packbits(np.arange(648 * 2032) % 648 == 647).tobytes()
    ink = ink_of(Bitmap("k", 2, raster, resin))
    assert ink[0].tolist() == [255] * 1016
    assert np.count_nonzero(ink[1:]) == 0


def test_a_narrow_head_is_stretched_over_the_card() -> None:
    ink = ink_of(Bitmap("y", 128, RASTERS[300, 260], b"\xff" * 499_618))
    assert ink.shape == (648, 1016)
    assert set(np.unique(ink)) == {255}


def face_with(**planes: int) -> Face:
    return Face(0, {p: np.full((648, 1016), v, np.uint8) for p, v in planes.items()}, list(planes))


def test_dyes_take_their_colour_out_of_the_white() -> None:
    assert composite(face_with(y=10, m=20, c=30))[0, 0].tolist() == [225, 235, 245]


def test_nothing_printed_is_white() -> None:
    assert composite(None).min() == 255
    assert composite(Face(0)).min() == 255


def test_resin_hides_the_dye_and_the_overlay_shines_a_little() -> None:
    assert composite(face_with(y=200, k=255))[5, 5].tolist() == list(BLACK)
    glossy = composite(face_with(y=200, k=255, o=255))[5, 5].tolist()
    assert [tone - 3 for tone in glossy] == list(BLACK)
    assert composite(face_with(o=255)).min() == 255


def test_sides_are_named_as_in_the_files() -> None:
    assert [f"{side}" for side in Side] == ["front", "back"]
