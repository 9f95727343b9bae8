"""Incident lines: what last happened to a printer, a line each, newest first."""

from collections.abc import Sequence

from rich.text import Text

from emulator.window.sight import Happened
from emulator.window.window_words import INCIDENTS

SHOWN_MAX = 5


def incident_lines(happened: Sequence[Happened], width: int) -> list[Text]:
    """Draw the last incidents, or that there was none; where both languages are too long, in Indonesian alone."""
    if not happened:
        return [Text("belum ada/none yet", "dim")]
    return [_line(one, max(width, 1)) for one in happened[:SHOWN_MAX]]


def _line(one: Happened, width: int) -> Text:
    order, _, rest = one.what.partition(" ")
    known = INCIDENTS.get(order)
    minutes, seconds = divmod(int(one.at_s), 60)
    when = f"{minutes:02d}:{seconds:02d}"
    line = Text(
        f"{when} {one.what}" if known is None else f"{when} {known}/{order} {rest}".rstrip()
    )
    if known is not None and line.cell_len > width:
        line = Text(f"{when} {known} {rest}".rstrip())
    line.truncate(width, overflow="ellipsis")
    return line
