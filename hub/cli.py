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

# click's UsageError; newer releases of typer carry a copy of click instead of using it
_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Dir = Annotated[Path, typer.Option("--dir", envvar="KTP_HUB_DIR", help="The hub's directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
DEFAULT_DIR = Path("var/hub")
By = Annotated[str, typer.Option("--by", help="Who asks for it.")]
Second = Annotated[str, typer.Option("--second", help="Who approves it: another person.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the book.")]


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


def _named(value: str) -> str:
    """Check a name of the contract: a station, a site, a series, a record."""
    if value and _NAME.fullmatch(value) is None:
        raise typer.BadParameter("use letters, digits, dot, dash and underscore, at most 64")
    return value


@app.command()
def init(
    directory: Dir = DEFAULT_DIR,
    zone: Annotated[str, typer.Option(help="Time zone of the office.")] = "Asia/Jakarta",
    cap: Annotated[int, typer.Option(min=0, max=1000, help="Cards a printer and day.")] = 200,
    series: Annotated[
        str, typer.Option(help="Default series of blanks.", callback=_named)
    ] = "BLANK",
) -> None:
    """Make a new hub: its store and its signing key."""
    from hub import cli_output, home
    from hub.errors import CommandError

    if zone not in home.ZONES:
        raise CommandError(f"the zone must be one of {', '.join(home.ZONES)}")
    home.init(directory, zone, cap, series)
    cli_output.error_line(f"a new hub is at {directory}: add a station next")


@station_app.command("add")
def station_add(
    station: Annotated[str, typer.Argument(callback=_named)],
    site: Annotated[str, typer.Option(callback=_named, help="The office it prints for.")],
    url: Annotated[str, typer.Option(help="Where it finds the hub.")] = "http://127.0.0.1:8600",
    printer_uri: Annotated[str, typer.Option(help="Its printer.")] = "tcp://127.0.0.1:9100",
    issue_types: Annotated[str, typer.Option(help="Comma-separated; default: all.")] = "",
    state_dir: Annotated[str, typer.Option(help="Where it keeps its store.")] = "var/station",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Register a station and print its configuration; the access key in it is shown only now."""
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
        typer.echo(stations.add(hub, new), nl=False)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files of records, .jsonl or .csv.")],
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Import print-ready records; lines that are refused go to quarantine, the rest goes on."""
    from hub import cli_output, intake

    with _hub(directory) as hub:
        results = [intake.import_file(hub, path) for path in files]
    if json:
        cli_output.as_json([cli_output.import_facts(result) for result in results])
        return
    for result in results:
        cli_output.import_words(result)


@blanks_app.command("receive")
def blanks_receive(
    count: Annotated[int, typer.Option(min=1, max=1_000_000)],
    document: Annotated[str, typer.Option(help="The delivery note.")],
    series: Annotated[str, typer.Option(callback=_named, help="Default: the hub's.")] = "",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Enter blanks that came from the supplier."""
    from hub import service

    with _hub(directory) as hub:
        service.receive_blanks(hub, series or hub.series, count, document)


@blanks_app.command("send")
def blanks_send(
    station: Annotated[str, typer.Option(callback=_named)],
    count: Annotated[int, typer.Option(min=1, max=1_000_000)],
    series: Annotated[str, typer.Option(callback=_named, help="Default: the hub's.")] = "",
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
    record_id: Annotated[str, typer.Argument(callback=_named)],
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
    site: Annotated[str, typer.Argument(callback=_named)],
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
    site: Annotated[str, typer.Argument(callback=_named)], directory: Dir = DEFAULT_DIR
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


@station_app.command("lost")
def station_lost(
    station: Annotated[str, typer.Argument(callback=_named)],
    by: By,
    second: Second,
    reason: Why,
    wait_h: Annotated[int, typer.Option(min=0, help="Hours it must have been silent.")] = 72,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Write a station off: its rights end as LOST, and each record may get another issue number."""
    from hub import decisions

    with _hub(directory) as hub:
        word = decisions.Word(by, second, reason)
        lost = decisions.write_off(hub, station, word, wait_h=wait_h)
    typer.echo(f"{station} is written off; {len(lost)} rights are LOST.")
    for right in lost:
        typer.echo(f"  {right}: ktp-hub reissue {right.record_id} STATION_LOST")


@station_app.command("unlock")
def station_unlock(
    station: Annotated[str, typer.Argument(callback=_named)],
    by: By,
    second: Second,
    reason: Why,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Let a locked station claim and tell again, after people have looked at it."""
    from hub import decisions

    with _hub(directory) as hub:
        decisions.unlock(hub, station, decisions.Word(by, second, reason))
    typer.echo(f"{station} may claim and tell again.")


@app.command()
def restored(by: By, second: Second, reason: Why, directory: Dir = DEFAULT_DIR) -> None:
    """Say that this hub's store was put back from a copy: no right is granted before all stations were heard."""
    from hub import decisions

    with _hub(directory) as hub:
        epoch = decisions.declare_restored(hub, decisions.Word(by, second, reason))
    typer.echo(f"epoch {epoch} has begun: see `ktp-hub awaited`")


@app.command()
def awaited(directory: Dir = DEFAULT_DIR, json: Json = False) -> None:
    """List the stations a restored hub has not heard yet; it grants nothing while there are any."""
    from hub import cli_output, epochs

    with _hub(directory) as hub:
        names = hub.store.read(epochs.awaited)
    if json:
        cli_output.as_json(names)
        return
    typer.echo("\n".join(names) if names else "every station was heard: rights are granted")


@app.command()
def reissue(
    record_id: Annotated[str, typer.Argument(callback=_named)],
    cause: Annotated[str, typer.Argument(help="DAMAGED, LOST_BY_HOLDER, DATA_ERROR, …")],
    by: By,
    second: Second,
    reason: Why,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Decide on another card for a record whose last issue has ended: issue number + 1."""
    from hub import decisions

    if cause not in set(decisions.ReissueReason):
        raise typer.BadParameter(f"the cause is one of {', '.join(decisions.ReissueReason)}")
    cause_word = decisions.ReissueReason(cause)
    with _hub(directory) as hub:
        right = decisions.reissue(hub, record_id, cause_word, decisions.Word(by, second, reason))
    waits = "import the new version under it" if cause_word.needs_new_data else "it is READY"
    typer.echo(f"{right} was decided: {waits}.")


@app.command("certify-profile")
def certify_profile(
    measured: Annotated[Path, typer.Argument(help="What `ktp-printer certify` wrote.")],
    by: By,
    out: Annotated[Path, typer.Option(help="The signed profile, for the stations.")],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Sign a measured printer profile: stations rely on it from then on. Read what is shown first."""
    from hub import certificates, cli_output

    with _hub(directory) as hub:
        word = certificates.certify(hub, certificates.read_measured(measured), _named(by))
    certificates.write(word, out)
    cli_output.table("Profile", ("fact", "value", "how"), certificates.rows(word))


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
    host: Annotated[str, typer.Option(help="A loopback address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8600,
    ready_file: Annotated[Path | None, typer.Option(help="Written when listening.")] = None,
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Serve stations over HTTP until SIGTERM; prints one JSON line when listening."""
    from hub import serve as server

    server.serve(directory, host, port, ready_file)


if __name__ == "__main__":
    main()
