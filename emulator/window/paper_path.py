"""Paper path: a receipt printer as a picture: roll, head and blade, below it its state, beside it what is printed."""

from rich.box import HORIZONTALS
from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.text import Text

from emulator.window.gauges import set_lines, used_lines
from emulator.window.incident_lines import incident_lines
from emulator.window.sight import Sight
from emulator.window.window_words import ENDINGS, Words

SLIP_COLUMNS = 48  # letters of font A on a roll of 80 mm


def paper_path(sight: Sight, width: int, height: int) -> RenderableType:
    """Draw all of it, at least 80 columns wide."""
    left = width - SLIP_COLUMNS - 2
    state = [*used_lines(sight, left, height), *set_lines(sight, left, height)]
    heading = Text(" Kejadian/incidents", "dim")
    if sight.scenario:
        heading.append(f" · {sight.scenario}")
    heading.truncate(left - 1, overflow="ellipsis")
    happened = [Text(" ").append_text(line) for line in incident_lines(sight.happened, left - 2)]
    lines = (*_roll(sight), Text(), *state, Text(), heading, *happened)
    below = Layout()
    below.split_row(Layout(Group(*lines), size=left), Layout(_papers(sight, height)))
    return below


def _roll(sight: Sight) -> list[Text]:
    """Draw the paper on its way from the roll past the head to the blade."""
    paper = "  " if sight.paper.ended else "══"
    blade = "MACET/jam" if sight.paper.cutter_jammed else "pisau/cutter"
    lid = "TERBUKA/open" if sight.cover_open else "kepala/head"
    alarmed = "bold yellow" if sight.cover_open else ""
    cut = "bold red" if sight.paper.cutter_jammed else "dim"
    edge = "─" * 12
    return [
        Text.assemble(" ╭───╮  ", (f"╭{edge}╮", alarmed), "  │"),
        Text.assemble(" │ ◉ │", paper, (f"┤{lid:^12}├", alarmed), f"{paper}│{paper[1:]}►"),
        Text.assemble(" ╰───╯  ", (f"╰{edge}╯", alarmed), "  │"),
        Text.assemble((" gulungan/roll ".ljust(27 - len(blade)), "dim"), (blade, cut)),
    ]


def _papers(sight: Sight, height: int) -> RenderableType:
    """Draw what hangs in the printer, if anything, above the last slip that came off."""
    papers = Layout()
    last = Layout(_last_slip(sight, height))
    hanging = sight.paper.hanging
    if not hanging:
        return last
    rows = min(len(hanging) + 2, height - 2)
    title = "Pada kertas/on the paper"
    lines = _slip_lines(hanging[-max(rows - 2, 1) :])
    last = Layout(_last_slip(sight, height - rows))
    papers.split_column(
        Layout(Panel(lines, HORIZONTALS, title=title, padding=0, height=rows), size=rows), last
    )
    return papers


def _last_slip(sight: Sight, height: int) -> Panel:
    slips = sight.paper.slips
    if not slips:
        return Panel(
            Text("belum ada/none yet", "dim"), HORIZONTALS, title="Struk/slips", border_style="dim"
        )
    slip = slips[0]
    room = max(height - 2, 1)
    lines = slip.lines if len(slip.lines) <= room else (*slip.lines[: room - 1], "…")
    ending = ENDINGS.get(slip.ending, Words(slip.ending, slip.ending))
    return Panel(
        _slip_lines(lines),
        HORIZONTALS,
        title=f"Struk terakhir/last slip {slip.number}",
        subtitle=Text(str(ending)),
        padding=0,
        border_style="dim",
    )


def _slip_lines(lines: tuple[str, ...]) -> Group:
    return Group(*(Text(line or " ", no_wrap=True, overflow="crop") for line in lines))
