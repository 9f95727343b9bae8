"""Evolis replies as literal bytes, put together here without the driver's codec."""

PRIMACY_CONFIG = 0x82122000  # X01, X20, flipper, magnetic head, feeder

IDLE = bytes.fromhex("00 0014 10 82122000 00000000 00000000 00000000 02 0000")

CLAIM = 0x80000000
CARD_PRINT = 0x02000000
PRINTING = 0x00000080
FEEDER_EMPTY = 0x01000000
COVER_OPEN = 0x00020000
ERR_MECHANICAL = 0x01000000


def status(
    *,
    config: int = PRIMACY_CONFIG,
    information: int = 0,
    warning: int = 0,
    error: int = 0,
    session: int = 0,
    extensions: tuple[int, ...] = (),
) -> bytes:
    """Return a bare status: the terminator of an empty text and the block."""
    words = b"".join(
        word.to_bytes(4, "big") for word in (config, information, warning, error)
    )  # fmt: skip
    tail = b"".join(b"\x04" + word.to_bytes(4, "big") for word in extensions)
    block = b"\x10" + words + b"\x02" + session.to_bytes(2, "big") + tail
    return b"\x00" + len(block).to_bytes(2, "big") + block


def reply(text: str, block: bytes = IDLE) -> bytes:
    """Return a text reply as a printer sends it."""
    return text.encode("latin-1") + b"\r\n" + block


def word_block(word: str, mask: int) -> bytes:
    """Return a bare status with one bit set, by the name of its word: CFG, INF, WAR, ERR, EX1 to EX4."""
    named = {"INF": "information", "WAR": "warning", "ERR": "error"}
    if word == "CFG":
        return status(config=mask)
    if word in named:
        return status(config=0, **{named[word]: mask})  # type: ignore[arg-type]
    number = int(word[2])
    return status(config=0, extensions=(0,) * (number - 1) + (mask,) + (0,) * (4 - number))
