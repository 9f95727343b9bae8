"""A station's regular word as tests say it."""

from typing import Any

from prr.exchange import Sync

NONCE = "0" * 32


def word(station: str = "P1", **changes: Any) -> Sync:
    facts: dict[str, Any] = {
        "nonce": NONCE, "boot_id": "b", "start_no": 1, "start_key": "1" * 32, "hub_epoch": 0,
        "told_seq": 0, "last_seq": 0,
    }  # fmt: skip
    return Sync(station=station, **(facts | changes))
