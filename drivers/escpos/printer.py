"""A receipt printer: asks how it stands, and sends it a slip. Scripts for `drivers.link`; no card ever moves.

A slip's way:

    status        anything that forbids a slip is raised; nothing has been sent
    Send*         the slip, piece by piece, each in a time of its own: the printer takes more as it has printed
    GS r 1        answered in its turn: what came before it has been worked off
    status        nothing stands in the way: TAKEN; something does, or no answer: CUT_SHORT with the reason

TAKEN is the printer's word for having worked off the bytes, no proof that a slip can be read: no receipt printer says
that. CUT_SHORT means that part of the slip may hang from the printer and that the rest may follow when its cause is
removed, for the printer keeps it in its buffer; so nothing is ever sent again by itself.
"""

from dataclasses import dataclass
from enum import StrEnum

from drivers.driver import Expect, Script, Send
from drivers.errors import (
    DeadlineError,
    LinkLostError,
    PrinterError,
    PrinterNotReadyError,
)
from drivers.escpos.status import (
    ASK_SENSORS,
    QUESTIONS,
    StatusBytes,
    answered,
    question,
    sensors_answered,
    status_byte,
)
from drivers.status import PrinterStatus

ANSWER_WITHIN_S = 2.0  # real-time status; a printer at work answers too
SLIP_WITHIN_S = 20.0  # 0.9 m of paper at 45 mm/s, half of what the slowest model is rated at
PIECE_BYTES = 1024  # some twenty lines, 75 mm of paper: printed within the time a Send has


class SlipEnd(StrEnum):
    """What can be said of a slip that was sent."""

    TAKEN = "taken"
    CUT_SHORT = "cut-short"


@dataclass(frozen=True, slots=True)
class SlipOutcome:
    """How a slip ended: with the printer's word, or cut short with the reason in one sentence."""

    end: SlipEnd
    found: StatusBytes
    reason: str = ""


class ReceiptPrinter:
    """One ESC/POS printer, made without a transport.

    Args:
        name: its device URI, for messages.
        answer_within_s: how long an answer to a status question may take.
        slip_within_s: how long a slip may take to be printed.
    """

    def __init__(
        self, name: str, answer_within_s: float = ANSWER_WITHIN_S,
        slip_within_s: float = SLIP_WITHIN_S,
    ) -> None:  # fmt: skip
        self._name = name
        self._answer_within_s = answer_within_s
        self._slip_within_s = slip_within_s

    def status_bytes(self) -> Script[StatusBytes]:
        """Ask all four questions, and no more after the first silence. No paper moves.

        Raises:
            PrinterError: it could not be reached, or what it says is no status; silence raises nothing.
        """
        found: list[int] = []
        for number in QUESTIONS:
            yield Send(question(number))
            try:
                reply = yield Expect(self._answer_within_s, answered)
            except (DeadlineError, LinkLostError):
                break
            byte = status_byte(reply)
            if byte is None:
                break
            found.append(byte)
        return StatusBytes(*found)

    def status(self) -> Script[PrinterStatus]:
        """Ask for the state in the words of IPP; silence is the reason `timed-out`. No paper moves."""
        found = yield from self.status_bytes()
        return found.status

    def print_script(self, slip: bytes) -> Script[SlipOutcome]:
        """Print one slip. Raises only before its first byte is sent; later failures are CUT_SHORT.

        Raises:
            PrinterNotReadyError: it takes no slip now: paper end, cover open, silence; nothing was sent.
            PrinterError: it could not be reached, or what it says is no status.
        """
        assert slip, "a slip without bytes"
        before = (yield from self.status_bytes()).status
        if before.errors:
            raise PrinterNotReadyError(self._name, before.errors, "slip")
        try:
            for start in range(0, len(slip), PIECE_BYTES):
                yield Send(slip[start : start + PIECE_BYTES])
            yield Send(ASK_SENSORS)
            reply = yield Expect(self._slip_within_s, answered)
        except DeadlineError:
            return (yield from self._cut_short("did not finish the slip in time"))
        except PrinterError as exc:
            return (yield from self._cut_short(f"was lost during the slip ({exc})"))
        if not reply:
            return (yield from self._cut_short("closed the connection during the slip"))
        if not sensors_answered(reply):
            return (yield from self._cut_short("answered the slip with what is no answer"))
        return (yield from self._looked_at())

    def _looked_at(self) -> Script[SlipOutcome]:
        """Look once more after the printer has said that it is through."""
        try:
            found = yield from self.status_bytes()
        except PrinterError as exc:
            return SlipOutcome(SlipEnd.CUT_SHORT, StatusBytes(), self._sentence(f"failed ({exc})"))
        if found.status.errors:
            return self._stopped("stopped at the end of the slip", found)
        return SlipOutcome(SlipEnd.TAKEN, found)

    def _cut_short(self, what: str) -> Script[SlipOutcome]:
        """Ask why, as far as it still says anything."""
        try:
            found = yield from self.status_bytes()
        except PrinterError:
            found = StatusBytes()
        return self._stopped(what, found)

    def _stopped(self, what: str, found: StatusBytes) -> SlipOutcome:
        reasons = ", ".join(reason.keyword for reason in found.status.errors)
        return SlipOutcome(
            SlipEnd.CUT_SHORT, found, self._sentence(f"{what}: {reasons}" if reasons else what)
        )

    def _sentence(self, what: str) -> str:
        return (
            f"{self._name} {what}; look at the paper before you print the slip again, "
            "the printer may still bring out the rest"
        )
