"""Header: what the tokens of a page mean, and whether this printer takes it. Knows no planes, only their lengths.

A token is a name and a value without a space between (`WID1016`); `PCT` and `NCT` are followed by three more numbers.
What the real firmware does with a header that contradicts itself is not known: this one is stubborn and takes only
what is right in every token it understands. Tokens it does not know are passed over and reported.
"""

from dataclasses import dataclass

from emulator.magicard.models import MagicardModel
from emulator.magicard.raster import IMAGE_DOTS, IMAGE_LINES, plane_bytes
from emulator.magicard.words import PANEL_OF

COPIES_MAX = 999  # ours: no source tells

# Numbers that follow the first one of an area as tokens of their own.
_AREAS = {"PCT": 3, "NCT": 3}
_BACK_FORMATS = frozenset({"CKO", "CK", "CO", "C", "KO", "K", "O"})
_IMAGE_FORMATS = frozenset({"BGRK", "BGR", "K"})

# Tokens that are understood and change nothing here: no magnetic head, no laminator, no watermark is emulated, and
# colour profile and head powers are a matter of taste.
_WITHOUT_EFFECT = frozenset(
    {
        "VER", "TDT", "KGE", "KEE", "RSP", "COE", "MAG", "BPI", "MPC", "MGV", "JIS", "NNN", "USF", "HKT", "CKI", "HKM",
        "TRO", "ICC", "CPW", "KPW", "OPW", "DDD", "SOI", "EOI",
    }
)  # fmt: skip


class HeaderError(Exception):
    """The page is not taken; the message says which token is to blame, without any of its data."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the image, both corners inside: columns from the left, rows counted from the lower edge."""

    x0: int
    y0: int
    x1: int
    y1: int


WHOLE = Area(0, 0, IMAGE_LINES - 1, IMAGE_DOTS - 1)


@dataclass(frozen=True, slots=True)
class Header:
    """One side of a card as announced.

    Attributes:
        copies: how many cards to make of the job.
        duplex: the card has two sides; this is one of them.
        side: 1 front, 2 back.
        back_format: what the front says of the back: C colour, K resin, O overcoat; None if it says nothing.
        panels: the panels planes come for.
        overcoat: where the overcoat lies; None without.
        hole: where it is left out.
        language: of the panel texts; None if not said.
        unknown: names of tokens nobody knows.
    """

    copies: int
    duplex: bool
    side: int
    back_format: str | None
    panels: str
    overcoat: Area | None
    hole: Area | None
    language: str | None
    unknown: tuple[str, ...]


def read_header(tokens: tuple[str, ...], model: MagicardModel) -> Header:
    """Read the tokens of a page.

    Raises:
        HeaderError: the page is not for this printer, or contradicts itself.
    """
    values = _values(tokens)
    if "BSO" in values:
        raise HeaderError("token BSO: printing the back alone is not built")
    _check_window(values)
    panels = _panels(values)
    side = _number(values, "PAG", 1, 1, 2)
    duplex = _switch(values, "DPX")
    if duplex and not model.duplex:
        raise HeaderError("token DPXON: no turning station is fitted")
    if side == 2 and not duplex:
        raise HeaderError("token PAG2 without DPXON")
    overcoat = _area(values, "PCT") or WHOLE
    return Header(
        copies=_number(values, "NOC", 1, 1, COPIES_MAX),
        duplex=duplex,
        side=side,
        back_format=_one_of(values, "BAC", _BACK_FORMATS) if duplex and side == 1 else None,
        panels=panels,
        overcoat=overcoat if _switch(values, "OVR") else None,
        hole=_area(values, "NCT"),
        language=values.get("LAN"),
        unknown=tuple(sorted(name for name in values if not _known(name))),
    )


_READ = frozenset(
    {"NOC", "LAN", "DPX", "PAG", "BAC", "IMF", "XCO", "YCO", "WID", "HGT", "OVR", "PCT", "NCT"}
)


def _known(name: str) -> bool:
    return name in _READ or name in _WITHOUT_EFFECT or name.startswith("SZ")


def _values(tokens: tuple[str, ...]) -> dict[str, str]:
    """Return values by name; the value of an area is its four numbers between commas."""
    values: dict[str, str] = {}
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        name, value = token[:3], token[3:]
        if not name.isascii() or not name[:1].isalpha():
            raise HeaderError("a value stands where the name of a token was expected")
        if name in values:
            raise HeaderError(f"token {name} stands twice")
        more, rest = rest[: _AREAS.get(name, 0)], rest[_AREAS.get(name, 0) :]
        values[name] = ",".join((value, *more))
    return values


def _check_window(values: dict[str, str]) -> None:
    for name, wanted in (("WID", IMAGE_LINES), ("HGT", IMAGE_DOTS)):
        if values.get(name) != str(wanted):
            raise HeaderError(f"token {name} is not {wanted}")
    for name in ("XCO", "YCO"):
        if values.get(name, "0") != "0":
            raise HeaderError(f"token {name} is not 0: the window is the whole card")


def _panels(values: dict[str, str]) -> str:
    """Return the panels of the planes, each of the length this raster has."""
    image_format = _one_of(values, "IMF", _IMAGE_FORMATS)
    panels = ""
    for letter, panel in PANEL_OF.items():
        size = values.get(f"SZ{letter}")
        if size is None:
            continue
        if int(size) != plane_bytes(panel):
            raise HeaderError(
                f"token SZ{letter} is not {plane_bytes(panel)}, the length of {IMAGE_LINES} lines"
            )
        if image_format is not None and letter not in image_format:
            raise HeaderError(f"token SZ{letter} does not belong to IMF{image_format}")
        panels += panel
    return panels


def _one_of(values: dict[str, str], name: str, allowed: frozenset[str]) -> str | None:
    value = values.get(name)
    if value is not None and value not in allowed:
        raise HeaderError(f"token {name} has none of its values")
    return value


def _switch(values: dict[str, str], name: str) -> bool:
    return _one_of(values, name, frozenset({"ON", "OFF"})) == "ON"


def _number(values: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name, str(default))
    if not _is_number(text) or not low <= int(text) <= high:
        raise HeaderError(f"token {name} is not a number from {low} to {high}")
    return int(text)


def _area(values: dict[str, str], name: str) -> Area | None:
    if name not in values:
        return None
    numbers = values[name].split(",")
    if len(numbers) != 4 or not all(_is_number(number) for number in numbers):
        raise HeaderError(f"token {name} is not followed by four numbers")
    return Area(*(int(number) for number in numbers))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 8
