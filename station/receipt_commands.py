"""The commands about slips: `ktp-station receipt status|hand-over|waiting|close`. Registered by `station.cli`.

Exit codes are sysexits': 75 nothing was sent, mend it and try again; 74 a slip was cut short, look at the paper first;
77 there is nothing to tell on a slip; 78 no receipt printer is configured.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from station.command_options import CONFIG_DEFAULT, ConfigOption, JsonOption

if TYPE_CHECKING:
    from drivers.escpos.status import StatusBytes

DeadlineS = Annotated[
    float,
    typer.Option("--deadline", min=0.1, max=600, help="Seconds a slip may take to be printed."),
]
AnswerS = Annotated[
    float, typer.Option("--answer", min=0.1, max=60, help="Seconds a status may take to come.")
]
SLIP_S, ANSWER_S = 20.0, 2.0

receipt = typer.Typer(
    no_args_is_help=True,
    help="Struk: tanda terima, nomor antrean, tutup hari. / Slips for the counter.",
)


def register(app: typer.Typer) -> None:
    """Add the commands to `ktp-station`."""
    app.add_typer(receipt, name="receipt")


@receipt.command()
def status(
    config: ConfigOption = CONFIG_DEFAULT,
    as_json: JsonOption = False,
    answer_s: AnswerS = ANSWER_S,
) -> None:
    """Ask the receipt printer how it stands; exit code 75 where it takes no slip now."""
    from station.config import load
    from station.receipt.counter import ReceiptCounter

    found = ReceiptCounter.of(load(config), answer_s, SLIP_S).status()
    facts = {
        "state": found.status.state.name.lower(),
        "paper": found.paper.value,
        "reasons": sorted(map(str, found.status.reasons)),
        "device_words": found.status.device_words,
    }
    print(json.dumps(facts) if as_json else _words(found))
    if found.status.errors:
        raise typer.Exit(os.EX_TEMPFAIL)


@receipt.command("hand-over")
def hand_over(
    record: str,
    by: Annotated[str, typer.Option("--by", help="Name of the person who hands over.")],
    issue: Annotated[int, typer.Option(min=1, max=99)] = 1,
    nik_end: Annotated[
        str, typer.Option(help="Last four digits of the NIK, as they stand on the card.")
    ] = "",
    config: ConfigOption = CONFIG_DEFAULT,
    slip_s: DeadlineS = SLIP_S,
    answer_s: AnswerS = ANSWER_S,
) -> None:
    """Print the slip of a card handed over (tanda terima); the card must have been printed here."""
    from pydantic import ValidationError

    from prr.record import Right

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", by):
        raise typer.BadParameter("a name is letters, digits, dot, dash: the person's short sign")
    if nik_end and not re.fullmatch(r"[0-9]{4}", nik_end):
        raise typer.BadParameter("of a NIK only the last four digits go on a slip")
    try:
        right = Right(record_id=record, issue_no=issue)
    except ValidationError as error:
        raise typer.BadParameter("RECORD is a record's number, as in the queue") from error
    with _open(config, answer_s, slip_s) as at:
        _printed(at.counter.hand_over(at.database, at.clock, right, by, nik_end))


@receipt.command()
def waiting(
    number: Annotated[str, typer.Argument(help="The number, such as A-017.")],
    service: Annotated[str, typer.Option(help="What for, or which counter.")] = "",
    config: ConfigOption = CONFIG_DEFAULT,
    slip_s: DeadlineS = SLIP_S,
    answer_s: AnswerS = ANSWER_S,
) -> None:
    """Print a waiting number (nomor antrean)."""
    if not re.fullmatch(r"[A-Za-z]{0,2}-?[0-9]{1,4}", number):
        raise typer.BadParameter("NUMBER is up to two letters and four digits, such as A-017")
    if not service.isprintable() or len(service) > 48:
        raise typer.BadParameter("a service is at most 48 printable characters")
    with _open(config, answer_s, slip_s) as at:
        _printed(at.counter.waiting(at.database, at.clock, number.upper(), service))


@receipt.command()
def close(
    day: Annotated[str, typer.Option(help="YYYY-MM-DD; today without it.")] = "",
    config: ConfigOption = CONFIG_DEFAULT,
    slip_s: DeadlineS = SLIP_S,
    answer_s: AnswerS = ANSWER_S,
) -> None:
    """Print the close of a day (tutup hari) as it was told to the office; closes nothing."""
    try:
        wanted = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise typer.BadParameter("a day is YYYY-MM-DD") from error
    with _open(config, answer_s, slip_s) as at:
        _printed(at.counter.close(at.database, at.clock, wanted))


@dataclass(frozen=True, slots=True)
class _Open:
    counter: Any
    database: Any
    clock: Any


@contextmanager
def _open(path: Path, answer_s: float, slip_s: float) -> Iterator[_Open]:
    """Open configuration and store; the receipt printer is looked for first."""
    from station.clock import SystemClock
    from station.config import load
    from station.database import Database
    from station.receipt.counter import ReceiptCounter

    config = load(path)
    counter = ReceiptCounter.of(config, answer_s, slip_s)
    database = Database.in_folder(config.store_path, station=config.station.id)
    try:
        yield _Open(counter, database, SystemClock())
    finally:
        database.close()


def _printed(found: "StatusBytes") -> None:
    from drivers.escpos.status import Paper

    print("tercetak / printed")
    if found.paper is Paper.NEAR_END:
        print("kertas hampir habis / the paper is near its end")


def _words(found: "StatusBytes") -> str:
    from drivers.escpos.status import Paper

    paper = {
        Paper.ADEQUATE: "kertas cukup / paper adequate",
        Paper.NEAR_END: "kertas hampir habis / paper near its end",
        Paper.END: "kertas habis / out of paper",
        Paper.UNKNOWN: "kertas tidak diketahui / paper unknown",
    }[found.paper]
    state = "berhenti / stopped" if found.status.errors else "siap / ready"
    reasons = ", ".join(sorted(reason.keyword for reason in found.status.reasons))
    return f"{state}: {paper}" + (f" ({reasons})" if reasons else "")
