"""A station's regular word, and the hub's answer: how much may be printed, what is wanted back, what speaks against it.

A store is started again and again; each start has a number that only grows and a key of its own. A lower number is a
store restored from a copy, another key under the same number is a copy that runs too: the station is locked until
people have looked.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from hub import allowances, epochs, rights, schema, stations
from hub.alarms import AlarmCode, raise_alarm, raise_alarm_daily
from hub.home import Hub
from hub.policy import adoption, allocation, cap_raises
from hub.policy.allocation import Share
from prr.exchange import Allowance, Revocation, Sync, SyncAnswer, Withdrawal

COPIED_REASON = "its store was copied or restored"

_STATIONS = schema.stations


def answer(hub: Hub, told: Sync) -> SyncAnswer:
    """Take a station's regular word and give the hub's. A locked station is answered too: its hold says why.

    Raises:
        StationUnknownError: there is no such station.
    """
    return hub.store.write(lambda connection: _answer(connection, hub, told)).signed(hub.key)


def _answer(connection: sa.Connection, hub: Hub, told: Sync) -> SyncAnswer:
    now = hub.clock.now()
    station = stations.get(connection, told.station)
    locked_reason = station.locked_reason or _copied(connection, station, told, now)
    if locked_reason is None:
        _note(connection, told, now)
        _log_grows(connection, station, told, now)
        epochs.compare(connection, station, told, now)
        epochs.reconcile(connection, station, told, now)
    given = allocation.share(connection, hub, station)
    issued = () if locked_reason else _allowances(connection, hub, station, told, now)
    return SyncAnswer(
        station=told.station, nonce=told.nonce, hub_epoch=epochs.current(connection),
        claims_open=not epochs.any_awaited(connection),
        hub_time=now, zone=station.zone, applied_seq=station.applied_seq,
        ready_count=allocation.ready_count(connection, given),
        allowances=issued, raises=cap_raises.of_allowances(connection, issued),
        revoked=_wanted_back(connection, told.station),
        hold=_hold(station, locked_reason, given),
    )  # fmt: skip


def _hold(station: sa.Row[Any], locked_reason: str | None, given: Share) -> str | None:
    if locked_reason is not None:
        return f"station locked: {locked_reason}"
    return station.hold_reason or given.hold or None


def _allowances(
    connection: sa.Connection, hub: Hub, station: sa.Row[Any], told: Sync, now: datetime
) -> tuple[Allowance, ...]:
    def cap_on(day: date) -> int:
        policy = adoption.in_force(connection, hub, day)
        return hub.cap if policy is None else policy.cap_per_printer

    return allowances.issue(connection, hub, station, told.printers, now, cap_on)


def _copied(
    connection: sa.Connection, station: sa.Row[Any], told: Sync, now: datetime
) -> str | None:
    """Lock a station whose store was started twice under one number, or goes back; returns why."""
    again = told.start_no == station.start_no and told.start_key != station.start_key
    if not again and told.start_no >= station.start_no:
        return None
    stations.lock(connection, station.id, COPIED_REASON)
    raise_alarm(connection, AlarmCode.STATION_COPIED, now, station.id)
    return COPIED_REASON


def _note(connection: sa.Connection, told: Sync, now: datetime) -> None:
    heard = {
        "boot_id": told.boot_id, "start_no": told.start_no, "start_key": told.start_key,
        "last_seq": told.last_seq, "holds_count": len(told.holds), "synced_at": now,
    }  # fmt: skip
    connection.execute(sa.update(_STATIONS).where(_STATIONS.c.id == told.station).values(**heard))


def _log_grows(connection: sa.Connection, station: sa.Row[Any], told: Sync, now: datetime) -> None:
    """Keep how far a station's event log goes; one that got shorter or other was tampered with."""
    if told.log is None:
        return
    same = told.log.seq == station.log_seq and told.log.head_sha256 == station.log_sha256
    if told.log.seq <= station.log_seq and not same:
        raise_alarm_daily(connection, AlarmCode.LOG_CUT, now, station.id)
        return
    head = {"log_seq": told.log.seq, "log_sha256": told.log.head_sha256}
    connection.execute(sa.update(_STATIONS).where(_STATIONS.c.id == station.id).values(**head))


def _wanted_back(connection: sa.Connection, station: str) -> tuple[Revocation, ...]:
    return tuple(
        Revocation(
            right=rights.named(row), fence=row.fence,
            reason=Withdrawal(row.revoke_reason or Withdrawal.OTHER),
        )
        for row in rights.wanted_back(connection, station)
    )  # fmt: skip
