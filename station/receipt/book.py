"""What the store knows of the things slips tell: whether a card was printed here, and how a day was closed."""

from datetime import date, datetime

from prr.exchange import DayClose, OutboxEntry
from prr.record import Right
from station.database import Transaction
from station.errors import DecisionError
from station.jobs import RightState

_MADE = (RightState.PRINTED, RightState.SHREDDED)


def check_printed(tx: Transaction, right: Right) -> None:
    """See that this station's book says the card is good.

    Raises:
        DecisionError: it was not printed here, or its end is in doubt.
    """
    row = tx.one("right_of", record_id=right.record_id, issue_no=right.issue_no)
    if row is None or row["state"] not in _MADE:
        raise DecisionError(
            f"{right} was not printed here, so there is nothing to hand over: see `ktp-station queue`"
        )


def last_close(tx: Transaction, day: date) -> tuple[DayClose, datetime]:
    """Return the last close of a day as it was told to the office, and when that was.

    Raises:
        DecisionError: the day was not closed here.
    """
    row = tx.one("outbox_close", day=day.isoformat())
    if row is None:
        raise DecisionError(f"{day} was not closed here: `ktp-station close --by NAME` closes it")
    entry = OutboxEntry.model_validate_json(row["document"])
    assert isinstance(entry.body, DayClose)
    return entry.body, entry.at
