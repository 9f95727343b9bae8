"""What a printer says of itself, in the words of IPP (RFC 8011, PWG 5100.9).

A StateReason is a `printer-state-reasons` keyword with its severity; keywords of ours carry the prefix `x-`.
Any reason of severity error means state STOPPED. None means: this printer can't tell.
"""

from dataclasses import dataclass, field
from enum import Enum, StrEnum


class PrinterState(Enum):
    """IPP printer-state, with IPP's numbers."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class Severity(StrEnum):
    """IPP suffix of a state reason."""

    REPORT = "report"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, order=True)
class StateReason:
    """One printer-state-reasons value, e.g. `media-empty` with severity error."""

    keyword: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the value as IPP writes it: keyword and suffix."""
        return f"{self.keyword}-{self.severity.value}"


@dataclass(frozen=True, slots=True)
class Supply:
    """A ribbon or film: capacity and what is left, in prints; None where the printer can't tell."""

    name: str
    kind: str
    capacity_prints: int | None = None
    remaining_prints: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceBit:
    """One bit of the device's own status words that is set; name is "" where none is known."""

    word: str
    mask: int
    name: str
    reasons: tuple[StateReason, ...] = ()


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One look at the printer.

    `job_active` tells whether a job lives in the printer's memory (on Evolis the claim bit). `card_inside` is what
    position sensors say now, None where the model has none. `device_words` and `device_bits` are the device's own
    words, for a technician.
    """

    state: PrinterState
    reasons: frozenset[StateReason] = frozenset()
    supplies: tuple[Supply, ...] = ()
    card_inside: bool | None = None
    job_active: bool | None = None
    session: int = 0
    device_words: str = ""
    device_bits: tuple[DeviceBit, ...] = ()
    unknown_bits: tuple[str, ...] = field(default=())

    @property
    def errors(self) -> tuple[StateReason, ...]:
        """Return the reasons of severity error, sorted by keyword."""
        return tuple(sorted(r for r in self.reasons if r.severity is Severity.ERROR))

    @property
    def idle(self) -> bool:
        """Tell whether the printer is idle, holds no job and has no error."""
        return self.state is PrinterState.IDLE and not self.job_active and not self.errors


@dataclass(frozen=True, slots=True)
class PrinterIdentity:
    """Who answers at the other end."""

    make_and_model: str
    serial: str
    firmware: str
