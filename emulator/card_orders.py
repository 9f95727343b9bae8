"""What a person can do to a card printer's machine: blanks, bins, ribbon, jams, heat, and what wears it out."""

from emulator import arguments
from emulator.firmware import Answer, Order, OrderError
from emulator.mechanics import BLANKS_MAX, Machine
from emulator.ribbon import RibbonKind, kind_named
from emulator.stoppage import JamPlace

SERIAL_LENGTH_MAX = 32


def card_orders(machine: Machine) -> dict[str, Order]:
    """Return the orders by name."""
    hands = _Hands(machine)
    return {
        "add-blanks": hands.add_blanks,
        "empty-hopper": hands.empty_hopper,
        "jam": hands.jam,
        "clear-jam": lambda _order, now_s: machine.clear_jam(now_s),
        "take-card": lambda _order, now_s: machine.clear_jam(now_s),
        "ribbon": hands.ribbon,
        "remove-ribbon": lambda _order, _now_s: machine.remove_ribbon(),
        "heat": hands.heat,
        "output-capacity": hands.output_capacity,
        "empty-output": lambda _order, _now_s: machine.empty_output(),
        "serial": hands.serial,
    }


class _Hands:
    """The hands at one machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    # --- hopper, bins, path -----------------------------------------------------------------

    def add_blanks(self, order: Answer, _now_s: float) -> Answer:
        """Put blanks in: `count`."""
        hopper = self._machine.state.hopper
        self._machine.add_blanks(arguments.whole(order, "count", 1, BLANKS_MAX - len(hopper)))
        return {"ok": True, "hopper": len(hopper)}

    def empty_hopper(self, _order: Answer, _now_s: float) -> Answer:
        """Take all blanks out."""
        return {"ok": True, "taken": self._machine.empty_hopper()}

    def jam(self, order: Answer, _now_s: float) -> None:
        """Let the next card get stuck: `where`."""
        self._machine.jam_ahead = JamPlace(arguments.choice(order, "where", tuple(JamPlace)))

    def output_capacity(self, order: Answer, _now_s: float) -> None:
        """Limit the output tray to `cards`, or not at all."""
        unlimited = order.get("cards") is None
        self._machine.output_capacity = (
            None if unlimited else arguments.whole(order, "cards", 0, BLANKS_MAX)
        )

    # --- ribbon and head --------------------------------------------------------------------

    def ribbon(self, order: Answer, _now_s: float) -> None:
        """Put a cassette in: `type`, `remaining`; without a type the same one again."""
        kind = self._kind(order)
        remaining = None
        if "remaining" in order:
            remaining = arguments.whole(order, "remaining", 0, kind.capacity)
        self._machine.fit_ribbon(kind, remaining)

    def _kind(self, order: Answer) -> RibbonKind:
        fitted = self._machine.ribbon
        kind = None if fitted is None else fitted.kind
        if "type" in order:
            kind = kind_named(str(order["type"]))
        if kind is None:
            raise OrderError('"type" must name a ribbon, for example YMCKO')
        return kind

    def heat(self, order: Answer, now_s: float) -> None:
        """Force the head's temperature: `head_c`."""
        self._machine.head.set_temperature(arguments.whole(order, "head_c", 0, 200), now_s)

    # --- what it says of itself ---------------------------------------------------------------

    def serial(self, order: Answer, _now_s: float) -> None:
        """Let it claim another serial number, as if another printer stood there: `text`, or nothing to be honest."""
        if order.get("text") is None:
            self._machine.shown_serial = self._machine.state.serial
        else:
            self._machine.shown_serial = arguments.text(order, "text", SERIAL_LENGTH_MAX)
