"""What `status` and `queue` tell: one consistent look at the store, as plain data without personal data."""

import json
from dataclasses import asdict
from typing import Any

from station import blanks, profile
from station.clock import Clock
from station.config import Config
from station.database import Database, Transaction
from station.day import today
from station.errors import ConfigError
from station.jobs import REMEDIES, StopReason
from station.lock import is_played


def status(config: Config, database: Database, clock: Clock) -> dict[str, Any]:
    """Return the station's state: roles, rights, cards, blanks, cap, doubts, printers."""
    with database.read() as tx:
        return {
            "station": config.station.id,
            "roles": [_role(row, config) for row in tx.all("roles")],
            "rights": _rights(tx),
            "cards": _cards(tx),
            "blanks": _blanks(tx, config.printer.series),
            "printers": [_printer(tx, row, config, clock) for row in tx.all("printers")],
            "doubts": [_doubt(row) for row in tx.all("intents_open", printer_serial=None)],
            "outbox_waiting": tx.value("outbox_waiting"),
        }


def queue(database: Database, count: int) -> list[dict[str, Any]]:
    """Return held rights in the order they will be printed."""
    with database.read() as tx:
        return [
            {
                "right": _right_of(row),
                "state": row["state"],
                "approved": bool(row["approved"]),
                "fence": row["fence"],
                "pull_ms": row["pull_ms"],
            }
            for row in tx.all("queue", count=count)
        ]


def blank(database: Database, uid: str) -> dict[str, Any]:
    """Return what is known of a named blank: where it was seen last, its card, the held records it is for."""
    with database.read() as tx:
        row = blanks.last_seen(tx, uid)
        intent = (
            None if row is None or row["intent"] is None else tx.one("intent", intent=row["intent"])
        )
        return {
            "uid": uid,
            "place": None if row is None else row["target"],
            "series": None if row is None else row["series"],
            "since": None if row is None else row["at"],
            "by": None if row is None else row["who"],
            "intent": None if intent is None else intent["intent"],
            "right": _right_of(intent),
            "held_for": blanks.rights_on(tx, uid),
        }


def _right_of(intent: Any) -> str | None:
    if intent is None or intent["record_id"] is None:
        return None
    return f"{intent['record_id']}/{intent['issue_no']}"


def _role(row: Any, config: Config) -> dict[str, Any]:
    reasons = json.loads(row["reasons"])
    return {
        "role": row["role"],
        "running": is_played(config.station.state_dir, row["role"]),
        "state": row["state"],
        "since": row["since"],
        "reasons": [
            {"reason": reason, "detail": detail, "remedy": REMEDIES[StopReason(reason)]}
            for reason, detail in reasons.items()
        ],
    }


def _rights(tx: Transaction) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in tx.all("rights_by_state"):
        counts[row["state"]] = counts.get(row["state"], 0) + row["count"]
    return counts


def _cards(tx: Transaction) -> dict[str, Any]:
    cards: dict[str, Any] = {
        "printed": 0,
        "spoiled": 0,
        "not_printed": 0,
        "in_doubt": 0,
        "in_print": 0,
        "test": 0,
    }
    for row in tx.all("intents_by_outcome"):
        name = row["outcome"].lower()
        if row["test"] and name == "printed":
            name = "test"
        cards[name] += row["count"]
        if name == "printed":
            cards["print_ms_mean"] = round(row["print_ms"]) if row["print_ms"] is not None else None
    return cards


def _blanks(tx: Transaction, series: str) -> dict[str, int]:
    places = {row["place"]: row["count"] for row in tx.all("blanks", series=series)}
    return {
        "received": -places.get("OUTSIDE", 0),
        "loaded": places.get("LOADED", 0),
        "in_print": places.get("IN_PRINT", 0),
        "printed": places.get("PRINTED", 0),
        "spoiled": places.get("SPOILED", 0),
        "test": places.get("TEST", 0),
        "returned": places.get("RETURNED", 0),
        "missing": places.get("MISSING", 0),
        "found": -places.get("FOUND", 0),
    }


def _printer(tx: Transaction, row: Any, config: Config, clock: Clock) -> dict[str, Any]:
    day = today(tx, clock, config.station.zone, row["serial"]).isoformat()
    allowance = tx.one("allowance_open", printer_serial=row["serial"], day=day)
    return {
        "serial": row["serial"],
        "model": row["model"],
        "firmware": row["firmware"],
        "counter": row["counter"],
        "locked_reason": row["locked_reason"],
        "profile": _profile(row, config),
        "day": day,
        "cap": allowance["cap"] if allowance else None,
        "cap_left": allowance["left_over"] if allowance else None,
    }


def _profile(row: Any, config: Config) -> dict[str, Any]:
    """What the certified profile is worth for this printer, as it met the press last."""
    try:
        word = profile.weigh(profile.configured(config), row["model"], row["firmware"])
    except ConfigError as error:
        return {"counts": False, "proof": False, "reason": str(error)}
    return asdict(word)


def _doubt(row: Any) -> dict[str, Any]:
    return {
        "intent": row["intent"],
        "right": _right_of(row),
        "in_doubt": bool(row["in_doubt"]),
        "begun_at": row["begun_at"],
        "evidence": None if row["doubt"] is None else json.loads(row["doubt"]),
    }
