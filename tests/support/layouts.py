"""A small layout file of one text, one label and two images, for tests to change."""

from pathlib import Path

from station.layout import Layout

SMALL = """
name = "small"
labels = "printed"
text = [{ box_mm = [5, 5, 30, 4], style = "value", text = "{name}" }]
label = [{ box_mm = [5, 10, 30, 4], style = "value", text = "Nama" }]
image = [
  { field = "photo", box_mm = [50, 10, 20, 25], panel = "colour" },
  { field = "signature", box_mm = [50, 38, 20, 8], panel = "resin" },
]

[style.value]
size_mm = 2.5
size_mm_min = 1.5
lines_max = 2
"""


def layout_of(folder: Path, text: str) -> Layout:
    """Load a layout from a text."""
    return Layout.load(written(folder, text))


def written(folder: Path, text: str) -> Path:
    """Write a layout file; returns its path."""
    path = folder / "card.toml"
    path.write_text(text)
    return path
