"""What people must look at: told by a station or seen by the hub, never settled by a program.

An alarm changes nothing of a right. It is a row that stays; its sentence names rights and stations, never persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from hub import schema


class AlarmCode(StrEnum):
    """The kinds of alarm."""

    CLAIM_KEY_CONFLICT = "CLAIM_KEY_CONFLICT"
    OUTBOX_FORK = "OUTBOX_FORK"
    OTHER_FENCE = "OTHER_FENCE"
    NOT_THE_HOLDER = "NOT_THE_HOLDER"
    RIGHT_UNKNOWN = "RIGHT_UNKNOWN"
    SECOND_PRINTED = "SECOND_PRINTED"
    PRINTED_AFTER_REVOKE = "PRINTED_AFTER_REVOKE"
    CARD_NOT_HELD = "CARD_NOT_HELD"
    INTENT_SETTLED = "INTENT_SETTLED"
    RELEASE_REFUSED = "RELEASE_REFUSED"
    BLANKS_NOT_BOOKED = "BLANKS_NOT_BOOKED"
    PRINTER_AT_TWO_STATIONS = "PRINTER_AT_TWO_STATIONS"
    HUB_RESTORED = "HUB_RESTORED"
    STATION_COPIED = "STATION_COPIED"
    LOST_TURNED_UP = "LOST_TURNED_UP"
    LOG_CUT = "LOG_CUT"
    CLOSE_DIFFERS = "CLOSE_DIFFERS"
    BLANKS_ADJUSTED = "BLANKS_ADJUSTED"
    BLANK_IN_TWO_PLACES = "BLANK_IN_TWO_PLACES"

    @property
    def sentence(self) -> str:
        """What happened, and what to do where that is one thing."""
        return _SENTENCES[self]


_SENTENCES = {
    AlarmCode.CLAIM_KEY_CONFLICT: "a claim key came again with another body",
    AlarmCode.OUTBOX_FORK: "the station told two stories under one number: its store was copied or restored",
    AlarmCode.OTHER_FENCE: "a message came under another fence than the right's: nothing of the right changed",
    AlarmCode.NOT_THE_HOLDER: "a station reported a right it was not given under this fence",
    AlarmCode.RIGHT_UNKNOWN: "a station reported a right that is not here",
    AlarmCode.SECOND_PRINTED: "a second good card was reported for one right: find both cards",
    AlarmCode.PRINTED_AFTER_REVOKE: "the card was printed after its right was wanted back: do not hand it out",
    AlarmCode.CARD_NOT_HELD: "a card was reported for a right the station had given back",
    AlarmCode.INTENT_SETTLED: "a settled intent was reported again with another outcome",
    AlarmCode.RELEASE_REFUSED: "a station gave back a right that is in doubt or not its own",
    AlarmCode.BLANKS_NOT_BOOKED: "a station used blanks that the ledger did not have there: count them",
    AlarmCode.PRINTER_AT_TWO_STATIONS: "a printer was named by two stations on one day: one has no allowance",
    AlarmCode.HUB_RESTORED: "this hub has forgotten what it gave: no claim is answered before all stations were heard",
    AlarmCode.STATION_COPIED: "two starts of one store: the station was copied or restored, and is locked",
    AlarmCode.CLOSE_DIFFERS: "station and office closed a day with different books: see `ktp-hub close`",
    AlarmCode.BLANKS_ADJUSTED: "a hand count at a station differed from its book: find out why",
    AlarmCode.BLANK_IN_TWO_PLACES: "a named blank was reported that another card or a sealed bag has: find both",
    AlarmCode.LOG_CUT: "a station's event log is shorter or another than it was: check it with tools/check-events",
    AlarmCode.LOST_TURNED_UP: "a card was printed for a right written off as lost: find the card",
}
assert _SENTENCES.keys() == set(AlarmCode), "an alarm without its sentence"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One row, as the command line shows it."""

    at: datetime
    code: AlarmCode
    station: str | None
    seq: int | None
    right: str | None


def raise_alarm(
    connection: sa.Connection, code: AlarmCode, at: datetime, station: str | None, *,
    seq: int | None = None, right_id: int | None = None,
) -> None:  # fmt: skip
    """Write an alarm row in the transaction that met it."""
    row = {
        "at": at, "code": code.value, "station": station, "seq": seq, "right_id": right_id,
        "sentence": code.sentence,
    }  # fmt: skip
    connection.execute(sa.insert(schema.alarms), row)


def raise_alarm_daily(
    connection: sa.Connection, code: AlarmCode, at: datetime, station: str
) -> None:
    """Write an alarm row unless the station has one of this code from the day before `at`: for what repeats."""
    columns = schema.alarms.c
    query = sa.select(columns.id).where(columns.code == code.value, columns.station == station)
    query = query.where(columns.at > at - timedelta(days=1)).limit(1)
    if connection.execute(query).first() is None:
        raise_alarm(connection, code, at, station)


def listed(connection: sa.Connection) -> Sequence[Alarm]:
    """Return all alarms, oldest first."""
    rights = schema.rights.c
    query = sa.select(schema.alarms, rights.record_id, rights.issue_no)
    query = query.outerjoin(schema.rights, schema.alarms.c.right_id == rights.id)
    return [
        Alarm(
            row.at, AlarmCode(row.code), row.station, row.seq,
            None if row.record_id is None else f"{row.record_id}/{row.issue_no}",
        )
        for row in connection.execute(query.order_by(schema.alarms.c.id))
    ]  # fmt: skip
