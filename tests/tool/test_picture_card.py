"""From any picture to a card: which way up, what is white, what is resin, and what each ribbon can take."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.card import Ribbon
from drivers.errors import InputFileError
from drivers.evolis.driver import EvolisDriver
from drivers.tool.pattern import pattern_card
from drivers.tool.picture_card import BLACK_MAX, design_of, face_of, fitted

pytestmark = pytest.mark.pure


def _saved(path: Path, picture: Image.Image, **options: object) -> Path:
    picture.save(path, **options)  # type: ignore[arg-type]
    return path


def _halves(width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height))
    return picture


def test_a_picture_of_the_cards_size_is_taken_dot_for_dot(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (648, 1016, 3), dtype=np.uint8)
    path = _saved(tmp_path / "noise.png", Image.fromarray(noise))
    assert (fitted(path) == noise).all()


def test_it_is_fitted_whole_with_white_around(tmp_path: Path) -> None:
    pixels = fitted(_saved(tmp_path / "wide.png", Image.new("RGB", (2000, 500), "blue")))
    assert (pixels[324] == (0, 0, 255)).all(), "from edge to edge in the middle"
    assert (pixels[[0, 100, 540, 647]] == 255).all()


def test_an_upright_picture_is_turned(tmp_path: Path) -> None:
    pixels = fitted(_saved(tmp_path / "upright.png", _halves(648, 1016)))
    assert (pixels[600, 500] == (255, 0, 0)).all(), "its left is now below"
    assert (pixels[50, 500] == 255).all()


def test_the_cameras_word_on_which_way_is_up_is_heard(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    path = _saved(tmp_path / "turned.jpg", _halves(1016, 648), exif=turned, quality=95)
    pixels = fitted(path).astype(int)
    assert pixels[300, 900, 1] < 60, "the red half is on the right"
    assert pixels[300, 100].min() > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    picture = Image.new("RGBA", (1016, 648), (0, 0, 0, 0))
    path = _saved(tmp_path / "clear.png", picture.convert(mode))
    assert (fitted(path) == 255).all()


def test_black_is_resin_and_leaves_the_dye() -> None:
    pixels = np.full((648, 1016, 3), 255, np.uint8)
    pixels[10] = BLACK_MAX
    pixels[20] = (BLACK_MAX, BLACK_MAX, BLACK_MAX + 1)
    face = face_of(pixels, dye=True, overlay=True)
    assert face.resin[10].all()
    assert (face.colour[10] == 255).all()
    assert not face.resin[20].any()
    assert (face.colour[20] == pixels[20]).all()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_each_dot_goes_to_dye_or_to_resin(seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 90, (648, 1016, 3), dtype=np.uint8)
    face = face_of(pixels, dye=True, overlay=True)
    assert ((face.colour == pixels).all(axis=2) ^ face.resin).all()


@pytest.mark.parametrize("ribbon", Ribbon)
@pytest.mark.parametrize("two_sides", [False, True])
def test_what_is_made_for_a_ribbon_is_printable_on_it(
    tmp_path: Path, ribbon: Ribbon, two_sides: bool
) -> None:
    path = _saved(tmp_path / "halves.png", _halves(300, 200))
    design = design_of(path, path if two_sides else None, ribbon, raw_colour=True)
    assert EvolisDriver().encode(design).job_data
    assert (design.ribbon, len(design.faces), design.raw_colour) == (ribbon, 1 + two_sides, True)


def test_without_dye_what_is_dark_is_black(tmp_path: Path) -> None:
    path = _saved(tmp_path / "halves.png", _halves(1016, 648))
    face = design_of(path, None, Ribbon.K, raw_colour=False).front
    assert face.resin[300, 100]
    assert not face.resin[300, 900]
    assert (face.colour == 255).all()


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + bytes(64), b"\xff\xd8\xff\xe0" + bytes(64)]
)
def test_no_picture(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "noise"
    path.write_bytes(data)
    with pytest.raises(InputFileError, match="noise"):
        fitted(path)


def test_half_a_picture(tmp_path: Path) -> None:
    path = _saved(tmp_path / "halves.png", _halves(1016, 648))
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(InputFileError, match=r"halves\.png"):
        fitted(path)


def test_a_picture_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = _saved(tmp_path / "huge.png", Image.new("1", (8000, 8000)))
    with pytest.raises(InputFileError, match="too many"):
        fitted(path)


def test_the_test_card_is_printable_and_says_what_it_is() -> None:
    design = pattern_card()
    assert EvolisDriver().encode(design).job_data
    face = design.front
    assert face.resin[0].all()
    assert face.resin[:, 1015].all()
    dyes = {tuple(face.colour[190, x]) for x in range(50, 1000, 90)}
    assert len(dyes) == 10, "six dyes and four skins"
    greys = face.colour[390, 45:970, 0]
    assert len(np.unique(greys)) == 16
    assert (np.ptp(face.colour[390, 45:970], axis=1) == 0).all(), "steps of grey alone"
