"""The data of a layout file: what may stand in it. Lengths are millimetres from the card's top left corner."""

import difflib
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from prr.record import PrintReadyRecord

IMAGE_FIELDS = ("photo", "signature")
TEXT_FIELDS = frozenset(PrintReadyRecord.model_fields) - set(IMAGE_FIELDS)

Millimetres = Annotated[float, Field(ge=0, le=86)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def _template(text: str) -> str:
    for _, field, conversion, _ in Formatter().parse(text):
        if field is not None and (field not in TEXT_FIELDS or conversion):
            near = difflib.get_close_matches(field, TEXT_FIELDS, n=1, cutoff=0.4)
            hint = f": did you mean {near[0]}?" if near else ""
            raise ValueError(f"unknown field {field!r} of a record{hint}")
    return text


Template = Annotated[str, AfterValidator(_template)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Style(_Part):
    """Font file (empty: the built-in one), tint of the ground and colour of the lines."""

    font: str = ""
    tint: Colour = "#ffffff"
    colour_line: Colour = "#000000"


class Watermark(_Part):
    """A word across the card in light dye, and a note along its lower edge in resin."""

    text: str
    size_mm: Millimetres
    angle_deg: float
    colour: Colour
    note: str = ""


class Text(_Part):
    """One line of text, shrunk where it is too wide. `label` marks what pre-printed cards carry already."""

    value: Template
    x_mm: Millimetres
    y_mm: Millimetres
    width_mm: Millimetres
    size_mm: Millimetres
    align: Literal["left", "center"] = "left"
    label: bool = False


class Rows(_Part):
    """The block of labelled lines: columns, first line, lowest line, sizes and distance."""

    x_mm: Millimetres
    colon_mm: Millimetres
    value_mm: Millimetres
    right_mm: Millimetres
    y_mm: Millimetres
    bottom_mm: Millimetres
    size_mm: Millimetres
    size_mm_min: Millimetres
    step_mm: Millimetres


class Row(_Part):
    """One labelled line; a long value takes more lines and pushes the next ones down."""

    label: str
    value: Template
    indent_mm: Millimetres = 0.0


class Picture(_Part):
    """A box for an image of the record: in dye (filled, cropped) or in resin (fitted, dark strokes only)."""

    field: Literal["photo", "signature"]
    onto: Literal["colour", "resin"]
    x_mm: Millimetres
    y_mm: Millimetres
    width_mm: Millimetres
    height_mm: Millimetres


class LayoutFile(_Part):
    """All of a layout file."""

    name: str
    labels: Literal["blank", "printed"] = "blank"
    style: Style = Style()
    watermark: Watermark | None = None
    text: tuple[Text, ...] = ()
    rows: Rows | None = None
    row: tuple[Row, ...] = ()
    image: tuple[Picture, ...] = ()


_SECTIONS: dict[str, Any] = {
    "style": Style, "watermark": Watermark, "text": Text, "rows": Rows, "row": Row, "image": Picture,
}  # fmt: skip


def keys_at(place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand in a section, for the sentence about one that may not."""
    section = _SECTIONS[str(place[0])] if place else LayoutFile
    return list(section.model_fields)
