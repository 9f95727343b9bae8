"""Typesetter: what the host's commands come to on paper. Events of the parser in, motions of the machine out.

Theory of operation. Letters and columns of dots gather in the print line until something prints it: a feed, or a letter
that has no room. Images in rows, codes and cuts want a line of their own and do nothing in the middle of one. Nothing
here moves paper, and no time passes.
"""

from collections.abc import Callable
from typing import ClassVar

from emulator.escpos import codes
from emulator.escpos import commands as known
from emulator.escpos.charset import letter
from emulator.escpos.commands import ESC, spoken
from emulator.escpos.marks import Code, Line, Picture
from emulator.escpos.motions import Advance, Cut, Motion
from emulator.escpos.parser import ROW_BYTES_MAX, Character, Command, Event, Payload
from emulator.escpos.print_line import PrintLine
from emulator.escpos.settings import AT_LINE_START, SETTERS, Settings

CAPTION_DOTS = 24
GRAPHICS_ROWS_MAX = 2400
SYMBOL_BYTES_MAX = 7100
QR = 49  # the only two-dimensional code there is
COLUMN_DOTS = 24  # how high a column of dots prints, whether it is sent in 8 or in 24


class Typesetter:
    """What one printer has been told since it was switched on.

    Args:
        paper_dots: width the head can print.
        dpi: dots in an inch.
        blade_dots: from the head to the blade.
        note: hears what was not obeyed.
    """

    def __init__(
        self, paper_dots: int, dpi: int, blade_dots: int, note: Callable[[str], None]
    ) -> None:
        self._paper_dots, self._dpi, self._blade_dots = paper_dots, dpi, blade_dots
        self._note = note
        self._initialise()

    def _initialise(self) -> None:
        self._settings = Settings(self._paper_dots, self._dpi)
        self._line = PrintLine(self._settings)
        self._graphics: list[bytes] = []
        self._graphics_columns = 0
        self._graphics_scale = (1, 1)
        self._symbol = b""
        self._received = bytearray()

    @property
    def empty(self) -> bool:
        """Say whether no line is begun."""
        return self._line.empty

    def clear(self) -> None:
        """Forget the line that is begun."""
        self._line.clear()

    def set(self, event: Event) -> list[Motion]:
        """Take one event and return what the machine has to do for it now."""
        match event:
            case Character(code):
                return self._set_letter(letter(code, self._settings.page, self._settings.national))
            case Command():
                return self._obey(event)
            case Payload():
                return self._take_payload(event)
        return []

    def _obey(self, command: Command) -> list[Motion]:
        name = command.name
        if name in SETTERS:
            if name in AT_LINE_START and not self._line.empty:
                self._refuse(command, "only at the beginning of a line")
            else:
                SETTERS[name](self._settings, command.params)
            return []
        handler = self._handlers.get(name)
        if handler is None:
            self._refuse(command, "without effect here")
            return []
        return handler(self, command)

    def _refuse(self, command: Command, reason: str) -> None:
        self._note(f"{spoken(command.name, command.params[:16])}: {reason}")

    # --- letters and feeds ------------------------------------------------------------------

    def _set_letter(self, one: str) -> list[Motion]:
        if self._line.add_letter(one):
            return []
        motions = self._print(self._settings.line_spacing_dots)
        if not self._line.add_letter(one):
            self._note("a letter wider than the print area is left out")
        return motions

    def _print(self, feed_dots: int) -> list[Motion]:
        """Print what is in the line and feed; the paper moves at least past the line."""
        line = self._line.take()
        self._line.clear()
        length = max(feed_dots, 0 if line is None else line.height_dots)
        return [Advance(length, line)] if length else []

    def _line_feed(self, _command: Command) -> list[Motion]:
        return self._print(self._settings.line_spacing_dots)

    def _feed_dots(self, command: Command) -> list[Motion]:
        return self._print(command.params[0])

    def _feed_lines(self, command: Command) -> list[Motion]:
        spacing, count = self._settings.line_spacing_dots, command.params[0]
        first = self._print(spacing if count else 0)
        return [*first, *([Advance(spacing)] * (count - 1) if spacing else [])]

    def _tab(self, _command: Command) -> list[Motion]:
        ahead = [tab for tab in self._settings.tabs_dots if tab > self._line.next_dots]
        if ahead:
            self._line.next_dots = min(ahead[0], self._settings.area_dots)
        return []

    def _position(self, command: Command) -> list[Motion]:
        position = int.from_bytes(command.params, "little")
        if command.name == ESC + b"\\":
            position = self._line.next_dots + int.from_bytes(command.params, "little", signed=True)
        if 0 <= position <= self._settings.area_dots:
            self._line.next_dots = position
        else:
            self._refuse(command, "past the print area")
        return []

    def _init(self, _command: Command) -> list[Motion]:
        self._initialise()
        return []

    # --- the cut ----------------------------------------------------------------------------

    def _cut(self, command: Command) -> list[Motion]:
        if not self._line.empty:
            self._refuse(command, "only at the beginning of a line")
            return []
        kind = command.params[0] if command.params else 1  # ESC i and ESC m leave a bridge
        motions: list[Motion] = []
        if kind in (65, 66):
            length = self._blade_dots + command.params[1]
            motions += [Advance(length)] if length else []
        return [*motions, Cut(partial=kind in (1, 49, 66))]

    # --- images -----------------------------------------------------------------------------

    def _raster(self, command: Command) -> list[Motion]:
        if not self._line.empty:
            self._refuse(command, "only at the beginning of a line")
        return []

    def _take_payload(self, payload: Payload) -> list[Motion]:
        match payload.command.name:
            case known.RASTER_IMAGE:
                return self._print_rows(payload)
            case known.COLUMN_IMAGE:
                self._set_columns(payload)
            case known.GRAPHICS if payload.command.params[1] == known.STORE_RASTER:
                self._store_rows(payload)
            case _:
                self._received += payload.data[: SYMBOL_BYTES_MAX - len(self._received)]
                if payload.last:
                    data = bytes(self._received)
                    self._received.clear()
                    return self._function(payload.command, data)
        return []

    def _print_rows(self, payload: Payload) -> list[Motion]:
        """Print some rows of a raster image, where the whole of it stands."""
        if not self._line.empty:
            return []
        row_bytes = int.from_bytes(payload.command.params[2:4], "little")
        scale = payload.command.params[1] & 0x03
        rows = _rows(payload.data, row_bytes)
        return self._print_band(rows, row_bytes * 8, 1 + (scale & 1), 1 + (scale >> 1))

    def _print_band(
        self, rows: tuple[bytes, ...], columns: int, across: int, down: int
    ) -> list[Motion]:
        """Print rows of dots as wide as the print area lets them be; without any width they are a feed."""
        columns = min(columns, self._settings.area_dots // across)
        if columns <= 0:
            return [Advance(len(rows) * down)] if rows else []
        kept = (columns + 7) // 8
        picture = Picture(0, columns, tuple(row[:kept] for row in rows), across, down)
        return self._print_alone(Line((picture,)))

    def _print_alone(self, line: Line) -> list[Motion]:
        line = self._line.placed(line)
        return [Advance(line.height_dots, line)] if line.height_dots else []

    def _set_columns(self, payload: Payload) -> None:
        mode = payload.command.params[0]
        column_bytes = 3 if mode & 0x20 else 1
        columns = [
            int.from_bytes(payload.data[at : at + column_bytes], "big")
            for at in range(0, len(payload.data), column_bytes)
        ]
        height = 8 * column_bytes
        rows = tuple(_packed(columns, height - 1 - row) for row in range(height))
        across = 1 if mode & 1 else 2
        picture = Picture(0, len(columns), rows, across, COLUMN_DOTS // height)
        if not self._line.add_picture(picture) and payload.last:
            self._refuse(payload.command, "no room in the line")

    def _store_rows(self, payload: Payload) -> None:
        columns = int.from_bytes(payload.command.params[6:8], "little")
        room = GRAPHICS_ROWS_MAX - len(self._graphics)
        self._graphics += _rows(payload.data, (columns + 7) // 8)[:room]

    def _graphics_function(self, command: Command) -> list[Motion]:
        if command.params[1] == known.STORE_RASTER and len(command.params) > 2:
            self._graphics = []
            self._graphics_columns = int.from_bytes(command.params[6:8], "little")
            self._graphics_scale = (
                max(1, min(2, command.params[3])),
                max(1, min(2, command.params[4])),
            )
            return []
        return [] if command.payload_bytes else self._function(command, b"")

    # --- codes ------------------------------------------------------------------------------

    def _symbol_function(self, command: Command) -> list[Motion]:
        self._received.clear()
        return [] if command.payload_bytes else self._function(command, b"")

    def _function(self, command: Command, data: bytes) -> list[Motion]:
        """Do a function of graphics or of two-dimensional codes whose data is all there."""
        subject, function = command.params[0], command.params[1]
        if command.name == known.GRAPHICS and function in (2, 50):
            return self._print_graphics(command)
        if command.name == known.SYMBOL and subject == QR:
            if function == 81:
                return self._print_qr(command)
            if self._set_qr(function, data):
                return []
        self._refuse(command, "a function nobody knows")
        return []

    def _set_qr(self, function: int, data: bytes) -> bool:
        match function:
            case 80:
                self._symbol = data[1:]
            case 67 if data and 1 <= data[0] <= 16:
                self._settings.qr_module_dots = data[0]
            case 69 if data and 48 <= data[0] <= 51:
                self._settings.qr_level = data[0] - 48
            case 65:
                pass  # the model: they all look alike here
            case _:
                return False
        return True

    def _print_graphics(self, command: Command) -> list[Motion]:
        if not self._line.empty:
            self._refuse(command, "only at the beginning of a line")
            return []
        columns, (across, down) = self._graphics_columns, self._graphics_scale
        motions: list[Motion] = []
        for at in range(0, len(self._graphics), COLUMN_DOTS):
            band = tuple(self._graphics[at : at + COLUMN_DOTS])
            motions += self._print_band(band, columns, across, down)
        self._graphics = []
        return motions

    def _print_qr(self, command: Command) -> list[Motion]:
        modules = codes.qr_modules(self._symbol, self._settings.qr_level)
        if not self._symbol or modules is None:
            self._refuse(command, "no data, or more than a code holds")
            return []
        side = modules * self._settings.qr_module_dots
        return self._print_code(command, Code("QR", codes.qr_text(self._symbol), 0, side, side))

    def _bar_code(self, command: Command) -> list[Motion]:
        found = codes.bar_code(command.params)
        if found is None:
            self._refuse(command, "data that is none of this bar code")
            return []
        kind, data = found
        captions = (0, 1, 1, 2)[self._settings.caption]
        width = kind.modules(len(data)) * self._settings.module_dots
        height = self._settings.code_height_dots + captions * CAPTION_DOTS
        return self._print_code(
            command, Code(kind.name, codes.bar_code_text(kind, data), 0, width, height)
        )

    def _print_code(self, command: Command, code: Code) -> list[Motion]:
        if not self._line.empty:
            self._refuse(command, "only at the beginning of a line")
        elif code.width_dots > self._settings.area_dots:
            self._refuse(command, "wider than the print area")
        else:
            return self._print_alone(Line((code,)))
        return []

    _handlers: ClassVar[dict[bytes, Callable[["Typesetter", Command], list[Motion]]]] = {
        known.LF: _line_feed,
        known.HT: _tab,
        known.INIT: _init,
        known.CUT: _cut,
        known.RASTER_IMAGE: _raster,
        known.COLUMN_IMAGE: lambda _self, _command: [],
        known.GRAPHICS: _graphics_function,
        known.SYMBOL: _symbol_function,
        known.BAR_CODE: _bar_code,
        ESC + b"J": _feed_dots,
        ESC + b"d": _feed_lines,
        ESC + b"$": _position,
        ESC + b"\\": _position,
        ESC + b"i": _cut,
        ESC + b"m": _cut,
    }


def _rows(data: bytes, row_bytes: int) -> tuple[bytes, ...]:
    """Cut a piece of payload into its whole rows."""
    kept = min(row_bytes, ROW_BYTES_MAX)
    return tuple(data[at : at + kept] for at in range(0, len(data) - kept + 1, kept or 1) if kept)


def _packed(columns: list[int], bit: int) -> bytes:
    """Return one row of columns of dots, eight to a byte, the first one highest."""
    number = 0
    for column in columns:
        number = number << 1 | (column >> bit & 1)
    spare = -len(columns) % 8
    return (number << spare).to_bytes((len(columns) + spare) // 8, "big")
