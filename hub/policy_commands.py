"""The commands about the office's policy: check, look ahead, adopt, show; a cap raised for a day; a place in line.

Part of `hub.cli`, which registers them; what a command needs is imported in it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.office_commands import DEFAULT_DIR, By, Dir, Json, Second, Why, dated, named

if TYPE_CHECKING:
    from prr.policy import Policy

File = Annotated[Path, typer.Argument(help="A policy, as TOML.")]

policy_app = typer.Typer(
    no_args_is_help=True, help="The office's policy: who comes first, what each site prints."
)


def register(app: typer.Typer) -> None:
    """Add the commands to `ktp-hub`."""
    app.add_typer(policy_app, name="policy")
    for command in (check, preview, adopt, show):
        policy_app.command()(command)
    policy_app.command("raise-cap")(raise_cap)
    app.command("place")(place)


def check(file: File) -> None:
    """Read a policy and say what it means; nothing is stored."""
    from hub.policy import document

    _tell(document.read(file))


def preview(
    file: File,
    printers: Annotated[int, typer.Option(min=1, max=100, help="At each site.")] = 1,
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Show what a day would look like under a policy: which cards each site would print."""
    from dataclasses import asdict

    from hub import cli_output, home
    from hub.policy import document
    from hub.policy import preview as looked

    policy = document.read(file)
    with home.opened(directory) as hub:
        days = looked.day(hub, policy, printers)
    if json:
        cli_output.as_json([asdict(one) for one in days])
        return
    rows = [
        (
            one.site, one.state, ", ".join(f"{n} {kind}" for kind, n in sorted(one.cards.items())),
            str(one.waiting),
        )
        for one in days
    ]  # fmt: skip
    cli_output.table(
        f"A day under policy {policy.number}", ("site", "state", "cards", "go on waiting"), rows
    )


def adopt(file: File, by: By, second: Second, reason: Why, directory: Dir = DEFAULT_DIR) -> None:
    """Sign a policy and put it into the book: it holds from its day."""
    from hub import home
    from hub.policy import adoption, document

    with home.opened(directory) as hub:
        policy = adoption.adopt(hub, document.read(file), by, second, reason)
    typer.echo(f"policy {policy.number} holds from {policy.valid_from}.")


def show(
    on: Annotated[str, typer.Option(callback=dated, help="YYYY-MM-DD; today without it.")] = "",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Show the policy of a day."""
    from datetime import date

    from hub import cli_output, home
    from hub.clock import local_day
    from hub.policy import adoption

    with home.opened(directory) as hub:
        day = date.fromisoformat(on) if on else local_day(hub.clock, hub.zone)
        policy = hub.store.read(lambda connection: adoption.in_force(connection, hub, day))
    if json:
        cli_output.as_json(None if policy is None else policy.model_dump(mode="json"))
    elif policy is None:
        typer.echo(
            f"no policy holds on {day}: first-time cards come first, each station prints its types."
        )
    else:
        _tell(policy)


def raise_cap(
    printer: Annotated[str, typer.Argument(help="Its serial number.")],
    day: Annotated[str, typer.Option(callback=dated, help="YYYY-MM-DD")],
    cards: Annotated[int, typer.Option(min=1, max=1000, help="So many more.")],
    by: By,
    second: Second,
    reason: Why,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Let a printer make more cards on one day; it ends with the day."""
    from datetime import date

    from hub import home
    from hub.policy import cap_raises

    with home.opened(directory) as hub:
        word = cap_raises.raise_cap(
            hub, printer, date.fromisoformat(day), cards, by, second, reason
        )
    typer.echo(f"{printer} may print {word.cards} cards more on {word.day}, and no longer.")


def place(
    record_id: Annotated[str, typer.Argument(callback=named)],
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Explain a record's place in line by the rules, without a word of anybody else."""
    from hub import cli_output, home
    from hub.policy import place as places

    with home.opened(directory) as hub:
        found = places.of(hub, record_id)
    if json:
        cli_output.as_json(found.facts())
        return
    ahead = found.ahead_before_class + found.ahead_in_class
    typer.echo(f"{found.right}: {found.state}, {found.site}")
    if found.state == "READY":
        typer.echo(f"  di depan / ahead: {ahead} ({found.ahead_in_class} sekelas / in its class)")
    for indonesian, english in found.rules:
        typer.echo(f"  {indonesian}\n    {english}")


def _tell(policy: "Policy") -> None:
    from hub import cli_output

    typer.echo(
        f"{policy.office} {policy.office_name}: policy {policy.number} from {policy.valid_from} "
        f"({policy.decree})"
    )
    classes = "; ".join(", ".join(one) for one in policy.classes)
    typer.echo(f"classes: {classes}; barrier: {policy.barrier}")
    office = "" if policy.cap_per_office is None else f", {policy.cap_per_office} in the office"
    typer.echo(f"cards a day: {policy.cap_per_printer} a printer{office}")
    rules = [*policy.sites.items(), ("all others", policy.others)]
    rows = [
        (
            name,
            rule.state,
            rule.prints_at or "",
            "" if rule.prints_at else ", ".join(rule.issue_types),
        )
        for name, rule in rules
    ]
    cli_output.table("Sites", ("site", "state", "prints at", "prints"), rows)
