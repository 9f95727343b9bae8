"""What a person can do to a card printer's machine: blanks, bins, ribbon, jams, heat, and what wears it out."""

from emulator import arguments
from emulator.firmware import Answer, Order, OrderError
from emulator.machine.mechanics import BLANKS_MAX, Machine
from emulator.machine.ribbon import RibbonKind, kind_named
from emulator.machine.stoppage import JamPlace

SERIAL_LENGTH_MAX = 32
PANELS = tuple("ymckolsfhi")
ROOM_C_MIN, ROOM_C_MAX = -20.0, 55.0
HOT_H_MAX = 100_000.0
MISREGISTRATION_PX_MAX = 100.0
CLOCK_S_MAX = 1e9


def card_orders(machine: Machine) -> dict[str, Order]:
    """Return the orders by name."""
    hands = _Hands(machine)
    return {
        "add-blanks": hands.add_blanks,
        "empty-hopper": hands.empty_hopper,
        "jam": hands.jam,
        "clear-jam": lambda _order, now_s: machine.clear_jam(now_s),
        "take-card": lambda _order, now_s: machine.take_card(now_s),
        "ribbon": hands.ribbon,
        "remove-ribbon": lambda _order, _now_s: machine.remove_ribbon(),
        "tear-ribbon": hands.tear_ribbon,
        "mend-ribbon": lambda _order, _now_s: machine.mend_ribbon(),
        "ribbon-out": hands.ribbon_out,
        "fade-ribbon": hands.fade_ribbon,
        "heat": hands.heat,
        "room": hands.room,
        "fit-head": hands.fit_head,
        "misregister": hands.misregister,
        "output-capacity": hands.output_capacity,
        "empty-output": lambda _order, _now_s: machine.empty_output(),
        "serial": hands.serial,
        "clock": hands.clock,
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

    def tear_ribbon(self, order: Answer, _now_s: float) -> None:
        """Have the ribbon tear in a panel: `panel`, at the `share` of the card."""
        panel = arguments.choice(order, "panel", PANELS)
        self._machine.bay.tear_ahead = (panel, arguments.number(order, "share", 0.0, 1.0, 0.5))

    def ribbon_out(self, order: Answer, _now_s: float) -> None:
        """Have the ribbon end right before a panel: `panel`."""
        self._machine.bay.out_ahead = arguments.choice(order, "panel", PANELS)

    def fade_ribbon(self, order: Answer, _now_s: float) -> None:
        """Let the ribbons be old stock: `share` worn."""
        self._machine.bay.fade = arguments.number(order, "share", 0.0, 1.0)

    def heat(self, order: Answer, now_s: float) -> None:
        """Force the temperatures of the head, `head_c`, and if told of the chassis, `chassis_c`."""
        head_c = arguments.number(order, "head_c", 0, 200)
        chassis_c = None
        if "chassis_c" in order:
            chassis_c = arguments.number(order, "chassis_c", 0, head_c)
        self._machine.head.set_temperature(head_c, now_s, chassis_c)

    def room(self, order: Answer, now_s: float) -> None:
        """Warm or cool the room: `room_c`."""
        self._machine.head.set_room(
            arguments.number(order, "room_c", ROOM_C_MIN, ROOM_C_MAX), now_s
        )

    def fit_head(self, order: Answer, _now_s: float) -> None:
        """Put in a new head, or one that has been too hot for `hot_h` hours of its life."""
        self._machine.fit_head(arguments.number(order, "hot_h", 0.0, HOT_H_MAX, 0.0) * 3600)

    def misregister(self, order: Answer, _now_s: float) -> None:
        """Wear the rollers: a card lies up to `px` off under each panel."""
        self._machine.misregistration_px = arguments.number(
            order, "px", 0.0, MISREGISTRATION_PX_MAX
        )

    # --- what it says of itself ---------------------------------------------------------------

    def serial(self, order: Answer, _now_s: float) -> None:
        """Let it claim another serial number, as if another printer stood there: `text`, or nothing to be honest."""
        if order.get("text") is None:
            self._machine.shown_serial = self._machine.state.serial
        else:
            self._machine.shown_serial = arguments.text(order, "text", SERIAL_LENGTH_MAX)

    def clock(self, order: Answer, _now_s: float) -> None:
        """Set its clock wrong by `offset_s` seconds."""
        self._machine.clock_offset_s = arguments.number(
            order, "offset_s", -CLOCK_S_MAX, CLOCK_S_MAX
        )
