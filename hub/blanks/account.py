"""Accounts as people write them: `STOCK`, `P1` for a station's stock, `P1:SPOILED`, `office:1671:LENT`."""

import sqlalchemy as sa

from hub import schema
from hub.errors import CommandError, StationUnknownError
from hub.ledger import NAMED_PLACES, STATION_PLACES, Place, at_named, at_station

OFFICE = "KANTOR"  # the site that is the office itself
_ONE = frozenset({Place.STOCK, Place.MISSING, Place.RETURNED, Place.DESTROYED})


def of_words(connection: sa.Connection, words: str) -> str:
    """Return the account that a clerk means.

    Raises:
        StationUnknownError: there is no such station.
        CommandError: it is no place that blanks can be taken from or put to.
    """
    if words in _ONE:
        return words
    prefix, _, rest = words.partition(":")
    if prefix in NAMED_PLACES.values() and rest:
        place = next(place for place, named in NAMED_PLACES.items() if named == prefix)
        return at_named(place, rest.removesuffix(f":{place}"))
    if rest and rest not in STATION_PLACES:
        raise CommandError(
            f"no place of a station is called so: use one of {', '.join(sorted(STATION_PLACES))}"
        )
    known = sa.select(schema.stations.c.id).where(schema.stations.c.id == prefix)
    if connection.execute(known).first() is None:
        raise StationUnknownError(f"no station {prefix} is here: `ktp-hub station` lists them")
    return at_station(prefix, Place(rest or Place.STOCK))


def station_of(account: str) -> str | None:
    """Return the station that an account belongs to, or None."""
    prefix, _, rest = account.partition(":")
    return rest.rpartition(":")[0] if prefix == "station" else None


def sites(connection: sa.Connection) -> dict[str, str]:
    """Return each station's site."""
    stations = schema.stations.c
    return {row.id: row.site for row in connection.execute(sa.select(stations.id, stations.site))}


def site_of(account: str, site_of_station: dict[str, str]) -> str:
    """Return the site an account lies at; what is no station's is the office's."""
    station = station_of(account)
    return OFFICE if station is None else site_of_station.get(station, OFFICE)
