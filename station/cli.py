"""`ktp-station`: run the daemon, look at it, and say what people have done. Exit codes are those of sysexits."""

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from prr.exchange import SpoilReason
from station import identity_commands, reader_commands, receipt_commands
from station.command_options import CONFIG_DEFAULT, ConfigOption, JsonOption
from station.config import Config, load
from station.errors import (
    ConfigError,
    DecisionError,
    ReceiptCutShortError,
    StationError,
    StoreError,
)
from station.jobs import Decision

if TYPE_CHECKING:
    from datetime import date

EX_USAGE, EX_DATAERR, EX_SOFTWARE, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 64, 65, 70, 75, 77, 78
EX_IOERR = 74
EXIT_CODES: tuple[tuple[type[Exception], int], ...] = (
    (ConfigError, EX_CONFIG),
    (StoreError, EX_IOERR),
    (DecisionError, EX_NOPERM),
    (ReceiptCutShortError, EX_IOERR),
    (StationError, EX_TEMPFAIL),
)

app = typer.Typer(
    help="Cetak KTP-el tepat satu kali. / Prints each KTP-el record exactly once.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
identity_commands.register(app)
receipt_commands.register(app)
reader_commands.register(app)

ByOption = Annotated[str, typer.Option("--by", help="Name of the person who says so.")]


def main() -> None:
    """Run the command line; an operating error is one sentence, never a traceback."""
    try:
        app()
    except StationError as error:
        _fail(error)


def _fail(error: Exception) -> NoReturn:
    print(f"ktp-station: {error}", file=sys.stderr)
    sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))


@app.command()
def run(
    config: ConfigOption = CONFIG_DEFAULT,
    only: Annotated[str | None, typer.Option(help="press or courier; both without it.")] = None,
) -> None:
    """Run the daemon until SIGTERM; the card in the printer is finished first."""
    from station import log
    from station.daemon import ROLES, Daemon

    if only is not None and only not in ROLES:
        raise typer.BadParameter(f"--only takes {' or '.join(ROLES)}")
    settings = load(config)
    log.configure(settings.log.level)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold records and keys
    os.umask(0o007)  # the roles share the store through their group; nobody else reads it
    Daemon(settings, ROLES if only is None else (only,)).run()


@app.command()
def status(config: ConfigOption = CONFIG_DEFAULT, as_json: JsonOption = False) -> None:
    """Tell what the station is doing and, where it stands still, why and what to do."""
    from station import facts, screen
    from station.clock import SystemClock

    with _station(config) as (settings, database):
        told = facts.status(settings, database, SystemClock())
    print(json.dumps(told)) if as_json else screen.show_status(told)


@app.command()
def queue(
    config: ConfigOption = CONFIG_DEFAULT,
    count: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the records held here, in the order they will be printed."""
    from station import facts, screen

    with _station(config) as (_, database):
        told = facts.queue(database, count)
    print(json.dumps(told)) if as_json else screen.show_queue(told)


# Without this `-5`, blanks taken out, would be taken for an option.
@app.command(name="load", context_settings={"ignore_unknown_options": True})
def load_blanks(
    count: Annotated[
        int, typer.Argument(min=-1000, max=1000, help="Blanks put in; negative: taken out.")
    ],
    by: ByOption,
    read: reader_commands.ReadOption = False,
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Book blanks put into the printer; with --read each is named by its chip before it is put in."""
    if count == 0:
        raise typer.BadParameter("COUNT is not zero")
    sign = _name(by)
    with _desk(config) as desk:
        uids: tuple[str, ...] = ()
        if read:
            check = {"check": desk.check_unused} if count > 0 else {}
            uids = reader_commands.read(load(config), abs(count), **check)
        print(f"loaded: {desk.load(count, sign, uids)}")


@app.command()
def approve(
    record: str, by: ByOption, issue: int = 1, config: ConfigOption = CONFIG_DEFAULT
) -> None:
    """Let a held record be printed: at the counter, after a spoiled card, after it was set aside."""
    from prr.record import Right

    with _desk(config) as desk:
        desk.approve(Right(record_id=record, issue_no=issue), _name(by))


@app.command()
def unlock(
    by: ByOption,
    second: Annotated[str, typer.Option(help="Name of the second person.")],
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Unlock the printer after two people have counted the cards."""
    with _desk(config) as desk:
        print(f"unlocked: {desk.unlock((_name(by), _name(second)))}")


@app.command(name="test-card")
def ask_test_card(by: ByOption, config: ConfigOption = CONFIG_DEFAULT) -> None:
    """Ask the running press for a test card; it takes a blank and counts against the cap."""
    with _desk(config) as desk:
        print(f"request: {desk.ask_test_card(_name(by))}")


@app.command()
def resolve(
    intent: int,
    decision: Decision,
    by: ByOption,
    second: Annotated[str | None, typer.Option(help="Name of the second person.")] = None,
    reason: Annotated[SpoilReason | None, typer.Option(help="What spoiled the card.")] = None,
    read: reader_commands.ReadOption = False,
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Say what became of a card in doubt, after looking at it; --read proves which card was looked at."""
    if decision is Decision.SPOILED and reason is None:
        raise typer.BadParameter(f"a spoiled card needs --reason {'|'.join(SpoilReason)}")
    people = (_name(by),) if second is None else (_name(by), _name(second))
    with _desk(config) as desk:
        uid = reader_commands.read(load(config), 1)[0] if read else None
        desk.resolve(intent, decision, people, reason, uid)


@app.command()
def release(
    record: str,
    by: ByOption,
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    issue: int = 1,
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Give a record that is held here unprinted back to the office."""
    from prr.record import Right

    with _desk(config) as desk:
        desk.release(Right(record_id=record, issue_no=issue), _name(by), _reason(reason))


@app.command()
def count(
    found: Annotated[int, typer.Argument(min=0, max=1000, help="Blanks in the hopper.")],
    by: ByOption,
    second: Annotated[str | None, typer.Option(help="Name of the second person.")] = None,
    reason: Annotated[str, typer.Option(help="Where the difference comes from.")] = "",
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Hold a hand count of the hopper against the book; two people with a reason book the difference."""
    with _desk(config) as desk:
        if second is not None:
            people = (_name(by), _name(second))
            print(f"difference: {desk.count(found, people, _reason(reason))}")
            return
        loaded = desk.loaded()
    print(f"counted: {found}  book: {loaded}  difference: {found - loaded}")
    if found != loaded:
        _fail(
            DecisionError(
                "look for the cards first; then the same with --second NAME and --reason TEXT books it"
            )
        )


@app.command(name="return")
def give_back(
    count: Annotated[int, typer.Argument(min=1, max=1000, help="Blanks taken out of the hopper.")],
    by: ByOption,
    second: Annotated[str, typer.Option(help="Name of the second person.")],
    reason: Annotated[str, typer.Option(help="Why they go back.")],
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Book blanks that go back to the supplier: recalled, unusable, too many."""
    with _desk(config) as desk:
        people = (_name(by), _name(second))
        print(f"loaded: {desk.give_back(count, people, _reason(reason))}")


@app.command(name="close")
def close_day(
    by: ByOption,
    found: Annotated[
        int | None, typer.Option("--count", min=0, max=1000, help="Blanks in the hopper.")
    ] = None,
    day: Annotated[str, typer.Option(help="YYYY-MM-DD; today without it.")] = "",
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Close the day: the book as it stands goes to the office, which compares it with its own."""
    from station import screen

    with _desk(config) as desk:
        told = desk.close(_day(day) if day else None, _name(by), found)
        loaded = desk.loaded()
    for series, places in told.blanks.items():
        print(f"{series}: " + "  ".join(f"{place} {n}" for place, n in places.items()))
    print(f"{told.day}: {len(told.cards)} kartu / cards")
    for tally in told.tallies:
        print(screen.tally_words(tally))
    if found is not None and found != loaded:
        print(f"hopper: {found} counted, {loaded} in the book: see `ktp-station count`")


@app.command()
def events(
    export: Annotated[Path, typer.Option(help="File to write, one event a line.")],
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Write the event log to a file that `tools/check-events` can check."""
    from station.events import exported

    with _station(config) as (_, database), database.read() as tx, export.open("w") as file:
        file.writelines(f"{line}\n" for line in exported(tx))


@app.command(name="check-config")
def check_config(config: ConfigOption = CONFIG_DEFAULT) -> None:
    """Check the configuration, the layout, the printer's driver and the installed packages."""
    from drivers.errors import PrinterError
    from drivers.registry import driver_for
    from drivers.uri import parse_uri
    from station import packages, profile
    from station.layout import Layout

    settings = load(config)
    packages.check_ours()
    Layout.load(settings.press.layout)
    profile.configured(settings)
    try:
        driver_for(settings.printer.uri, settings.printer.driver)
    except PrinterError as error:
        raise ConfigError(f"{config}: printer: {error}") from error
    try:
        if settings.receipt.device:
            parse_uri(settings.receipt.device)
    except PrinterError as error:
        raise ConfigError(f"{config}: receipt: {error}") from error
    print(f"{config}: baik / good")


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option("--dir", help="Where the demo lives; emptied first.")
    ] = Path("var/demo"),
    cards: Annotated[int, typer.Option(min=1, max=200)] = 12,
    speed: Annotated[float, typer.Option(min=1, help="Times faster than the machine.")] = 100.0,
    usb: Annotated[bool, typer.Option("--usb", help="Over USB instead of TCP.")] = False,
) -> None:
    """Run hub, printer emulator and station as real processes and print a sample."""
    from station.demo.show import Show

    sys.exit(Show(folder, cards, speed, usb=usb).run())


def _name(text: str) -> str:
    """Check a person's sign: letters and digits, as it goes into the ledger."""
    import re

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise typer.BadParameter("a name is letters, digits, dot, dash: the person's short sign")
    return text


def _reason(text: str) -> str:
    """Check a reason as it goes into the book: one short line."""
    if not text.isprintable() or not 1 <= len(text) <= 120:
        raise typer.BadParameter("give a reason of 1 to 120 printable characters")
    return text


def _day(text: str) -> "date":
    """Read a day as it is written in the book."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a day is YYYY-MM-DD") from error


@contextmanager
def _station(path: Path) -> Iterator[tuple[Config, Any]]:
    """Open configuration and store; the store must exist unless the daemon makes it."""
    from station.database import Database

    config = load(path)
    database = Database.in_folder(config.store_path, station=config.station.id)
    try:
        yield config, database
    finally:
        database.close()


@contextmanager
def _desk(path: Path) -> Iterator[Any]:
    from station.clock import SystemClock
    from station.desk import Desk

    with _station(path) as (config, database):
        yield Desk(config, database, SystemClock())
