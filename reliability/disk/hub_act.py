"""The hub's process that is recorded: plays one scenario on a hub that is there already.

`python -m reliability.disk.hub_act SCENARIO FOLDER MARKS`
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub import address, home
from hub.db import Store
from reliability.disk.hub_scenarios import HUB_SCENARIOS
from reliability.disk.stage import ACKNOWLEDGED, BEGIN, Marks
from support.hub_office import Office, StillClock


class RecordedStore(Store):
    """The hub's store, saying after each transaction that it was acknowledged."""

    marks: Marks

    def write(self, body: Any, *, beside: bool = False) -> Any:
        """As the hub's, and a mark behind it."""
        value = super().write(body, beside=beside)
        self.marks.say(ACKNOWLEDGED)
        return value


def main() -> None:
    """Play it."""
    name, folder, path = sys.argv[1:]
    directory, marks = Path(folder), Marks(Path(path))
    clock = StillClock(datetime(2017, 9, 5, 3, 0, tzinfo=UTC))
    store = RecordedStore.open(directory / address.STORE_FILE)
    store.marks = marks
    with home.opened(directory, clock) as hub:
        office = Office(directory, replace(hub, store=store), clock)
        HUB_SCENARIOS[name](office, lambda: marks.say(BEGIN))
    store.close()


if __name__ == "__main__":
    main()
