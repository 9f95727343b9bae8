"""What a role says of itself in the store, for `status` and the console: written when it changes."""

import json
from collections.abc import Mapping

from station.clock import Clock
from station.database import Database
from station.jobs import StopReason


class RoleState:
    """The last word of one role."""

    def __init__(self, role: str, database: Database, clock: Clock) -> None:
        self._role = role
        self._database = database
        self._clock = clock
        self._said: tuple[str, str] | None = None

    def say(self, state: str, reasons: Mapping[StopReason, str]) -> bool:
        """Write state and reasons if they are news; returns whether they were."""
        text = json.dumps({reason.value: detail for reason, detail in reasons.items()})
        if self._said == (state, text):
            return False
        at = self._clock.now().isoformat()
        with self._database.write() as tx:
            tx.run("role_say", role=self._role, state=state, reasons=text, at=at)
        self._said = (state, text)
        return True

    def stopped(self, reasons: Mapping[StopReason, str]) -> bool:
        """Say that nothing can be done, and why."""
        return self.say("stopped", reasons)

    def idle_or_stopped(self, reasons: Mapping[StopReason, str]) -> bool:
        """Say idle where there is no reason against working, stopped where there is."""
        return self.say("stopped" if reasons else "idle", reasons)
