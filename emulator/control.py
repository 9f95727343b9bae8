"""Control link: what a person at the machine would do and see, as JSON lines over TCP loopback.

Never part of the printer's wire. One object a line in, `{"do": "...", ...}`, one object a line out, in order; an order
that can't be carried out is answered `{"error": "<sentence>"}`. The orders are the methods of `Orders` below.
"""

import json
from collections.abc import Callable
from typing import Any

from emulator.address import Address
from emulator.listener import Connection, Listener
from emulator.mechanics import BLANKS_MAX
from emulator.printer import Printer
from emulator.ribbon import kind_named
from emulator.stoppage import JamPlace
from emulator.truth import truth

LINE_BYTES_MAX = 65_536
WAIT_S_MAX = 600.0

Answer = dict[str, Any]


class OrderError(Exception):
    """An order that can't be carried out; the message is the answer."""


class Orders:
    """Everything the control link can do to one printer."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._machine = printer.firmware.machine
        self._table: dict[str, Callable[[Answer], Answer | None]] = {
            "status": self._truth,
            "truth": self._truth,
            "open-cover": lambda _order: self._change(printer.firmware.open_cover),
            "close-cover": lambda _order: self._change(self._close_cover),
            "empty-hopper": self._empty_hopper,
            "add-blanks": self._add_blanks,
            "jam": self._jam,
            "clear-jam": lambda _order: self._change(self._machine.clear_jam),
            "take-card": lambda _order: self._change(self._machine.clear_jam),
            "ribbon": self._ribbon,
            "remove-ribbon": lambda _order: self._change(
                lambda _now: self._machine.remove_ribbon()
            ),
            "heat": self._heat,
            "output-capacity": self._output_capacity,
            "empty-output": lambda _order: self._change(lambda _now: self._machine.empty_output()),
            "power-cut": lambda _order: self._change(printer.firmware.power_off),
            "power-on": lambda _order: self._change(printer.firmware.power_on),
            "unplug": lambda _order: self._change(lambda _now: self._unplug()),
            "unplug-after": self._unplug_after,
            "replug": lambda _order: self._change(lambda _now: printer.line.replug()),
            "silence": self._silence,
            "garbage": self._garbage,
            "half-reply": self._half_reply,
            "stall": self._stall,
            "busy": self._busy,
            "wait-idle": self._wait_idle,
            "wait-cards": self._wait_cards,
        }

    def carry_out(self, line: bytes) -> Answer:
        """Do one order and return its answer; never raises for a bad order."""
        try:
            order = json.loads(line)
            return self._action(order)(order) or {"ok": True}
        except (OrderError, ValueError, RecursionError) as exc:
            return {"error": str(exc)}

    def _action(self, order: object) -> Callable[[Answer], Answer | None]:
        if not isinstance(order, dict) or not isinstance(order.get("do"), str):
            raise OrderError('an order is a JSON object with "do"')
        action = self._table.get(order["do"])
        if action is None:
            known = ", ".join(sorted(self._table))
            raise OrderError(f"{order['do']!r} is no order; orders are {known}")
        return action

    # --- pieces -----------------------------------------------------------------------------

    def _change(self, act: Callable[[float], Any]) -> None:
        self._printer.change(act)

    def _number(self, order: Answer, key: str, low: int, high: int, default: int | None) -> int:
        value = order.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise OrderError(f'"{key}" must be a whole number from {low} to {high}')
        return value

    def _truth(self, _order: Answer) -> Answer:
        with self._printer.changed:
            return truth(self._printer)

    def _close_cover(self, _now_s: float) -> None:
        self._machine.cover_open = False

    # --- hopper, bins, path -----------------------------------------------------------------

    def _empty_hopper(self, _order: Answer) -> Answer:
        taken = []
        self._change(lambda _now: taken.append(self._machine.empty_hopper()))
        return {"ok": True, "taken": taken[0]}

    def _add_blanks(self, order: Answer) -> Answer:
        room = BLANKS_MAX - len(self._machine.state.hopper)
        count = self._number(order, "count", 1, room, None)
        self._change(lambda _now: self._machine.add_blanks(count))
        return {"ok": True, "hopper": len(self._machine.state.hopper)}

    def _jam(self, order: Answer) -> None:
        places = [place.value for place in JamPlace]
        if order.get("where") not in places:
            raise OrderError(f'"where" must be one of {", ".join(places)}')
        place = JamPlace(order["where"])

        def arm(_now_s: float) -> None:
            self._machine.jam_ahead = place

        self._change(arm)

    def _output_capacity(self, order: Answer) -> None:
        capacity = None
        if order.get("cards") is not None:
            capacity = self._number(order, "cards", 0, BLANKS_MAX, None)

        def limit(_now_s: float) -> None:
            self._machine.output_capacity = capacity

        self._change(limit)

    # --- ribbon and heat --------------------------------------------------------------------

    def _ribbon(self, order: Answer) -> None:
        fitted = self._machine.ribbon
        kind = None if fitted is None else fitted.kind
        if "type" in order:
            kind = kind_named(str(order["type"]))
        if kind is None:
            raise OrderError('"type" must name a ribbon, for example YMCKO')
        remaining = None
        if "remaining" in order:
            remaining = self._number(order, "remaining", 0, kind.capacity, None)
        self._change(lambda _now: self._machine.fit_ribbon(kind, remaining))

    def _heat(self, order: Answer) -> None:
        head_c = self._number(order, "head_c", 0, 200, None)
        self._change(lambda now_s: self._machine.head.set_temperature(head_c, now_s))

    # --- line -------------------------------------------------------------------------------

    def _unplug(self) -> None:
        self._printer.line.plugged = False

    def _unplug_after(self, order: Answer) -> None:
        byte_count = self._number(order, "bytes", 1, 1 << 40, None)

        def arm(_now_s: float) -> None:
            self._printer.line.bytes_left = byte_count

        self._change(arm)

    def _faulty_answers(self, order: Answer, attribute: str) -> None:
        count = self._number(order, "answers", 0, 1_000_000, 1)
        self._change(lambda _now: setattr(self._printer.line, attribute, count))

    def _silence(self, order: Answer) -> None:
        self._faulty_answers(order, "silent_answers")

    def _garbage(self, order: Answer) -> None:
        self._faulty_answers(order, "garbage_answers")

    def _half_reply(self, order: Answer) -> None:
        self._faulty_answers(order, "half_answers")

    def _stall(self, order: Answer) -> None:
        endpoint = order.get("endpoint", "in")
        if endpoint not in ("in", "out"):
            raise OrderError('"endpoint" must be in or out')
        self._change(lambda _now: self._printer.line.stalled.add(endpoint))

    def _busy(self, order: Answer) -> None:
        on = order.get("on", True)
        if not isinstance(on, bool):
            raise OrderError('"on" must be true or false')
        self._change(lambda _now: setattr(self._printer.line, "busy", on))

    # --- waiting ----------------------------------------------------------------------------

    def _wait(self, order: Answer, until: Callable[[], bool], what: str) -> Answer:
        within_s = order.get("within_s", 30)
        if not isinstance(within_s, int | float) or not 0 <= within_s <= WAIT_S_MAX:
            raise OrderError(f'"within_s" must be a number from 0 to {WAIT_S_MAX:.0f}')
        with self._printer.changed:
            if not self._printer.wait(until, within_s):
                raise OrderError(f"{what} within {within_s} s")
            return truth(self._printer)

    def _wait_idle(self, order: Answer) -> Answer:
        """Wait until nothing moves and no job holds the printer."""
        firmware = self._printer.firmware
        return self._wait(
            order,
            lambda: not firmware.busy and not firmware.ram.claimed,
            "the printer was not idle",
        )

    def _wait_cards(self, order: Answer) -> Answer:
        """Wait until so many cards have left, ever."""
        count = self._number(order, "count", 0, 1 << 40, None)
        state = self._machine.state
        return self._wait(order, lambda: state.last_number >= count, f"{count} cards had not left")


class ControlEndpoint:
    """The control link of one printer."""

    def __init__(self, printer: Printer, address: Address) -> None:
        self._orders = Orders(printer)
        self._listener = Listener(address, self._serve)
        self.address = self._listener.address

    def start(self) -> None:
        """Listen."""
        self._listener.start()

    def stop(self) -> None:
        """End every connection and listen no more."""
        self._listener.stop()

    def _serve(self, connection: Connection) -> None:
        with connection.socket.makefile("rb") as reader:
            while line := reader.readline(LINE_BYTES_MAX + 1):
                if connection.cut:
                    return
                if len(line) > LINE_BYTES_MAX:
                    answer: Answer = {"error": f"an order is at most {LINE_BYTES_MAX} bytes long"}
                else:
                    answer = self._orders.carry_out(line)
                connection.socket.sendall(json.dumps(answer).encode() + b"\n")
                if len(line) > LINE_BYTES_MAX:
                    return
