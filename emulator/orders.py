"""Orders: what a person at the machine, a scenario or a test does to a printer. Each is done at an instant, lock held.

Orders of every printer are here (power, cover, cable, faults of the line); those of a family come from its firmware.
Orders that wait for something belong to the control link (`control.py`).
"""

from emulator import arguments
from emulator.firmware import Answer, Order, OrderError
from emulator.line import AnswerFault, DropPlace
from emulator.printer import Printer

ANSWERS_MAX = 1_000_000
BYTES_MAX = 1 << 40
AWAY_HOST_S = 0.5
GARBAGE_PLACES = ("instead", "around", "inside")


class Orders:
    """Everything that can be done to one printer."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        firmware = printer.firmware
        self._table: dict[str, Order] = {
            "open-cover": lambda _order, now_s: firmware.open_cover(now_s),
            "close-cover": lambda _order, now_s: firmware.close_cover(now_s),
            "power-cut": lambda _order, now_s: firmware.power_off(now_s),
            "power-on": lambda _order, now_s: firmware.power_on(now_s),
            "reboot": lambda _order, now_s: firmware.reboot(now_s),
            "unplug": lambda _order, _now_s: printer.line.unplug(),
            "unplug-after": self._unplug_after,
            "replug": lambda _order, _now_s: printer.line.replug(),
            "drop": self._drop,
            "silence": lambda order, _now_s: self._arm(order, AnswerFault.SILENCE),
            "garbage": self._garbage,
            "half-reply": lambda order, _now_s: self._arm(order, AnswerFault.HALF),
            "stale-reply": lambda order, _now_s: self._arm(order, AnswerFault.STALE),
            "duplicate-reply": lambda order, _now_s: self._arm(order, AnswerFault.DUPLICATE),
            "delay": self._delay,
            "stall": self._stall,
            "busy": self._busy,
            **firmware.orders(),
        }

    @property
    def names(self) -> list[str]:
        """Return what can be ordered."""
        return sorted(self._table)

    def do(self, order: Answer, now_s: float) -> Answer:
        """Do one order at an instant; lock held, `settle` or the machine's thread to follow.

        Raises:
            OrderError: it is no order, or can't be carried out.
        """
        action = self._table.get(str(order.get("do")))
        if action is None:
            raise OrderError(f"{order.get('do')!r} is no order; orders are {', '.join(self.names)}")
        return action(order, now_s) or {"ok": True}

    # --- line -------------------------------------------------------------------------------

    def _unplug_after(self, order: Answer, _now_s: float) -> None:
        self._printer.line.unplug_after(arguments.whole(order, "bytes", 1, BYTES_MAX))

    def _drop(self, order: Answer, _now_s: float) -> None:
        place = DropPlace(arguments.choice(order, "where", tuple(DropPlace)))
        byte_count = arguments.whole(order, "bytes", 1, BYTES_MAX, 1)
        away_host_s = arguments.number(order, "away_s", 0.0, 3600.0, AWAY_HOST_S)
        self._printer.line.drop(place, byte_count, away_host_s)

    def _arm(self, order: Answer, fault: AnswerFault) -> None:
        self._printer.line.arm(fault, arguments.whole(order, "answers", 0, ANSWERS_MAX, 1))

    def _garbage(self, order: Answer, _now_s: float) -> None:
        place = arguments.choice(order, "where", GARBAGE_PLACES, "instead")
        fault = AnswerFault.GARBAGE if place == "instead" else AnswerFault(f"garbage-{place}")
        self._arm(order, fault)

    def _delay(self, order: Answer, _now_s: float) -> None:
        self._printer.line.delay_host_s = arguments.number(order, "host_s", 0.0, 600.0)
        self._arm(order, AnswerFault.DELAY)

    def _stall(self, order: Answer, _now_s: float) -> None:
        self._printer.line.stalled.add(arguments.choice(order, "endpoint", ("in", "out"), "in"))

    def _busy(self, order: Answer, _now_s: float) -> None:
        self._printer.line.busy = arguments.flag(order, "on", default=True)
