"""What a person can do to a receipt printer beside cover and power: change the roll, tear, free the cutter, feed."""

from typing import Protocol

from emulator import arguments
from emulator.escpos.models import ReceiptModel
from emulator.escpos.paper import PaperPath
from emulator.firmware import Answer, Order, OrderError

ROLL_MM_MAX = 200_000.0


class Receipts(Protocol):
    """What hands find at the printer."""

    paper: PaperPath
    model: ReceiptModel

    @property
    def made(self) -> int:
        """Return how many slips have come off."""

    def change_roll(self, roll_mm: float, now_s: float) -> None:
        """Put another roll in."""

    def tear(self, now_s: float) -> bool:
        """Tear off what sticks out; False if nothing does."""

    def free_cutter(self, now_s: float) -> None:
        """Free the blade."""

    def press_feed_key(self, now_s: float) -> bool:
        """Press the feed key once; False if the printer does not listen to it now."""


def receipt_orders(printer: Receipts) -> dict[str, Order]:
    """Return the orders by name."""
    hands = _Hands(printer)
    return {
        "paper": hands.paper,
        "tear": hands.tear,
        "jam-cutter": hands.jam_cutter,
        "clear-cutter": lambda _order, now_s: printer.free_cutter(now_s),
        "feed-key": hands.feed_key,
    }


class _Hands:
    """The hands at one printer."""

    def __init__(self, printer: Receipts) -> None:
        self._printer = printer

    def paper(self, order: Answer, now_s: float) -> Answer:
        """Put a roll of `mm` in; without it a new one."""
        printer = self._printer
        roll_mm = arguments.number(order, "mm", 0, ROLL_MM_MAX, printer.model.roll_mm)
        printer.change_roll(roll_mm, now_s)
        return {"ok": True, "paper_left_mm": round(printer.paper.mm(printer.paper.left_dots), 1)}

    def tear(self, _order: Answer, now_s: float) -> Answer:
        """Tear off what sticks out."""
        if not self._printer.tear(now_s):
            raise OrderError("no paper sticks out; have it feed first")
        return {"ok": True, "slip": self._printer.made}

    def jam_cutter(self, _order: Answer, _now_s: float) -> None:
        """Let the blade get stuck at the next cut."""
        self._printer.paper.cutter_jammed = True

    def feed_key(self, _order: Answer, now_s: float) -> Answer:
        """Press the feed key once."""
        return {"ok": True, "feeds": self._printer.press_feed_key(now_s)}
