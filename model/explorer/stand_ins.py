"""What stands in for a station's disk, line and printer; the roles above them are the real ones."""

import sqlite3
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

from drivers.card import Evidence
from drivers.status import PrinterIdentity
from model.explorer.hub_side import Answer, Question
from model.explorer.shelf import memory_connection
from prr.exchange import Claim, ClaimAnswer, OutboxAnswer, OutboxEntry, Sync, SyncAnswer
from station.ballast import Ballast
from station.database import Database
from station.errors import HubUnreachableError
from station.hub_client import HubClient
from station.printer import Printer


class NoBallast(Ballast):
    """The ballast of a disk that is never full."""

    def __init__(self) -> None:
        super().__init__(Path("memory"))

    def take_in(self) -> bool:
        """Say that it lies there."""
        return True


class MemoryStore(Database):
    """A station's store in memory; the schema is the real one."""

    def __init__(self) -> None:
        self.path = Path("memory")
        self.ballast = NoBallast()
        self.memory = memory_connection()
        self.memory.row_factory = sqlite3.Row
        self._local = threading.local()
        self._prepare()

    def _connection(self) -> sqlite3.Connection:
        return self.memory


class Line(HubClient):
    """The courier's line: notes the question and gives the answer that is due, or none."""

    def __init__(self) -> None:
        self.asked: Question | None = None
        self.due: Answer | None = None

    def claim(self, claim: Claim) -> ClaimAnswer:
        """Take a claim."""
        return ClaimAnswer.model_validate_json(cast("bytes", self._answer(claim)))

    def tell(self, entries: list[OutboxEntry]) -> OutboxAnswer:
        """Take entries."""
        return cast("OutboxAnswer", self._answer(tuple(entries)))

    def sync(self, sync: Sync) -> SyncAnswer:
        """Take a word."""
        return cast("SyncAnswer", self._answer(sync))

    def _answer(self, question: Question) -> Answer:
        self.asked = question
        if self.due is None:
            raise HubUnreachableError("no answer yet")
        return self.due


class StandInPrinter(Printer):
    """The press's printer without a device: it says what it is told to say."""

    def __init__(self, serial: str, *, certified: bool) -> None:
        self.identity = PrinterIdentity("Evolis Primacy 2", serial, "1450")
        self.driver = cast("Any", self)
        self.said = Evidence()
        self._certified = certified

    @property
    def counter_certified(self) -> bool:
        """Tell whether an unmoved counter is proof."""
        return self._certified

    def finish_script(self) -> None:
        """Stand for the script that asks what became of the last job."""

    def evidence(self) -> None:
        """Stand for the script that asks where the counter is."""

    def talk(self, *_: Any) -> Generator[float, None, Any]:
        """Say it."""
        yield from ()
        return self.said

    def frames(self) -> list[str]:
        """Return no frames."""
        return []
