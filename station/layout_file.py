"""A card layout as its TOML file states it: where what goes, in millimetres from the top left corner of the card.

The file is an edge: an unknown key is refused with the nearest right one named, and each error says file, key and
remedy. Nothing is drawn here.

The face is 1016 x 648 dots at 300 dpi, which is 0.4 mm wider and 0.9 mm higher than the card: the print runs over each
edge. So the card lies in the middle of the face, and what reaches the card's edge is drawn to the end of the face.
"""

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from drivers.card import CARD_DPI, CARD_HEIGHT_PX, CARD_WIDTH_PX
from station.errors import StationError
from station.layout_words import FIELDS, UnknownFieldError, Wording

CARD_WIDTH_MM = 85.60  # ISO 7810 ID-1
CARD_HEIGHT_MM = 53.98
PX_PER_MM = CARD_DPI / 25.4
_BLEED_X_PX = (CARD_WIDTH_PX - CARD_WIDTH_MM * PX_PER_MM) / 2
_BLEED_Y_PX = (CARD_HEIGHT_PX - CARD_HEIGHT_MM * PX_PER_MM) / 2
SPECIMEN = "specimen.toml"


class LayoutError(StationError):
    """A layout file that cannot be used: unreadable, a key unknown or out of range, a font missing."""


class LayoutOverflowError(LayoutError):
    """A text that does not fit its box even at the smallest size: the card is not made, the text never cut."""


class LayoutGlyphError(LayoutError):
    """A letter that the layout's font does not have: the card is not made with a gap or a hollow box in a name."""


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A rectangle of the face in dots: left and top are in it, right and bottom are not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Its width in dots."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Its height in dots."""
        return self.bottom - self.top

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, as Pillow takes them."""
        return self.left, self.top, self.right, self.bottom

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and columns, as numpy takes them."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grown(self, by_px: int) -> "PixelBox":
        """Return the box with a margin around it."""
        return PixelBox(
            self.left - by_px, self.top - by_px, self.right + by_px, self.bottom + by_px
        )

    def meets(self, other: "PixelBox") -> bool:
        """Tell whether the two have a dot in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


BoxMm = tuple[float, float, float, float]  # left, top, width, height


def dots(length_mm: float) -> int:
    """Return a length in dots."""
    return round(length_mm * PX_PER_MM)


def spot(x_mm: float, y_mm: float) -> tuple[int, int]:
    """Return a place on the card as column and row of the face."""
    return round(x_mm * PX_PER_MM + _BLEED_X_PX), round(y_mm * PX_PER_MM + _BLEED_Y_PX)


def pixels(box_mm: BoxMm) -> PixelBox:
    """Return a box on the card in dots of the face."""
    left, top, width, height = box_mm
    return PixelBox(*spot(left, top), *spot(left + width, top + height))


def bled(box_mm: BoxMm) -> PixelBox:
    """Return a box in dots, drawn out to the end of the face where it reaches the card's edge."""
    box, (left, top, width, height) = pixels(box_mm), box_mm
    return PixelBox(
        0 if left <= 0 else box.left,
        0 if top <= 0 else box.top,
        CARD_WIDTH_PX if left + width >= CARD_WIDTH_MM else box.right,
        CARD_HEIGHT_PX if top + height >= CARD_HEIGHT_MM else box.bottom,
    )


def _on_card(box: BoxMm) -> BoxMm:
    left, top, width, height = box
    if width <= 0 or height <= 0:
        raise ValueError("width and height must be above 0: [left, top, width, height]")
    slack = 1e-6  # decimal fractions add up to a little more than they say
    if not (
        left >= 0
        and top >= 0
        and left + width <= CARD_WIDTH_MM + slack
        and top + height <= CARD_HEIGHT_MM + slack
    ):
        raise ValueError(f"the box leaves the card: keep within {CARD_WIDTH_MM} x {CARD_HEIGHT_MM}")
    return box


def _wording(text: str) -> str:
    try:
        Wording.parse(text)
    except UnknownFieldError as error:
        raise ValueError(f"unknown field {error.field}{nearest(error.field, FIELDS)}") from error
    except ValueError as error:
        raise ValueError(f"{error}: write it as in '{{rt}}/{{rw}}'") from error
    return text


Box = Annotated[BoxMm, AfterValidator(_on_card)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Size = Annotated[float, Field(ge=0.5, le=30)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TextStyle(_Table):
    """How a text is set. Sizes are those of the font's em; a capital is about 0.7 of it high."""

    size_mm: Size
    size_mm_min: Size | None = None  # without it the text keeps its size
    lines_max: Annotated[int, Field(ge=1, le=9)] = 1
    bold: bool = False
    align: Literal["left", "centre", "right"] = "left"

    @model_validator(mode="after")
    def _ordered(self) -> "TextStyle":
        if self.size_mm_min is not None and self.size_mm_min > self.size_mm:
            raise ValueError("size_mm_min is above size_mm: exchange them")
        return self


class TextElement(_Table):
    """A text from the record, in resin."""

    box_mm: Box
    style: str
    text: Annotated[str, AfterValidator(_wording)]


class Label(_Table):
    """A text that is the same on every card, in resin; left out where the blanks come with it."""

    box_mm: Box
    style: str
    text: str


class Picture(_Table):
    """An image from the record: "colour" goes in dye as it is, "resin" takes its dark strokes only."""

    field: Literal["photo", "signature"]
    box_mm: Box
    panel: Literal["colour", "resin"]
    fit: Literal["fit", "fill"] = "fit"  # whole on white, or the middle of it over the whole box
    frame_mm: Annotated[float, Field(ge=0, le=2)] = 0
    frame_colour: Colour = "#808080"


class Watermark(_Table):
    """A word across the card, turned to the left about its middle. In resin it keeps clear of colour images."""

    text: Annotated[str, Field(min_length=1)]
    middle_mm: tuple[float, float]
    size_mm: Size
    angle_deg: Annotated[float, Field(ge=-180, le=180)] = 0
    panel: Literal["colour", "resin"] = "colour"
    colour: Colour = "#d0d0d0"
    veil: Annotated[float, Field(ge=0, le=0.9)] = 0  # how much it lightens colour images


class Tint(_Table):
    """A rectangle of one light colour, in dye."""

    box_mm: Box
    colour: Colour


class LayoutFile(_Table):
    """All of a layout file. Tints lie lowest, then watermarks in dye, images, and resin on top."""

    name: str
    labels: Literal["blank", "printed"]
    font: Path | None = None  # without it Pillow's built-in one
    background: Colour = "#ffffff"
    overlay: bool = True
    style: dict[str, TextStyle]
    tint: tuple[Tint, ...] = ()
    watermark: tuple[Watermark, ...] = ()
    image: tuple[Picture, ...] = ()
    label: tuple[Label, ...] = ()
    text: tuple[TextElement, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "LayoutFile":
        photos = [picture for picture in self.image if picture.panel == "colour"]
        for key, element in self.written():
            if element.style not in self.style:
                raise ValueError(
                    f"{key}.style: unknown style {element.style}{nearest(element.style, self.style)}"
                )
            for photo in photos:
                if pixels(element.box_mm).meets(pixels(photo.box_mm)):
                    raise ValueError(
                        f"{key}.box_mm: it overlaps the image {photo.field}: move one of them, resin hides dye"
                    )
        return self

    def written(self) -> Iterable[tuple[str, TextElement | Label]]:
        """Yield each text and label with its key in the file."""
        yield from ((f"text.{place}", element) for place, element in enumerate(self.text))
        yield from ((f"label.{place}", label) for place, label in enumerate(self.label))


_TABLES: dict[str, type[_Table]] = {
    "style": TextStyle,
    "tint": Tint,
    "watermark": Watermark,
    "image": Picture,
    "label": Label,
    "text": TextElement,
}


def read(path: Path | None) -> LayoutFile:
    """Read a layout file, or the SPECIMEN that comes with the station; a font's path is relative to the file.

    Raises:
        LayoutError: not readable, not TOML, or a key unknown, missing or out of range; the sentence names file, key
            and remedy.
    """
    source: Path | Traversable = path or resources.files("station") / "layouts" / SPECIMEN
    shown = str(path) if path else SPECIMEN
    try:
        data = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise LayoutError(
            f"{shown}: cannot be read ({error.strerror}): name another in press.layout"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"{shown}: not TOML: {error}") from error
    try:
        layout = LayoutFile.model_validate(data)
    except ValidationError as error:
        raise LayoutError(f"{shown}: {_sentence(error)}") from error
    if path is not None and layout.font is not None:
        return layout.model_copy(update={"font": path.parent / layout.font})
    return layout


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return how a sentence about a wrong word ends: with the nearest right one, or with all of them."""
    words = list(known)
    near = difflib.get_close_matches(wrong, words, n=1, cutoff=0.5)
    return f": did you mean {near[0]}?" if near else f": known are {', '.join(words)}"


def _sentence(error: ValidationError) -> str:
    """Say the first fault in one sentence."""
    faults = error.errors(include_input=False, include_url=False)
    unknown = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    fault = (unknown or faults)[0]  # a misspelt key is missing too, under its right name
    place = fault["loc"]
    key = ".".join(str(part) for part in place)
    if fault["type"] == "extra_forbidden":
        table = _TABLES.get(str(place[0]), LayoutFile) if len(place) > 1 else LayoutFile
        return f"unknown key {key}{nearest(str(place[-1]), table.model_fields)}"
    if fault["type"] == "missing":
        return f"{key} is missing: add it"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{key}: {message}" if key else message
