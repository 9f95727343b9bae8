"""The raster against the vectors of the sheet, and against an encoder that shares nothing with it."""

import numpy as np
import pytest

from emulator.magicard.header import WHOLE, Area
from emulator.magicard.job import overcoat_ink
from emulator.magicard.raster import (
    COLOUR_BYTES,
    RESIN_BYTES,
    bit_of,
    ink_of,
    plane_bytes,
    uses_no_dots,
)
from support import magicard_job as job

pytestmark = pytest.mark.pure

VECTORS = [
    (0, 24, 0x80), (1, 24, 0x20), (15, 27, 0x02), (16, 28, 0x80), (287, 95, 0x02), (288, 0, 0x40), (289, 0, 0x10),
    (303, 3, 0x01), (656, 92, 0x40), (671, 95, 0x01),
]  # fmt: skip


@pytest.mark.parametrize(("y", "byte", "mask"), VECTORS)
def test_dots_lie_where_the_sheet_has_them(y: int, byte: int, mask: int) -> None:
    assert (bit_of(y) // 8, 0x80 >> bit_of(y) % 8) == (byte, mask)
    assert job.place(y) == (byte, mask)


def test_no_two_dots_share_a_bit() -> None:
    assert len({bit_of(y) for y in range(672)}) == 672


def test_the_lengths_are_those_of_the_sheet() -> None:
    assert (COLOUR_BYTES, RESIN_BYTES) == (585_216, 97_536)
    assert [plane_bytes(panel) for panel in "ymck"] == [585_216] * 3 + [97_536]


def test_the_worked_example() -> None:
    plane = bytearray(COLOUR_BYTES)
    for at in (123, 315, 507):  # bits 1, 3 and 5 of the first image dot: 42
        plane[at] |= 0x02
    for at in (92, 188, 284, 380, 476, 572):  # all bits of the last one: 63
        plane[at] |= 0x40
    ink = ink_of("y", bytes(plane))
    assert ink.shape == (648, 1016)
    assert ink[3, 0] == 170  # 42 of 63
    assert ink[644, 0] == 255
    ink[3, 0] = ink[644, 0] = 0
    assert not ink.any()
    shades = np.zeros((642, 1016), dtype=np.uint8)
    shades[0, 0], shades[641, 0] = 42, 63
    assert job.colour_plane(shades) == bytes(plane)


def test_the_real_line_is_two_bars_without_a_gap() -> None:
    row = bytes.fromhex(
        "00" * 27 + "02" + "AA" * 30 + "80" + "00" * 2 + "05" + "55" * 6 + "40" + "00" * 27
    )
    assert len(row) == 96
    assert not uses_no_dots(row * 6 * 1016)
    plane = bytearray(COLOUR_BYTES)
    plane[500 * 576 : 500 * 576 + 96] = row
    ink = ink_of("c", bytes(plane))
    lit = np.flatnonzero(ink[:, 500])
    assert set(ink[lit, 500]) == {4}  # the least significant bit: 1 of 63
    assert not ink[:, :500].any()
    assert not ink[:, 501:].any()
    # By hand: dots 15 (02), 16 to 135 (30 x AA), 136 (80); then 534 and 535 (05), 536 to 559 (6 x 55), 560 (40).
    rows = [*range(15, 137), *range(534, 561)]
    assert lit.tolist() == [row - 15 + 3 for row in rows]


def test_a_picture_comes_back_from_an_independent_encoder() -> None:
    chance = np.random.default_rng(7)
    shades = chance.integers(0, 64, (642, 1016), dtype=np.uint8)
    ink = ink_of("m", job.colour_plane(shades))
    assert (ink[3:645] == (shades.astype(int) * 255 + 31) // 63).all()
    assert not ink[:3].any()
    assert not ink[645:].any()


def test_resin_is_printed_or_not() -> None:
    ink = ink_of("k", job.resin_plane([(0, 0), (1015, 641), (500, 300)]))
    assert {(int(x), int(y)) for y, x in np.argwhere(ink == 255)} == {
        (0, 3),
        (1015, 644),
        (500, 303),
    }
    assert np.count_nonzero(ink) == 3


def test_bits_of_no_dot_are_found() -> None:
    used = {bit_of(y) for y in range(672)}
    for bit in range(768):
        plane = bytearray(RESIN_BYTES)
        plane[96 * 400 + bit // 8] = 0x80 >> bit % 8
        assert uses_no_dots(bytes(plane)) == (bit not in used)


def test_overcoat_covers_the_image_less_its_hole() -> None:
    ink = overcoat_ink(WHOLE, None)
    assert ink[3:645].all()
    assert np.count_nonzero(ink) == 642 * 1016
    chip = overcoat_ink(WHOLE, Area(90, 295, 260, 450))
    hole = np.argwhere(chip[3:645] == 0)
    (top, left), (bottom, right) = hole.min(axis=0), hole.max(axis=0)
    assert (left, right) == (90, 260)
    # the contacts of a chip card: 19.2 to 28.6 mm from the upper edge, 300 dots an inch
    assert top <= 19.2 / 25.4 * 300
    assert bottom >= 28.6 / 25.4 * 300
    stripe = overcoat_ink(WHOLE, Area(0, 420, 1025, 590))
    assert np.count_nonzero(stripe == 0) == 171 * 1016 + 6 * 1016


@pytest.mark.parametrize(
    "area", [Area(900, 600, 5000, 5000), Area(5000, 5000, 6000, 6000), Area(9, 9, 3, 3)]
)
def test_an_area_beyond_the_image_is_cut_off(area: Area) -> None:
    ink = overcoat_ink(area, area)
    assert not ink.any()
