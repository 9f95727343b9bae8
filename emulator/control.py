"""Control link: what a person at the machine would do and see, as JSON lines over TCP loopback.

Never part of the printer's wire. One object a line in, `{"do": "...", ...}`, one object a line out, in order; an order
that can't be carried out is answered `{"error": "<sentence>"}`. Orders are those of `orders.py`, and here: the truth,
waiting, and scenarios.
"""

import json
from collections.abc import Callable
from typing import Any

from emulator import arguments
from emulator.firmware import Answer, OrderError
from emulator.orders import Orders
from emulator.ports.address import Address
from emulator.ports.listener import Connection, Listener
from emulator.printer import Printer
from emulator.scenario import Scenario, ScenarioError, read_scenario, scenario_named
from emulator.scenario_player import ScenarioPlayer
from emulator.truth import truth

LINE_BYTES_MAX = 65_536
WAIT_S_MAX = 600.0


class Desk:
    """Takes orders for one printer."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._orders = Orders(printer)
        self._player = ScenarioPlayer(printer, self._orders)
        self._table: dict[str, Callable[[Answer], Answer]] = {
            "status": self._truth,
            "truth": self._truth,
            "wait-idle": self._wait_idle,
            "wait-cards": self._wait_cards,
            "scenario": self._scenario,
            "calm": self._calm,
        }

    def carry_out(self, line: bytes) -> Answer:
        """Do one order and return its answer; never raises for a bad order."""
        try:
            order = json.loads(line)
            if not isinstance(order, dict) or not isinstance(order.get("do"), str):
                return {"error": 'an order is a JSON object with "do"'}
            own = self._table.get(order["do"])
            return self._do(order) if own is None else own(order)
        except (OrderError, ScenarioError, ValueError, RecursionError) as exc:
            return {"error": str(exc)}

    def play(self, scenario: Scenario) -> None:
        """Begin a scenario.

        Raises:
            ScenarioError: it says what can't be done to this printer.
        """
        self._player.check(scenario)
        self._printer.change(lambda now_s: self._player.play(scenario, now_s))

    def _do(self, order: Answer) -> Answer:
        answers: list[Answer] = []
        refused: list[OrderError] = []

        def act(now_s: float) -> None:
            try:
                answers.append(self._orders.do(order, now_s))
            except OrderError as exc:
                refused.append(exc)

        self._printer.change(act)
        if refused:
            raise refused[0]
        return answers[0]

    def _truth(self, _order: Answer) -> Answer:
        with self._printer.changed:
            return truth(self._printer)

    # --- scenarios --------------------------------------------------------------------------

    def _scenario(self, order: Answer) -> Answer:
        """Play one: `name` of the library or a path, or the file itself as `toml`."""
        if "toml" in order:
            scenario = read_scenario(arguments.text_lines(order, "toml"), "the order")
        else:
            scenario = scenario_named(arguments.text(order, "name", 4096))
        if "seed" in order:
            scenario = scenario.seeded(arguments.whole(order, "seed", 0, 1 << 63))
        self.play(scenario)
        return {"ok": True, "scenario": scenario.name}

    def _calm(self, _order: Answer) -> Answer:
        """End the scenario: nothing more of it happens."""
        self._printer.change(lambda _now_s: self._player.end())
        return {"ok": True}

    # --- waiting ----------------------------------------------------------------------------

    def _wait(self, order: Answer, until: Callable[[], bool], what: str) -> Answer:
        within_s = arguments.number(order, "within_s", 0, WAIT_S_MAX, 30)
        with self._printer.changed:
            if not self._printer.wait(until, within_s):
                raise OrderError(f"{what} within {within_s:g} s")
            return truth(self._printer)

    def _wait_idle(self, order: Answer) -> Answer:
        """Wait until nothing moves and no job holds the printer."""
        firmware = self._printer.firmware
        return self._wait(order, lambda: firmware.at_rest, "the printer was not idle")

    def _wait_cards(self, order: Answer) -> Answer:
        """Wait until so many pieces, cards or slips, have left, ever."""
        count = arguments.whole(order, "count", 0, 1 << 40)
        firmware = self._printer.firmware
        return self._wait(order, lambda: firmware.made >= count, f"{count} cards had not left")


class ControlEndpoint:
    """The control link of one printer."""

    def __init__(self, desk: Desk, address: Address) -> None:
        self._desk = desk
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
                    answer: dict[str, Any] = {
                        "error": f"an order is at most {LINE_BYTES_MAX} bytes long"
                    }
                else:
                    answer = self._desk.carry_out(line)
                connection.socket.sendall(json.dumps(answer).encode() + b"\n")
                if len(line) > LINE_BYTES_MAX:
                    return
