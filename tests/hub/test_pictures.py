"""Photo and signature as an import file names them: what is no picture is refused before it is decoded."""

from pathlib import Path

import pytest

from hub import pictures
from hub.refusals import LineRefusedError
from prr.record import IMAGE_BYTES_MAX
from support.records import base64_text, photo_png


def refusal(value: object, folder: Path) -> str:
    with pytest.raises(LineRefusedError) as caught:
        pictures.read("photo", value, folder)
    return str(caught.value.refusal.code)


def test_a_sound_picture_is_read_from_the_line_and_from_beside_it(tmp_path: Path) -> None:
    picture = photo_png(1)
    (tmp_path / "a.png").write_bytes(picture)
    assert pictures.read("photo", "a.png", tmp_path) == picture
    assert pictures.read("photo", base64_text(picture), tmp_path) == picture


def test_nothing_and_what_is_no_text(tmp_path: Path) -> None:
    assert refusal(None, tmp_path) == refusal("", tmp_path) == "PHOTO_MISSING"
    assert refusal(7, tmp_path) == "PHOTO_UNREADABLE"


def test_a_folder_with_a_pictures_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    assert refusal("a.png", tmp_path) == "PHOTO_UNREADABLE"


def test_too_much_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(IMAGE_BYTES_MAX + 1)
    assert refusal("a.png", tmp_path) == "PHOTO_TOO_LARGE"
