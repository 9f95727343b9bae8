"""Looks at a printer: who it is, what it says, what it has left. No card moves."""

from drivers.card import Evidence
from drivers.errors import PrinterError
from drivers.report import PrinterReport
from drivers.status import PrinterIdentity, PrinterStatus
from drivers.tool.session import Session
from drivers.transport import Deadline


def status(session: Session, limit: Deadline) -> PrinterReport:
    """Poll the state; sends no command where the family can do without.

    Raises:
        PrinterError: no answer, or none that makes sense.
    """
    found: PrinterStatus = session.look("status", limit)
    return PrinterReport(session.link.uri, found)


def probe(session: Session, limit: Deadline) -> PrinterReport:
    """Ask for everything it tells.

    Raises:
        PrinterError: no answer, or none that makes sense.
    """
    identity: PrinterIdentity = session.look("identify", limit)
    evidence: Evidence = session.look("evidence", limit)
    supplied: PrinterStatus = session.look("supplies", limit)
    return PrinterReport(session.link.uri, supplied, identity, evidence)


def supplies(session: Session, limit: Deadline) -> PrinterReport:
    """Ask for the state with ribbon and cleaning.

    Raises:
        PrinterError: no answer, or none that makes sense.
    """
    found: PrinterStatus = session.look("supplies", limit)
    return PrinterReport(session.link.uri, found)


def status_or_why(session: Session, limit: Deadline) -> PrinterReport | str:
    """Poll the state; a failure is a sentence, for who goes on looking."""
    try:
        return status(session, limit)
    except PrinterError as error:
        return str(error)
