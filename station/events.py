"""The station's list of what happened, a row in the transaction of the fact; append-only, without personal data."""

import json
from datetime import datetime
from typing import Any

from station.database import Transaction


def note(tx: Transaction, at: datetime, name: str, **about: Any) -> None:
    """Append an event: its name as `noun.past_tense` and what it is about, as plain JSON data."""
    tx.run("event_add", at=at.isoformat(), name=name, about=json.dumps(about))
