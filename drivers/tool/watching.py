"""Watches a printer live: polls its state, shows how it stands and what has changed, till the person has seen enough.

A printer that is switched off is a line in the list of changes, not an end. A press that starts ends the watch: from
then on the printer is the station's.
"""

import itertools
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from drivers.clock import Clocks
from drivers.report import PrinterReport
from drivers.tool.looking import status_or_why
from drivers.tool.ownership import require_free
from drivers.tool.session import Session
from drivers.transport import Deadline

CHANGES_MAX = 12  # what fits under the table on a small terminal


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look saw: a report, or the sentence of why there is none."""

    at: datetime
    seen: PrinterReport | str

    @property
    def sentence(self) -> str:
        """Say it in one line; two sights that read alike are the same sight."""
        if isinstance(self.seen, str):
            return self.seen
        status = self.seen.status
        words = [status.state.name.lower(), *sorted(map(str, status.reasons))]
        if status.job_active:
            words.append("job in memory")
        if status.card_inside:
            words.append("card inside")
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Watch:
    """How to watch.

    Attributes:
        interval_s: the pause between two looks.
        deadline_s: how long one look may take.
        looks_max: after so many looks it ends; 0: it goes on.
        state_dir: the station's, whose press must not run.
    """

    interval_s: float
    deadline_s: float
    looks_max: int
    state_dir: Path


class Window(Protocol):
    """Where it is shown."""

    def show(self, sight: Sight, changes: tuple[Sight, ...]) -> None:
        """Show how it stands now, and the last changes, oldest first; the newest may be this sight."""


def watch(session: Session, wanted: Watch, clocks: Clocks, window: Window) -> None:
    """Look again and again. No card moves.

    Raises:
        DeviceBusyError: a press has started.
        KeyboardInterrupt: the person has seen enough.
    """
    changes: deque[Sight] = deque(maxlen=CHANGES_MAX)
    for number in itertools.count(1):
        require_free(wanted.state_dir)
        limit = Deadline.after(wanted.deadline_s, clocks.monotonic)
        sight = Sight(clocks.now(), status_or_why(session, limit))
        session.link.close()  # between two looks a press that starts finds the device free
        if not changes or changes[-1].sentence != sight.sentence:
            changes.append(sight)
        window.show(sight, tuple(changes))
        if number == wanted.looks_max:
            return
        clocks.sleep(wanted.interval_s)
