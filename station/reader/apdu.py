"""The one question a contactless reader is asked: the number of the chip on it. No device, no time.

Theory of operation. The number (UID, in type B the PUPI) is no file of the card: the reader learnt it when it found
the card, and answers a command of class FF itself, so the card's own applications and keys are never touched.

    command   FF CA 00 00 00           GET DATA, P1 00 the UID, Le 00 as long as it is
    answer    UID  SW1 SW2             4, 7 or 10 bytes, in the order the reader gives them

A chip may make a new number each time it gets power (ISO 14443-3: 4 bytes, the first 08). That is no name. So it is
asked twice with the power off between, and both answers must be one.

Source: PC/SC part 3, 2.02.00, "Get Data Command"; lengths and random numbers: docs/protocols/contactless.md.
"""

from collections.abc import Generator

from station.errors import CardUnreadableError

GET_UID = bytes.fromhex("FFCA000000")
UID_BYTES = (4, 7, 10)
_RANDOM_LEAD = 0x08
_LE_AT = 4
_STATUS = {
    b"": "the reader answered nothing: lay the card on again",
    b"\x63\x00": "the reader could not read the card: lay it flat and alone on the reader",
    b"\x67\x00": "the reader takes no such question: it is no PC/SC 2 contactless reader",
    b"\x68\x00": "the reader takes no such question: it is no PC/SC 2 contactless reader",
    b"\x6a\x81": "this card has no chip number: it is no contactless blank",
    b"\x6e\x00": "the card answered in the reader's place: it lies in a slot for contacts",
}

UidScript = Generator[bytes, bytes, str]


def uid_script() -> UidScript:
    """Ask for the chip's number: yields commands, is sent answers, returns 8, 14 or 20 capital hex digits.

    Raises:
        CardUnreadableError: the reader says why not, or what it says is no number.
    """
    answer = yield GET_UID
    if len(answer) == 2 and answer[0] == 0x6C:  # the exact length, which some readers want to hear
        answer = yield GET_UID[:_LE_AT] + answer[1:]
    return uid_of(answer)


def uid_of(answer: bytes) -> str:
    """Return the number in an answer to GET_UID, capital hex.

    Raises:
        CardUnreadableError: see `uid_script`.
    """
    status, uid = answer[-2:], answer[:-2]
    # 62 82 says that there were fewer bytes than asked for, which is so whenever Le is not exact.
    if status not in (b"\x90\x00", b"\x62\x82"):
        word = _STATUS.get(status, f"the reader answered {status.hex(' ').upper()}")
        raise CardUnreadableError(word)
    if len(uid) not in UID_BYTES:
        raise CardUnreadableError(f"a chip number has 4, 7 or 10 bytes, this one has {len(uid)}")
    if len(uid) == UID_BYTES[0] and uid[0] == _RANDOM_LEAD:
        raise CardUnreadableError("this chip makes a new number each time: it cannot be named")
    if not any(uid):
        raise CardUnreadableError("a chip number of zeros only names nothing")
    return uid.hex().upper()


def contactless(atr: bytes) -> bool:
    """Tell a card over the air from one in a slot for contacts (a SAM, say): its ATR is 3B 8n 80 01 and more."""
    return len(atr) >= 4 and atr[0] == 0x3B and atr[1] & 0xF0 == 0x80 and atr[2:4] == b"\x80\x01"
