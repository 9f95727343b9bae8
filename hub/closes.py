"""Day closes: a station's book held against the office's, at one place of the station's chain.

By then the office has applied everything the station told before, so both must say the same. A difference is named:
an account by both counts, a card by both outcomes. It is an alarm and changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hub import ledger, schema
from hub.ledger import Place, at_station
from prr.exchange import DayClose

_CLOSES = schema.closes
_DIFFERENCES = schema.close_differences
_REPORTS = schema.reports

NOTHING = "nothing"
# A card under way has left the hopper for the station; the office hears of it only when its end is told.
_TOGETHER = (Place.LOADED, Place.IN_PRINT)
_ALONE = (Place.PRINTED, Place.SPOILED, Place.TEST)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which station and office differ."""

    about: str
    station_says: str
    office_says: str


@dataclass(frozen=True, slots=True)
class Close:
    """A close as the command line shows it."""

    day: date
    station: str
    by: str
    differences: tuple[Difference, ...]

    def words(self) -> str:
        """Say whether both books agree, and if not where."""
        return (
            "; ".join(
                f"{one.about}: station {one.station_says}, office {one.office_says}"
                for one in self.differences
            )
            or "agree"
        )

    def facts(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "day": self.day.isoformat(), "station": self.station, "by": self.by,
            "differences": [
                {"about": d.about, "station": d.station_says, "office": d.office_says}
                for d in self.differences
            ],
        }  # fmt: skip


def keep(
    connection: sa.Connection, station: str, seq: int, told: DayClose, at: datetime
) -> list[Difference]:
    """Store a close with every difference found; returns them."""
    row = {"station": station, "seq": seq, "day": told.day, "by": told.by, "at": at}
    connection.execute(sa.insert(_CLOSES), row)
    found = [*_of_accounts(connection, station, told), *_of_cards(connection, station, told)]
    for number, one in enumerate(found):
        values = {
            "station": station, "seq": seq, "number": number, "about": one.about,
            "station_says": one.station_says, "office_says": one.office_says,
        }  # fmt: skip
        connection.execute(sa.insert(_DIFFERENCES), values)
    return found


def listed(connection: sa.Connection, day: str, station: str) -> Sequence[Close]:
    """Return closes of a day, of a station, or all, oldest first."""
    query = sa.select(_CLOSES).order_by(_CLOSES.c.day, _CLOSES.c.station, _CLOSES.c.seq)
    if day:
        query = query.where(_CLOSES.c.day == date.fromisoformat(day))
    if station:
        query = query.where(_CLOSES.c.station == station)
    return [
        Close(row.day, row.station, row.by, _differences(connection, row.station, row.seq))
        for row in connection.execute(query).all()
    ]


def _differences(connection: sa.Connection, station: str, seq: int) -> tuple[Difference, ...]:
    columns = _DIFFERENCES.c
    query = sa.select(columns.about, columns.station_says, columns.office_says).where(
        columns.station == station, columns.seq == seq
    )
    return tuple(
        Difference(*row) for row in connection.execute(query.order_by(columns.number)).all()
    )


def _of_accounts(connection: sa.Connection, station: str, told: DayClose) -> Iterator[Difference]:
    held = ledger.balances(connection)
    prefix = at_station(station, Place.LOADED).removesuffix(Place.LOADED)
    known = {name for name in held if any(a.startswith(prefix) for a in held[name])}
    for series in sorted(known | told.blanks.keys()):
        here, there = held.get(series, {}), told.blanks.get(series, {})
        for places in (_TOGETHER, *((place,) for place in _ALONE)):
            office = sum(here.get(at_station(station, place), 0) for place in places)
            said = sum(there.get(place, 0) for place in places)
            if office != said:
                yield Difference(f"{series} {'+'.join(places)}", str(said), str(office))
        loaded = there.get(Place.LOADED, 0)
        if told.hopper_count is not None and told.hopper_count != loaded and len(told.blanks) == 1:
            yield Difference(f"{series} hopper by hand", str(told.hopper_count), str(loaded))


def _of_cards(connection: sa.Connection, station: str, told: DayClose) -> Iterator[Difference]:
    columns = _REPORTS.c
    query = sa.select(columns.intent, columns.settled, columns.outcome, columns.blank_uid)
    query = query.where(columns.station == station, columns.day == told.day)
    reported = {
        row.intent: (row.outcome, row.blank_uid)
        for row in connection.execute(query.order_by(columns.intent, columns.settled))
    }
    said = {card.intent: (card.outcome.value, card.blank_uid) for card in told.cards}
    for intent in sorted(reported.keys() | said.keys()):
        ours, theirs = reported.get(intent), said.get(intent)
        if ours is None and theirs is not None and theirs[0] == "IN_DOUBT":
            continue  # under way: nothing of it was told yet
        if ours != theirs:
            uid = next((f" ({one[1]})" for one in (theirs, ours) if one and one[1]), "")
            yield Difference(f"card {intent}{uid}", _word(theirs), _word(ours))


def _word(one: tuple[str, str | None] | None) -> str:
    return NOTHING if one is None else one[0]
