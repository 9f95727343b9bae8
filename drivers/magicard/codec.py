"""The words on a Magicard wire, sans-IO: requests to bytes, the status reply to its fields.

    request   01 2C  REQ,INF  2C  1C 03
    reply     01  STA$$  field,field,...,field,  03

A status has 35 fields of ASCII text. Newer firmware may send more: what is behind the known ones is left alone.
Anything else is a ProtocolError and nothing but that, whatever the bytes. No reply is longer than 256 bytes: the
vendor's filter reads it in one go (docs/protocols/magicard.md, 5).
"""

from dataclasses import dataclass
from enum import IntEnum

from drivers.errors import ProtocolError

START, COMMA, LEAD, COLON, END = b"\x01", b"\x2c", b"\x1c", b"\x3a", b"\x03"
REPLY_BYTES_MAX = 256
FIELDS_MIN = 35

_STATUS = START + b"STA$$"
_NUMBER_DIGITS_MAX = 9


class Field(IntEnum):
    """Where a fact stands in a status."""

    MODEL_BITS = 0
    MODEL_NAME = 1
    HEAD_TYPE = 2
    SERIAL = 3
    FIRMWARE = 6
    CARDS_PRINTED = 9
    PANELS_PRINTED = 11
    CARDS_SINCE_CLEANING = 14
    CARDS_BETWEEN_CLEANINGS = 15
    ERROR_MAJOR = 19
    ERROR_MINOR = 20
    FILM_SHOTS = 22
    FILM_SHOTS_USED = 23
    FILM_NAME = 24


@dataclass(frozen=True, slots=True)
class Info:
    """A status as told.

    Attributes:
        model_bits: 1 magnetic, 2 duplex; from the vendor's header, seen on no printer.
        head_type: 0, 1 or 2: which head token a page must carry.
        cards_printed, panels_printed: counters of the printer's life; when they move is not known.
        error: major and minor number, (0, 0) where none stands.
        film_shots, film_shots_used: prints on the film and those gone; 0 and 0 without a film.
    """

    model_bits: int
    model_name: str
    head_type: int
    serial: str
    firmware: str
    cards_printed: int
    panels_printed: int
    cards_since_cleaning: int
    cards_between_cleanings: int
    error: tuple[int, int]
    film_shots: int
    film_shots_used: int
    film_name: str


STATUS_REQUEST = START + COMMA + b"REQ,INF" + COMMA + LEAD + END


def reply_whole(data: bytes) -> bool:
    """Tell whether a reply is all here.

    Raises:
        ProtocolError: what came is too long for a reply, or begins as none.
    """
    if len(data) > REPLY_BYTES_MAX:
        raise ProtocolError(f"{len(data)} bytes without an end are no Magicard reply")
    if not _STATUS.startswith(data[: len(_STATUS)]):
        raise ProtocolError("the reply is no Magicard status")
    return data.endswith(END)


def parse_status(data: bytes) -> Info:
    """Take one whole status reply apart.

    Raises:
        ProtocolError: too few fields, a field that is no number where one belongs, control characters.
    """
    if not data.startswith(_STATUS) or not data.endswith(END) or len(data) > REPLY_BYTES_MAX:
        raise ProtocolError(f"a reply of {len(data)} bytes is no Magicard status")
    text = data[len(_STATUS) : -1].decode("latin-1")
    fields = text.split(",")
    if len(fields) < FIELDS_MIN:
        raise ProtocolError(f"a status of {len(fields)} fields, not {FIELDS_MIN}")
    return Info(
        model_bits=_number(fields, Field.MODEL_BITS),
        model_name=_text(fields, Field.MODEL_NAME),
        head_type=_number(fields, Field.HEAD_TYPE),
        serial=_text(fields, Field.SERIAL),
        firmware=_text(fields, Field.FIRMWARE),
        cards_printed=_number(fields, Field.CARDS_PRINTED),
        panels_printed=_number(fields, Field.PANELS_PRINTED),
        cards_since_cleaning=_number(fields, Field.CARDS_SINCE_CLEANING),
        cards_between_cleanings=_number(fields, Field.CARDS_BETWEEN_CLEANINGS),
        error=(_number(fields, Field.ERROR_MAJOR), _number(fields, Field.ERROR_MINOR)),
        film_shots=_number(fields, Field.FILM_SHOTS),
        film_shots_used=_number(fields, Field.FILM_SHOTS_USED),
        film_name=_text(fields, Field.FILM_NAME),
    )


def _number(fields: list[str], field: Field) -> int:
    text = fields[field]
    if not text.isascii() or not text.isdigit() or len(text) > _NUMBER_DIGITS_MAX:
        raise ProtocolError(f"field {field.value} of a status is no number")
    return int(text)


def _text(fields: list[str], field: Field) -> str:
    text = fields[field]
    if not text.isascii() or not (text.isprintable() or not text):
        raise ProtocolError(f"field {field.value} of a status is no plain text")
    return text
