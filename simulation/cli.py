"""`python -m simulation`: one seed with its story, a campaign with its figures, or a hunt with a rule taken out."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from simulation import campaign, quiet
from simulation.campaign import Figures
from simulation.link import Line
from simulation.rules import RULES, without
from simulation.run import Ending, run
from simulation.settings import Settings, settings_of
from simulation.shrink import shrunk, story

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
RESULT = Path("var/simulation.json")


@app.command()
def seed(
    number: Annotated[int, typer.Argument(help="the seed")],
    stations: Annotated[int | None, typer.Option(min=1, max=3)] = None,
    days: Annotated[int | None, typer.Option(min=1, max=30)] = None,
    without_rule: Annotated[str, typer.Option("--without", help=", ".join(RULES))] = "",
    *,
    pictures: Annotated[bool, typer.Option(help="full faces, drawn and composed")] = False,
    late_words: Annotated[bool, typer.Option(help="a station's word may come late too")] = False,
    trace: Annotated[bool, typer.Option(help="print every line")] = False,
) -> None:
    """Run one seed; if it fails, shrink it and tell its story."""
    quiet.be_quiet()
    console = Console(highlight=False, soft_wrap=True)
    settings = _settings(number, stations, days, without_rule, pictures)
    only = RULES[without_rule].breaks if without_rule else None
    Line.late_words = late_words
    with without(RULES[without_rule]) if without_rule else nullcontext():
        ending = run(settings, keep=trace, only=only)
        if trace:
            console.print("\n".join(ending.lines), markup=False)
        console.print(_summary(ending), markup=False)
        if ending.broken:
            short = shrunk(settings, ending.broken, lambda fewer: run(fewer, only=only))
            console.print(story(short, run(short, keep=True, only=only)), markup=False)
    raise typer.Exit(1 if ending.broken else 0)


@app.command(name="campaign")
def hold_campaign(
    seeds: Annotated[int, typer.Option(min=1)] = 100,
    first: Annotated[int, typer.Option(min=0, help="the first seed")] = 0,
    jobs: Annotated[int, typer.Option(min=1)] = 1,
    pictures: Annotated[int, typer.Option(min=0, help="so many with full pictures")] = 2,
    result: Annotated[Path, typer.Option(help="where the figures go")] = RESULT,
) -> None:
    """Run many seeds; fails on a broken invariant and on anything that was never reached."""
    console = Console(highlight=False, soft_wrap=True)
    with _shown(console, seeds) as told:
        figures = campaign.held(first, seeds, pictures, jobs, told=told, now_s=time.monotonic)
    data = figures.as_json()
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(data, indent=2) + "\n")
    words = ("seeds", "station_years", "attempts", "faults_per_10_attempts", "doubts",
             "doubts_settled_by_people", "duplicates", "lost_blanks", "cap_breaches", "took_s")  # fmt: skip
    console.print(", ".join(f"{word} {data[word]}" for word in words), markup=False)
    for what in data["not_reached"]:
        console.print(f"never reached: {what}", markup=False)
    for one in figures.broken[:3]:
        _tell(console, one["seed"], pictures=one["pictures"])
    raise typer.Exit(1 if figures.broken or data["not_reached"] else 0)


@app.command()
def hunt(
    rule: Annotated[str, typer.Argument(help=", ".join(RULES))],
    seeds: Annotated[int, typer.Option(min=1, help="at most")] = 60,
    first: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """Take a rule out and look for what it prevents; fails if it is not found."""
    quiet.be_quiet()
    console = Console(highlight=False, soft_wrap=True)
    only = RULES[rule].breaks
    with without(RULES[rule]):
        for number in range(first, first + seeds):
            settings = _settings(number, None, None, rule, pictures=False)
            broken = run(settings, only=only).broken
            if broken in only:
                short = shrunk(settings, broken, lambda fewer: run(fewer, only=only))
                console.print(story(short, run(short, keep=True, only=only)), markup=False)
                raise typer.Exit(0)
    console.print(f"{seeds} seeds without the rule {rule}, and nothing was found")
    raise typer.Exit(1)


def _settings(
    number: int, stations: int | None, days: int | None, rule: str, pictures: bool
) -> Settings:
    favours = RULES[rule].favours if rule else None
    return settings_of(number, stations, days, pictures=pictures, favours=favours)


def _tell(console: Console, number: int, *, pictures: bool) -> None:
    settings = _settings(number, None, None, "", pictures)
    broken = run(settings).broken
    short = shrunk(settings, broken, run)
    console.print(story(short, run(short, keep=True)), markup=False)
    flags = " --pictures" if pictures else ""
    console.print(f"again: python -m simulation seed {number}{flags}", markup=False)


def _summary(ending: Ending) -> str:
    return (
        f"seed {ending.seed}: {ending.broken or 'every invariant held'}; {ending.station_days} station-days, "
        f"{ending.attempts} attempts, {ending.faults} faults, {ending.doubts} doubts "
        f"({ending.by_people} by people), {ending.step} steps, trace {ending.sha}"
    )


class _Told:
    """The line of a campaign under way."""

    def __init__(self, progress: Progress, seeds: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=seeds)

    def __call__(self, figures: Figures) -> None:
        """Show how far it is."""
        self._progress.update(
            self._task,
            completed=figures.seeds,
            description=f"{figures.attempts} attempts, {figures.faults} faults, "
            f"{figures.doubts} doubts, {len(figures.broken)} broken",
        )


@contextmanager
def _shown(console: Console, seeds: int) -> Iterator[_Told]:
    columns = (
        BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        yield _Told(progress, seeds)
