"""A named blank is in one place: a report of one that another card, or a bag, has already is an alarm.

A chip's number stands in reports where a blank was read (ADR 24). The same number may come again only for a card that
was not printed, since its blank lay in the hopper again, and as SPOILED for one that is in a bag by now.
"""

import sqlalchemy as sa

from hub.schema import reports
from hub.tables.blanks import sealed_blanks
from prr.exchange import Outcome


def is_elsewhere(
    connection: sa.Connection, uid: str, station: str, intent: int, outcome: Outcome
) -> bool:
    """Tell whether the book has a blank that is being reported in another place."""
    bagged = sa.select(sealed_blanks.c.uid).where(sealed_blanks.c.uid == uid.upper())
    if outcome is not Outcome.SPOILED and connection.execute(bagged).first() is not None:
        return True
    columns = reports.c
    query = sa.select(columns.station, columns.intent, columns.outcome).where(
        columns.blank_uid == uid
    )
    last = {
        (row.station, row.intent): row.outcome
        for row in connection.execute(query.order_by(columns.settled))
    }
    last.pop((station, intent), None)
    return any(told != Outcome.NOT_PRINTED for told in last.values())
