"""Allowances: the signed daily cap of a printer, for today and the two days after it.

Whatever a station's clock does, its printer feeds no more than the sum of the allowances it holds. A printer has one
allowance a day, at the one station that named it first.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hub import schema
from hub.alarms import AlarmCode, raise_alarm_daily
from hub.clock import local_day
from hub.home import Hub
from prr.exchange import Allowance

DAYS = 3

_ALLOWANCES = schema.allowances


def issue(
    connection: sa.Connection, hub: Hub, station: sa.Row[Any], printers: Sequence[str],
    now: datetime, cap_on: Callable[[date], int],
) -> tuple[Allowance, ...]:  # fmt: skip
    """Return the allowances of a station's printers, making those that are not there yet with the cap of their day."""
    today = local_day(hub.clock, station.zone)
    issued = []
    for printer in dict.fromkeys(printers):
        for ahead in range(DAYS):
            day = today + timedelta(days=ahead)
            allowance = _one(connection, hub, station, printer, day, now, cap_on)
            if allowance is None:
                raise_alarm_daily(connection, AlarmCode.PRINTER_AT_TWO_STATIONS, now, station.id)
                break
            issued.append(allowance)
    return tuple(issued)


def _one(
    connection: sa.Connection, hub: Hub, station: sa.Row[Any], printer: str, day: date,
    now: datetime, cap_on: Callable[[date], int],
) -> Allowance | None:  # fmt: skip
    """Return the allowance of a printer and day, or None where another station has it."""
    query = sa.select(_ALLOWANCES).where(
        _ALLOWANCES.c.printer_serial == printer, _ALLOWANCES.c.day == day
    )
    row = connection.execute(query).first()
    if row is not None:
        return _from_row(row) if row.station == station.id else None
    allowance = Allowance(
        allowance_id=name_of(printer, day), printer_serial=printer, day=day,
        zone=station.zone, cap=cap_on(day),
    ).signed(hub.key)  # fmt: skip
    stored = allowance.model_dump() | {"station": station.id, "issued_at": now}
    connection.execute(sa.insert(_ALLOWANCES), stored)
    return allowance


def _from_row(row: sa.Row[Any]) -> Allowance:
    return Allowance(
        allowance_id=row.allowance_id, printer_serial=row.printer_serial, day=row.day,
        zone=row.zone, cap=row.cap, signature=row.signature,
    )  # fmt: skip


def name_of(printer: str, day: date) -> str:
    """Name an allowance by what it is for; a serial may hold characters that a name may not."""
    return f"{day:%Y%m%d}-{hashlib.sha256(printer.encode()).hexdigest()[:24]}"
