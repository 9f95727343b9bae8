"""The layout file: each fault of it is refused with file, key and remedy named; a font is found beside it."""

from pathlib import Path

import pytest
from PIL import ImageFont

from station.layout import Layout, LayoutError
from support.layouts import SMALL, layout_of, written
from support.records import record


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("labels =", "lables ="), "unknown key lables: did you mean labels?"),
        (
            ("lines_max =", "linesmax ="),
            "unknown key style.value.linesmax: did you mean lines_max?",
        ),
        (('panel = "resin"', 'panle = "resin"'), "unknown key image.1.panle: did you mean panel?"),
        (("size_mm =", "zzz ="), "unknown key style.value.zzz: known are size_mm, size_mm_min"),
        (('name = "small"', ""), "name is missing: add it"),
        (("{name}", "{nmae}"), "text.0.text: unknown field nmae: did you mean name?"),
        (("{name}", "{photo}"), "text.0.text: unknown field photo: known are nik, name"),
        (("{name}", "{name!r}"), "text.0.text: braces hold a field's name and nothing else"),
        (("{name}", "{name"), "text.0.text: expected '}'"),
        (
            ('style = "value", text = "Nama"', 'style = "valeu", text = "Nama"'),
            "label.0.style: unknown style valeu: did you mean value?",
        ),
        (
            ("[5, 5, 30, 4]", "[70, 5, 30, 4]"),
            "text.0.box_mm: the box leaves the card: keep within",
        ),
        (("[5, 5, 30, 4]", "[nan, 5, 30, 4]"), "text.0.box_mm.0: "),
        (("[5, 5, 30, 4]", "[5, 5, 0, 4]"), "text.0.box_mm: width and height must be above 0"),
        (("[5, 5, 30, 4]", "[45, 12, 30, 4]"), "text.0.box_mm: it overlaps the image photo: move"),
        (("size_mm_min = 1.5", "size_mm_min = 3"), "style.value: size_mm_min is above size_mm"),
        (('"printed"', '"sometimes"'), "labels: Input should be 'blank' or 'printed'"),
        (('text = "Nama"', 'text = "\u4e2d"'), "label.0 (\u4e2d): a letter is not in the font"),
        (('name = "small"', 'name = "small"\nfont = "no.ttf"'), "no.ttf cannot be read as a font"),
        (("[style.value]", "[style.value"), "not TOML"),
    ],
)
def test_a_fault_names_file_key_and_remedy(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    assert change[0] in SMALL
    path = written(tmp_path, SMALL.replace(*change, 1))
    with pytest.raises(LayoutError) as caught:
        Layout.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"none\.toml: cannot be read .*press\.layout"):
        Layout.load(tmp_path / "none.toml")


def test_a_font_file_is_found_beside_the_layout(tmp_path: Path) -> None:
    built_in = ImageFont.load_default(10)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    (tmp_path / "own.ttf").write_bytes(built_in.font_bytes)
    own = layout_of(tmp_path, SMALL.replace('name = "small"', 'name = "small"\nfont = "own.ttf"'))
    without = layout_of(tmp_path, SMALL)
    assert (own.face(record(1)).resin == without.face(record(1)).resin).all()
