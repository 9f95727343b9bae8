"""Replies: status, error text, single values and dumps, from what is true of the machine at an instant.

The status is one line of 35 fields behind `STA$$`, shorter than 256 bytes because a host reads it in one go. What a
field means is told in docs/protocols/magicard.md; serials of head and board, lengths and addresses are invented. What
is not known of a reply (how a dump is framed, what stands between the name and the value of a single one) is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from emulator.machine.mechanics import Machine
from emulator.magicard.models import MagicardModel
from emulator.magicard.words import (
    CODE_WORDS,
    END,
    NO_ERROR,
    READY_TEXTS,
    START,
    ErrorCode,
    film_name,
)

STATUS_BYTES_MAX = 255
CARDS_BETWEEN_CLEANINGS = 500
HEAD_POSITION = 50  # the middle: the image begins at dot 15
PANEL_LENGTH = 64
HEAD_SERIAL = "HEAD0001"
BOARD_SERIAL = "PCB00001"
TAG_PREFIX = "E0040100"
ADDRESS = IPv4Address("127.0.0.1")
NETMASK = IPv4Address("255.0.0.0")
GATEWAY = IPv4Address("0.0.0.0")
MAC = "02-00-00-00-00-01"  # locally administered: nobody's


@dataclass(frozen=True, slots=True)
class Condition:
    """What replies are made of.

    Attributes:
        error: the one that stands, or `NO_ERROR`.
        language: of the texts on the panel, ENG or DEU; any other is shown as ENG.
    """

    machine: Machine
    model: MagicardModel
    error: ErrorCode
    language: str

    @property
    def cards_since_cleaning(self) -> int:
        """Return how many cards went in since the last cleaning."""
        counters = self.machine.state.counters
        return counters.inserted - counters.inserted_at_cleaning

    @property
    def panels_since_cleaning(self) -> int:
        """Return how many panels were printed since the last cleaning."""
        counters = self.machine.state.counters
        return counters.panels - counters.panels_at_cleaning

    @property
    def cleaning_due(self) -> bool:
        """Say whether the cleaning prompt is on."""
        return self.cards_since_cleaning >= CARDS_BETWEEN_CLEANINGS


def framed(text: str) -> bytes:
    """Frame a reply."""
    return bytes((START,)) + text.encode("ascii", "replace") + bytes((END,))


# --- status ---------------------------------------------------------------------------------


def status_reply(condition: Condition) -> bytes:
    """Return the reply to REQ,INF."""
    machine, model = condition.machine, condition.model
    counters = machine.state.counters
    fields: list[object] = [
        model.bits, model.name, model.head_type, machine.shown_serial, HEAD_SERIAL, BOARD_SERIAL,
        model.firmware, 0, 0, counters.inserted, counters.inserted, counters.panels, counters.cleanings,
        condition.panels_since_cleaning, condition.cards_since_cleaning, CARDS_BETWEEN_CLEANINGS,
        HEAD_POSITION, HEAD_POSITION, HEAD_POSITION, condition.error.major, condition.error.minor,
        *_film(machine), PANEL_LENGTH, PANEL_LENGTH, PANEL_LENGTH, *[0] * 7,
    ]  # fmt: skip
    reply = framed("STA$$" + "".join(f"{field}," for field in fields))
    assert len(reply) <= STATUS_BYTES_MAX, "hosts read a status in one go"
    return reply


def _film(machine: Machine) -> tuple[str, int, int, str]:
    """Return tag, shots, shots used and name; nothing of a film that is not there."""
    ribbon = machine.ribbon
    if ribbon is None:
        return "", 0, 0, ""
    kind = ribbon.kind
    used = kind.capacity - ribbon.remaining
    return f"{TAG_PREFIX}{kind.number:08X}", kind.capacity, used, film_name(kind)


def error_reply(condition: Condition) -> bytes:
    """Return the reply to REQ,ERR: text, pair and code in brackets, each on a line of its own."""
    error = condition.error
    language = condition.language if condition.language in CODE_WORDS else "ENG"
    if error is NO_ERROR:
        return framed(f"STA{READY_TEXTS[language]}\n{error.pair}\n({error.bracket})")
    return framed(f"STA{error.text}\n{CODE_WORDS[language]}{error.pair}\n({error.bracket})")


# --- single values --------------------------------------------------------------------------


def _panels_left(condition: Condition) -> int:
    ribbon = condition.machine.ribbon
    if ribbon is None:
        return 0
    begun = (len(ribbon.kind.panels) - ribbon.strip_index) if ribbon.strip_index else 0
    return ribbon.remaining * len(ribbon.kind.panels) + begun


def _signed(address: IPv4Address) -> int:
    number = int(address)
    return number - (1 << 32) if number >= 1 << 31 else number


VALUES: dict[str, Callable[[Condition], object]] = {
    "MSR": lambda it: it.machine.shown_serial,
    "PSR": lambda _it: HEAD_SERIAL,
    "VRS": lambda it: it.model.firmware,
    "TCQ": lambda it: it.machine.state.counters.inserted,
    "TCP": lambda it: it.machine.state.counters.inserted,
    "TCN": lambda it: it.machine.state.counters.cleanings,
    "CCQ": lambda it: it.cards_since_cleaning,
    "CCP": lambda _it: CARDS_BETWEEN_CLEANINGS,
    "TPQ": lambda it: it.machine.state.counters.panels,
    "CPQ": lambda it: it.panels_since_cleaning,
    "DFR": _panels_left,
    "CLP": lambda it: int(it.cleaning_due),
    "MAC": lambda _it: MAC,
    "IPA": lambda _it: _signed(ADDRESS),
    "SNM": lambda _it: _signed(NETMASK),
    "GWY": lambda _it: _signed(GATEWAY),
    "PID": lambda it: it.model.product_id,
    "VID": lambda it: it.model.vendor_id,
}


def value_reply(condition: Condition, key: str) -> bytes | None:
    """Return the reply to REQ,STA,KEY: seven bytes that name it, the value, a comma; None for a key nobody knows."""
    value = VALUES.get(key)
    return None if value is None else framed(f"STA,{key}{value(condition)},")


# --- dumps ----------------------------------------------------------------------------------


def dump_reply(condition: Condition, verb: str) -> bytes:
    """Return line n of a dump, SNRn of the sensors and QPRn of the printer, n from 1; `END` behind the last."""
    machine, number = condition.machine, int(verb[3:])
    if verb.startswith("SNR"):
        lines = [
            f"HOPPER {int(bool(machine.state.hopper))}",
            f"COVER {int(machine.cover_open)}",
            f"CARD {int(machine.inside is not None)}",
            f"FILM {int(machine.ribbon is not None)}",
        ]
    else:
        lines = [f"{key} {value(condition)}" for key, value in VALUES.items()]
    text = lines[number - 1] if 0 < number <= len(lines) else "END"
    return text.encode("ascii", "replace") + bytes((END,))
