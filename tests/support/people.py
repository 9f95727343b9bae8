"""The people of an office, for tests: they look at the cards (the emulator's truth) and decide doubts by them."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from prr.record import Right
from station.jobs import Decision
from support.office import Printer, StationProcess, wait_until

WHOLE_FACE = 5  # panels of a YMCKO face
OFF_AND_ON = "switch it off and on"  # what the station asks of people when a printer waits for the rest of a job


@dataclass
class People:
    """Settle every doubt of one station truthfully and let spoiled records print again."""

    station: StationProcess
    printer: Printer
    decided: list[str] = field(default_factory=list)

    def look(self, told: dict[str, Any] | None = None) -> bool:
        """Settle the doubt that stands, if the press has asked the printer about it; tell whether any ever was.

        They go by the station's status, asked now where it isn't given.
        """
        told = told or self.station.status()
        if any(OFF_AND_ON in str(role["reasons"]) for role in told["roles"]):
            self._end_a_lost_job()
        for doubt in told["doubts"]:
            if doubt["in_doubt"] and doubt["evidence"] is not None:
                self._decide(doubt)
        return bool(self.decided)

    def _decide(self, doubt: dict[str, Any]) -> None:
        self._end_a_lost_job()
        truth = self.printer.tell("wait-idle", within_s=9)
        fed = truth["counter"] - self._counter_before(doubt["intent"])
        assert fed in (0, 1), "a printer fed more than one card for one intent"
        word = "not-printed"
        if fed:
            word = "spoiled" if truth["inside"] else self._judge_last(truth)
            if truth["inside"]:
                self.printer.tell("take-card")
        self.decided.append(word)
        with self.station.desk() as desk:
            desk.resolve(doubt["intent"], Decision(word), ("ani", "budi"))
            if word == "spoiled" and doubt["right"] is not None:
                record_id, issue_no = doubt["right"].split("/")
                desk.approve(Right(record_id=record_id, issue_no=int(issue_no)), "ani")

    def _end_a_lost_job(self) -> None:
        """Switch a printer off and on that still waits for the rest of a job.

        Where the stream outlives a connection the station can't end it, and says so.
        """
        wait_until(lambda: not self.printer.truth()["busy"], "nothing moves any more")
        if self.printer.truth()["claimed"]:
            self.printer.tell("power-cut")
            self.printer.tell("power-on")

    def _judge_last(self, truth: dict[str, Any]) -> str:
        last = max((*truth["output"], *truth["reject"]), key=lambda card: card["number"])
        return "printed" if whole(self.printer, last["number"]) else "spoiled"

    def _counter_before(self, intent: int) -> int:
        store = sqlite3.connect(
            f"file:{self.station.folder / 'state/station.sqlite'}?mode=ro", uri=True
        )
        query = "SELECT counter_before FROM intent WHERE intent = ?"
        before: int = store.execute(query, (intent,)).fetchone()[0]
        store.close()
        return before


def whole(printer: Printer, number: int) -> bool:
    """Tell whether a card that left has all its panels and fell into the output bin."""
    path = printer.cards_dir / f"{number:06d}.json"
    told = wait_until(lambda: path.exists() and json.loads(path.read_text()), f"{path} written")
    return told["bin"] == "output" and len(told["panels_used"].get("front", ())) == WHOLE_FACE


def good_cards(printer: Printer) -> list[bytes]:
    """Return the pictures of all good cards."""
    cards = printer.truth()["output"]
    return [
        (printer.cards_dir / card["picture"]).read_bytes()
        for card in cards
        if whole(printer, card["number"])
    ]
