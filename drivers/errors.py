"""What can go wrong between a host and a card printer, as types.

    PrinterError
    |- UriError               the device URI itself: unknown scheme, missing part
    |- DriverNotFoundError    no installed driver or USB backend of that name
    |- TransportError         bytes could not be moved
    |  |- NotReachableError   nobody there: connection refused, no such device, access denied
    |  |- DeviceBusyError     somebody else has it: claimed interface, full pipe
    |  |- LinkLostError       it was there and went away: reset, unplugged
    |  |- EndpointStalledError  the device halted its endpoint
    |  `- DeadlineError       no answer in time (also a builtin TimeoutError)
    |- ProtocolError          bytes came that are no reply
    |- ReplyRefusedError      a proper reply that says no
    |- SessionHeldError       another host has reserved the printer
    |- CertificationError     what a person says and what the printer says contradict each other: no profile
    |- PrinterNotReadyError   it answers well and can't take a card now: no blanks, cover open, busy
    |- DesignNotPrintableError  no card like that comes out of this family, whatever the printer says
    |- InputFileError         a file that was named holds not what it should, or is not there
    |- OutputFileError        a file that was named can't be written
    `- ModelNotSupportedError it answers well and is no model this driver prints on

Every message is one sentence: what happened, where, what to do; never personal data. A print script raises only
before its Commit: what fails later is not an error but an outcome, UNKNOWN.
"""

from collections.abc import Iterable

from drivers.status import StateReason


class PrinterError(Exception):
    """Any operating error of a printer or the way to it."""


class UriError(PrinterError):
    """A device URI that names no device: `usb://`, `tcp://host:port:9`, an unknown scheme."""


class DriverNotFoundError(PrinterError):
    """The configured driver or backend is not installed, or was made for another API version."""


class TransportError(PrinterError):
    """Bytes could not be moved. How many had gone is not known."""


class NotReachableError(TransportError):
    """Nothing answers at the address, the device is not plugged in, or access is denied."""


class DeviceBusyError(TransportError):
    """The device is there and in other hands: the kernel's usblp, a second process, a full pipe."""


class LinkLostError(TransportError):
    """The connection broke while in use: cable pulled, printer switched off, connection reset."""


class EndpointStalledError(TransportError):
    """The device halted the endpoint; it answers again after the halt is cleared."""


class DeadlineError(TransportError, TimeoutError):
    """The deadline passed. It says nothing about what the printer did meanwhile."""


class ProtocolError(PrinterError):
    """Garbage, half a reply, or a reply that belongs to something else."""


class ReplyRefusedError(PrinterError):
    """The printer understood and refused: an option it lacks, a parameter it does not take."""

    def __init__(self, command: str, reply: str) -> None:
        super().__init__(f"the printer answered {command!r} with {reply[:80]!r}")
        self.command = command
        self.reply = reply


class SessionHeldError(PrinterError):
    """Another host holds the printer's session lock; wait for it or let it expire."""


class PrinterNotReadyError(PrinterError):
    """The preflight of a print found the printer unfit to take a card: no blanks, cover open, a card in the path.

    Raised before Commit, so no card has moved. `reasons` are IPP printer-state-reasons, sorted.
    """

    def __init__(
        self, uri_or_model: str, reasons: Iterable[StateReason], what: str = "card"
    ) -> None:
        self.reasons = tuple(sorted(reasons))
        words = ", ".join(reason.keyword for reason in self.reasons)
        super().__init__(
            f"{uri_or_model} can't take a {what} now: {words}; see to it, then print again"
        )


class CertificationError(PrinterError):
    """A certification ended without a profile: a contradiction, another printer, or one that can't be certified."""


class DesignNotPrintableError(PrinterError):
    """A design asks for what the family lacks: a ribbon, a second side, a stripe. Nothing was sent."""


class InputFileError(PrinterError):
    """A picture or a recording that can't be read, or is none. Nothing was sent."""


class OutputFileError(PrinterError):
    """A file that can't be written, or is there already and is not overwritten."""


class ModelNotSupportedError(PrinterError):
    """The printer is of a model, or of a colour depth, that the driver does not print on."""
