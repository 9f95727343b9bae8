"""Reads that move nothing: who the printer is, its ribbon, its counters, its sensors."""

from emulator.evolis import words
from emulator.evolis.context import Context, Handler
from emulator.machine.card import Position
from emulator.machine.mechanics import Machine
from emulator.machine.ribbon import Ribbon

CLEANING_ADVISED_CARDS = 1000
CLEANING_MANDATORY_CARDS = 1200
RIBBON_MADE_UNIX_S = 1_700_000_000  # a date of manufacture like any other


def _fixed(text: str) -> Handler:
    return lambda _context, _params: text


def lines(values: dict[str, str]) -> str:
    """Write `key: value` lines as the ribbon and counter replies have them."""
    return "\r\n".join(f"{key}: {value}" for key, value in values.items())


# --- ribbon -----------------------------------------------------------------------------------


def ribbon_tag(ribbon: Ribbon) -> dict[str, str]:
    """Return the fields of a cassette's tag."""
    kind = ribbon.kind
    return {
        "type": str(kind.number),
        "label": kind.name,
        "zone": "0",
        "ref": f"EMU{kind.number:04d}",
        "qty": str(kind.capacity),
        "count": str(ribbon.remaining),
        "date": str(RIBBON_MADE_UNIX_S),
        "evosn": f"{kind.number:08d}",
        "m3": "0",
        "k7": "1",
        "progress": str(100 * ribbon.remaining // kind.capacity),
    }


def _read_tag(context: Context, params: tuple[str, ...]) -> str:
    ribbon = context.machine.ribbon
    if ribbon is None:
        return words.RIBBON_UNREADABLE
    tag = ribbon_tag(ribbon)
    if params in ((), ("all",)):
        return lines(tag)
    return tag.get(params[0], words.BAD_PARAMETER)


def _read_ribbon(context: Context, _params: tuple[str, ...]) -> str:
    ribbon = context.machine.ribbon
    return words.RIBBON_UNREADABLE if ribbon is None else ribbon.kind.name


def _ribbon_at_mark(context: Context, _params: tuple[str, ...]) -> str:
    ribbon = context.machine.ribbon
    return words.OK if ribbon is not None and not ribbon.ended else words.RIBBON_ERROR


# --- counters ---------------------------------------------------------------------------------


def cleaning_due(machine: Machine) -> bool:
    """Say whether a cleaning is advised."""
    return cards_since_cleaning(machine) >= CLEANING_ADVISED_CARDS


def cards_since_cleaning(machine: Machine) -> int:
    """Return how many cards went in since the last cleaning."""
    counters = machine.state.counters
    return counters.inserted - counters.inserted_at_cleaning


def _cleaning_counters(machine: Machine) -> dict[str, str]:
    counters = machine.state.counters
    next_cleaning = counters.inserted_at_cleaning + CLEANING_ADVISED_CARDS
    return {
        "rem_advised": str(next_cleaning - counters.inserted),
        "mandatory": str(CLEANING_MANDATORY_CARDS),
        "last_periodic": str(next_cleaning),
        "periodic_global": str(counters.cleanings),
        "advanced_global": "0",
        "advised": str(CLEANING_ADVISED_CARDS),
    }


def _single_counters(machine: Machine) -> dict[str, str]:
    """The old one-letter counters: p panels, c cards, n cleanings, l left on ribbon, r before cleaning."""
    counters = machine.state.counters
    ribbon = machine.ribbon
    return {
        "p": str(counters.panels),
        "c": str(counters.inserted),
        "a": str(CLEANING_ADVISED_CARDS),
        "m": str(CLEANING_MANDATORY_CARDS),
        "n": str(counters.cleanings),
        "l": str(0 if ribbon is None else ribbon.remaining),
        "r": str(max(0, CLEANING_ADVISED_CARDS - cards_since_cleaning(machine))),
        "clp": str(counters.inserted_at_cleaning),
        "s": f"{CLEANING_ADVISED_CARDS} {CLEANING_MANDATORY_CARDS}",
        "cnac": "0",
    }


def _read_counter(context: Context, params: tuple[str, ...]) -> str:
    match params:
        case ("clean",):
            return lines(_cleaning_counters(context.machine))
        case ("card",):
            return lines({"inserted_head": str(context.machine.state.counters.inserted)})
        case (letter, *_):
            return _single_counters(context.machine).get(letter, words.BAD_PARAMETER)
    return words.BAD_PARAMETER


# --- sensors ----------------------------------------------------------------------------------

_SEEN = {Position.CONTACT: "SMART CARD", Position.CONTACTLESS: "CONTACTLESS CARD"}


def _card_inside(context: Context) -> str:
    position = context.engine.sequencer.shown_position
    return words.OK if position is None else _SEEN.get(position, "CARD")


def _sensor_state(context: Context, params: tuple[str, ...]) -> str:
    match params:
        case ("p",):
            return _card_inside(context)
        case ("h",):
            return "CARD" if context.machine.output_full else "NO CARD"
        case ("c",) | ("r",):
            due = cleaning_due(context.machine)
            return "ERR NEED CLEANING" if due else words.OK
    return words.BAD_PARAMETER


def _sensor_volts(context: Context, params: tuple[str, ...]) -> str:
    machine = context.machine
    match params:
        case ("f",):
            high = bool(machine.state.hopper)
        case ("o" | "c",):
            high = not machine.cover_open
        case ("n",):
            high = len(machine.state.hopper) < 10
        case ("b",):
            high = False
        case _:
            return words.BAD_PARAMETER
    return "5,00 Volts" if high else "0,00 Volts"


TABLE: dict[str, Handler] = {
    "Rtp": lambda context, _params: context.model.name,
    "Roem": _fixed(""),
    "Rfv": lambda context, _params: context.model.firmware,
    "Rsn": lambda context, _params: context.machine.shown_serial,
    "Rkn": lambda context, _params: context.machine.shown_serial[-6:].rjust(9, "3"),
    "Rzp": _fixed("0"),
    "Rok": _fixed(words.OK),
    "Rrt": _read_tag,
    "Rr": _read_ribbon,
    "Rcr": _ribbon_at_mark,
    "Rco": _read_counter,
    "Rlr": _sensor_state,
    "Rse": _sensor_volts,
}
