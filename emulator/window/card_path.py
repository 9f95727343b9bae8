"""Card path: the inside of a card printer as a picture of six lines, and under it the panels and the motion.

    hopper -> print head -> flip station -> exit -> output bin / reject bin

The card is drawn where it is, or on its way: a motion that takes it somewhere shows it there from its beginning. Every
box has its Indonesian name on the upper edge and the English one on the lower.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from emulator.machine.card import Position, Side
from emulator.window.bar import bar
from emulator.window.sight import HOPPER_LOW, Sight, short_uid
from emulator.window.window_words import MOTIONS, SIDES, Words

ROWS = 6
HOPPER_FULL = 100  # what the bar of the hopper ends at; the machine takes more
WIDE_FROM = 117

_CONTACTS = (Position.CONTACT, Position.CONTACTLESS)
# Where a motion takes the card inside; the others leave it where it lies.
_PASSING: dict[str, str] = {
    "turn": Position.FLIP,
    "eject": Position.EJECT,
    "reject": Position.EJECT,
}
_CARD_STYLE = "black on white"
_MARKED_STYLE = "bold white on red"
_PANEL_STYLES = {"y": "yellow", "m": "magenta", "c": "cyan", "k": "bold", "o": "green"}


@dataclass(frozen=True, slots=True)
class _Widths:
    """Columns of each box, of the gap between two, and of the fork before the bins."""

    hopper: int
    head: int
    station: int
    bin: int
    gap: int
    fork: int


_NARROW = _Widths(13, 17, 13, 13, 2, 4)
_WIDE = _Widths(19, 23, 19, 19, 4, 6)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The card as it is drawn."""

    uid: str
    place: str
    side: str
    jammed: bool


def card_path(sight: Sight, width: int) -> list[Text]:
    """Draw the path: `ROWS` lines, 79 columns or, from `WIDE_FROM` on, 117."""
    size = _WIDE if width >= WIDE_FROM else _NARROW
    card = _shown(sight)
    motion = "" if sight.doing is None else sight.doing.motion
    columns = [
        _hopper(sight, card, size.hopper),
        _link(size.gap, busy=motion == "feed"),
        _head(sight, card, size.head),
        _link(size.gap, busy=motion in ("turn", "move")),
        _flip(sight, card, size.station),
        _link(size.gap, busy=motion in ("eject", "reject")),
        _station(Words("KELUAR", "exit"), card, (Position.EJECT,), size.station),
        _fork(size.fork, motion),
        _bins(sight, size.bin),
    ]
    return [Text.assemble(*(column[row] for column in columns)) for row in range(ROWS)]


def _shown(sight: Sight) -> _Shown | None:
    motion = "" if sight.doing is None else sight.doing.motion
    card = sight.inside
    if card is not None:
        place = _PASSING.get(motion, card.position)
        return _Shown(card.uid, place, card.side, sight.jammed)
    if motion == "feed" and sight.next_uid is not None:
        return _Shown(sight.next_uid, Position.FEEDER, Side.FRONT, jammed=False)
    return None


# --- boxes --------------------------------------------------------------------------------------


def _edge(width: int, corners: str, name: str, style: str) -> Text:
    middle = f" {name} ".ljust(width - 2, "─")
    return Text(f"{corners[0]}{middle[: width - 2]}{corners[1]}", style)


def _box(width: int, name: Words, rows: Sequence[Text], style: str = "") -> list[Text]:
    inner = width - 2
    lines = [_edge(width, "╭╮", name.indonesian, style)]
    for row in rows:
        row.truncate(inner, pad=True)
        lines.append(Text.assemble(("│", style), row, ("│", style)))
    lines.append(_edge(width, "╰╯", name.english, style))
    return lines


def _card(card: _Shown, width: int) -> list[Text]:
    """Draw the card: four lines with its short UID and the side that looks up."""
    inner = width - 2
    upper, lower = ("✗ MACET ", "✗ jam ") if card.jammed else ("", "")
    side = SIDES.get(card.side, Words(card.side, card.side))
    both = str(side) if len(str(side)) <= inner else side.indonesian
    style = _MARKED_STYLE if card.jammed else _CARD_STYLE
    return [
        Text(f"┌{upper.ljust(inner, '─')}┐", style),
        Text(f"│{short_uid(card.uid).center(inner)}│", style),
        Text(f"│{both.center(inner)}│", style),
        Text(f"└{lower.ljust(inner, '─')}┘", style),
    ]


def _empty() -> list[Text]:
    return [Text() for _row in range(ROWS - 2)]


def _station(
    name: Words, card: _Shown | None, places: Sequence[str], width: int, idle: str = "dim"
) -> list[Text]:
    if card is None or card.place not in places:
        return _box(width, name, _empty(), idle)
    return _box(width, name, _card(card, width - 2), "bold red" if card.jammed else "bold")


def _hopper(sight: Sight, card: _Shown | None, width: int) -> list[Text]:
    inner = width - 2
    name = Words("BLANGKO", "hopper")
    count = Text(f" {sight.hopper} kartu")
    if card is not None and card.place == Position.FEEDER:
        upper, uid, _side, lower = _card(card, inner)
        return _box(width, name, [count, upper, uid, lower], "bold red" if card.jammed else "bold")
    if sight.hopper == 0:
        words, style = Words("KOSONG", "empty"), "bold red"
    elif sight.hopper <= HOPPER_LOW:
        words, style = Words("SEDIKIT", "low"), "yellow"
    else:
        words, style = Words("cukup", "enough"), ""
    level = bar(min(sight.hopper / HOPPER_FULL, 1.0), inner - 2, style or "green")
    rows = [count, Text.assemble(" ", level)]
    rows += [Text(f" {text}", style) for text in (words.indonesian, words.english)]
    return _box(width, name, rows, style)


def _head(sight: Sight, card: _Shown | None, width: int) -> list[Text]:
    places = [Position.PRINT]
    if sight.cover_open:
        return _station(Words("TUTUP TERBUKA", "cover open"), card, places, width, "bold yellow")
    return _station(Words("KEPALA CETAK", "print head"), card, places, width, "")


def _flip(sight: Sight, card: _Shown | None, width: int) -> list[Text]:
    if card is not None and card.place in _CONTACTS:
        return _station(Words("CHIP", card.place), card, _CONTACTS, width)
    if not sight.has_flip:
        rows = [Text(), Text(" tidak ada"), Text(" not fitted"), Text()]
        return _box(width, Words("PEMBALIK", "flip"), rows, "dim")
    return _station(Words("PEMBALIK", "flip"), card, (Position.FLIP,), width)


def _bins(sight: Sight, width: int) -> list[Text]:
    output = _box(width, Words("HASIL", "output"), [Text(f" {sight.output} kartu", "bold")])
    style = "yellow" if sight.reject else ""
    reject = _box(width, Words("TOLAK", "reject"), [Text(f" {sight.reject} kartu", style)], style)
    return output + reject


def _link(width: int, *, busy: bool) -> list[Text]:
    blank = Text(" " * width)
    arrow = ("━" if busy else "─") * (width - 1) + "►"
    return [blank, blank, Text(arrow, "bold green" if busy else "dim"), blank, blank, blank]


def _fork(width: int, motion: str) -> list[Text]:
    arm = "─" * (width - 3)
    to_output = "bold green" if motion == "eject" else "dim"
    to_reject = "bold yellow" if motion == "reject" else "dim"
    return [
        Text(" " * width),
        Text(f" ┌{arm}►", to_output),
        Text("─┤".ljust(width), "dim"),
        Text(" │".ljust(width), to_reject),
        Text(f" └{arm}►", to_reject),
        Text(" " * width),
    ]


# --- panels and motion --------------------------------------------------------------------------


def panel_strip(sight: Sight) -> Text:
    """Draw the panels of the ribbon's segment: done, now, passed over, to come."""
    strip = Text(" Panel ")
    ribbon = sight.ribbon
    if ribbon is None or not ribbon.panels:
        return strip.append("-")
    states = _panel_states(sight, ribbon.panels)
    for letter, state in zip(ribbon.panels, states, strict=True):
        style = _PANEL_STYLES.get(letter, "")
        strip.append(f" {letter.upper()}", f"{style} reverse bold" if state == "►" else style)
        strip.append(state, "bold" if state in "►✓" else "dim")
    return strip


def _panel_states(sight: Sight, panels: str) -> list[str]:
    used: tuple[str, ...] = ()
    if sight.inside is not None:
        faces = sight.inside.used
        this = faces.get(sight.inside.side, ())
        other = tuple(
            panel for side, all_ in faces.items() if side != sight.inside.side for panel in all_
        )
        # A segment with two resins serves both sides; else the other side had a segment of its own.
        used = other + this if len(set(panels)) < len(panels) else this
    now = None if sight.doing is None else sight.doing.panel
    states = ["·"] * len(panels)
    at = 0
    for letter, sign in [*((panel, "✓") for panel in used), *([(now, "►")] if now else [])]:
        found = panels.find(letter, at)
        if found < 0:
            states, at = ["·"] * len(panels), 0
            found = panels.find(letter)
        if found >= 0:
            states[at:found] = "-" * (found - at)
            states[found] = sign
            at = found + 1
    return states


def legend() -> Text:
    """Explain the signs of the strip."""
    return Text("✓ sudah/done  ► sekarang/now  - dilewati/skipped  · belum/to come", "dim")


def motion_bar(sight: Sight, width: int) -> Text:
    """Draw what moves and how much of its time is over."""
    doing = sight.doing
    if doing is None:
        return Text(str(_stillness(sight)).rjust(width), "dim")
    verb = doing.motion.partition(" ")[0]
    name = str(MOTIONS.get(verb, Words(verb, "moving")))
    if doing.panel is not None:
        name = f"{name} {doing.panel.upper()}"
    share = f"{doing.done:4.0%}"
    style = _PANEL_STYLES.get(doing.panel or "", "green")
    drawn = Text.assemble(
        f"{name} ", bar(doing.done, max(width - len(name) - 6, 4), style), f" {share}"
    )
    drawn.truncate(width, pad=True)
    return drawn


def _stillness(sight: Sight) -> Words:
    if not sight.powered:
        return Words("mati", "off")
    if sight.heat.cooling:
        return Words("mendingin", "cooling")
    return (
        Words("berhenti", "halted") if sight.waiting or sight.jammed else Words("diam", "at rest")
    )
