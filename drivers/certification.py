"""What a family must be able to do to be certified: a few moves, one at a time, outside of any station.

A driver that has a `certification()` offers these scripts. They are not part of printing: no station runs them, and
none of them has a Commit, because the person at the machine is the one who says go and counts the cards.
"""

from typing import Protocol, runtime_checkable

from drivers.card import CardFace, Evidence
from drivers.driver import Script
from drivers.status import PrinterIdentity


class CertificationScripts(Protocol):
    """The moves. Each may be run in any state of the link; all raise PrinterError."""

    def identify(self) -> Script[PrinterIdentity]:
        """Ask who is there and whether it is free for us. No card moves."""

    def look(self) -> Script[Evidence]:
        """Ask serial number, counter, card position and errors. No card moves."""

    def feed(self) -> Script[bool]:
        """Take a card from the hopper and leave it under the head, unprinted. A card moves; False: it was refused."""

    def eject(self) -> Script[None]:
        """Move the card inside to the output. A card moves."""

    def clear(self) -> Script[None]:
        """Clear a standing error whose cause is gone. A card inside may move."""

    def print_and_keep(self, face: CardFace) -> Script[None]:
        """Feed and print a card with a whole job that has no eject in it; ends at rest. A card moves."""

    def post_half(self, face: CardFace) -> Script[None]:
        """Send a job up to the end of its first plane; ends when the printer has it. A card may move."""

    def post_waiting(self, face: CardFace) -> Script[None]:
        """Send a whole job, without its end mark, to a printer that has no blanks. A card moves when it gets one."""

    def end_job(self) -> Script[bool]:
        """Send the end of a job that lives and wait for it; returns whether none lives now. A card may move."""

    def abandon(self) -> Script[bool]:
        """Leave the printer without a job and without our session, whatever state it is in; False: a job lives on.

        A card that is waited for is not fed any more, where the printer can be told so; a card inside may move.
        """


@runtime_checkable
class Certifiable(Protocol):
    """A driver whose models can be certified."""

    def certification(self) -> CertificationScripts:
        """Make the scripts; asks nothing."""
