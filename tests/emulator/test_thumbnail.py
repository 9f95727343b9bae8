"""Pictures in a terminal: their shape and colours, and the folder they come from."""

import os
from pathlib import Path

import pytest
from PIL import Image

from emulator.window.album import REDUCED_PX, Album
from emulator.window.thumbnail import UPPER_HALF, thumbnail
from support import evolis_job as job
from support.emulated import emulated


def two_halves(upper: str, lower: str) -> Image.Image:
    picture = Image.new("RGB", (1016, 648), upper)
    picture.paste(Image.new("RGB", (1016, 324), lower), (0, 324))
    return picture


def test_upper_and_lower_half_have_their_own_colours() -> None:
    drawn = thumbnail(two_halves("#102030", "#c8aa64"), 3, 1)
    assert drawn.plain == UPPER_HALF * 3
    for span in drawn.spans:
        assert str(span.style) == "#102030 on #c8aa64"


def test_without_colour_shades_tell_dark_from_light() -> None:
    drawn = thumbnail(two_halves("black", "white"), 10, 4, colour=False)
    rows = drawn.plain.split("\n")
    assert set(rows[0]) == {"█"}
    assert set(rows[-1]) == {" "}
    assert not drawn.spans


@pytest.mark.parametrize(
    ("columns", "rows", "shape"),
    [(44, 14, (44, 14)), (22, 7, (22, 7)), (100, 7, (22, 7)), (22, 100, (22, 7)), (1, 1, (1, 1))],
)
def test_it_keeps_the_shape_of_a_card(columns: int, rows: int, shape: tuple[int, int]) -> None:
    for colour in (True, False):
        lines = thumbnail(Image.new("RGB", (1016, 648)), columns, rows, colour=colour).plain
        found = lines.split("\n")
        assert ({len(line) for line in found}, len(found)) == ({shape[0]}, shape[1])


def test_the_album_reads_what_a_printer_wrote(tmp_path: Path) -> None:
    with emulated(tmp_path) as bench:
        bench.print_card(job.simplex_job(value=200), job.END_OF_JOB)
        card = bench.truth()["output"][0]
    album = Album(tmp_path)
    picture = album.picture(card["picture"])
    assert picture is not None
    assert max(picture.size) == REDUCED_PX
    assert max(picture.convert("L").tobytes()) < 80, "dark, as it was printed"
    assert album.picture(card["picture"]) is picture, "read once"
    assert list(album.times([1, 2])) == [1]


def test_a_picture_drawn_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "000001.front.png"
    album = Album(tmp_path)
    for at_ns, colour in ((1_000_000_000, (255, 0, 0)), (2_000_000_000, (0, 0, 255))):
        Image.new("RGB", (10, 10), colour).save(path)
        os.utime(path, ns=(at_ns, at_ns))
        picture = album.picture(path.name)
        assert picture is not None
        assert picture.getpixel((5, 5)) == colour


def test_what_cannot_be_read_is_not_there(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10)).save(tmp_path / "whole.png")
    folder = tmp_path / "cards"
    folder.mkdir()
    whole = (tmp_path / "whole.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "noise.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    album = Album(folder)
    for name in ("cut.png", "noise.png", "missing.png", "../whole.png", "", None):
        assert album.picture(name) is None, name
    assert Album(tmp_path / "elsewhere").times([1]) == {}
