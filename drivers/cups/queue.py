"""What a queue says of itself, in IPP's words, and what speaks against giving it a card."""

from dataclasses import dataclass

from drivers.cups.ipp import Attributes, Value
from drivers.errors import ModelNotSupportedError, ProtocolError
from drivers.status import PrinterState, PrinterStatus, Severity, StateReason, Supply

ASKED = (
    "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "printer-error-policy", "printer-type",
    "printer-make-and-model", "printer-uuid", "queued-job-count", "cups-version", "marker-names", "marker-types",
    "marker-levels",
)  # fmt: skip
ABORT_JOB = "abort-job"
CLASS_BITS = 0x0001 | 0x0004_0000  # cups_ptype_t: a class; one found on the network

_SEVERITIES = {f"-{severity.value}": severity for severity in Severity}
_ENDS_IN_ERROR = frozenset(
    {"media-path-input-feed-error", "input-media-tray-feed-error"}
)  # whole names


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as told.

    Attributes:
        error_policy: what CUPS does when the job fails: only `abort-job` never prints again by itself.
        waiting: jobs in it that are not done.
        shared_out: it is a class, or another machine's: jobs may go to a printer nobody named.
    """

    model: str
    uuid: str
    state: PrinterState
    reasons: frozenset[StateReason]
    accepting: bool
    error_policy: str
    waiting: int
    shared_out: bool
    supplies: tuple[Supply, ...] = ()

    @property
    def status(self) -> PrinterStatus:
        """Return the queue's word on its printer; whether a card is inside no queue tells."""
        return PrinterStatus(
            state=self.state, reasons=self.reasons, supplies=self.supplies, job_active=self.waiting > 0,
            device_words=f"{self.state.name.lower()}, {self.waiting} waiting, {self.error_policy}",
        )  # fmt: skip

    @property
    def hindrances(self) -> set[StateReason]:
        """Return why no card may be given to it now."""
        found = set(self.status.errors)
        if self.state is PrinterState.STOPPED and not found:
            found.add(StateReason("paused"))
        if not self.accepting:
            found.add(StateReason("x-queue-takes-no-jobs"))
        if self.waiting:
            found.add(StateReason("x-job-active"))
        return found


def queue_of(told: Attributes) -> Queue:
    """Read a queue's attributes.

    Raises:
        ProtocolError: no state that IPP knows.
        ModelNotSupportedError: what answers is no CUPS, so nothing is known of what it keeps and repeats.
    """
    if "cups-version" not in told:
        raise ModelNotSupportedError(
            "what answers is no CUPS; make a queue on this machine with lpadmin and name that"
        )
    try:
        state = PrinterState(_number(told, "printer-state"))
    except ValueError as exc:
        raise ProtocolError("the queue tells no printer-state that IPP knows") from exc
    return Queue(
        model=_text(told, "printer-make-and-model"),
        uuid=_text(told, "printer-uuid").removeprefix("urn:uuid:"),
        state=state,
        reasons=reasons_of(told.get("printer-state-reasons", ())),
        accepting=told.get("printer-is-accepting-jobs") == (True,),
        error_policy=_text(told, "printer-error-policy"),
        waiting=_number(told, "queued-job-count"),
        shared_out=bool(_number(told, "printer-type") & CLASS_BITS),
        supplies=_supplies(told),
    )


def reasons_of(keywords: tuple[Value, ...]) -> frozenset[StateReason]:
    """Read printer-state-reasons: a keyword without a suffix is an error (RFC 8011, 5.4.12)."""
    return frozenset(_reason(str(word)) for word in keywords if word not in ("none", ""))


def _reason(word: str) -> StateReason:
    if word in _ENDS_IN_ERROR:
        return StateReason(word)
    for suffix, severity in _SEVERITIES.items():
        if word.endswith(suffix):
            return StateReason(word.removesuffix(suffix), severity)
    return StateReason(word)


def _supplies(told: Attributes) -> tuple[Supply, ...]:
    """Read markers; levels are per cent, negative where not known."""
    rows = zip(
        told.get("marker-names", ()), told.get("marker-types", ()), told.get("marker-levels", ()),
        strict=False,
    )  # fmt: skip
    return tuple(
        Supply(
            str(name),
            str(kind),
            100 if _known(level) else None,
            int(level) if _known(level) else None,
        )
        for name, kind, level in rows
    )


def _known(level: Value) -> bool:
    return isinstance(level, int) and level >= 0


def _text(told: Attributes, name: str) -> str:
    values = told.get(name, ())
    return str(values[0]) if values else ""


def _number(told: Attributes, name: str) -> int:
    values = told.get(name, (0,))
    return values[0] if values and isinstance(values[0], int) else 0
