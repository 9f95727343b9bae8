"""`ktp-hub`: the commands of the office hub.

Each command opens the hub's directory, does one thing and ends with a sysexits code; an operating error is one sentence
on stderr. What a command needs is imported in it, so that `--help` need not wait for the database.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from hub import (
    blank_commands,
    blank_view_commands,
    forecast_commands,
    identity_commands,
    office_commands,
    policy_commands,
)

if TYPE_CHECKING:
    from hub.home import Hub

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The office hub: hands out rights to print, takes reports, keeps the ledger of blanks.",
)
station_app = typer.Typer(no_args_is_help=True, help="Stations: who may claim.")
blanks_app = typer.Typer(no_args_is_help=True, help="Blank cards: where they come from and go.")
app.add_typer(station_app, name="station")
app.add_typer(blanks_app, name="blanks")
identity_commands.register(station_app)
office_commands.register(app, station_app)
policy_commands.register(app)
forecast_commands.register(app)
blank_commands.register(blanks_app)
blank_view_commands.register(app, blanks_app)

# click's UsageError; newer releases of typer carry a copy of click instead of using it
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])

Dir = Annotated[Path, typer.Option("--dir", envvar="KTP_HUB_DIR", help="The hub's directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
DEFAULT_DIR = Path("var/hub")


def main() -> NoReturn:
    """Run a command; the only way out is an exit code."""
    from hub import cli_output
    from hub.errors import HubError

    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        code = os.EX_UNAVAILABLE
    except _USAGE_ERROR as error:
        cli_output.error_line(_usage_words(error))
        code = os.EX_USAGE
    except HubError as error:
        cli_output.error_line(str(error))
        code = error.exit_code
    except (KeyboardInterrupt, BrokenPipeError):
        code = 130
    raise SystemExit(code or 0)


@contextmanager
def _hub(directory: Path) -> "Iterator[Hub]":
    from hub import home

    with home.opened(directory) as hub:
        yield hub


def _usage_words(error: Exception) -> str:
    """Word what the command line's parser found, without the value it found it in."""
    words = getattr(error, "format_message", lambda: "")()
    return (
        f"{words.rstrip('.')}: see `ktp-hub --help`"
        if words
        else "no command: see `ktp-hub --help`"
    )


@app.command()
def init(
    directory: Dir = DEFAULT_DIR,
    zone: Annotated[str, typer.Option(help="Time zone of the office.")] = "Asia/Jakarta",
    cap: Annotated[int, typer.Option(min=0, max=1000, help="Cards a printer and day.")] = 200,
    series: Annotated[
        str, typer.Option(help="Default series of blanks.", callback=office_commands.named)
    ] = "BLANK",
    store: Annotated[
        str, typer.Option(help="postgresql://…, an empty database; default: a file of its own.")
    ] = "",
) -> None:
    """Make a new hub: its store and its signing key."""
    from hub import cli_output, home
    from hub.errors import CommandError

    if zone not in home.ZONES:
        raise CommandError(f"the zone must be one of {', '.join(home.ZONES)}")
    home.init(directory, zone, cap, series, store or None)
    cli_output.error_line(f"a new hub is at {directory}: add a station next")


@station_app.command("add")
def station_add(
    station: Annotated[str, typer.Argument(callback=office_commands.named)],
    site: Annotated[
        str, typer.Option(callback=office_commands.named, help="The office it prints for.")
    ],
    url: Annotated[str, typer.Option(help="Where it finds the hub.")] = "http://127.0.0.1:8600",
    printer_uri: Annotated[str, typer.Option(help="Its printer.")] = "tcp://127.0.0.1:9100",
    issue_types: Annotated[str, typer.Option(help="Comma-separated; default: all.")] = "",
    state_dir: Annotated[str, typer.Option(help="Where it keeps its store.")] = "var/station",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Register a station; print a one-time code (--url https://...), or on loopback its configuration and key."""
    from hub import stations
    from hub.errors import CommandError
    from prr.record import IssueType

    types = tuple(issue_types.split(",")) if issue_types else tuple(IssueType)
    if not set(types) <= set(IssueType):
        raise CommandError(f"issue types are {', '.join(IssueType)}: give some of these")
    if any(re.search(r'["\\\x00-\x1f]', text) for text in (url, printer_uri, state_dir)):
        raise CommandError(
            "an address holds a quote, a backslash or a control character: remove it"
        )
    new = stations.NewStation(station, site, url, printer_uri, types, state_dir)
    with _hub(directory) as hub:
        if url.startswith("https://"):
            identity_commands.add(hub, directory, new)
        else:
            typer.echo(stations.add(hub, new), nl=False)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files of records, .jsonl or .csv.")],
    recorded_until: Annotated[
        str, typer.Option(callback=office_commands.dated, help="YYYY-MM-DD: later ones wait.")
    ] = "",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Import print-ready records; lines that are refused go to quarantine, the rest goes on."""
    from datetime import date

    from hub import cli_output, intake

    until = date.fromisoformat(recorded_until) if recorded_until else None
    with _hub(directory) as hub:
        results = [intake.import_file(hub, path, until) for path in files]
    if json:
        cli_output.as_json([cli_output.import_facts(result) for result in results])
        return
    for result in results:
        cli_output.import_words(result)


@blanks_app.command("receive")
def blanks_receive(
    count: Annotated[int, typer.Option(min=1, max=1_000_000)],
    document: Annotated[str, typer.Option(help="The delivery note.")],
    series: Annotated[
        str, typer.Option(callback=office_commands.named, help="Default: the hub's.")
    ] = "",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Enter blanks that came from the supplier."""
    from hub import service

    with _hub(directory) as hub:
        service.receive_blanks(hub, series or hub.series, count, document)


@blanks_app.command("send")
def blanks_send(
    station: Annotated[str, typer.Option(callback=office_commands.named)],
    count: Annotated[int, typer.Option(min=1, max=1_000_000)],
    series: Annotated[
        str, typer.Option(callback=office_commands.named, help="Default: the hub's.")
    ] = "",
    document: Annotated[str, typer.Option(help="The transfer note.")] = "",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Enter blanks that go from the hub's stock to a station."""
    from hub import service

    with _hub(directory) as hub:
        service.send_blanks(hub, station, series or hub.series, count, document)


@app.command()
def stock(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """Show where every blank is."""
    from hub import cli_output, service

    with _hub(directory) as hub:
        balances = service.stock(hub)
    if json:
        cli_output.as_json(cli_output.stock_facts(balances))
    else:
        cli_output.stock_table(balances)


@app.command()
def revoke(
    record_id: Annotated[str, typer.Argument(callback=office_commands.named)],
    issue_no: Annotated[int, typer.Argument(min=1, max=99)],
    reason: Annotated[
        str, typer.Option(help="DEAD, MOVED, CHANGED, DUPLICATE or OTHER.")
    ] = "OTHER",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Take a right back: at once, or when the station that holds it has put it down."""
    from hub import cli_output, service
    from prr.exchange import Withdrawal
    from prr.record import Right

    if reason not in set(Withdrawal):
        raise typer.BadParameter(f"the reason is one of {', '.join(Withdrawal)}")
    right = Right(record_id=record_id, issue_no=issue_no)
    with _hub(directory) as hub:
        state = service.revoke(hub, right, Withdrawal(reason))
    if json:
        cli_output.as_json({"right": str(right), "state": state, "revoke_wanted": state == "HELD"})
        return
    waits = "its station is asked to put it down" if state == "HELD" else "it will not be printed"
    typer.echo(f"{right} is {state}: {waits}.")


@app.command()
def hold(
    site: Annotated[str, typer.Argument(callback=office_commands.named)],
    reason: Annotated[str, typer.Option(help="What its stations show.")],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Let a site print nothing until `unhold`."""
    from hub import stations

    if not reason.isprintable() or not 1 <= len(reason) <= 120:
        raise typer.BadParameter("give a reason of 1 to 120 printable characters")
    with _hub(directory) as hub:
        stations.set_hold(hub, site, reason)


@app.command()
def unhold(
    site: Annotated[str, typer.Argument(callback=office_commands.named)],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Let a site print again."""
    from hub import stations

    with _hub(directory) as hub:
        stations.set_hold(hub, site, None)


@app.command()
def quarantine(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """List the refused lines of all imports, without what stood in them."""
    from hub import cli_output, intake

    with _hub(directory) as hub:
        kept = intake.quarantined(hub)
    if json:
        cli_output.as_json(cli_output.quarantine_facts(kept))
        return
    rows = [(one.file, one.line, one.code, one.sentence_en) for one in kept]
    cli_output.table("Quarantine", ("file", "line", "code", "what to do"), rows)


@app.command()
def alarms(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """List what people must look at."""
    from hub import cli_output, service

    with _hub(directory) as hub:
        raised = service.alarm_list(hub)
    if json:
        cli_output.as_json([cli_output.alarm_facts(one) for one in raised])
        return
    rows = [(one.at, one.code, one.station, one.right or "", one.code.sentence) for one in raised]
    cli_output.table("Alarms", ("at", "code", "station", "right", "what happened"), rows)


@app.command()
def serve(
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Beyond loopback only TLS is spoken.")
    ] = "",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="On loopback; 0: any free one.")
    ] = 8600,
    tls: Annotated[bool, typer.Option("--tls", help="TLS on loopback too.")] = False,
    name: Annotated[
        list[str] | None, typer.Option(help="How stations call this hub; for its certificate.")
    ] = None,
    enrol_listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where stations enrol; default: nowhere.")
    ] = "",
    ready_file: Annotated[Path | None, typer.Option(help="Written when listening.")] = None,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Serve stations until SIGTERM; prints one JSON line when listening."""
    from hub import serve as server
    from hub.listening import Address

    at = Address.from_text(listen) if listen else Address("127.0.0.1", port)
    asked = server.Serving(
        listen=at,
        tls=tls or not at.loopback,
        names=name or (),
        enrol_listen=Address.from_text(enrol_listen) if enrol_listen else None,
    )
    server.serve(directory, asked, ready_file)


if __name__ == "__main__":
    main()
