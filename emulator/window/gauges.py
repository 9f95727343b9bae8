"""Gauges: supplies, heat and the state of a printer as lines of a name, a value and, where it has one, a bar.

Two columns of lines: what is used up or warms, and what somebody set or plugged. In the small form each column has four
lines, in the tall one each thing has a line of its own.
"""

from collections.abc import Callable

from rich.text import Text

from emulator.window.bar import bar
from emulator.window.sight import Sight
from emulator.window.window_words import Words, trouble_words

SMALL_ROWS = 4
TALL_ROWS = 7
NAME_COLUMNS = 15
VALUE_COLUMNS = 15
BAR_COLUMNS_MIN = 4  # a shorter one says nothing: then there is none
HEAT_TOP_K = 5.0  # the bars of heat end so far above the rest limit

Line = Callable[[Sight, int], Text]


def used_lines(sight: Sight, width: int, rows: int) -> list[Text]:
    """Draw what is used up or warms."""
    if sight.prints_slips:
        lines: tuple[Line, ...] = (_paper, _buffer)
    elif rows >= TALL_ROWS:
        lines = (_ribbon, _head, _chassis, _cards, _panels, _cleaning, _dots)
    else:
        lines = (_ribbon, _head, _chassis, _cards_and_cleaning)
    return _drawn(lines, sight, width)


def set_lines(sight: Sight, width: int, rows: int) -> list[Text]:
    """Draw what somebody set or plugged, and what the host does."""
    if sight.prints_slips:
        lines: tuple[Line, ...] = (_power, _cover, _cutter, _cable, _command)
    elif rows >= TALL_ROWS:
        lines = (_power, _cover, _jam, _cable, _host, _errors, _command)
    else:
        lines = (_power_and_cable, _cover, _host, _command)
    return _drawn(lines, sight, width)


def _drawn(lines: tuple[Line, ...], sight: Sight, width: int) -> list[Text]:
    drawn = [line(sight, width) for line in lines]
    for line in drawn:
        line.truncate(width, overflow="ellipsis", pad=True)
    return drawn


def _line(name: Words, value: str, style: str = "") -> Text:
    return Text.assemble(
        (f" {name}".removesuffix("/").ljust(NAME_COLUMNS + 1), "dim"), (value, style)
    )


def _gauge(name: Words, value: str, level: Text, style: str = "") -> Text:
    if not level:
        return _line(name, value, style)
    return _line(name, value.ljust(VALUE_COLUMNS), style).append_text(level)


def _bar_columns(width: int) -> int:
    columns = width - NAME_COLUMNS - VALUE_COLUMNS - 2
    return columns if columns >= BAR_COLUMNS_MIN else 0


# --- used up, warm ------------------------------------------------------------------------------


def _ribbon(sight: Sight, width: int) -> Text:
    name, ribbon = Words("Pita", "ribbon"), sight.ribbon
    if ribbon is None:
        return _line(name, "TIDAK ADA/none", "bold red")
    if ribbon.torn:
        return _line(name, f"{ribbon.type} PUTUS/torn", "bold red")
    if ribbon.remaining == 0:
        return _line(name, f"{ribbon.type} HABIS/used up", "bold red")
    share = ribbon.remaining / max(ribbon.capacity, 1)
    style = "yellow" if ribbon.low else "green"
    level = bar(share, _bar_columns(width), style)
    return _gauge(name, f"{ribbon.type} {ribbon.remaining}/{ribbon.capacity}", level)


def _head(sight: Sight, width: int) -> Text:
    heat = sight.heat
    hot = heat.quality_limit_c is not None and (heat.head_c or 0.0) > heat.quality_limit_c
    if heat.cooling:
        return _warmth(sight, Words("Kepala", "head"), heat.head_c, width, "bold red")
    return _warmth(sight, Words("Kepala", "head"), heat.head_c, width, "yellow" if hot else "green")


def _chassis(sight: Sight, width: int) -> Text:
    return _warmth(sight, Words("Rangka", "chassis"), sight.heat.chassis_c, width, "green")


def _warmth(sight: Sight, name: Words, now_c: float | None, width: int, style: str) -> Text:
    if now_c is None:
        return _line(name, "-")
    heat = sight.heat
    limit_c = heat.quality_limit_c
    of_head = name.english == "head"
    value = f"{now_c:.1f} °C"
    if of_head and limit_c is not None:
        value = f"{now_c:.1f} max {limit_c:.0f} °C"
    top_c = (heat.rest_above_c or limit_c or 75.0) + HEAT_TOP_K
    span_k = max(top_c - heat.room_c, 1.0)
    mark = (limit_c - heat.room_c) / span_k if of_head and limit_c is not None else None
    return _gauge(
        name, value, bar((now_c - heat.room_c) / span_k, _bar_columns(width), style, mark)
    )


def _cards(sight: Sight, _width: int) -> Text:
    return _line(Words("Kartu", "counter"), "-" if sight.counter is None else str(sight.counter))


def _panels(sight: Sight, _width: int) -> Text:
    printed = "-" if sight.panels_printed is None else str(sight.panels_printed)
    return _line(Words("Panel", "panels"), printed)


def _cleaning(sight: Sight, _width: int) -> Text:
    if sight.cleaning_due:
        return _line(Words("Bersih", "clean"), "SEKARANG/due", "yellow")
    return _line(Words("Bersih", "clean"), "belum/not due")


def _cards_and_cleaning(sight: Sight, width: int) -> Text:
    line = _cards(sight, width)
    if sight.cleaning_due:
        return line.append(" · BERSIHKAN/clean", "yellow")
    return line.append(" · bersih/clean", "dim")


def _dots(sight: Sight, _width: int) -> Text:
    dead = f"{sight.dead_rows} mati/dead"
    return _line(Words("Titik", "dots"), dead, "yellow" if sight.dead_rows else "")


def _paper(sight: Sight, width: int) -> Text:
    name, paper = Words("Kertas", "paper"), sight.paper
    if paper.left_mm is None:
        return _line(name, "-")
    if paper.ended:
        return _line(name, "HABIS/used up", "bold red")
    style = "yellow" if paper.near_end else "green"
    level = bar(paper.left_mm / paper.roll_mm, _bar_columns(width), style)
    return _gauge(name, f"{paper.left_mm / 1000:.2f} m", level, style if paper.near_end else "")


def _buffer(sight: Sight, _width: int) -> Text:
    return _line(Words("Antrean", "buffer"), f"{sight.paper.buffer_bytes} B")


# --- set, plugged -------------------------------------------------------------------------------


def _power(sight: Sight, _width: int) -> Text:
    name = Words("Daya", "power")
    if not sight.powered:
        return _line(name, "PADAM/off", "bold red")
    return _line(name, "hidup/on" if sight.online else "nyala ulang/restarting")


def _cover(sight: Sight, _width: int) -> Text:
    name = Words("Tutup", "cover")
    if sight.cover_open:
        return _line(name, "TERBUKA/open", "bold yellow")
    return _line(name, "tertutup/shut")


def _jam(sight: Sight, _width: int) -> Text:
    name = Words("Macet", "jam")
    if sight.jammed:
        return _line(name, "YA/yes", "bold red")
    if sight.jam_ahead is not None:
        return _line(name, f"disiapkan/armed: {sight.jam_ahead}", "yellow")
    return _line(name, "tidak/no")


def _cutter(sight: Sight, _width: int) -> Text:
    name = Words("Pisau", "cutter")
    if sight.paper.cutter_jammed:
        return _line(name, "MACET/jammed", "bold red")
    if sight.paper.cutter_error:
        return _line(name, "galat/error", "bold red")
    return _line(name, "baik/fine")


def _cable(sight: Sight, _width: int) -> Text:
    name = Words("Kabel", "cable")
    if not sight.plugged:
        return _line(name, "LEPAS/out", "bold yellow")
    return _line(name, "terpasang/in")


def _host(sight: Sight, _width: int) -> Text:
    held = "memegang/claims" if sight.claimed else "bebas/free"
    return _line(Words("Host", "session"), f"{_session(sight)}{held}")


def _power_and_cable(sight: Sight, width: int) -> Text:
    both = _power(sight, width)[NAME_COLUMNS + 1 :]
    cable = _cable(sight, width)[NAME_COLUMNS + 1 :]
    return _line(Words("Daya, kabel", ""), "").append_text(both).append(" · ").append_text(cable)


def _session(sight: Sight) -> str:
    return f"{sight.session} " if sight.session else ""


def _errors(sight: Sight, _width: int) -> Text:
    trouble = trouble_words(sight.errors)
    if trouble is None:
        return _line(Words("Galat", "error"), "tidak ada/none")
    return _line(Words("Galat", "error"), f"{trouble} {sight.errors}", "bold red")


def _command(sight: Sight, _width: int) -> Text:
    return _line(Words("Perintah", "host"), sight.last_command or "-")
