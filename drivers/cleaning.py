"""What a driver offers that can clean its printer."""

from typing import Protocol, runtime_checkable

from drivers.driver import Script
from drivers.status import PrinterStatus


@runtime_checkable
class Cleaner(Protocol):
    """A driver that starts the printer's own cleaning."""

    def clean_script(self) -> Script[PrinterStatus]:
        """Run the cleaning sequence with the cleaning card a person has put in; a card moves, no blank is fed.

        Raises:
            PrinterNotReadyError: a job lives in the printer or a card is inside.
            ReplyRefusedError: it would not begin, or could not end.
        """
