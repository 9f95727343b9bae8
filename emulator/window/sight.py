"""Sight: what the window sees of a printer, read from the truth of its control link. Draws nothing and asks nobody.

A truth may lack any key: another family has no hopper, an older emulator says less. What is missing is None, empty or
the calm value, so that the drawings need no second thought about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.escpos.models import RECEIPT_MODELS
from emulator.evolis.models import MODELS, Model
from emulator.magicard.models import MAGICARD_MODELS, MagicardModel

RIBBON_LOW_SHARE = 0.1  # below this share of the cassette a person should fetch another one
PAPER_ROLL_MM = 80_000.0  # of a model nobody knows
HOPPER_LOW = 10  # blanks; the window's own word, no printer of these families says "low"

_CARD_MODELS: dict[str, Model | MagicardModel] = {**MODELS, **MAGICARD_MODELS}
_NAMES = {model.key: model.name for model in (*_CARD_MODELS.values(), *RECEIPT_MODELS.values())}

Truth = Mapping[str, Any]


def short_uid(uid: str) -> str:
    """Return a chip UID as people compare it: the first and the last four digits."""
    return uid if len(uid) <= 9 else f"{uid[:4]}…{uid[-4:]}"


def printable(text: object) -> str:
    """Return a text without anything a terminal would obey: hosts may send what they like."""
    return "".join(sign if sign.isprintable() else "·" for sign in str(text))


@dataclass(frozen=True, slots=True)
class InsideCard:
    """The card in the path, and the panels spent on each side of it so far."""

    uid: str
    position: str
    side: str
    used: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class GoneCard:
    """A card that has left; `picture` is a file name in the cards folder."""

    number: int
    uid: str
    bin: str
    picture: str | None


@dataclass(frozen=True, slots=True)
class FittedRibbon:
    """The cassette that is in; `panels` are its letters in strip order."""

    type: str
    panels: str
    remaining: int
    capacity: int
    torn: bool

    @property
    def low(self) -> bool:
        """Say whether another cassette should be at hand."""
        return self.remaining < RIBBON_LOW_SHARE * self.capacity


@dataclass(frozen=True, slots=True)
class Heat:
    """Temperatures in degrees Celsius; None is not told."""

    head_c: float | None
    chassis_c: float | None
    room_c: float
    quality_limit_c: float | None
    rest_above_c: float | None
    cooling: bool


@dataclass(frozen=True, slots=True)
class Doing:
    """The motion under way, by its name in the truth, and its share done, 0..1."""

    motion: str
    done: float

    @property
    def panel(self) -> str | None:
        """Return the letter of the panel being printed."""
        verb, _, letter = self.motion.partition(" ")
        return letter if verb == "print" and letter else None


@dataclass(frozen=True, slots=True)
class Happened:
    """An incident: machine seconds, and the order it was."""

    at_s: float
    what: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that was cut or torn off, oldest line first."""

    number: int
    lines: tuple[str, ...]
    ending: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a receipt printer has of its own; `hanging` is what is printed on paper not yet cut or torn off."""

    left_mm: float | None
    roll_mm: float
    near_end: bool
    ended: bool
    cutter_jammed: bool
    cutter_error: bool
    buffer_bytes: int
    hanging: tuple[str, ...]
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything the window shows. `gone` has the newest card first, `happened` the newest incident."""

    family: str
    model: str
    serial: str
    machine_s: float
    powered: bool
    online: bool
    plugged: bool
    cover_open: bool
    jammed: bool
    jam_ahead: str | None
    busy: bool
    claimed: bool
    cleaning_due: bool
    has_flip: bool
    errors: str
    session: int
    counter: int | None
    panels_printed: int | None
    dead_rows: int
    hopper: int
    next_uid: str | None
    inside: InsideCard | None
    output: int
    reject: int
    gone: tuple[GoneCard, ...]
    ribbon: FittedRibbon | None
    heat: Heat
    doing: Doing | None
    waiting: str | None
    last_command: str
    scenario: str | None
    happened: tuple[Happened, ...]
    paper: Paper

    @property
    def prints_slips(self) -> bool:
        """Say whether it is a receipt printer: a roll of paper, no card."""
        return self.family == "escpos"


def see(truth: Truth) -> Sight:
    """Read a truth."""
    hopper = truth.get("hopper") or {}
    key = str(truth.get("model") or truth.get("family") or "?")
    card_model = _CARD_MODELS.get(key)
    output, reject = truth.get("output") or (), truth.get("reject") or ()
    commands = truth.get("commands") or ("",)
    return Sight(
        family=str(truth.get("family") or "evolis"),
        model=_NAMES.get(key, key),
        serial=str(truth.get("serial") or ""),
        machine_s=float(truth.get("machine_s") or 0.0),
        powered=bool(truth.get("powered", True)),
        online=bool(truth.get("online", True)),
        plugged=bool(truth.get("plugged", True)),
        cover_open=bool(truth.get("cover_open")),
        jammed=bool(truth.get("jammed")),
        jam_ahead=truth.get("jam_ahead"),
        busy=bool(truth.get("busy")),
        claimed=bool(truth.get("claimed")),
        cleaning_due=bool(truth.get("cleaning_due")),
        has_flip=card_model is None or card_model.duplex,
        errors=str(truth.get("errors") or ""),
        session=int(truth.get("session") or 0),
        counter=truth.get("counter"),
        panels_printed=truth.get("panels_printed"),
        dead_rows=int(truth.get("dead_rows") or 0),
        hopper=int(hopper.get("count", 0)),
        next_uid=next(iter(hopper.get("uids") or ()), None),
        inside=_inside(truth.get("inside")),
        output=len(output),
        reject=len(reject),
        gone=_gone(output, reject),
        ribbon=_ribbon(truth.get("ribbon")),
        heat=_heat(truth),
        doing=_doing(truth.get("doing")),
        waiting=truth.get("waiting"),
        last_command=printable(commands[-1]),
        scenario=truth.get("scenario"),
        happened=tuple(
            Happened(float(one.get("at_s", 0.0)), printable(one.get("what", "")))
            for one in reversed(truth.get("incidents") or ())
        ),
        paper=_paper(truth),
    )


def _inside(card: Truth | None) -> InsideCard | None:
    if not card:
        return None
    used = card.get("panels_used") or {}
    return InsideCard(
        str(card.get("uid", "")),
        str(card.get("position", "print")),
        str(card.get("side", "front")),
        {str(side): tuple(panels) for side, panels in used.items()},
    )


def _gone(output: Any, reject: Any) -> tuple[GoneCard, ...]:
    found = [
        GoneCard(int(card.get("number", 0)), str(card.get("uid", "")), bin_, card.get("picture"))
        for bin_, cards in (("output", output), ("reject", reject))
        for card in cards
    ]
    return tuple(sorted(found, key=lambda card: -card.number))


def _ribbon(ribbon: Truth | None) -> FittedRibbon | None:
    if not ribbon:
        return None
    return FittedRibbon(
        str(ribbon.get("type", "?")),
        str(ribbon.get("panels", "")),
        int(ribbon.get("remaining", 0)),
        int(ribbon.get("capacity", 0)),
        bool(ribbon.get("torn")),
    )


def _heat(truth: Truth) -> Heat:
    return Heat(
        truth.get("head_c"),
        truth.get("chassis_c"),
        float(truth.get("room_c") or 20.0),
        truth.get("quality_limit_c"),
        truth.get("rest_above_c"),
        bool(truth.get("cooling")),
    )


def _doing(doing: Truth | str | None) -> Doing | None:
    if not doing:
        return None
    if isinstance(doing, str):  # a receipt printer's motions are too short for a share
        return Doing(doing, 0.0)
    return Doing(str(doing.get("motion", "")), min(max(float(doing.get("done") or 0.0), 0.0), 1.0))


def _paper(truth: Truth) -> Paper:
    left_mm = truth.get("paper_left_mm")
    model = RECEIPT_MODELS.get(str(truth.get("model")))
    return Paper(
        left_mm,
        PAPER_ROLL_MM if model is None else model.roll_mm,
        bool(truth.get("near_end")),
        bool(truth.get("paper_end", left_mm == 0)),
        bool(truth.get("cutter_jammed")),
        bool(truth.get("cutter_error")),
        int(truth.get("buffer_bytes") or 0),
        _lines(truth.get("hanging_text")),
        tuple(
            Slip(int(slip.get("number", 0)), _lines(slip.get("text")), str(slip.get("ending", "")))
            for slip in reversed(truth.get("slips") or ())
        ),
    )


def _lines(text: Any) -> tuple[str, ...]:
    return tuple(printable(line).rstrip() for line in str(text or "").splitlines())
