"""What a host can set on a receipt printer until ESC @ or the power undoes it. Lengths in dots.

`SETTERS` has a function for each command that sets something and prints nothing. A value nobody knows changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from emulator.escpos.charset import CODE_PAGES, NATIONAL_SETS
from emulator.escpos.commands import ESC, GS, TABS
from emulator.escpos.marks import Style

LINE_SPACING_DOTS = 30
FONT_A_DOTS, FONT_B_DOTS = (12, 24), (9, 17)
TAB_CELLS = 8
TAB_COUNT = 32


class Align(IntEnum):
    """Where a line stands in the print area."""

    LEFT = 0
    CENTER = 1
    RIGHT = 2


@dataclass(slots=True)
class Settings:
    """All of them, as after power-on.

    Attributes:
        paper_dots: width the head can print.
        area_dots: width of the print area from the margin on; never past the paper.
        caption: where the text of a bar code stands: 0 nowhere, 1 above, 2 below, 3 both.
        qr_level: error correction, 0 to 3 for L, M, Q, H.
    """

    paper_dots: int
    dpi: int
    style: Style = field(default_factory=Style)
    emphasised: bool = False
    struck_twice: bool = False
    upside_down: bool = False
    align: Align = Align.LEFT
    page: int = 0
    national: int = 0
    line_spacing_dots: int = LINE_SPACING_DOTS
    letter_gap_dots: int = 0
    margin_dots: int = 0
    area_wanted_dots: int = 1 << 16
    tabs_dots: tuple[int, ...] = tuple(
        FONT_A_DOTS[0] * TAB_CELLS * n for n in range(1, TAB_COUNT + 1)
    )
    caption: int = 0
    code_height_dots: int = 162
    module_dots: int = 3
    qr_module_dots: int = 3
    qr_level: int = 0

    @property
    def area_dots(self) -> int:
        """Return how wide a line may be."""
        return max(0, min(self.area_wanted_dots, self.paper_dots - self.margin_dots))

    @property
    def advance_dots(self) -> int:
        """Return the width of one letter with the gap behind it."""
        return (self.style.cell_width_dots + self.letter_gap_dots) * self.style.width

    def restyle(
        self,
        *,
        font: tuple[int, int] | None = None,
        width: int | None = None,
        height: int | None = None,
        underline_dots: int | None = None,
        reverse: bool | None = None,
    ) -> None:
        """Change how the next letters look."""
        old = self.style
        cell = font or (old.cell_width_dots, old.cell_height_dots)
        self.style = Style(
            *cell,
            old.width if width is None else width,
            old.height if height is None else height,
            self.emphasised or self.struck_twice,
            old.underline_dots if underline_dots is None else underline_dots,
            old.reverse if reverse is None else reverse,
        )


def _mode(settings: Settings, params: bytes) -> None:
    bits = params[0]
    settings.emphasised = bool(bits & 0x08)
    settings.restyle(
        font=FONT_B_DOTS if bits & 0x01 else FONT_A_DOTS,
        height=2 if bits & 0x10 else 1,
        width=2 if bits & 0x20 else 1,
        underline_dots=1 if bits & 0x80 else 0,
    )


def _size(settings: Settings, params: bytes) -> None:
    if not params[0] & 0x88:
        settings.restyle(width=(params[0] >> 4) + 1, height=(params[0] & 0x07) + 1)


def _font(settings: Settings, params: bytes) -> None:
    font = {0: FONT_A_DOTS, 48: FONT_A_DOTS, 1: FONT_B_DOTS, 49: FONT_B_DOTS}.get(params[0])
    settings.restyle(font=font)


def _emphasise(settings: Settings, params: bytes) -> None:
    settings.emphasised = bool(params[0] & 1)
    settings.restyle()


def _strike_twice(settings: Settings, params: bytes) -> None:
    settings.struck_twice = bool(params[0] & 1)
    settings.restyle()


def _underline(settings: Settings, params: bytes) -> None:
    if _digit(params) in (0, 1, 2):
        settings.restyle(underline_dots=_digit(params))


def _reverse(settings: Settings, params: bytes) -> None:
    settings.restyle(reverse=bool(params[0] & 1))


def _upside_down(settings: Settings, params: bytes) -> None:
    settings.upside_down = bool(params[0] & 1)


def _align(settings: Settings, params: bytes) -> None:
    if _digit(params) in tuple(Align):
        settings.align = Align(_digit(params))


def _page(settings: Settings, params: bytes) -> None:
    if params[0] in CODE_PAGES:
        settings.page = params[0]


def _national(settings: Settings, params: bytes) -> None:
    if params[0] < len(NATIONAL_SETS):
        settings.national = params[0]


def _gap(settings: Settings, params: bytes) -> None:
    settings.letter_gap_dots = params[0]


def _spacing(per_inch: int | None) -> Callable[[Settings, bytes], None]:
    """Make a setter of the line spacing; None: in dots."""

    def set_spacing(settings: Settings, params: bytes) -> None:
        dots = params[0] if per_inch is None else round(params[0] * settings.dpi / per_inch)
        settings.line_spacing_dots = min(dots, 255)

    return set_spacing


def _default_spacing(settings: Settings, _params: bytes) -> None:
    settings.line_spacing_dots = LINE_SPACING_DOTS


def _margin(settings: Settings, params: bytes) -> None:
    settings.margin_dots = min(int.from_bytes(params, "little"), settings.paper_dots)


def _area(settings: Settings, params: bytes) -> None:
    settings.area_wanted_dots = int.from_bytes(params, "little")


def _tabs(settings: Settings, params: bytes) -> None:
    columns: list[int] = []
    for column in params[:TAB_COUNT]:
        if columns and column <= columns[-1]:
            break  # the real ones stop listening where the list does not rise
        columns.append(column)
    settings.tabs_dots = tuple(column * settings.advance_dots for column in columns)


def _caption(settings: Settings, params: bytes) -> None:
    if _digit(params) <= 3:
        settings.caption = _digit(params)


def _code_height(settings: Settings, params: bytes) -> None:
    settings.code_height_dots = params[0] or settings.code_height_dots


def _module(settings: Settings, params: bytes) -> None:
    if 1 <= params[0] <= 6:
        settings.module_dots = params[0]


def _digit(params: bytes) -> int:
    """Return a parameter that may be given as a number or as its digit."""
    return params[0] - 48 if 48 <= params[0] <= 57 else params[0]


SETTERS: dict[bytes, Callable[[Settings, bytes], None]] = {
    ESC + b"!": _mode,
    ESC + b"M": _font,
    ESC + b"E": _emphasise,
    ESC + b"G": _strike_twice,
    ESC + b"-": _underline,
    ESC + b"{": _upside_down,
    ESC + b"a": _align,
    ESC + b"t": _page,
    ESC + b"R": _national,
    ESC + b" ": _gap,
    ESC + b"2": _default_spacing,
    ESC + b"3": _spacing(None),
    ESC + b"A": _spacing(60),
    ESC + b"+": _spacing(360),
    TABS: _tabs,
    GS + b"!": _size,
    GS + b"B": _reverse,
    GS + b"L": _margin,
    GS + b"W": _area,
    GS + b"H": _caption,
    GS + b"h": _code_height,
    GS + b"w": _module,
}

# These only listen at the beginning of a line.
AT_LINE_START = frozenset((ESC + b"{", ESC + b"a", GS + b"L", GS + b"W"))
