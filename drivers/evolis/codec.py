"""The words on an Evolis wire, sans-IO: commands to bytes, reply bytes to text and status block.

A command is ESC verb ; parameters CR. A bitmap is a command whose last parameter is binary of a length the other
parameters fix, then CR. A reply is

    text [CR LF] 00   00 14   10 CFG INF WAR ERR   02 session   (04 EXT)*
                      count   16 bytes, u32 BE     u16 BE       u32 BE each, as many as the printer has

A reply with nothing after its 00 comes from a printer without status blocks, or with them switched off. Anything else
is a ProtocolError and nothing but that, whatever the bytes. The two count bytes are not relied on: what they mean is
not established (docs/protocols/evolis.md).
"""

import re
import struct
from dataclasses import dataclass

from drivers.errors import ProtocolError, ReplyRefusedError

ESC = b"\x1b"
CR = b"\r"
NUL = b"\x00"  # sent by itself after each command, as the vendor's host does

EXTENSIONS_MAX = 8  # four are known, a fifth is announced by a bit
TEXT_BYTES_MAX = 8 * 1024

_BLOCK = struct.Struct(">HBIIIIBH")
_EXTENSION = struct.Struct(">BI")
_WORDS_LENGTH = 16
_SESSION_LENGTH = 2
_EXTENSION_LENGTH = 4
_EXTENSION_START = b"\x04"  # its length; no reply text begins with it

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE = re.compile(r"\s*(\w+)(?:\s*:\s*|\s+)(.*?)\s*")

# Refusals that carry no ERROR in them. Anything that starts with ERR or contains ERROR refuses too.
_REFUSALS = frozenset({
    "NEED CLEANING",
    "HOPPER FULL",
    "HOPPER DOOR",
    "COVER OPEN",
    "FEEDER EMPTY",
    "CARD JAM",
    "OPT NOT AVAILABLE",
    "OPTION NOT AVAILABLE",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusBlock:
    """The eight status words, each an unsigned 32-bit number, and the session that holds the printer (0: free)."""

    config: int
    information: int
    warning: int
    error: int
    session: int
    extensions: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return the words as the vendor's logs write them: hex words, a colon, the session."""
        words = (self.config, self.information, self.warning, self.error, *self.extensions)
        return " ".join(f"{word:08X}" for word in words) + f":{self.session}"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its text without line end, "" for a bare status, and the status block if there was one."""

    text: str
    status: StatusBlock | None


def command(verb: str, *parameters: str | int) -> bytes:
    """Return a command as it goes over the wire."""
    words = ";".join((verb, *map(str, parameters)))
    assert words.isascii(), words
    assert words.isprintable(), words
    return ESC + words.encode("ascii") + CR


def bitmap(panel: str, levels: int, plane: bytes) -> bytes:
    """Return the download of one plane: `Db;<panel>;<levels>;`, its packed bytes, CR."""
    return ESC + f"Db;{panel};{levels};".encode("ascii") + plane + CR


def parse_reply(data: bytes) -> Reply:
    """Take one whole reply apart.

    Raises:
        ProtocolError: no text terminator, control characters in the text, or half a status block.
    """
    head, terminator, block = data.partition(NUL)
    if not terminator:
        raise ProtocolError(f"no end of text in a reply of {len(data)} bytes")
    if len(head) > TEXT_BYTES_MAX:
        raise ProtocolError(f"a reply text of {len(head)} bytes is no Evolis reply")
    text = head.decode("latin-1").rstrip("\r\n")
    if _CONTROL.search(text):
        raise ProtocolError(f"control characters in a reply text of {len(head)} bytes")
    return Reply(text, _parse_block(block) if block else None)


def parse_stream(data: bytes) -> tuple[list[Reply], bytes]:
    """Take apart what has come on a line where replies follow each other, each with its status block.

    Returns:
        The whole replies, and the bytes of the one that is not whole yet.

    Raises:
        ProtocolError: it is no run of replies.
    """
    replies = []
    while (end := data.find(NUL)) >= 0:
        end += 1 + _BLOCK.size
        while data[end : end + 1] == _EXTENSION_START and len(data) >= end + _EXTENSION.size:
            end += _EXTENSION.size
        if len(data) < end:
            break
        replies.append(parse_reply(data[:end]))
        data = data[end:]
    if len(data) > TEXT_BYTES_MAX:
        raise ProtocolError(f"no end of text in {len(data)} bytes")
    return replies, data


def _parse_block(block: bytes) -> StatusBlock:
    if len(block) < _BLOCK.size:
        raise ProtocolError(f"half a status block: {len(block)} of {_BLOCK.size} bytes")
    _, words, config, information, warning, error, length, session = _BLOCK.unpack_from(block)
    if words != _WORDS_LENGTH or length != _SESSION_LENGTH:
        raise ProtocolError(f"status block with field lengths {words} and {length}, not 16 and 2")
    rest = block[_BLOCK.size :]
    if len(rest) % _EXTENSION.size or len(rest) > EXTENSIONS_MAX * _EXTENSION.size:
        raise ProtocolError(f"{len(rest)} bytes after the session are no whole extension words")
    extensions = tuple(_EXTENSION.iter_unpack(rest))
    if any(size != _EXTENSION_LENGTH for size, _ in extensions):
        raise ProtocolError("an extension word with a length other than 4")
    return StatusBlock(
        config, information, warning, error, session, tuple(w for _, w in extensions)
    )


def refuses(text: str) -> bool:
    """Tell whether a reply text is a refusal rather than an answer."""
    words = text.strip().upper()
    return words.startswith("ERR") or "ERROR" in words or words in _REFUSALS


def accept(asked: str, text: str) -> str:
    """Return the text if it is an answer.

    Raises:
        ReplyRefusedError: it says no.
    """
    if refuses(text):
        raise ReplyRefusedError(asked, text)
    return text


def parse_fields(text: str) -> dict[str, str]:
    """Read the lines `key: value` of a reply, keys in lower case; lines of another shape are left out."""
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    return {match[1].lower(): match[2] for match in found if match}
