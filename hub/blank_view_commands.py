"""The commands that look at the ledger of blanks, and the office's letterhead that its documents carry.

Part of `hub.cli`, which registers them; what a command needs is imported in it.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.office_commands import DEFAULT_DIR, By, Dir, Json, dated

if TYPE_CHECKING:
    from hub.blanks.document import Document

Day = Annotated[str, typer.Option(callback=dated, help="YYYY-MM-DD; today without it.")]

office_app = typer.Typer(no_args_is_help=True, help="How the office calls itself on paper.")


def register(app: typer.Typer, blanks: typer.Typer) -> None:
    """Add the commands to `ktp-hub` and `ktp-hub blanks`."""
    app.add_typer(office_app, name="office")
    office_app.command("set")(office_set)
    office_app.command("show")(office_show)
    for name, command in (
        ("documents", documents), ("transit", transit), ("quotas", quotas), ("at", at),
        ("turnover", turnover),
    ):  # fmt: skip
        blanks.command(name)(command)


def documents(
    first: Annotated[str, typer.Option("--from", callback=dated, help="YYYY-MM-DD")] = "",
    last: Annotated[str, typer.Option("--to", callback=dated, help="YYYY-MM-DD")] = "",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """List the documents of a period, oldest first; all without days."""
    from datetime import date

    from hub import cli_output, home
    from hub.blanks import document

    begin = date.fromisoformat(first) if first else date.min
    end = date.fromisoformat(last) if last else date.max
    with home.opened(directory) as hub:
        found = hub.store.read(lambda connection: document.listed(connection, begin, end))
    if json:
        cli_output.as_json([_facts(one) for one in found])
        return
    rows = [(one.day, one.kind, one.number, one.by, _blanks(one.counts())) for one in found]
    cli_output.table("Documents", ("day", "kind", "number", "by", "blanks"), rows)


def transit(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """List the transfers that nobody has confirmed."""
    from hub import cli_output, home
    from hub.blanks import transfer

    with home.opened(directory) as hub:
        found = hub.store.read(transfer.on_the_way)
    if json:
        cli_output.as_json([_facts(one.sent) | {"target": one.target} for one in found])
        return
    rows = [
        (one.sent.day, one.sent.number, one.source, one.target, _blanks(one.sent.counts()))
        for one in found
    ]
    cli_output.table("In transit", ("day", "number", "from", "to", "blanks"), rows)


def quotas(on: Day = "", directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """Show the ceilings of the periods a day is in, and what is left of them."""
    from dataclasses import asdict
    from datetime import date

    from hub import cli_output, home
    from hub.blanks import quota
    from hub.clock import local_day

    with home.opened(directory) as hub:
        day = date.fromisoformat(on) if on else local_day(hub.clock, hub.zone)
        found = hub.store.read(lambda connection: quota.listed(connection, hub.zone, day))
    if json:
        cli_output.as_json([asdict(one) | {"left": one.left} for one in found])
        return
    rows = [
        (one.kind, one.first_day, one.last_day, one.count, one.received, one.left, one.document)
        for one in found
    ]
    heads = ("kind", "from", "to", "quota", "received", "left", "document")
    cli_output.table("Quotas", heads, rows)


def at(on: Day = "", directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """Show where every blank was at the end of a day, citizens' and foreign residents' apart."""
    from dataclasses import asdict
    from datetime import date

    from hub import cli_output, home
    from hub.blanks import stock
    from hub.clock import local_day

    with home.opened(directory) as hub:
        day = date.fromisoformat(on) if on else local_day(hub.clock, hub.zone)
        held = hub.store.read(lambda connection: stock.at_end_of(connection, day, hub.zone))
    if json:
        cli_output.as_json({"day": day, "held": [asdict(one) for one in held]})
        return
    rows = [(one.kind, one.series, one.site, one.account, one.count) for one in held]
    cli_output.table(f"Blanks on {day}", ("kind", "series", "site", "place", "blanks"), rows)


def turnover(
    first: Annotated[str, typer.Option("--from", callback=dated, help="YYYY-MM-DD")],
    last: Annotated[str, typer.Option("--to", callback=dated, help="YYYY-MM-DD")],
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Show what every place held before a period, what came and went in it, and what it held after."""
    from dataclasses import asdict
    from datetime import date

    from hub import cli_output, home
    from hub.blanks import stock

    days = date.fromisoformat(first), date.fromisoformat(last)
    with home.opened(directory) as hub:
        found = hub.store.read(lambda connection: stock.turnover(connection, *days, hub.zone))
    if json:
        cli_output.as_json([asdict(one) | {"closing": one.closing} for one in found])
        return
    rows = [
        (one.series, one.account, one.opening, one.came, one.went, one.closing) for one in found
    ]
    heads = ("series", "place", "opening", "came", "went", "closing")
    cli_output.table(f"Blanks from {first} to {last}", heads, rows)


def office_set(
    name: Annotated[str, typer.Option(help="As it stands on letters.")],
    code: Annotated[str, typer.Option(help="Its digits in the register of regions.")],
    by: By,
    government: Annotated[str, typer.Option(help="The line above the name.")] = "",
    address: Annotated[str, typer.Option(help="One line.")] = "",
    town: Annotated[str, typer.Option(help="Where papers are signed.")] = "",
    numbering: Annotated[
        str, typer.Option(help="Fields: {number}, {kind}, {month}, {year}, {code}.")
    ] = "",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Say how the office calls itself and numbers its papers, from now on."""
    from hub import home, letterhead

    pattern = numbering or letterhead.DEFAULT_NUMBERING
    head = letterhead.Letterhead(name, code, government, address, town, pattern)
    with home.opened(directory) as hub:
        now = hub.clock.now()
        hub.store.write(lambda connection: letterhead.keep(connection, head, by, now))
    typer.echo(f"{name} ({code})")


def office_show(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """Show how the office calls itself."""
    from dataclasses import asdict

    from hub import cli_output, home, letterhead

    with home.opened(directory) as hub:
        head = hub.store.read(letterhead.current)
    if json:
        cli_output.as_json(asdict(head))
        return
    for field, value in asdict(head).items():
        typer.echo(f"{field}: {value}")


def _blanks(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {series}" for series, count in sorted(counts.items()))


def _facts(one: "Document") -> dict[str, Any]:
    return {
        "kind": one.kind, "number": one.number, "day": one.day, "by": one.by,
        "reason": one.reason, "about": one.about, "witnesses": one.witnesses,
        "moves": [
            {"series": line.series, "from": line.source, "to": line.target, "count": line.count}
            for line in one.lines
        ],
    }  # fmt: skip
