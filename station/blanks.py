"""Blanks with a name: where each is, and which one will be fed.

Theory of operation. A blank's name is the number of its chip. Each move of one blank in the station's book may carry
it; the blank is where its last move went. A hopper with several blanks feeds in an order that nobody here knows, so an
intent has its blank's name only where there is no choice: the named blank was put in last, and it is the only one in.
The blank of any other card is named when the card is read, in a doubt; else never, and it is counted.

The laws stand in the schema a second time (0007_named_blanks.sql).
"""

from datetime import datetime
from enum import StrEnum

from station.database import Row, Transaction
from station.errors import DecisionError


class Place(StrEnum):
    """Where a named blank was seen last."""

    OUTSIDE = "OUTSIDE"
    LOADED = "LOADED"
    IN_PRINT = "IN_PRINT"
    PRINTED = "PRINTED"
    SPOILED = "SPOILED"
    TEST = "TEST"


def last_seen(tx: Transaction, uid: str) -> Row | None:
    """Return the last move of a named blank (target, series, intent, who, at), None where it was never read here."""
    return tx.one("blank_last", blank_uid=uid)


def alone(tx: Transaction, series: str) -> str | None:
    """Return the name of the blank that will be fed next, None where nobody can know."""
    row = tx.one("blank_alone", series=series)
    return None if row is None else row["blank_uid"]


def put_in(tx: Transaction, series: str, uids: tuple[str, ...], by: str, at: datetime) -> None:
    """Book named blanks put into the printer.

    Raises:
        DecisionError: one is told twice, is in already, or has been used.
    """
    if len(set(uids)) != len(uids):
        raise DecisionError("a blank was read twice: nothing was booked, read each one once")
    for uid in uids:
        check_unused(tx, uid)
        _move(tx, series, Place.OUTSIDE, Place.LOADED, uid, by, at)


def take_out(tx: Transaction, series: str, uids: tuple[str, ...], by: str, at: datetime) -> None:
    """Book named blanks taken out of the printer.

    Raises:
        DecisionError: one is not in.
    """
    for uid in uids:
        row = last_seen(tx, uid)
        if row is None or row["target"] != Place.LOADED or row["series"] != series:
            raise DecisionError(f"blank {uid} is not booked as loaded: see `ktp-station blank`")
        _move(tx, series, Place.LOADED, Place.OUTSIDE, uid, by, at)


def check_unused(tx: Transaction, uid: str) -> None:
    """Refuse a blank that is in the printer or on a card.

    Raises:
        DecisionError: it is.
    """
    row = last_seen(tx, uid)
    if row is None or row["target"] == Place.OUTSIDE:
        return
    if row["target"] == Place.LOADED:
        raise DecisionError(
            f"blank {uid} was loaded at {row['at']} and not taken out with --read: look whether it is "
            "printed; if not, load it without --read, counted and not named"
        )
    raise DecisionError(
        f"card {uid} is no blank any more: it was used for intent {row['intent']} ({row['target']})"
    )


def check_card_of(tx: Transaction, intent: Row, uid: str) -> None:
    """Hold a card that was read against the intent it is said to be of.

    Raises:
        DecisionError: it is another card.
    """
    known = intent["blank_uid"]
    if known is not None and known != uid:
        raise DecisionError(
            f"the card read is {uid}, intent {intent['intent']} went on {known}: lay that one on the reader"
        )
    row = last_seen(tx, uid)
    if known is None and row is not None and row["series"] != intent["series"]:
        raise DecisionError(f"blank {uid} is of series {row['series']}: it is another card")
    if known is None and row is not None and row["target"] != Place.LOADED:
        used = "taken out of the printer" if row["intent"] is None else f"of intent {row['intent']}"
        raise DecisionError(
            f"card {uid} is {used} ({row['target']}), so it is not intent {intent['intent']}'s"
        )


def rights_on(tx: Transaction, uid: str) -> list[str]:
    """Return the held rights that must go on a blank."""
    rows = tx.all("rights_on_blank", blank_uid=uid)
    return [f"{row['record_id']}/{row['issue_no']}" for row in rows]


def _move(
    tx: Transaction, series: str, source: Place, target: Place, uid: str, by: str, at: datetime
) -> None:
    tx.run(
        "blank_move_named", series=series, source=source, target=target, intent=None, who=by,
        at=at.isoformat(), blank_uid=uid,
    )  # fmt: skip
