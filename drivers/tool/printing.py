"""Prints one card for a technician, with the point of no return on the screen.

Ctrl-C before the Commit ends it and nothing was sent that moves a card; after it the card is finished first, because a
job cut off in the middle of a plane leaves a printer deaf until it is switched off.
"""

from typing import Protocol

from drivers.card import CardDesign, CardOutcome, Evidence, PrintRequest
from drivers.certify.interrupt import Interrupt
from drivers.errors import PrinterError
from drivers.status import PrinterIdentity
from drivers.tool.scripts import PRINT, RELEASE
from drivers.tool.session import Session
from drivers.transport import Deadline


class CardScreen(Protocol):
    """What a print shows."""

    def card(self, design: CardDesign, identity: PrinterIdentity) -> None:
        """Show what is about to be printed, and where."""

    def commit(self, before: Evidence) -> None:
        """Say that from here on a card may move; `before` is how things stood."""

    def outcome(self, request: PrintRequest, outcome: CardOutcome) -> None:
        """Say how it ended."""

    def kept(self, sentence: str) -> None:
        """Say that the printer's session could not be given back; it frees itself."""


def print_card(
    session: Session, design: CardDesign, screen: CardScreen, interrupt: Interrupt, limit: Deadline
) -> CardOutcome:
    """Print one card. A card may move after the Commit; what comes then is an outcome, never an error.

    Args:
        session: the printer.
        design: what goes on the card.
        screen: what the person sees.
        interrupt: Ctrl-C, heard before the Commit only.
        limit: by when the printer must have said who it is.

    Raises:
        DesignNotPrintableError: the family can't print that card.
        PrinterError: the link or the printer failed, before the Commit.
        KeyboardInterrupt: Ctrl-C, before the Commit.
    """
    identity: PrinterIdentity = session.look("identify", limit)
    request = session.driver.encode(design)
    screen.card(design, identity)
    committed: list[Evidence] = []

    def on_commit(before: Evidence) -> None:
        interrupt.check()
        screen.commit(before)
        committed.append(before)

    def on_step() -> None:
        if not committed:
            interrupt.check()

    try:
        with interrupt.listening():
            outcome: CardOutcome = session.act(PRINT, request, on_commit, on_step)
        screen.outcome(request, outcome)
    finally:
        _give_back(session, screen)
    return outcome


def _give_back(session: Session, screen: CardScreen) -> None:
    """Let other hosts have the printer again. No card moves."""
    try:
        session.look(RELEASE)
    except PrinterError as error:
        screen.kept(str(error))
