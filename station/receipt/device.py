"""The receipt printer of this station: opened for one question or one slip, and let go of."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from drivers.errors import PrinterError
from drivers.escpos.printer import ReceiptPrinter, SlipEnd
from drivers.escpos.status import StatusBytes
from drivers.link import Link
from drivers.transports import open_transport
from station.errors import ReceiptCutShortError, ReceiptError


class ReceiptDevice:
    """One printer by its device URI. No card moves in any of its calls."""

    def __init__(self, uri: str, answer_within_s: float, slip_within_s: float) -> None:
        self._uri = uri
        self._printer = ReceiptPrinter(uri, answer_within_s, slip_within_s)

    def status(self) -> StatusBytes:
        """Ask how it stands; silence is an answer of its own.

        Raises:
            ReceiptError: it could not be reached, or what it says is no status.
        """
        with self._link() as link:
            return link.complete(self._printer.status_bytes(), time.sleep)

    def print(self, slip: bytes) -> StatusBytes:
        """Print a slip and return how the printer stands after it.

        Raises:
            ReceiptError: it takes no slip now; nothing was sent.
            ReceiptCutShortError: the slip was sent, and its end is not known.
        """
        with self._link() as link:
            told = link.complete(self._printer.print_script(slip), time.sleep)
        if told.end is SlipEnd.CUT_SHORT:
            raise ReceiptCutShortError(told.reason)
        return told.found

    @contextmanager
    def _link(self) -> Iterator[Link]:
        try:
            link = Link(open_transport(self._uri), time.monotonic)
            try:
                yield link
            finally:
                link.close()
        except PrinterError as error:
            raise ReceiptError(f"receipt printer: {error}") from error
