"""`ktp-hub forecast`: how many blanks are missing, how long it takes, and which limit binds.

Part of `hub.cli`, which registers it; what the command needs is imported in it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.office_commands import DEFAULT_DIR, Dir, Json, dated, named

if TYPE_CHECKING:
    from hub.forecast.figure import Figure
    from hub.forecast.forecast import Forecast, Plan

_DAY = {"callback": dated, "help": "YYYY-MM-DD"}
_WORDS = {
    "waiting": "menunggu", "spoilage": "rusak saat cetak", "need": "kebutuhan", "stock": "stok",
    "shortage": "kekurangan", "expected": "dijanjikan",
    "shortage-after-delivery": "kekurangan sesudah kiriman", "unexplained": "tidak terjelaskan",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to `ktp-hub`."""
    app.command()(forecast)


def forecast(
    site: Annotated[str, typer.Option(callback=named, help="One site; all without it.")] = "",
    printers: Annotated[int, typer.Option(min=0, help="Instead of today's.")] = 0,
    minutes_per_card: Annotated[
        float, typer.Option(min=0, help="Of an operator; 0: not a limit.")
    ] = 0.0,
    hours: Annotated[float, typer.Option(min=0.1, max=24, help="Of work a day.")] = 7.0,
    ribbon_cards: Annotated[
        int, typer.Option(min=-1, help="Cards the ribbons last for; -1: not known.")
    ] = -1,
    expected: Annotated[int, typer.Option(min=0, help="Blanks promised.")] = 0,
    expected_on: Annotated[str, typer.Option(**_DAY)] = "",
    by: Annotated[str, typer.Option(callback=dated, help="The day all must be through.")] = "",
    figures: Annotated[
        Path | None, typer.Option(help="Published figures, as TOML, instead of the hub's own.")
    ] = None,
    allow_mixed_dates: Annotated[
        bool, typer.Option("--allow-mixed-dates", help="Add figures of several days.")
    ] = False,
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Tell need, shortage, days and the limit that binds, each with its scope, day and formula."""
    from datetime import date

    from hub import home
    from hub.forecast import of_hub
    from hub.forecast.forecast import Expected, Plan, made
    from hub.forecast.limits import Capacity

    if figures is not None:
        _published(figures, mixed=allow_mixed_dates, as_json=json)
        return
    if bool(expected) != bool(expected_on):
        raise typer.BadParameter("--expected and --expected-on belong together")
    with home.opened(directory) as hub:
        told = of_hub.of(hub, site)
    capacity = Capacity(
        told.blanks, printers or told.printers, told.cap, told.office_cap,
        minutes_per_card or None, hours, None if ribbon_cards < 0 else ribbon_cards,
    )  # fmt: skip
    plan = Plan(
        told.waiting, capacity, told.spoiled_per_thousand,
        Expected(expected, date.fromisoformat(expected_on)) if expected else None,
        date.fromisoformat(by) if by else None,
    )  # fmt: skip
    _show(plan, made(plan), as_json=json)


def _published(path: Path, *, mixed: bool, as_json: bool) -> None:
    from hub import cli_output
    from hub.forecast import published

    told = published.read(path, mixed_days=mixed)
    if as_json:
        cli_output.as_json(
            {
                "figures": [_facts(one) for one in told.figures],
                "totals": [_facts(one) for one in told.totals],
                "unexplained": [_facts(one) for one in told.unexplained],
            }
        )
        return
    _table(path.stem, [*told.figures, *told.totals, *told.unexplained])


def _show(plan: "Plan", found: "Forecast", *, as_json: bool) -> None:
    from hub import cli_output

    limit, left = found.binding
    if as_json:
        cli_output.as_json(
            {
                "lines": [_facts(one) for one in found.lines], "rate": found.rate,
                "days_of_stock": found.days_of_stock, "days_to_clear": found.days_to_clear,
                "binding": limit.value, "cards_left_today": left,
                "needed_a_day": found.needed_a_day,
            }
        )  # fmt: skip
        return
    _table("Prakiraan / forecast", found.lines)
    never = "tidak pernah / never"
    stock = never if found.days_of_stock is None else str(found.days_of_stock)
    clear = never if found.days_to_clear is None else str(found.days_to_clear)
    typer.echo(f"kartu sehari / cards a day: {found.rate}")
    typer.echo(f"stok cukup untuk / the stock lasts for: {stock} hari / days")
    typer.echo(f"semua selesai dalam / all through in: {clear} hari / days")
    typer.echo(f"pembatas hari ini / what binds today: {limit.value} ({left})")
    if plan.deadline is not None:
        a_day = "sudah lewat / passed" if found.needed_a_day is None else str(found.needed_a_day)
        typer.echo(f"sampai / by {plan.deadline}: {a_day} sehari / a day")


def _table(title: str, lines: "Iterable[Figure]") -> None:
    from hub import cli_output

    rows = [
        (_named(one.key), f"{one.value:,}", one.scope, one.day.isoformat(), _formula(one))
        for one in lines
    ]
    cli_output.table(title, ("", "", "apa / of what", "hari / day", "rumus / formula"), rows)


def _named(key: str) -> str:
    words = _WORDS.get(key)
    return key if words is None else f"{words} / {key}"


def _formula(one: "Figure") -> str:
    return f"{one.formula} (tanggal campur / mixed dates)" if one.mixed else one.formula


def _facts(one: "Figure") -> dict[str, object]:
    return {
        "key": one.key, "value": one.value, "office": one.office, "scope": one.scope,
        "day": one.day.isoformat(), "formula": one.formula, "mixed_dates": one.mixed,
    }  # fmt: skip
