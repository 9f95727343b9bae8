"""Day closes: a station's book held against the office's, at one place of the station's chain.

By then the office has applied everything the station told before, so both must say the same. A difference is named:
an account by both counts, a card by both outcomes, a printer by how far its counter moved and the cards it made. It is
an alarm and changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hub import ledger, schema
from hub.ledger import Place, at_station
from prr.exchange import DayClose, Outcome, Tally

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
    log: str  # SEQ:SHA256, how far the station's event log went: what tools/check-events takes as --head
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
            "day": self.day.isoformat(), "station": self.station, "by": self.by, "log": self.log,
            "differences": [
                {"about": d.about, "station": d.station_says, "office": d.office_says}
                for d in self.differences
            ],
        }  # fmt: skip


def keep(
    connection: sa.Connection, station: str, seq: int, told: DayClose, at: datetime
) -> list[Difference]:
    """Store a close with every difference found; returns them."""
    log = "" if told.log is None else f"{told.log.seq}:{told.log.head_sha256}"
    row = {"station": station, "seq": seq, "day": told.day, "by": told.by, "at": at, "log": log}
    connection.execute(sa.insert(_CLOSES), row)
    found = [
        *_of_accounts(connection, station, told), *_of_cards(connection, station, told),
        *_of_printers(connection, station, told),
    ]  # fmt: skip
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
        Close(row.day, row.station, row.by, row.log, _differences(connection, row.station, row.seq))
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
    loaded = sum(places.get(Place.LOADED, 0) for places in told.blanks.values())
    if told.hopper_count is not None and told.hopper_count != loaded:
        yield Difference("hopper by hand", str(told.hopper_count), str(loaded))


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


def _of_printers(connection: sa.Connection, station: str, told: DayClose) -> Iterator[Difference]:
    """Hold each printer's own count against the station's cards, and those against what was reported here."""
    for tally in told.tallies:
        name = f"printer {tally.printer_serial}"
        if not tally.fits:
            cards = f"{tally.cards_min} to {tally.cards_max} cards"
            yield Difference(f"{name} counter", f"moved by {tally.moved}", cards)
        reported = _cards_reported(connection, station, told.day, tally)
        if reported != tally.cards_max:
            yield Difference(f"{name} cards", str(tally.cards_max), str(reported))


def _cards_reported(connection: sa.Connection, station: str, day: date, tally: Tally) -> int:
    """Count the cards of a tally by their reports: all but those that were said not to be printed."""
    columns = _REPORTS.c
    query = sa.select(columns.intent, columns.outcome).where(
        columns.station == station, columns.printer_serial == tally.printer_serial,
        columns.day == day, columns.intent.between(tally.intent_first, tally.intent_last),
    )  # fmt: skip
    last = {row.intent: row.outcome for row in connection.execute(query.order_by(columns.settled))}
    return sum(outcome != Outcome.NOT_PRINTED for outcome in last.values())


def _word(one: tuple[str, str | None] | None) -> str:
    return NOTHING if one is None else one[0]
