"""The close of a day: the station's book as it stands, told to the office at its place in the chain.

The office holds it against its own book, which by then has applied everything told before, so the two must agree; where
they don't, the office names each blank. A day that nobody closed is closed by the clock when the next one begins.
"""

from datetime import date, datetime

from prr.exchange import ClosedCard, DayClose, Zone
from station import events, outbox, tally
from station.database import Transaction

CLOCK = "clock"


def close(
    tx: Transaction, station: str, day: date, zone: Zone, by: str, at: datetime, *,
    hopper_count: int | None = None,
) -> DayClose:  # fmt: skip
    """Close a day; closing it again after more cards were made is another close.

    A printer whose own count does not fit is locked. The key that signs the event log is not needed: the courier has
    it, and signs next.
    """
    cards = tuple(
        ClosedCard(
            intent=row["intent"], outcome=row["outcome"], series=row["series"],
            blank_uid=row["blank_uid"],
        )
        for row in tx.all("cards_of_day", day=day.isoformat())
    )  # fmt: skip
    tallies = tally.of_day(tx, day)
    tally.lock_where_wrong(tx, day, tallies, at)
    events.note(
        tx, at, events.DAY_CLOSED, day=day.isoformat(), people=[by], cards=len(cards),
        hopper_count=hopper_count,
    )  # fmt: skip
    made = DayClose(
        day=day, zone=zone, by=by, hopper_count=hopper_count, blanks=_blanks(tx), cards=cards,
        tallies=tallies, log=events.place(tx),
    )  # fmt: skip
    outbox.tell(tx, station, at, made)
    last = cards[-1].intent if cards else 0
    tx.run("day_closed", day=day.isoformat(), who=by, at=at.isoformat(), intent_last=last)
    return made


def close_overdue(tx: Transaction, station: str, today: date, zone: Zone, at: datetime) -> int:
    """Close the days before today on which cards were made after their last close; returns how many."""
    days = [date.fromisoformat(row["day"]) for row in tx.all("days_open", today=today.isoformat())]
    for day in days:
        close(tx, station, day, zone, CLOCK, at)
    return len(days)


def _blanks(tx: Transaction) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for row in tx.all("blanks_by_series"):
        counts.setdefault(row["series"], {})[row["place"]] = row["count"]
    return counts
