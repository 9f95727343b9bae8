"""The commands about a station's identity: `ktp-hub station code`, `identities`, `revoke`, `stolen`.

Part of `hub.cli`, which registers them; what a command needs is imported in it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.home import Hub
    from hub.stations import NewStation

Dir = Annotated[Path, typer.Option("--dir", envvar="KTP_HUB_DIR", help="The hub's directory.")]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
By = Annotated[str, typer.Option("--by", help="Who asks.")]
Second = Annotated[str, typer.Option("--second", help="Who agrees; somebody else.")]
DEFAULT_DIR = Path("var/hub")
ENROL_PORT_STEP = 1  # the enrolment desk's port beside the stations', unless told


def register(station_app: typer.Typer) -> None:
    """Add the commands to `ktp-hub station`."""
    station_app.command("code")(code)
    station_app.command("identities")(identities_)
    station_app.command("revoke")(revoke)
    station_app.command("stolen")(stolen)


def add(hub: "Hub", directory: Path, new: "NewStation") -> None:
    """Register a station that speaks TLS and print its one-time code."""
    from hub import authority, enrolment, stations

    certificate = authority.read_certificate(directory)
    stations.register(hub, new)
    made = enrolment.new_code(hub, certificate, new.station, new.url, new.printer_uri)
    _tell_code(new.station, new.url, made.text)


def code(
    station: Annotated[str, typer.Argument()],
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Print another one-time code: the first was lost, or the station is set up anew."""
    from hub import authority, enrolment, home

    certificate = authority.read_certificate(directory)
    with home.opened(directory) as hub:
        made, hub_url = enrolment.again(hub, certificate, station)
    _tell_code(station, hub_url, made.text)


def identities_(
    station: Annotated[str, typer.Argument()] = "",
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """List certificates: whose, until when, revoked or not."""
    from dataclasses import asdict

    from hub import cli_output, home, identities

    with home.opened(directory) as hub:
        known = hub.store.read(lambda connection: identities.listed(connection, station or None))
    if json:
        cli_output.as_json([asdict(one) for one in known])
        return
    rows = [
        (one.station, one.sha256[:16], f"{one.not_after:%Y-%m-%d %H:%M}", one.revoked_for or "")
        for one in known
    ]
    cli_output.table("Certificates", ("station", "SHA-256", "until (UTC)", "revoked"), rows)


def revoke(
    station: Annotated[str, typer.Argument()],
    by: By,
    second: Second,
    reason: Annotated[str, typer.Option(help="One word or a few.")] = "REVOKED",
    directory: Dir = DEFAULT_DIR,
) -> None:
    """Take a station's identity back: the hub does not hear it any more. What it holds stays held."""
    from hub import home, identities

    _check(by, second, reason)
    with home.opened(directory) as hub:
        count = identities.revoke(hub, station, by, second, reason)
    typer.echo(
        f"station {station}: {count} certificates revoked. New code: `ktp-hub station code`."
    )


def stolen(
    station: Annotated[str, typer.Argument()],
    by: By,
    second: Second,
    since: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"], help="With zone."),
    ],
    with_names: Annotated[
        Path | None, typer.Option(help="Write the persons to this new file, mode 0600.")
    ] = None,
    directory: Dir = DEFAULT_DIR,
    json: Json = False,
) -> None:
    """Report a stolen station: revoke it, put what it holds in doubt, tell who was on it and until when to say so."""
    from hub import cli_output, home
    from hub import stolen as theft
    from hub.errors import CommandError

    _check(by, second)
    with home.opened(directory) as hub:
        report = theft.declare(hub, station, by, second, since.astimezone(UTC))
        if with_names is not None:
            try:
                theft.write_names(hub, report, with_names)
            except OSError as error:
                raise CommandError(
                    f"{with_names} cannot be made ({error.strerror}): name a new file"
                ) from error
    if json:
        cli_output.as_json(report.facts())
    else:
        typer.echo(theft.words(report), nl=False)


def _tell_code(station: str, hub_url: str, text: str) -> None:
    typer.echo(
        f"Kode sekali pakai untuk {station}, berlaku 24 jam / one-time code, good for 24 hours:\n"
        f"  {text}\n"
        "Di stasiun / at the station:\n"
        f"  ktp-station enrol {station} --hub {_desk_url(hub_url)} --code {text}"
    )


def _desk_url(hub_url: str) -> str:
    """Return where stations enrol: the hub's host, the next port."""
    base, _, port = hub_url.removeprefix("https://").rstrip("/").rpartition(":")
    if not base or not port.isdigit():
        return hub_url
    return f"https://{base}:{int(port) + ENROL_PORT_STEP}"


def _check(*texts: str) -> None:
    if not all(text.isprintable() and 1 <= len(text) <= 64 for text in texts):
        raise typer.BadParameter("give names and reasons of 1 to 64 printable characters")
