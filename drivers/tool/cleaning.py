"""Cleans a printer: the machine draws its cleaning card through itself. A card moves; no blank is used."""

from drivers.certify.interrupt import Interrupt
from drivers.errors import PrinterError
from drivers.status import PrinterStatus
from drivers.tool.scripts import CLEAN, RELEASE
from drivers.tool.session import Session

CARD_IN = (
    "Kosongkan wadah blangko dan masukkan kartu pembersih seperti kata buku printer, lalu tekan Enter.",
    "Empty the hopper and put the cleaning card in as the printer's manual says, then press Enter.",
)
CLEANED = ("Selesai. Keluarkan kartu pembersih.", "Done. Take the cleaning card out.")
COUNTER = (
    "Pencacah printer mungkin maju: stasiun lalu mengunci printer sampai dua orang menghitung.",
    "The printer's counter may have moved: the station then locks it until two people have counted.",
)


def clean(session: Session, interrupt: Interrupt) -> PrinterStatus:
    """Run the cleaning to its end; Ctrl-C is heard when it has ended. The cleaning card moves.

    Raises:
        PrinterError: it would not begin, or did not end well.
        KeyboardInterrupt: Ctrl-C, once it has ended.
    """
    try:
        with interrupt.listening():
            found: PrinterStatus = session.look(CLEAN)
            interrupt.check()
    finally:
        _give_back(session)
    return found


def _give_back(session: Session) -> None:
    """Let other hosts have the printer again; where that fails it frees itself in minutes. No card moves."""
    try:
        session.look(RELEASE)
    except PrinterError:
        return
