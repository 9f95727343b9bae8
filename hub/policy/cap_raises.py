"""A printer's cap raised for one day by two people: its allowance grows by so many cards.

It ends with its day by itself, and nothing has to be undone. One raise a printer and day.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from hub.allowances import name_of
from hub.clock import local_day
from hub.errors import OnePersonError, PolicyInvalidError
from hub.home import Hub
from hub.tables.policies import cap_raises
from prr.exchange import Allowance, CapRaise


def raise_cap(
    hub: Hub, printer: str, day: date, cards: int, by: str, second: str, reason: str
) -> CapRaise:
    """Let a printer make so many cards more on one day.

    Raises:
        OnePersonError: one person alone.
        PolicyInvalidError: the day has passed, or was raised already.
    """
    if by == second:
        raise OnePersonError("a raised cap needs two people: name another with --second")
    if day < local_day(hub.clock, hub.zone):
        raise PolicyInvalidError(f"{day} has passed: name today or a later day")
    raised = CapRaise.model_validate(
        {
            "raise_id": f"{name_of(printer, day)}-raised", "printer_serial": printer, "day": day,
            "zone": hub.zone, "cards": cards,
        }
    ).signed(hub.key)  # fmt: skip
    row = raised.model_dump() | {
        "at": hub.clock.now(), "asked_by": by, "approved_by": second, "reason": reason,
    }  # fmt: skip

    def body(connection: sa.Connection) -> None:
        query = sa.select(cap_raises.c.cards).where(
            cap_raises.c.printer_serial == printer, cap_raises.c.day == day
        )
        if connection.execute(query).first() is not None:
            raise PolicyInvalidError(f"the cap of {printer} on {day} was raised already")
        connection.execute(sa.insert(cap_raises), row)

    hub.store.write(body)
    return raised


def of_allowances(connection: sa.Connection, issued: Sequence[Allowance]) -> tuple[CapRaise, ...]:
    """Return the raises of the printers and days that a station has allowances for."""
    own = {(one.printer_serial, one.day) for one in issued}
    query = sa.select(
        cap_raises.c.raise_id, cap_raises.c.printer_serial, cap_raises.c.day, cap_raises.c.zone,
        cap_raises.c.cards, cap_raises.c.signature,
    ).where(
        cap_raises.c.printer_serial.in_({printer for printer, _ in own}),
        cap_raises.c.day.in_({day for _, day in own}),
    )  # fmt: skip
    rows = connection.execute(query.order_by(cap_raises.c.raise_id)).mappings()
    found = [CapRaise.model_validate(dict(row)) for row in rows]
    return tuple(one for one in found if (one.printer_serial, one.day) in own)
