"""Rights coming in and going back: claims made durable before they are asked, grants kept, revocations obeyed.

A grant is kept only under a greater fence than the last one seen for its right: a late copy of an old grant must die.
A release is a tombstone first and a word to the hub second.
"""

from datetime import datetime

from prr.exchange import Allowance, CapRaise, Grant, Release, Revocation
from station import events, outbox
from station.database import Transaction
from station.jobs import Move, RightState, after
from station.vault import Vault


def claim_under_way(tx: Transaction) -> tuple[str, int] | None:
    """Return key and size of the claim that was begun and not answered, if any."""
    row = tx.one("claim_under_way")
    return None if row is None else (row["claim_key"], row["count_max"])


def begin_claim(tx: Transaction, claim_key: str, count_max: int, at: datetime) -> None:
    """Make a claim durable; only then may the hub be asked."""
    tx.run("claim_open", claim_key=claim_key, count_max=count_max, at=at.isoformat())


def keep(
    tx: Transaction, vault: Vault, claim_key: str, grants: tuple[Grant, ...], *,
    approved: bool, pull_ms: int,
) -> int:  # fmt: skip
    """Store the grants of a claim and close it; returns how many were new.

    Args:
        approved: policy says that these may print without a person's word.
        pull_ms: time the pull of one record took, for the report.
    """
    kept = sum(_keep_one(tx, vault, grant, approved, pull_ms) for grant in grants)
    tx.run("claim_close", claim_key=claim_key)
    return kept


def _keep_one(tx: Transaction, vault: Vault, grant: Grant, approved: bool, pull_ms: int) -> int:
    right = grant.record.right
    sealed = vault.seal(right, grant.fence, grant.canonical())
    return tx.run(
        "right_grant",
        record_id=right.record_id,
        issue_no=right.issue_no,
        fence=grant.fence,
        approved=int(approved),
        blank_uid=grant.record.blank_uid,
        payload=sealed.payload,
        payload_key=sealed.payload_key,
        pull_ms=pull_ms,
    )


def release(
    tx: Transaction, station: str, revocation: Revocation, reason: str, at: datetime
) -> bool:
    """Tomb a right and tell the hub, if it is still unprinted here; returns whether it was.

    A right in INTENT or IN_DOUBT stays: its report will say what became of it, and the hub flags a card printed
    after revocation.
    """
    right = revocation.right
    assert after(RightState.CACHED, Move.REVOKED) is RightState.TOMB
    changed = tx.run(
        "right_tomb", record_id=right.record_id, issue_no=right.issue_no, fence=revocation.fence
    )
    if not changed:
        return False
    body = Release(right=right, fence=revocation.fence, reason=reason)
    outbox.tell(tx, station, at, body)
    events.note(tx, at, "right.tombed", right=str(right))
    return True


def keep_allowances(tx: Transaction, allowances: tuple[Allowance, ...]) -> list[Allowance]:
    """Store allowances already verified; one a printer and day, the first one stays. Returns those that were new."""
    return [allowance for allowance in allowances if _keep_allowance(tx, allowance)]


def keep_raises(tx: Transaction, raises: tuple[CapRaise, ...]) -> list[CapRaise]:
    """Let allowances that are here grow by raises already verified, each once. Returns those that were new."""
    return [raised for raised in raises if _keep_raise(tx, raised)]


def _keep_raise(tx: Transaction, raised: CapRaise) -> bool:
    grown = {
        "printer_serial": raised.printer_serial,
        "day": raised.day.isoformat(),
        "cards": raised.cards,
    }
    document = raised.canonical().decode()
    if not tx.run("raise_keep", raise_id=raised.raise_id, document=document, **grown):
        return False
    tx.run("allowance_raise", **grown)
    return True


def _keep_allowance(tx: Transaction, allowance: Allowance) -> bool:
    return bool(
        tx.run(
            "allowance_keep",
            allowance_id=allowance.allowance_id,
            printer_serial=allowance.printer_serial,
            day=allowance.day.isoformat(),
            zone=allowance.zone,
            cap=allowance.cap,
            document=allowance.canonical().decode(),
        )
    )
