"""A printer's cap raised for one day by two people: a second allowance beside the day's own.

It ends with its day by itself, and a station adds up what it holds (an allowance is signed and never taken back), so
nothing has to be undone. One raise a printer and day.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from hub.clock import local_day
from hub.errors import OnePersonError, PolicyInvalidError
from hub.home import Hub
from hub.tables.policies import cap_raises
from prr.exchange import Allowance


def raise_cap(
    hub: Hub, printer: str, day: date, cards: int, by: str, second: str, reason: str
) -> Allowance:
    """Let a printer make so many cards more on one day.

    Raises:
        OnePersonError: one person alone.
        PolicyInvalidError: the day has passed, or was raised already.
    """
    if by == second:
        raise OnePersonError("a raised cap needs two people: name another with --second")
    if day < local_day(hub.clock, hub.zone):
        raise PolicyInvalidError(f"{day} has passed: name today or a later day")
    name = hashlib.sha256(printer.encode()).hexdigest()[:24]
    raised = Allowance.model_validate(
        {
            "allowance_id": f"{day:%Y%m%d}-{name}-raised", "printer_serial": printer, "day": day,
            "zone": hub.zone, "cap": cards,
        }
    ).signed(hub.key)  # fmt: skip
    row = {
        "allowance_id": raised.allowance_id, "printer_serial": printer, "day": day, "zone": hub.zone,
        "cards": cards, "signature": raised.signature, "at": hub.clock.now(), "asked_by": by,
        "approved_by": second, "reason": reason,
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


def of_printers(
    connection: sa.Connection, printers: Sequence[str], issued: Sequence[Allowance]
) -> tuple[Allowance, ...]:
    """Return the raises of a station's printers on the days it has allowances for."""
    own = {(one.printer_serial, one.day) for one in issued}
    query = sa.select(cap_raises).where(
        cap_raises.c.printer_serial.in_(printers),
        cap_raises.c.day.in_({day for _, day in own}),
    )
    rows = connection.execute(query.order_by(cap_raises.c.allowance_id)).all()
    return tuple(
        Allowance(
            allowance_id=row.allowance_id, printer_serial=row.printer_serial, day=row.day,
            zone=row.zone, cap=row.cards, signature=row.signature,
        )
        for row in rows
        if (row.printer_serial, row.day) in own
    )  # fmt: skip
