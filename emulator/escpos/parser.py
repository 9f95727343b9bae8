"""Parser of the host's byte stream: bytes in, events out. No reply, no state of the printer, no I/O.

Theory of operation. Bytes from 20 up are characters. ESC, GS, FS and DLE begin a command; its name says how many
parameter bytes follow, and for some of them those say how much payload does:

    HUNT --20..FF--> character         HUNT --control--> event or nothing
    HUNT --prefix--> NAME --known--> PARAMETERS --> event, HUNT  or  event, PAYLOAD --all bytes--> HUNT
                     NAME --unknown--> skipped, HUNT
                     PARAMETERS --as text up to a NUL--> event, HUNT

Payload comes out in pieces whose borders depend on the data alone. Any split of a stream gives the same events, noise
never raises, and not more than one piece is kept. Real-time commands are recognised between commands and in text; in
the parameters or the payload of another command the same bytes are data.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from emulator.escpos import commands as known

PIECE_BYTES = 240  # of a payload without rows; 8 columns' worth or a multiple, of 1 byte or of 3
BAND_BYTES_MAX = 1008
BAND_ROWS_MAX = 24
ROW_BYTES_MAX = 128  # no print head has more dots than these
TABS_MAX = 32
BAR_CODE_BYTES_MAX = 255

_CONTROL = re.compile(rb"[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Character:
    """One byte to be printed; which letter it is, the printer's code page decides."""

    code: int
    byte_count: int = 1


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `payload_bytes` follow it in `Payload` events."""

    name: bytes
    params: bytes = b""
    payload_bytes: int = 0

    @property
    def byte_count(self) -> int:
        """Return how much of the receive buffer it takes."""
        return len(self.name) + len(self.params)


@dataclass(frozen=True, slots=True)
class Payload:
    """A piece of a command's payload; rows longer than any print head are cut off."""

    command: Command
    data: bytes
    last: bool

    @property
    def byte_count(self) -> int:
        """Return how much of the receive buffer it takes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that began like a command but is none we know; `payload_bytes` behind it are skipped too."""

    data: bytes
    payload_bytes: int = 0

    @property
    def byte_count(self) -> int:
        """Return how much of the receive buffer it takes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class RealTime:
    """A command that is obeyed as it arrives, ahead of all that waits."""

    name: bytes
    params: bytes


Event = Character | Command | Payload | Unknown
_CHARACTERS = tuple(Character(code) for code in range(256))


class Parser:
    """Streaming parser; one for each independent stream of bytes."""

    def __init__(self) -> None:
        self._read: Callable[[memoryview, list[Event | RealTime]], int] = self._hunt
        self._name = b""
        self._collected = bytearray()
        self._wanted = 0
        self._then: Callable[[bytes], list[Event | RealTime]] = self._command
        self._owner = Command(b"")
        self._payload_left = 0
        self._piece_bytes = PIECE_BYTES
        self._piece_got = 0
        self._keep_bytes = 0

    @property
    def held_bytes(self) -> int:
        """Return how much of an unfinished command or piece is kept."""
        return len(self._name) + len(self._collected)

    def receive_data(self, data: bytes) -> list[Event | RealTime]:
        """Take the next bytes and return the events they complete, in order."""
        events: list[Event | RealTime] = []
        view = memoryview(data)
        while view:
            view = view[self._read(view, events) :]
        return events

    # Each reader takes a prefix of the bytes, returns its length (at least 1, or 0 after a change of reader) and
    # names the reader that comes next.

    def _hunt(self, view: memoryview, events: list[Event | RealTime]) -> int:
        found = _CONTROL.search(view)
        end = len(view) if found is None else found.start()
        events.extend(_CHARACTERS[code] for code in view[:end])
        if found is None:
            return end
        control = bytes(view[end : end + 1])
        if control[0] in known.PREFIXES:
            self._name = control
            self._read = self._end_name
        elif control in (known.LF, known.HT):
            events.append(Command(control))
        elif control[0] not in known.SILENT_CONTROLS:
            events.append(Unknown(control))
        return end + 1

    def _end_name(self, view: memoryview, events: list[Event | RealTime]) -> int:
        name = self._name + bytes(view[:1])
        if name in known.FIXED:
            events += self._collect(known.FIXED[name], self._command, name)
        elif name in self._odd:
            wanted, then = self._odd[name]
            if then is None:
                self._name, self._read = name, self._text
            else:
                events += self._collect(wanted, partial(then, self), name)
        elif view[0] < 0x20:  # the prefix stands alone: what follows may be a command of its own
            events += self._end(Unknown(self._name))
            return 0
        else:
            events += self._end(Unknown(name))
        return 1

    def _parameters(self, view: memoryview, events: list[Event | RealTime]) -> int:
        taken = min(len(view), self._wanted - len(self._collected))
        self._collected += view[:taken]
        if len(self._collected) == self._wanted:
            events += self._then(bytes(self._collected))
        return taken

    def _text(self, view: memoryview, events: list[Event | RealTime]) -> int:
        """Collect bytes up to a NUL, or to where the real ones stop listening."""
        length_max = TABS_MAX if self._name == known.TABS else BAR_CODE_BYTES_MAX + 1
        if view[0] != 0 and len(self._collected) < length_max:
            self._collected += view[:1]
            return 1
        events += self._command(bytes(self._collected))
        return 1 if view[0] == 0 else 0

    def _fill(self, view: memoryview, events: list[Event | RealTime]) -> int:
        piece_bytes = min(self._piece_bytes, self._payload_left)
        taken = min(len(view), piece_bytes - self._piece_got)
        self._collected += view[: min(taken, max(0, self._keep_bytes - len(self._collected)))]
        self._piece_got += taken
        if self._piece_got == piece_bytes:
            self._payload_left -= piece_bytes
            self._piece_got = 0
            if self._keep_bytes:
                data = bytes(self._collected)
                events.append(Payload(self._owner, data, self._payload_left == 0))
            self._collected.clear()
            if not self._payload_left:
                self._read = self._hunt
        return taken

    # What follows when a number of bytes is there; each gives the events they make.

    def _collect(
        self, wanted: int, then: Callable[[bytes], list[Event | RealTime]], name: bytes
    ) -> list[Event | RealTime]:
        """Have so many bytes more collected."""
        self._name, self._wanted, self._then = name, wanted + len(self._collected), then
        self._read = self._parameters
        return then(bytes(self._collected)) if not wanted else []

    def _end(self, event: Event | RealTime) -> list[Event | RealTime]:
        self._name = b""
        self._collected.clear()
        self._read = self._hunt
        return [event]

    def _command(self, params: bytes) -> list[Event | RealTime]:
        return self._end(Command(self._name, params))

    def _payload(
        self, name: bytes, params: bytes, byte_count: int, row_bytes: int = 0
    ) -> list[Event | RealTime]:
        """Let a payload follow; with `row_bytes` its pieces are whole rows."""
        self._owner = Command(name, params, byte_count)
        events = self._end(self._owner)
        piece_bytes = keep_bytes = PIECE_BYTES
        if row_bytes > ROW_BYTES_MAX:
            piece_bytes, keep_bytes = row_bytes, ROW_BYTES_MAX
        elif row_bytes:
            rows = min(BAND_ROWS_MAX, BAND_BYTES_MAX // row_bytes)
            piece_bytes = keep_bytes = rows * row_bytes
        self._begin_payload(byte_count, piece_bytes, keep_bytes)
        return events

    def _skip(self, head: bytes, byte_count: int) -> list[Event | RealTime]:
        events = self._end(Unknown(head, byte_count))
        self._begin_payload(byte_count, max(byte_count, 1), 0)
        return events

    def _begin_payload(self, byte_count: int, piece_bytes: int, keep_bytes: int) -> None:
        if byte_count:
            self._payload_left, self._piece_bytes = byte_count, piece_bytes
            self._keep_bytes, self._piece_got = keep_bytes, 0
            self._read = self._fill

    def _cut(self, params: bytes) -> list[Event | RealTime]:
        if len(params) == 1 and params[0] in (65, 66, 97, 98, 103, 104):
            return self._collect(1, self._cut, self._name)
        if params[0] in (0, 1, 48, 49, 65, 66):
            return self._command(params)
        return self._end(Unknown(self._name + params))

    def _raster(self, params: bytes) -> list[Event | RealTime]:
        if params[0] != ord("0"):
            return self._end(Unknown(self._name + params))
        row_bytes, rows = _number(params[2:4]), _number(params[4:6])
        return self._payload(self._name, params, row_bytes * rows, row_bytes)

    def _columns(self, params: bytes) -> list[Event | RealTime]:
        column_bytes = {0: 1, 1: 1, 32: 3, 33: 3}.get(params[0])
        if column_bytes is None:
            return self._end(Unknown(self._name + params))
        return self._payload(self._name, params, _number(params[1:]) * column_bytes)

    def _bar_code(self, params: bytes) -> list[Event | RealTime]:
        kind = params[0]
        if kind <= 6:
            self._read = self._text
            return []
        if 65 <= kind <= 79:
            wanted = 1 if len(params) == 1 else params[1]
            then = self._bar_code if len(params) == 1 else self._command
            return self._collect(wanted, then, self._name)
        return self._end(Unknown(self._name + params))

    def _family(self, params: bytes) -> list[Event | RealTime]:
        """Take a letter, a length, and of those we know the first two bytes of what they announce."""
        name, length = known.GS + b"(" + params[:1], _number(params[1:])
        ours = name in (known.GRAPHICS, known.SYMBOL) and self._name[:1] == known.GS
        if not ours or length < 2:
            return self._skip(self._name + params, length)
        self._collected.clear()
        return self._collect(2, partial(self._function, name, length - 2), self._name)

    def _function(self, name: bytes, length: int, params: bytes) -> list[Event | RealTime]:
        if name != known.GRAPHICS or params[1] != known.STORE_RASTER or length < 8:
            return self._payload(name, params, length)
        if len(params) < 10:
            return self._collect(8, partial(self._function, name, length), self._name)
        row_bytes = (_number(params[6:8]) + 7) // 8
        return self._payload(name, params, length - 8, row_bytes)

    def _real_time(self, params: bytes) -> list[Event | RealTime]:
        first, count = params[0], len(params)
        wanted = _REAL_TIME[self._name].get(first)
        if wanted is not None and wanted >= count:
            return self._collect(wanted - count + 1, self._real_time, self._name)
        if wanted is None or (self._name == known.STATUS_NOW and first > 4):
            return self._end(Unknown(self._name + params))
        return self._end(RealTime(self._name, params))

    # name -> bytes to collect first, and what follows; None: everything up to a NUL
    _odd: ClassVar[
        dict[bytes, tuple[int, Callable[["Parser", bytes], list[Event | RealTime]] | None]]
    ] = {
        known.TABS: (0, None),
        known.CUT: (1, _cut),
        known.RASTER_IMAGE: (6, _raster),
        known.COLUMN_IMAGE: (3, _columns),
        known.BAR_CODE: (1, _bar_code),
        known.LONG_GRAPHICS: (5, _family),
        **dict.fromkeys(known.FAMILIES, (3, _family)),
        **dict.fromkeys((known.STATUS_NOW, known.RECOVER_NOW, known.REQUEST_NOW), (1, _real_time)),
    }


# For each real-time command the first parameters known, and how many more follow.
_REAL_TIME = {
    known.STATUS_NOW: {1: 0, 2: 0, 3: 0, 4: 0, 7: 1, 8: 1},
    known.RECOVER_NOW: {1: 0, 2: 0},
    known.REQUEST_NOW: {1: 2, 2: 2, 8: 7},
}


def _number(low_first: bytes) -> int:
    return int.from_bytes(low_first, "little")
