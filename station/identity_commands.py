"""The commands about this station's identity: `ktp-station enrol` and `renew`. Registered by `station.cli`."""

from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CONFIG_DEFAULT, ConfigOption

STATE_DIR_DEFAULT = Path("/var/lib/ktp-station")


def register(app: typer.Typer) -> None:
    """Add the commands to `ktp-station`."""
    app.command("enrol")(enrol)
    app.command("renew")(renew)


def enrol(
    station: Annotated[str, typer.Argument(help="The name the office gave this station.")],
    hub: Annotated[str, typer.Option(help="Where the hub enrols: https://HOST:PORT.")],
    code: Annotated[str, typer.Option(help="The one-time code, as printed.", prompt=True)],
    ca_fingerprint: Annotated[
        str | None, typer.Option(help="Whole SHA-256 of the office's CA certificate.")
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option(help="Seal the keys into this folder, as /etc/credstore.encrypted."),
    ] = None,
    state_dir: Annotated[
        Path, typer.Option(help="Where the station keeps its store.")
    ] = STATE_DIR_DEFAULT,
    config: ConfigOption = CONFIG_DEFAULT,
) -> None:
    """Enrol this machine at the office's hub: makes its keys here, gets its certificate and configuration."""
    from station import enrolment

    place = enrolment.Place(config, state_dir.absolute(), credentials)
    certificate = enrolment.enrol(station, hub.rstrip("/"), code, place, ca_fingerprint)
    until = certificate.not_valid_after_utc
    typer.echo(f"{station}: terdaftar / enrolled; {config}; sampai / until {until:%Y-%m-%d}")


def renew(config: ConfigOption = CONFIG_DEFAULT) -> None:
    """Renew this station's certificate now; the courier does it by itself in the last third of its life."""
    from station import hub_line
    from station.clock import SystemClock
    from station.config import load
    from station.errors import ConfigError

    settings = load(config)
    if not settings.hub.url.startswith("https://"):
        raise ConfigError(f"{config}: hub.url is plain http: there is no certificate to renew")
    line = hub_line.CertifiedLine(settings, SystemClock())
    try:
        line.renew()
    finally:
        line.close()
    typer.echo(f"{settings.station.id}: diperbarui / renewed")
