"""Random bytes to each codec of a driver, whole and byte at a time: each ends in an answer or in ProtocolError.

Noise has no shape, so it finds what mutated good replies do not: lengths out of nowhere, endless beginnings, ends that
come at once. Byte at a time a codec sees every prefix, as on a line that stutters.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from drivers.cups import ipp
from drivers.errors import ProtocolError
from drivers.escpos import status as escpos
from drivers.evolis.codec import parse_fields, parse_reply, parse_stream
from drivers.magicard.codec import parse_status, reply_whole

BYTES, BYTES_SHORT = 10_000_000, 200_000  # to each codec, and each way
PIECE_BYTES_MAX = 600
SAID_CHARS_MAX = 200
PREFIX_BYTES_MAX = 64  # a beginning that is still none by then is begun anew


@dataclass(frozen=True, slots=True)
class Codec:
    """One codec.

    Attributes:
        take: is given a piece whole.
        grow: is given what has come so far; returns what is left of it to wait with.
        whole_only: it takes whole messages only, so that a beginning is an error to it and no end.
    """

    name: str
    take: Callable[[bytes], object]
    grow: Callable[[bytes], bytes]
    whole_only: bool = False


def _evolis(data: bytes) -> object:
    return parse_fields(parse_reply(data).text)


def _magicard_growing(data: bytes) -> bytes:
    return b"" if reply_whole(data) else data


def _ipp_growing(data: bytes) -> bytes:
    ipp.parse_reply(data)
    return b""


def _escpos(data: bytes) -> object:
    return escpos.status_byte(data), escpos.sensors_answered(data)


def _escpos_growing(data: bytes) -> bytes:
    return b"" if escpos.answered(data) else data


CODECS = (
    Codec("Evolis", _evolis, lambda data: parse_stream(data)[1]),
    Codec("Magicard", parse_status, _magicard_growing),
    Codec("IPP", ipp.parse_reply, _ipp_growing, whole_only=True),
    Codec("ESC/POS", _escpos, _escpos_growing),
)


def noise(codec: Codec, count: int, seed: int) -> int:
    """Give a codec `count` random bytes both ways; returns how many pieces were taken for something.

    Raises:
        Exception: whatever the codec raised that is no ProtocolError.
    """
    chance = Random(f"{codec.name} {seed}")
    data = chance.randbytes(count)
    return _whole(codec, data, chance) + _growing(codec, data)


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


def _growing(codec: Codec, data: bytes) -> int:
    """Let what has come grow byte by byte; what a codec refuses or takes is forgotten."""
    taken, waiting = 0, b""
    for at in range(len(data)):
        waiting += data[at : at + 1]
        try:
            rest = codec.grow(waiting)
            taken += not rest
        except ProtocolError:
            rest = waiting if codec.whole_only else b""
        waiting = rest if len(rest) < PREFIX_BYTES_MAX else b""
    return taken


def crash_of(name: str, count: int, seed: int) -> str:
    """Give one codec its noise; return what it ended in that it may not end in, "" where all is well."""
    codec = next(codec for codec in CODECS if codec.name == name)
    try:
        noise(codec, count, seed)
    except Exception as error:  # noqa: BLE001 - a crash of the program under test is what is looked for
        return f"{name} codec, seed {seed}: {type(error).__name__}: {str(error)[:SAID_CHARS_MAX]}"
    return ""
