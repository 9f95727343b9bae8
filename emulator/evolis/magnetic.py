"""Magnetic stripe: formats, coercivity, data to write, writing and reading.

The data goes without sentinels. What a format allows is checked before anything is written: a track with a wrong
character is refused whole. Tracks live on the card (`machine/card.py`), what was read lives in RAM until the next
reading.
"""

import string

from emulator.evolis import words
from emulator.evolis.actions import ReadTracks
from emulator.evolis.context import Context, Handler
from emulator.evolis.ram import Ticket
from emulator.machine.card import Track
from emulator.machine.motions import EncodeTracks

_ALPHANUMERIC = frozenset(
    map(chr, range(0x20, 0x60))
)  # ISO 7811 track 1: 6 bits from space to underscore
_NUMERIC = frozenset(string.digits + ":;<=>")  # tracks 2 and 3: 4 bits
_BYTES = frozenset(map(chr, range(256)))

# format number -> characters allowed, longest text. Lengths of formats 4 to 7 are guesses.
FORMATS = {
    1: (_ALPHANUMERIC, 76),
    2: (_NUMERIC, 37),
    3: (_NUMERIC, 104),
    4: (_NUMERIC, 104),
    5: (_BYTES, 69),
    6: (_BYTES, 69),
    7: (_NUMERIC, 104),
}


def _track_number(params: tuple[str, ...]) -> int | None:
    return int(params[0]) if params and params[0] in ("1", "2", "3") else None


def _coercivity(context: Context, params: tuple[str, ...]) -> str:
    if params[:1] not in (("h",), ("l",), ("a",)):
        return words.BAD_PARAMETER
    context.ram.settings["Pmc"] = params[0]
    return words.OK


def _set_format(context: Context, params: tuple[str, ...]) -> str:
    track = _track_number(params)
    if track is None or len(params) < 2 or params[1] not in map(str, FORMATS):
        return words.BAD_PARAMETER
    context.ram.magnetic_formats[track] = int(params[1])
    return words.OK


def _download(context: Context, params: tuple[str, ...]) -> str:
    """`Dm;track;data`: keep data for the next `Smw`; the data itself may hold semicolons."""
    track = _track_number(params)
    if track is None or len(params) < 2:
        return words.BAD_PARAMETER
    context.ram.magnetic_data[track] = ";".join(params[1:])
    return words.OK


def pending_tracks(context: Context) -> dict[int, Track] | None:
    """Take the downloaded data as tracks to write; None if one does not fit its format."""
    ram = context.ram
    tracks = {
        number: Track(ram.magnetic_formats[number], text)
        for number, text in ram.magnetic_data.items()
    }
    ram.magnetic_data.clear()
    for track in tracks.values():
        allowed, length_max = FORMATS[track.format_number]
        if len(track.text) > length_max or not set(track.text) <= allowed:
            return None
    return tracks


def _write(context: Context, _params: tuple[str, ...]) -> Ticket | str:
    tracks = pending_tracks(context)
    if tracks is None:
        context.ram.errors |= words.ERR_MAGNETIC_DATA
        return words.MAGNETIC_DATA_ERROR
    return context.run(EncodeTracks(tracks))


def _read(context: Context, params: tuple[str, ...]) -> Ticket:
    """`Smr`: read all tracks into RAM."""
    del params
    return context.run(ReadTracks(context.ram))


def _report(context: Context, params: tuple[str, ...]) -> str:
    """`Rmb;n`: what the last reading found on a track."""
    number = _track_number(params)
    if number is None:
        return words.BAD_PARAMETER
    track = context.ram.magnetic_read.get(number)
    if track is None or not track.text:
        context.ram.errors |= words.ERR_BLANK_TRACK
        return words.BLANK_TRACK
    if track.format_number != context.ram.magnetic_formats[number]:
        return words.MAGNETIC_ERROR  # read with another density or coding than written
    return track.text


def _fitted(handler: Handler) -> Handler:
    def guarded(context: Context, params: tuple[str, ...]) -> Ticket | str:
        return handler(context, params) if context.model.magnetic else words.NO_OPTION

    return guarded


TABLE: dict[str, Handler] = {
    # Sent in every job header, also to printers without the head.
    "Pmc": _coercivity,
    "Pmt": _set_format,
    "Dm": _fitted(_download),
    "Smw": _fitted(_write),
    "Smr": _fitted(_read),
    "Rmb": _fitted(_report),
}
