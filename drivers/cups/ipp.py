"""IPP messages, sans-IO: requests to bytes, replies to attributes (RFC 8010, 3). All numbers big-endian.

    version 02 00   operation or status u16   request id u32
    group tag u8    then attributes: value tag u8, name length u16, name, value length u16, value; a name of length 0
                    adds a value to the attribute before it
    end 03          then, in a request, the document

Anything else is a ProtocolError and nothing but that, whatever the bytes. Values of other kinds stay bytes.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from drivers.errors import ProtocolError

VERSION = b"\x02\x00"
ATTRIBUTES_MAX = 4096

_HEAD = struct.Struct(">2sHI")
_LENGTH = struct.Struct(">H")
_INT = struct.Struct(">i")
_END = 0x03
_DELIMITER_MAX = 0x0F

Value = int | bool | str | bytes
Attributes = Mapping[str, tuple[Value, ...]]


class Operation(IntEnum):
    """Operations used here (RFC 8011, 5.4.15; 4027 is CUPS's own)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B
    CUPS_GET_DOCUMENT = 0x4027


class Group(IntEnum):
    """Delimiters of groups."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04


class Kind(IntEnum):
    """Value tags written or read here."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


@dataclass(frozen=True, slots=True)
class Written:
    """One attribute of a request."""

    kind: Kind
    name: str
    values: tuple[int | bool | str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its status code and its groups in order, operation attributes first."""

    status: int
    groups: tuple[tuple[int, Attributes], ...]

    @property
    def ok(self) -> bool:
        """Tell whether the request was carried out (RFC 8011, 4.1.6: 0000 to 00FF)."""
        return self.status < 0x0100

    def of(self, group: Group) -> tuple[Attributes, ...]:
        """Return the groups of one kind."""
        return tuple(attributes for tag, attributes in self.groups if tag == group)


def request(
    operation: Operation, printer_uri: str, user: str, *,
    operation_attributes: Iterable[Written] = (), job_attributes: Iterable[Written] = (), document: bytes = b"",
) -> bytes:  # fmt: skip
    """Return a request to a queue, in the order that RFC 8011 (4.1.4, 4.1.5) asks of its first attributes."""
    first = (
        Written(Kind.CHARSET, "attributes-charset", ("utf-8",)),
        Written(Kind.LANGUAGE, "attributes-natural-language", ("en",)),
        Written(Kind.URI, "printer-uri", (printer_uri,)),
    )
    who = Written(Kind.NAME, "requesting-user-name", (user,))
    pieces = [_HEAD.pack(VERSION, operation, 1), bytes((Group.OPERATION,))]
    after = tuple(operation_attributes)
    ids = tuple(one for one in after if one.name == "job-id")  # right behind the URI
    rest = tuple(one for one in after if one.name != "job-id")
    pieces += [_attribute(one) for one in (*first, *ids, who, *rest)]
    job = [_attribute(one) for one in job_attributes]
    if job:
        pieces += [bytes((Group.JOB,)), *job]
    return b"".join((*pieces, bytes((_END,)), document))


def parse_reply(data: bytes) -> Reply:
    """Take one whole reply apart.

    Raises:
        ProtocolError: cut short, an attribute outside a group, lengths that do not fit, more than 4096 attributes.
    """
    if len(data) < _HEAD.size:
        raise ProtocolError(f"{len(data)} bytes are no IPP reply")
    _version, status, _request_id = _HEAD.unpack_from(data)
    at = _HEAD.size
    groups: list[tuple[int, Attributes]] = []
    found: dict[str, tuple[Value, ...]] | None = None
    name = ""
    for _ in range(ATTRIBUTES_MAX):
        tag = _byte(data, at)
        at += 1
        if tag == _END:
            return Reply(status, tuple(groups))
        if tag <= _DELIMITER_MAX:
            found = {}
            groups.append((tag, found))
            continue
        if found is None:
            raise ProtocolError("an IPP attribute stands outside of any group")
        told, at = _counted(data, at)
        raw, at = _counted(data, at)
        name = told.decode("ascii", "replace") or name
        if not name:
            raise ProtocolError("an IPP value has no attribute before it")
        found[name] = (*found.get(name, ()), _value(tag, raw))
    raise ProtocolError(f"an IPP reply of more than {ATTRIBUTES_MAX} attributes")


def _attribute(one: Written) -> bytes:
    pieces = []
    for number, value in enumerate(one.values):
        name = b"" if number else one.name.encode("ascii")
        raw = _raw(one.kind, value)
        pieces.append(
            bytes((one.kind,)) + _LENGTH.pack(len(name)) + name + _LENGTH.pack(len(raw)) + raw
        )
    return b"".join(pieces)


def _raw(kind: Kind, value: int | bool | str) -> bytes:
    if kind is Kind.BOOLEAN:
        return bytes((bool(value),))
    if isinstance(value, int):
        return _INT.pack(value)
    return value.encode("utf-8")


def _value(tag: int, raw: bytes) -> Value:
    if tag in (Kind.INTEGER, Kind.ENUM):
        if len(raw) != _INT.size:
            raise ProtocolError("an IPP number has not four bytes")
        return int(_INT.unpack(raw)[0])
    if tag == Kind.BOOLEAN:
        return raw == b"\x01"
    if Kind.TEXT <= tag <= Kind.MIME_TYPE:
        return raw.decode("utf-8", "replace")
    return raw


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise ProtocolError("an IPP reply is cut short")
    return data[at]


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    if at + _LENGTH.size > len(data):
        raise ProtocolError("an IPP reply is cut short")
    (length,) = _LENGTH.unpack_from(data, at)
    begin, end = at + _LENGTH.size, at + _LENGTH.size + length
    if end > len(data):
        raise ProtocolError("an IPP reply is cut short")
    return data[begin:end], end
