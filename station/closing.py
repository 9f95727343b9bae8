"""The close of a day: the station's book as it stands, told to the office at its place in the chain.

The office holds it against its own book, which by then has applied everything told before, so the two must agree; where
they don't, the office names each blank. A day that nobody closed is closed by the clock when the next one begins.
"""

from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prr.exchange import ClosedCard, DayClose, Zone
from station import events, outbox
from station.database import Transaction

CLOCK = "clock"


def close(
    tx: Transaction, station: str, day: date, zone: Zone, by: str, at: datetime,
    key: Ed25519PrivateKey, *, hopper_count: int | None = None,
) -> DayClose:  # fmt: skip
    """Close a day; closing it again after more cards were made is another close."""
    cards = tuple(
        ClosedCard(
            intent=row["intent"], outcome=row["outcome"], series=row["series"],
            blank_uid=row["blank_uid"],
        )
        for row in tx.all("cards_of_day", day=day.isoformat())
    )  # fmt: skip
    events.note(
        tx, at, "day.closed", day=day.isoformat(), people=[by], cards=len(cards),
        hopper_count=hopper_count,
    )  # fmt: skip
    made = DayClose(
        day=day, zone=zone, by=by, hopper_count=hopper_count, blanks=_blanks(tx), cards=cards,
        log=events.head(tx, key),
    )  # fmt: skip
    outbox.tell(tx, station, at, made)
    last = cards[-1].intent if cards else 0
    tx.run("day_closed", day=day.isoformat(), who=by, at=at.isoformat(), intent_last=last)
    return made


def close_overdue(
    tx: Transaction, station: str, today: date, zone: Zone, at: datetime, key: Ed25519PrivateKey
) -> int:
    """Close the days before today on which cards were made after their last close; returns how many."""
    days = [date.fromisoformat(row["day"]) for row in tx.all("days_open", today=today.isoformat())]
    for day in days:
        close(tx, station, day, zone, CLOCK, at, key)
    return len(days)


def _blanks(tx: Transaction) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for row in tx.all("blanks_by_series"):
        counts.setdefault(row["series"], {})[row["place"]] = row["count"]
    return counts
