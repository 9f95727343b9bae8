"""The hub's service as plain functions over the contract: what the HTTP shell, the commands and a simulation call."""

import sqlalchemy as sa

from hub import alarms, claims, epochs, ledger, outbox_intake, rights, stations, syncs
from hub.blanks import quota
from hub.home import Hub
from hub.ledger import Move, Place, at_station
from prr.exchange import (
    Claim,
    ClaimAnswer,
    OutboxAnswer,
    OutboxEntry,
    Sync,
    SyncAnswer,
    Withdrawal,
)
from prr.record import Right


def claim(hub: Hub, asked: Claim) -> ClaimAnswer:
    """Grant rights; see `hub.claims.answer` for the errors. The shell uses the bytes themselves."""
    return ClaimAnswer.model_validate_json(claims.answer(hub, asked))


def apply_outbox(hub: Hub, station: str, entries: tuple[OutboxEntry, ...]) -> OutboxAnswer:
    """Apply what a station tells; see `hub.outbox_intake.apply` for the errors."""
    return outbox_intake.apply(hub, station, entries)


def sync(hub: Hub, told: Sync) -> SyncAnswer:
    """Take a station's regular word and give the hub's; see `hub.syncs.answer` for the errors."""
    return syncs.answer(hub, told)


def revoke(hub: Hub, right: Right, reason: Withdrawal = Withdrawal.OTHER) -> str:
    """Take a right back; return its state: REVOKED, or HELD until its station has put it down.

    Raises:
        RightUnknownError, RightClosedError.
    """
    now = hub.clock.now()
    return hub.store.write(lambda connection: rights.revoke(connection, right, reason, now))


def receive_blanks(hub: Hub, series: str, count: int, document: str) -> None:
    """Enter blanks that came from the supplier into the hub's stock.

    Raises:
        QuotaExceededError: a quota of this day leaves fewer.
    """
    now = hub.clock.now()
    move = Move(series, Place.SUPPLIER, Place.STOCK, count, document, "received")

    def body(connection: sa.Connection) -> None:
        quota.check(connection, {series: count}, now, hub.zone)
        ledger.post(connection, move, now)

    hub.store.write(body)


def send_blanks(hub: Hub, station: str, series: str, count: int, document: str) -> None:
    """Enter blanks that went from the hub's stock to a station.

    Raises:
        BlanksShortError: the stock holds fewer.
        StationUnknownError: there is no such station.
    """
    hub.store.read(lambda connection: stations.get(connection, station))
    target = at_station(station, Place.STOCK)
    _post(hub, Move(series, Place.STOCK, target, count, document, "sent"))


def stock(hub: Hub) -> dict[str, dict[str, int]]:
    """Return the balance of every account: series -> account -> blanks."""
    return hub.store.read(ledger.balances)


def stored_epoch(hub: Hub) -> int:
    """Read the hub's epoch from the store: it can be read, so the hub is well."""
    return hub.store.read(epochs.current)


def alarm_list(hub: Hub) -> list[alarms.Alarm]:
    """Return all alarms, oldest first."""
    return hub.store.read(lambda connection: list(alarms.listed(connection)))


def _post(hub: Hub, move: Move) -> None:
    now = hub.clock.now()
    hub.store.write(lambda connection: ledger.post(connection, move, now))
