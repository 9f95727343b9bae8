"""The station's list of what happened: a row in the transaction of its fact, each chained to the one before.

    sha256 = SHA-256 of canonical JSON {about, at, name, previous_sha256, seq}, genesis: 64 zeros

A row that was removed, changed, copied or moved breaks the chain. What was cut off its end shows by the head: the
courier signs it from time to time, as an event of its own, and tells it to the hub. No personal data goes in.
`tools/check-events` checks an export, or the store itself, without any of this code.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prr.canonical import canonical_json
from prr.exchange import GENESIS_SHA256, LogHead, LogPlace
from station.database import Row, Transaction

SIGNED = "log.signed"
DAY_CLOSED = "day.closed"
SIGN_AFTER = 100  # events, at most, before the head is signed again


def note(tx: Transaction, at: datetime, name: str, **about: Any) -> None:
    """Append an event: its name as `noun.past_tense` and what it is about, as plain JSON data."""
    last = tx.one("event_last")
    fact = {
        "seq": 1 if last is None else last["seq"] + 1,
        "at": at.isoformat(),
        "name": name,
        "about": about,
        "previous_sha256": GENESIS_SHA256 if last is None else last["sha256"],
    }
    sha256 = hashlib.sha256(canonical_json(fact)).hexdigest()
    tx.run("event_add", **(fact | {"about": canonical_json(about).decode(), "sha256": sha256}))


def note_news(tx: Transaction, at: datetime, name: str, **about: Any) -> bool:
    """Append an event unless the last one of its name said the same; returns whether it was news."""
    last = tx.one("event_last_named", name=name)
    if last is not None and last["about"] == canonical_json(about).decode():
        return False
    note(tx, at, name, **about)
    return True


def place(tx: Transaction) -> LogPlace | None:
    """Return how far the chain goes, unsigned, None while nothing has happened."""
    last = tx.one("event_last")
    return None if last is None else LogPlace(seq=last["seq"], head_sha256=last["sha256"])


def head(tx: Transaction, key: Ed25519PrivateKey) -> LogHead | None:
    """Return the end of the chain as it is told to the hub, None while nothing has happened."""
    last = tx.one("event_last")
    if last is None:
        return None
    return LogHead(seq=last["seq"], head_sha256=last["sha256"]).signed(key)


def sign_due(tx: Transaction) -> bool:
    """Tell whether the head has to be signed: a day was closed since the last time, or enough has happened."""
    signed, last = tx.one("event_last_named", name=SIGNED), tx.one("event_last")
    closed = tx.one("event_last_named", name=DAY_CLOSED)
    signed_seq = signed["seq"] if signed else 0
    if last is None:
        return False
    closed_since = closed is not None and closed["seq"] > signed_seq
    return closed_since or int(last["seq"]) - int(signed_seq) >= SIGN_AFTER


def sign(tx: Transaction, key: Ed25519PrivateKey, at: datetime) -> bool:
    """Sign the head as an event of its own, if it is due; returns whether it was."""
    made = head(tx, key) if sign_due(tx) else None
    if made is None:
        return False
    public_key = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    note(tx, at, SIGNED, head=made.model_dump(mode="json"), public_key=public_key)
    return True


def exported(tx: Transaction) -> Iterator[str]:
    """Return the whole chain as lines of canonical JSON, oldest first: one way to write a row, so each byte counts."""
    return (canonical_json(_as_fact(row)).decode() for row in tx.all("events"))


def _as_fact(row: Row) -> dict[str, Any]:
    return {**row, "about": json.loads(row["about"])}
