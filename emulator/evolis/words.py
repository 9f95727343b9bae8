"""Status words and reply texts of the firmware, and the status block that ends every answer.

Bit values are facts of docs/protocols/evolis.md, "Status bits"; only those this machine can be in are named here.
"""

from collections.abc import Sequence

CFG_FLIP = 0x00100000
CFG_MAGNETIC = 0x00020000

INF_CLAIM = 0x80000000
INF_CARD_FEEDER = 0x20000000
INF_CARD_FLIP = 0x10000000
INF_CARD_CONTACTLESS = 0x08000000
INF_CARD_SMART = 0x04000000
INF_CARD_PRINT = 0x02000000
INF_CARD_EJECT = 0x01000000
INF_RIBBON_LOW = 0x00080000
INF_CLEANING_MANDATORY = 0x00040000
INF_CLEANING = 0x00020000
INF_CLEANING_REQUIRED = 0x00000100
INF_PRINTING_RUNNING = 0x00000080
INF_ENCODING_RUNNING = 0x00000040
INF_CLEANING_RUNNING = 0x00000020
INF_BUSY = 0x00000001

WAR_FEEDER_EMPTY = 0x01000000
WAR_COOLING = 0x00200000
WAR_HOPPER_FULL = 0x00100000
WAR_RIBBON_ENDED = 0x00080000
WAR_COVER_OPEN = 0x00020000
WAR_NO_RIBBON = 0x00010000

ERR_FEEDER_ERROR = 0x08000000
ERR_RIBBON_ERROR = 0x04000000
ERR_COVER_OPEN = 0x02000000
ERR_MECHANICAL = 0x01000000
ERR_BAD_RIBBON = 0x00400000
ERR_RIBBON_ENDED = 0x00200000
ERR_HOPPER_FULL = 0x00100000
ERR_BLANK_TRACK = 0x00080000
ERR_MAGNETIC_DATA = 0x00040000
ERR_WRITE_MAGNETIC = 0x00010000

MAGNETIC_ERRORS = ERR_BLANK_TRACK | ERR_MAGNETIC_DATA | ERR_WRITE_MAGNETIC

OK = "OK"
BAD_COMMAND = "ERROR CDE"
BAD_PARAMETER = "ERROR PARAMETRES"
NO_OPTION = "OPTION NOT AVAILABLE"
FEEDER_ERROR = "ERROR FEEDER"
CARD_ERROR = "ERROR CARD"
MECHANICAL_ERROR = "ERROR MECA"
COVER_OPEN = "COVER OPEN"
RIBBON_ERROR = "ERROR RIBBON"
RIBBON_UNREADABLE = "ERR RIB DETECTION"
OUTPUT_FULL = "HOPPER FULL"
MAGNETIC_DATA_ERROR = "ERROR MAGN DATA"
MAGNETIC_ERROR = "ERROR MAGN"
BLANK_TRACK = "ERROR BLANK TRACK"


def status_block(words: Sequence[int], session: int, extensions: Sequence[int] = ()) -> bytes:
    """Pack CONFIG, INFORMATION, WARNING, ERROR and what follows them.

    A big-endian count, 10, four u32, 02, the session as u16, then 04 and a u32 for each extension word.
    """
    assert len(words) == 4, "a status block holds exactly four words"
    body = b"\x10" + b"".join(word.to_bytes(4, "big") for word in words)
    body += b"\x02" + session.to_bytes(2, "big")
    body += b"".join(b"\x04" + word.to_bytes(4, "big") for word in extensions)
    return len(body).to_bytes(2, "big") + body


def answer(text: str | None, block: bytes) -> bytes:
    """Frame an answer: text and CR LF (none for a bare poll), NUL, status block."""
    head = b"" if text is None else text.encode("latin-1", "replace") + b"\r\n"
    return head + b"\x00" + block
