"""Window: a printer's truth as one frame of a terminal, for people. It draws; it asks nobody and waits for nothing.

    what it is doing, in one sentence          | what a receipt printer shows:
    the path with the card in it               |   the same sentence,
    panels of the ribbon, motion under way     |   roll and state on the left,
    supplies and heat | state and host         |   the last slip on the right
    last cards | newest picture | incidents    |

Any size will do: from 80 x 24 on everything is there, a smaller one has the sentence and the numbers that matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PIL import Image
from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from emulator.machine.card import Bin
from emulator.window.card_path import ROWS, card_path, legend, motion_bar, panel_strip
from emulator.window.card_sentence import card_sentence
from emulator.window.gauges import SMALL_ROWS, TALL_ROWS, set_lines, used_lines
from emulator.window.incident_lines import incident_lines
from emulator.window.paper_path import paper_path
from emulator.window.paper_sentence import paper_sentence
from emulator.window.sentence import Tone
from emulator.window.sight import Sight, Truth, see, short_uid
from emulator.window.thumbnail import thumbnail
from emulator.window.window_words import BINS, Words

COLUMNS_MIN, ROWS_MIN = 80, 24
TALL_FROM = 32
SENTENCE_ROWS = 4
WIDE_FROM = 110
CARDS_COLUMNS, CARDS_COLUMNS_WIDE = 30, 42
KEYS = "ktp-emulator · q = keluar/quit"

_BLANK = Text(" ")  # an empty one would be taken for nothing at all
_STYLES = {
    Tone.WORKS: "green",
    Tone.READY: "blue",
    Tone.WAITS: "yellow",
    Tone.TROUBLE: "red",
    Tone.OFF: "bright_black",
}


@dataclass(frozen=True, slots=True)
class Gallery:
    """What could be read of the cards that have left: the newest one's picture, and when each left."""

    picture: Image.Image | None = None
    times: Mapping[int, datetime] = field(default_factory=dict)


NOTHING_SEEN = Gallery()


def window(
    truth: Truth,
    width: int,
    height: int,
    gallery: Gallery = NOTHING_SEEN,
    *,
    colour: bool = True,
) -> RenderableType:
    """Draw a printer.

    Args:
        truth: the answer of the control link.
        width: columns of the terminal.
        height: its lines.
        gallery: what is known of the cards that have left.
        colour: False: pictures in shades of blocks.
    """
    sight = see(truth)
    if width < COLUMNS_MIN or height < ROWS_MIN:
        return _small(sight, width, height)
    if sight.prints_slips:
        below = height - SENTENCE_ROWS
        rows = (SENTENCE_ROWS, _sentence(sight, width))
        return _stack(height, rows, (below, paper_path(sight, width, below)))
    return _card_printer(sight, width, height, gallery, colour=colour)


def absent(address: str, attempts: int, height: int) -> RenderableType:
    """Draw that nobody answers.

    Args:
        address: where the control link was.
        attempts: how often it was tried since.
        height: lines of the terminal.
    """
    said = Text.assemble(
        ("! Emulator tidak menjawab, dicoba terus", "bold"),
        f"\n  The emulator at {address} is gone; trying again ({attempts})",
    )
    panel = Panel(
        said, title="TIDAK ADA/gone", subtitle=KEYS, border_style="red", height=SENTENCE_ROWS
    )
    return _stack(height, (SENTENCE_ROWS, panel))


def _stack(height: int, *parts: tuple[int, RenderableType]) -> RenderableType:
    """Put parts of fixed heights on top of each other, the rest of the lines blank, nothing beyond the last."""
    layout = Layout()
    kept = [Layout(part, size=rows) for rows, part in parts if rows > 0]
    left = height - sum(rows for rows, _part in parts)
    layout.split_column(*kept, *([Layout(_BLANK, size=left)] if left > 0 else []))
    return layout


# --- the sentence -------------------------------------------------------------------------------


def _sentence(sight: Sight, width: int) -> Panel:
    said = paper_sentence(sight) if sight.prints_slips else card_sentence(sight)
    style = _STYLES[said.tone]
    lines = [
        Text.assemble((f"{said.tone.sign} ", style), (said.words.indonesian, f"bold {style}")),
        Text(f"  {said.words.english}"),
    ]
    for line in lines:
        line.truncate(width - 4, overflow="ellipsis")
    names = " · ".join(name for name in (sight.model, sight.serial) if name)
    clock = f"jam/clock {_clock(sight.machine_s)}"
    title = Text(f"{said.tone.word} · {names} · {clock}", f"bold {style}")
    title.truncate(width - 6, overflow="ellipsis")
    return Panel(
        Group(*lines), title=title, subtitle=KEYS, border_style=style, height=SENTENCE_ROWS
    )


def _clock(machine_s: float) -> str:
    """Return machine time as hours, minutes and seconds since the printer was started."""
    minutes, seconds = divmod(int(machine_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def _small(sight: Sight, width: int, height: int) -> RenderableType:
    used = Group(*used_lines(sight, width, SMALL_ROWS), *set_lines(sight, width, SMALL_ROWS))
    if sight.prints_slips:
        return _stack(height, (SENTENCE_ROWS, _sentence(sight, width)), (7, used))
    inside = "-" if sight.inside is None else short_uid(sight.inside.uid)
    path = Text(
        f" Blangko/hopper {sight.hopper} ► Kartu/card {inside}"
        f" ► hasil/output {sight.output} · tolak/reject {sight.reject}"
    )
    path.truncate(width, overflow="ellipsis")
    parts = (path, motion_bar(sight, width))
    return _stack(height, (SENTENCE_ROWS, _sentence(sight, width)), (2, Group(*parts)), (8, used))


# --- a card printer -----------------------------------------------------------------------------


def _card_printer(
    sight: Sight, width: int, height: int, gallery: Gallery, *, colour: bool
) -> RenderableType:
    tall = height >= TALL_FROM
    gauge_rows = TALL_ROWS if tall else SMALL_ROWS
    moving = _moving(sight, width, explained=tall)
    gap = 1 if tall else 0
    above = SENTENCE_ROWS + ROWS + moving[0] + gauge_rows + 3 * gap
    return _stack(
        height,
        (SENTENCE_ROWS, _sentence(sight, width)),
        (ROWS, _centred(card_path(sight, width), width)),
        moving,
        (gap, _BLANK),
        (gauge_rows + gap, _gauges(sight, width, gauge_rows)),
        (height - above + gap, _bottom(sight, width, height - above + gap, gallery, colour=colour)),
    )


def _centred(lines: Sequence[Text], width: int) -> Group:
    left = max((width - max(line.cell_len for line in lines)) // 2, 0)
    return Group(*(Text(" " * left).append_text(line) for line in lines))


def _moving(sight: Sight, width: int, *, explained: bool) -> tuple[int, RenderableType]:
    strip = panel_strip(sight)
    strip_columns = max(strip.cell_len + 2, 36 if width < 100 else 44)
    strip.truncate(strip_columns, pad=True)
    line = strip.append_text(motion_bar(sight, width - strip_columns - 1))
    return (2, Group(line, Text(" ").append_text(legend()))) if explained else (1, line)


def _gauges(sight: Sight, width: int, rows: int) -> RenderableType:
    left = width // 2
    grid = Table.grid(expand=False)
    grid.add_column(width=left)
    grid.add_column(width=width - left)
    used, state = used_lines(sight, left - 1, rows), set_lines(sight, width - left - 1, rows)
    for row in range(max(len(used), len(state))):
        grid.add_row(*(column[row] if row < len(column) else Text() for column in (used, state)))
    return grid


# --- below it: cards, picture, incidents --------------------------------------------------------


def _bottom(
    sight: Sight, width: int, height: int, gallery: Gallery, *, colour: bool
) -> RenderableType:
    rows = max(height - 2, 1)
    wide = width >= WIDE_FROM
    cards_columns = CARDS_COLUMNS_WIDE if wide else CARDS_COLUMNS
    columns = [Layout(_cards(sight, rows, gallery, wide=wide), size=cards_columns)]
    left = width - cards_columns
    if gallery.picture is not None:
        drawn = thumbnail(gallery.picture, left // 2, rows, colour=colour)
        picture_columns = max(len(line) for line in drawn.plain.split("\n")) + 4
        number = sight.gone[0].number if sight.gone else 0
        panel = Panel(drawn, title=f"Gambar/picture {number}", border_style="dim")
        columns.append(Layout(panel, size=max(picture_columns, 22)))
    columns.append(Layout(_incidents(sight, width - sum(one.size or 0 for one in columns))))
    bottom = Layout()
    bottom.split_row(*columns)
    return bottom


def _cards(sight: Sight, rows: int, gallery: Gallery, *, wide: bool) -> Panel:
    lines = []
    for card in sight.gone[:rows]:
        left_at = gallery.times.get(card.number)
        when = "" if left_at is None else f"{left_at:%H:%M:%S}" if wide else f"{left_at:%H:%M}"
        bin_ = BINS.get(card.bin, Words(card.bin, card.bin))
        where = f"{bin_!s:<12}" if wide else f"{bin_.indonesian:<5}"
        style = "yellow" if card.bin == Bin.REJECT else ""
        text = f"{card.number:>4} {short_uid(card.uid):<9} {where} {when}"
        lines.append(Text(text, style))
    lines = lines or [Text("belum ada/none yet", "dim")]
    return Panel(Group(*lines), title="Kartu terakhir/last cards", border_style="dim")


def _incidents(sight: Sight, width: int) -> Panel:
    lines = incident_lines(sight.happened, width - 4)
    title = "Kejadian/incidents"
    played = Text(f" {sight.scenario} ") if sight.scenario else None
    if played is not None:
        played.truncate(max(width - 4, 1), overflow="ellipsis")
    return Panel(Group(*lines), title=title, subtitle=played, border_style="dim")
