"""Random bytes to each codec of a driver, whole and byte at a time: each ends in an answer or in ProtocolError.

Noise has no shape, so it finds what mutated good replies do not: lengths out of nowhere, endless beginnings, ends that
come at once. Byte at a time a codec sees every prefix, as on a line that stutters. But a codec that looks for its own
beginning refuses bare noise at the first byte and shows nothing behind it; so the same bytes go through once more, each
piece between the beginning and the end of a good reply, whole and byte at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from drivers.cups import ipp
from drivers.errors import ProtocolError
from drivers.escpos import status as escpos
from drivers.evolis.codec import parse_fields, parse_reply, parse_stream
from drivers.magicard.codec import parse_status, reply_whole
from support import printer_bytes

BYTES, BYTES_SHORT = 10_000_000, 200_000  # to each codec, and each way
PIECE_BYTES_MAX = 600
SPLICES_BYTES_MAX = (4, 60, PIECE_BYTES_MAX)  # a field, a line, more than a reply holds
SAID_CHARS_MAX = 200
PREFIX_BYTES_MAX = 64  # a beginning that is still none by then is begun anew
SPLICED_BYTES_MAX = 2 * PIECE_BYTES_MAX  # none that holds a good reply's parts is begun anew

_MAGICARD = (
    b"\x01STA$$2,Enduro,0,EMU0000001,H,B,1.29,0,0,41,41,205,1,5,3,500,50,50,50,0,0,TAG,300,12,LC1,"
    b"64,64,64,0,0,0,0,0,0,0,\x03"
)
_EVOLIS = printer_bytes.reply(
    "type: 5 \r\ncount 812", printer_bytes.status(session=7, extensions=(1, 2**31, 5))
)
_IPP = (  # of a printer: an enum, a boolean, a keyword with a second value
    b"\x02\x00\x00\x00\x00\x00\x00\x01\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x04\x23\x00\x0dprinter-state\x00\x04\x00\x00\x00\x03"
    b"\x22\x00\x19printer-is-accepting-jobs\x00\x01\x01"
    b"\x44\x00\x15printer-state-reasons\x00\x0acover-open\x44\x00\x00\x00\x0bmedia-empty\x03"
)


@dataclass(frozen=True, slots=True)
class Codec:
    """One codec.

    Attributes:
        take: is given a piece whole.
        good: a reply it takes.
        grow: is given what has come so far; returns what is left of it to wait with.
        whole_only: it takes whole messages only, so that a beginning is an error to it and no end.
    """

    name: str
    good: bytes
    take: Callable[[bytes], object]
    grow: Callable[[bytes], bytes]
    whole_only: bool = False


def _evolis(data: bytes) -> object:
    return parse_fields(parse_reply(data).text)


def _magicard_growing(data: bytes) -> bytes:
    if not reply_whole(data):
        return data
    parse_status(data)
    return b""


def _ipp_growing(data: bytes) -> bytes:
    ipp.parse_reply(data)
    return b""


def _escpos(data: bytes) -> object:
    return escpos.status_byte(data), escpos.sensors_answered(data)


def _escpos_growing(data: bytes) -> bytes:
    return b"" if escpos.answered(data) else data


CODECS = (
    Codec("Evolis", _EVOLIS, _evolis, lambda data: parse_stream(data)[1]),
    Codec("Magicard", _MAGICARD, parse_status, _magicard_growing),
    Codec("IPP", _IPP, ipp.parse_reply, _ipp_growing, whole_only=True),
    Codec("ESC/POS", b"\x12", _escpos, _escpos_growing),
)


def noise(codec: Codec, count: int, seed: int) -> int:
    """Give a codec `count` random bytes, bare and in a good reply, both ways; returns how often it took something.

    Raises:
        Exception: whatever the codec raised that is no ProtocolError.
    """
    chance = Random(f"{codec.name} {seed}")
    data = chance.randbytes(count)
    return _whole(codec, data, chance) + _growing(codec, data) + _spliced(codec, data, chance)


def _whole(codec: Codec, data: bytes, chance: Random) -> int:
    return sum(_taken(codec.take, piece) for piece in _pieces(data, chance))


def _taken(take: Callable[[bytes], object], piece: bytes) -> bool:
    try:
        take(piece)
    except ProtocolError:
        return False
    return True


def _pieces(data: bytes, chance: Random) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = chance.randint(1, PIECE_BYTES_MAX)
        yield data[at : at + size]
        at += size


def _spliced(codec: Codec, data: bytes, chance: Random) -> int:
    """Give each piece in the place of some bytes of a good reply, or between two of them."""
    taken = at = 0
    while at < len(data):
        size = chance.randint(1, chance.choice(SPLICES_BYTES_MAX))
        begin, end = sorted(chance.randint(0, len(codec.good)) for _ in range(2))
        piece = codec.good[:begin] + data[at : at + size] + codec.good[end:]
        taken += _taken(codec.take, piece) + _growing(codec, piece, SPLICED_BYTES_MAX)
        at += size
    return taken


def _growing(codec: Codec, data: bytes, prefix_bytes_max: int = PREFIX_BYTES_MAX) -> int:
    """Let what has come grow byte by byte; what a codec refuses or takes is forgotten."""
    taken, waiting = 0, b""
    for at in range(len(data)):
        waiting += data[at : at + 1]
        try:
            rest = codec.grow(waiting)
            taken += not rest
        except ProtocolError:
            rest = waiting if codec.whole_only else b""
        waiting = rest if len(rest) < prefix_bytes_max else b""
    return taken


def crash_of(name: str, count: int, seed: int) -> str:
    """Give one codec its noise; return what it ended in that it may not end in, "" where all is well."""
    codec = next(codec for codec in CODECS if codec.name == name)
    try:
        noise(codec, count, seed)
    except Exception as error:  # noqa: BLE001 - a crash of the program under test is what is looked for
        return f"{name} codec, seed {seed}: {type(error).__name__}: {str(error)[:SAID_CHARS_MAX]}"
    return ""
