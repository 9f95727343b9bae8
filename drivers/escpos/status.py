"""Status of an ESC/POS receipt printer: four bytes, one to a question, as the state of a printer. Sans-IO.

    DLE EOT n (10 04 n)  ->  one byte 0xx1xx10: bits 1 and 4 set, bits 0 and 7 clear

The answers carry no number: only their order tells which is which, so a question is asked when the one before has
been answered. What was not answered is not known: a silent printer is STOPPED for the reason `timed-out`, and its
paper UNKNOWN, never adequate. Bits and where they come from: docs/protocols/escpos.md, section 2.
"""

from dataclasses import dataclass
from enum import StrEnum

from drivers.errors import ProtocolError
from drivers.status import DeviceBit, PrinterState, PrinterStatus, Severity, StateReason

QUESTIONS = (1, 2, 3, 4)

_FIXED_MASK, _FIXED = 0b1001_0011, 0b0001_0010
_SENSOR_MASK = 0b1001_0000  # of the answer to GS r: both clear, so that it is none of the above
_NEAR_END, _END = 0x0C, 0x60  # two sensors each; either counts

ASK_SENSORS = b"\x1dr\x01"  # GS r 1: answered in its turn, when all before it has been worked off


class Paper(StrEnum):
    """What is known of the roll."""

    ADEQUATE = "adequate"
    NEAR_END = "near-end"
    END = "end"
    UNKNOWN = "unknown"


def _error(*keywords: str) -> tuple[StateReason, ...]:
    return tuple(StateReason(keyword, Severity.ERROR) for keyword in keywords)


SILENT = _error("timed-out")
UNEXPLAINED = _error("other", "x-offline-unexplained")

# Question -> mask, name, reasons. `x-` keywords are ours; the nearest registered one stands beside them.
_BITS: dict[int, tuple[tuple[int, str, tuple[StateReason, ...]], ...]] = {
    1: (
        (0x04, "drawer pin high", ()),
        (0x08, "offline", ()),
        (0x20, "waits for recovery", _error("other", "x-waits-for-recovery")),
        (0x40, "feed key pressed", ()),
    ),
    2: (
        (0x04, "cover open", _error("cover-open")),
        (0x08, "fed by the feed key", _error("other", "x-feed-key")),
        (0x20, "stopped by paper end", _error("media-empty")),
        (0x40, "error", ()),  # question 3 says which
    ),
    3: (
        (0x04, "mechanical error", _error("other", "x-mechanical-error")),
        (0x08, "cutter error", _error("other", "x-cutter-error")),
        (0x20, "unrecoverable error", _error("other", "x-unrecoverable-error")),
        (0x40, "recovers by itself", _error("other", "x-recovers-by-itself")),
    ),
    4: (
        (_NEAR_END, "paper near end", (StateReason("media-low", Severity.WARNING),)),
        (_END, "paper end", _error("media-empty")),
    ),
}


def question(number: int) -> bytes:
    """Return the bytes that ask for status 1 to 4. Obeyed as they come in, also while the printer is offline."""
    assert number in QUESTIONS, number
    return bytes((0x10, 0x04, number))


def answered(reply: bytes) -> bool:
    """Tell whether a reply is whole: it has one byte."""
    return len(reply) >= 1


def status_byte(reply: bytes) -> int | None:
    """Return the byte of an answer to DLE EOT; None for an empty one: a connection that was closed instead.

    Raises:
        ProtocolError: more than a byte, or the fixed bits are not as they must be.
    """
    if not reply:
        return None
    if len(reply) > 1 or reply[0] & _FIXED_MASK != _FIXED:
        raise ProtocolError(
            f"the receipt printer answered {reply[:16].hex(' ')}, which is no status; switch it off and on"
        )
    return reply[0]


def sensors_answered(reply: bytes) -> bool:
    """Tell whether a reply is the answer to GS r 1: one byte with bits 4 and 7 clear."""
    return len(reply) == 1 and not reply[0] & _SENSOR_MASK


@dataclass(frozen=True, slots=True)
class StatusBytes:
    """What the printer answered to questions 1 to 4; None where it did not."""

    online: int | None = None
    causes: int | None = None
    errors: int | None = None
    roll: int | None = None

    @property
    def paper(self) -> Paper:
        """Return what is known of the roll."""
        if self.roll is None:
            return Paper.UNKNOWN
        if self.roll & _END:
            return Paper.END
        return Paper.NEAR_END if self.roll & _NEAR_END else Paper.ADEQUATE

    @property
    def status(self) -> PrinterStatus:
        """Return the state in the words of IPP; any reason of severity error means STOPPED."""
        bits = tuple(bit for number in QUESTIONS for bit in self._bits(number))
        reasons = {reason for bit in bits for reason in bit.reasons}
        if None in self._answers:
            reasons.update(SILENT)
        stopped = any(reason.severity is Severity.ERROR for reason in reasons)
        if self._offline and not stopped:
            reasons.update(UNEXPLAINED)
            stopped = True
        return PrinterStatus(
            state=PrinterState.STOPPED if stopped else PrinterState.IDLE,
            reasons=frozenset(reasons),
            device_words=" ".join(
                "--" if byte is None else f"{byte:02X}" for byte in self._answers
            ),
            device_bits=bits,
        )

    @property
    def _answers(self) -> tuple[int | None, ...]:
        return (self.online, self.causes, self.errors, self.roll)

    @property
    def _offline(self) -> bool:
        """Tell whether the printer calls itself offline, or in error without saying which."""
        return bool((self.online or 0) & 0x08 or (self.causes or 0) & 0x40)

    def _bits(self, number: int) -> tuple[DeviceBit, ...]:
        byte = self._answers[number - 1] or 0
        return tuple(
            DeviceBit(f"DLE EOT {number}", mask, name, reasons)
            for mask, name, reasons in _BITS[number]
            if byte & mask
        )
