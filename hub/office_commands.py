"""The commands for what an office decides, closes or vouches for, beside those about stations' identities.

Part of `hub.cli`, which registers them; what a command needs is imported in it.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Dir = Annotated[Path, typer.Option("--dir", envvar="KTP_HUB_DIR", help="The hub's directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
By = Annotated[str, typer.Option("--by", help="Who asks for it.")]
Second = Annotated[str, typer.Option("--second", help="Who approves it: another person.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the book.")]
DEFAULT_DIR = Path("var/hub")


def register(app: typer.Typer, station_app: typer.Typer) -> None:
    """Add the commands to `ktp-hub` and `ktp-hub station`."""
    station_app.command("lost")(station_lost)
    station_app.command("unlock")(station_unlock)
    app.command("certify-profile")(certify_profile)
    for command in (restored, awaited, reissue, close, migrate, statuses, sites):
        app.command()(command)


def named(value: str) -> str:
    """Check a name of the contract: a station, a site, a series, a record."""
    if value and _NAME.fullmatch(value) is None:
        raise typer.BadParameter("use letters, digits, dot, dash and underscore, at most 64")
    return value


def dated(text: str) -> str:
    """Take a day as it is written in the book, or none."""
    from datetime import date

    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter("a day is YYYY-MM-DD") from error


def station_lost(
    station: Annotated[str, typer.Argument(callback=named)],
    by: By,
    second: Second,
    reason: Why,
    wait_h: Annotated[int, typer.Option(min=0, help="Hours it must have been silent.")] = 72,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Write a station off: its rights end as LOST, and each record may get another issue number."""
    from hub import decisions, home

    with home.opened(directory) as hub:
        word = decisions.Word(by, second, reason)
        lost = decisions.write_off(hub, station, word, wait_h=wait_h)
    typer.echo(f"{station} is written off; {len(lost)} rights are LOST.")
    for right in lost:
        typer.echo(f"  {right}: ktp-hub reissue {right.record_id} STATION_LOST")


def station_unlock(
    station: Annotated[str, typer.Argument(callback=named)],
    by: By,
    second: Second,
    reason: Why,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Let a locked station claim and tell again, after people have looked at it."""
    from hub import decisions, home

    with home.opened(directory) as hub:
        decisions.unlock(hub, station, decisions.Word(by, second, reason))
    typer.echo(f"{station} may claim and tell again.")


def restored(by: By, second: Second, reason: Why, directory: Dir = DEFAULT_DIR) -> None:
    """Say that this hub's store was put back from a copy: no right is granted before all stations were heard."""
    from hub import decisions, home

    with home.opened(directory) as hub:
        epoch = decisions.declare_restored(hub, decisions.Word(by, second, reason))
    typer.echo(f"epoch {epoch} has begun: see `ktp-hub awaited`")


def awaited(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """List the stations a restored hub has not heard yet; it grants nothing while there are any."""
    from hub import cli_output, epochs, home

    with home.opened(directory) as hub:
        names = hub.store.read(epochs.awaited)
    if json:
        cli_output.as_json(names)
        return
    typer.echo("\n".join(names) if names else "every station was heard: rights are granted")


def reissue(
    record_id: Annotated[str, typer.Argument(callback=named)],
    cause: Annotated[str, typer.Argument(help="DAMAGED, LOST_BY_HOLDER, DATA_ERROR, …")],
    by: By,
    second: Second,
    reason: Why,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Decide on another card for a record whose last issue has ended: issue number + 1."""
    from hub import decisions, home

    if cause not in set(decisions.ReissueReason):
        raise typer.BadParameter(f"the cause is one of {', '.join(decisions.ReissueReason)}")
    cause_word = decisions.ReissueReason(cause)
    with home.opened(directory) as hub:
        right = decisions.reissue(hub, record_id, cause_word, decisions.Word(by, second, reason))
    waits = "import the new version under it" if cause_word.needs_new_data else "it is READY"
    typer.echo(f"{right} was decided: {waits}.")


def close(
    day: Annotated[str, typer.Option(callback=dated, help="YYYY-MM-DD; all days without it.")] = "",
    station: Annotated[str, typer.Option(callback=named, help="All stations without it.")] = "",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Show how stations closed their days, and each blank on which station and office differ."""
    from hub import cli_output, closes, home

    with home.opened(directory) as hub:
        found = hub.store.read(lambda connection: closes.listed(connection, day, station))
    if json:
        cli_output.as_json([one.facts() for one in found])
        return
    rows = [(one.day, one.station, one.by, one.words()) for one in found]
    cli_output.table("Day closes", ("day", "station", "by", "station and office"), rows)


def statuses(json: Json = False) -> None:
    """List the register's statuses in words: what each means, whether it prints, what to do."""
    from dataclasses import asdict

    from hub import cli_output
    from hub.status_words import DICTIONARY

    if json:
        cli_output.as_json(
            [asdict(one) | {"printable": one.printable} for one in DICTIONARY.values()]
        )
        return
    rows = [
        (
            str(one.phase), one.status.value, "YA / YES" if one.printable else "-", one.corner,
            f"{one.meaning_id}\n{one.meaning_en}", f"{one.remedy_id}\n{one.remedy_en}",
        )
        for one in DICTIONARY.values()
    ]  # fmt: skip
    heads = ("", "status", "cetak / prints", "suket", "arti / meaning", "tindakan / what to do")
    cli_output.table("Status", heads, rows)


def sites(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """Show how each site stands today: who waits, what was printed, blanks and cap left, when it was heard."""
    from hub import cli_output, home, site_load

    with home.opened(directory) as hub:
        found = site_load.of(hub)
    if json:
        cli_output.as_json([one.facts() for one in found])
        return
    rows = [
        (
            one.site, one.hold or one.state, str(one.waiting), str(one.held), str(one.in_doubt),
            str(one.printed), str(one.spoiled), str(one.blanks), str(one.cap_left),
            "-" if one.heard_at is None else f"{one.heard_at:%Y-%m-%d %H:%M} UTC",
        )
        for one in found
    ]  # fmt: skip
    heads = (
        "tempat / site", "", "menunggu / waiting", "di tempat / held", "ragu / doubt",
        "tercetak / printed", "rusak / spoiled", "blangko / blanks", "sisa batas / cap left",
        "terdengar / heard",
    )  # fmt: skip
    cli_output.table("Hari ini / today", heads, rows)


def migrate(directory: Dir = DEFAULT_DIR) -> None:
    """Bring the store of an earlier version to this one. Stop every hub and copy the store first."""
    from hub import address, migrating
    from hub.schema import SCHEMA_VERSION

    version = migrating.migrate(address.of(directory))
    if version == SCHEMA_VERSION:
        typer.echo(f"the store has schema {version} already: nothing was changed.")
    else:
        typer.echo(f"the store had schema {version} and has schema {SCHEMA_VERSION} now.")


def certify_profile(
    measured: Annotated[Path, typer.Argument(help="What `ktp-printer certify` wrote.")],
    by: By,
    out: Annotated[Path, typer.Option(help="The signed profile, for the stations.")],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Sign a measured printer profile: stations rely on it from then on. Read what is shown first."""
    from hub import certificates, cli_output, home

    with home.opened(directory) as hub:
        word = certificates.certify(hub, certificates.read_measured(measured), named(by))
    certificates.write(word, out)
    cli_output.table("Profile", ("fact", "value", "how"), certificates.rows(word))
