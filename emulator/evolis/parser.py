"""Parser of the host's byte stream: bytes in, events out. No reply, no state of the printer, no I/O.

Theory of operation. A command is ESC, a verb, parameters separated by ";", CR. Everything outside is noise to be
skipped: the driver's "<...>" marks, stray 00, padding. A bitmap is a command whose last parameter is raw binary; its
length follows from the parameters before it, so the parser must recognise the header the moment its last ";" comes:

    HUNT --ESC--> COMMAND --CR--> event, HUNT
                  COMMAND --header of a bitmap--> PAYLOAD --all bytes--> CLOSE --CR--> event, HUNT
                  COMMAND --too long--> HUNT (refused)
                  COMMAND --ESC--> COMMAND (the one before is refused)
                  CLOSE --anything but CR--> HUNT (refused), the byte hunted again

Any split of a stream gives the same events, nothing raises on noise, and memory is bounded by the largest bitmap.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.evolis.bitmap import (
    CARD_RASTER,
    LEVEL_BITS,
    PANELS,
    RASTERS,
    Bitmap,
    Raster,
    decompress_resin,
    payload_bytes,
)

CR = 0x0D
COMMAND_BYTES_MAX = 1024  # the longest known command is a magnetic track of 107 characters
COMPRESSED_BYTES_MAX = 1016 * 649 * 2  # no line of any known compression gets longer than this

_START = re.compile(rb"\x1b")
_DELIMITER = re.compile(rb"[\r\x1b;]")
_PARAMETERS = {"Db": 2, "Dbx": 4, "Dbxs": 6, "Dbc": 3}  # before the payload


@dataclass(frozen=True, slots=True)
class Command:
    """One command without payload."""

    verb: str
    params: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the command as it stood between ESC and CR."""
        return ";".join((self.verb, *self.params))


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that began like a command but is none; `reply` is the printer's word for it."""

    reason: str
    reply: str = "ERROR CDE"


@dataclass(frozen=True, slots=True)
class Poll:
    """A lone 00 outside of commands, for lines where it asks for the status."""


Event = Command | Bitmap | Refused | Poll


@dataclass(frozen=True, slots=True)
class _Header:
    """A bitmap announced by its header."""

    panel: str
    levels: int
    raster: Raster
    byte_count: int
    compressed: bool


class Parser:
    """Streaming parser; one for each independent stream of bytes.

    Args:
        polls: a 00 between commands is an event of its own.
    """

    def __init__(self, *, polls: bool = False) -> None:
        self._polls = polls
        self.noise_seen = False
        self._in_mark = False
        self._text = bytearray()
        self._payload = bytearray()
        self._header: _Header | None = None
        self._read: Callable[[memoryview, list[Event]], int] = self._hunt

    @property
    def inside_bitmap(self) -> bool:
        """Say whether the rest of a plane is still awaited."""
        return self._header is not None

    @property
    def unfinished(self) -> bool:
        """Say whether a command or plane has begun and not ended."""
        return self._read != self._hunt

    def receive_data(self, data: bytes) -> list[Event]:
        """Take the next bytes and return the events they complete, in order."""
        events: list[Event] = []
        view = memoryview(data)
        while view:
            view = view[self._read(view, events) :]
        return events

    # Each reader takes a prefix of the bytes, returns its length (at least 1, or 0 after a change of
    # reader) and names the reader that comes next.

    def _hunt(self, view: memoryview, events: list[Event]) -> int:
        found = _START.search(view)
        skipped = len(view) if found is None else found.start()
        if self._polls:
            events.extend([Poll()] * bytes(view[:skipped]).count(0))
        if not self.noise_seen:
            self._classify(bytes(view[:skipped]))
        if found is None:
            return skipped
        self._in_mark = False
        self._read = self._command
        return found.end()

    def _classify(self, skipped: bytes) -> None:
        """Tell noise from what hosts lawfully send between commands."""
        while skipped:
            if self._in_mark:
                _mark, end, skipped = skipped.partition(b">")
                self._in_mark = not end
            else:
                between, start, skipped = skipped.partition(b"<")
                self._in_mark = bool(start)
                self.noise_seen = self.noise_seen or bool(between.strip(b"\x00\r\n "))

    def _command(self, view: memoryview, events: list[Event]) -> int:
        room = COMMAND_BYTES_MAX - len(self._text) + 1
        found = _DELIMITER.search(view[:room])
        if found is None:
            self._text += view[:room]
            if len(self._text) > COMMAND_BYTES_MAX:
                self._refuse(events, "command too long")
            return min(len(view), room)
        self._text += view[: found.start()]
        match view[found.start()]:
            case 0x1B:
                self._refuse(events, "command not ended")
                self._read = self._command
            case 0x0D:
                self._end_command(events)
            case _:
                self._text += b";"
                self._look_for_bitmap(events)
        return found.end()

    def _end_command(self, events: list[Event]) -> None:
        verb, *params = self._text.decode("latin-1").split(";")
        if not verb:
            self._refuse(events, "empty command")
        elif verb in _PARAMETERS:
            self._refuse(events, "bitmap without its parameters", "ERROR PARAMETRES")
        else:
            events.append(Command(verb, tuple(params)))
            self._reset()

    def _look_for_bitmap(self, events: list[Event]) -> None:
        if self._text[:2] != b"Db":
            return
        verb, *params = self._text.decode("latin-1").split(";")
        if len(params) != _PARAMETERS.get(verb, -1) + 1:  # the last, empty one is the payload
            return
        header = _header(verb, params)
        if header is None:
            self._refuse(events, "bitmap of unknown size", "ERROR PARAMETRES")
            return
        self._header = header
        self._read = self._fill

    def _fill(self, view: memoryview, _events: list[Event]) -> int:
        assert self._header is not None
        taken = min(len(view), self._header.byte_count - len(self._payload))
        self._payload += view[:taken]
        if len(self._payload) == self._header.byte_count:
            self._read = self._close
        return taken

    def _close(self, view: memoryview, events: list[Event]) -> int:
        header = self._header
        assert header is not None
        if view[0] != CR:
            self._refuse(events, "bitmap not followed by CR", "ERROR PARAMETRES")
            return 0
        raw = bytes(self._payload)
        payload: bytes | None = raw
        if header.compressed:
            # The compression of colour planes was never seen on a wire: it is skipped by its length.
            payload = decompress_resin(raw) if header.levels == 2 else None
        if payload is None:
            self._refuse(events, "compressed bitmap cannot be unpacked", "ERROR PARAMETRES")
            return 1
        events.append(Bitmap(header.panel, header.levels, header.raster, payload))
        self._reset()
        return 1

    def _refuse(self, events: list[Event], reason: str, reply: str = "ERROR CDE") -> None:
        events.append(Refused(reason, reply))
        self._reset()

    def _reset(self) -> None:
        self._text.clear()
        self._payload = bytearray()
        self._header = None
        self._read = self._hunt


def _header(verb: str, params: list[str]) -> _Header | None:
    panel, *rest = params[:-1]
    if len(panel) != 1 or panel not in PANELS or not all(_is_number(text) for text in rest):
        return None
    numbers = [int(text) for text in rest]
    levels = numbers[0]
    if levels not in LEVEL_BITS:
        return None
    match verb, numbers[1:]:
        case "Db", []:
            return _plain(panel, levels, CARD_RASTER)
        case "Dbx", [x_dpi, y_dpi] if (x_dpi, y_dpi) in RASTERS:
            return _plain(panel, levels, RASTERS[x_dpi, y_dpi])
        case "Dbc", [byte_count] if 0 < byte_count <= COMPRESSED_BYTES_MAX:
            return _Header(panel, levels, CARD_RASTER, byte_count, compressed=True)
    return None


def _plain(panel: str, levels: int, raster: Raster) -> _Header:
    return _Header(panel, levels, raster, payload_bytes(raster, levels), compressed=False)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 8
