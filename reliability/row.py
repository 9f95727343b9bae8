"""One row of the reliability table: what is measured, against which goal, and what came out.

A row is run in a process of its own and gives a Result, which travels as JSON. What can't be run here says so: a row
that was not run is never a pass.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

SAFETY = ("duplicate_cards", "lost_blanks", "cap_breaches")  # counted by every row that prints


class Verdict(StrEnum):
    """What became of a row."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Order:
    """How a row is to be run. `short` is the form that goes through with the tests: fewer cases of the same kind."""

    seed: int
    short: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a row gave.

    `measured` is the cell of the table; `figures` are the numbers behind it, the SAFETY counts among them; `failures`
    tells each failure with its step and `replay` the one command that shows it again.
    """

    verdict: Verdict
    measured: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    replay: str = ""
    seconds: float = 0.0

    @classmethod
    def judged(
        cls, kept: bool, measured: str, figures: Mapping[str, Any], failures: tuple[str, ...] = (),
        replay: str = "",
    ) -> "Result":  # fmt: skip
        """Make the result of a row that was run; a failure told breaks it whatever else was measured."""
        verdict = Verdict.KEPT if kept and not failures else Verdict.BROKEN
        return cls(verdict, measured, figures, failures, replay)

    @classmethod
    def not_run(cls, why: str) -> "Result":
        """Make the result of a row that can't be run here."""
        assert why
        return cls(Verdict.NOT_RUN, why)

    def text(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_text(cls, text: str) -> "Result":
        """Read what `text` wrote."""
        told = json.loads(text)
        verdict, failures = Verdict(told.pop("verdict")), tuple(told.pop("failures"))
        return cls(verdict=verdict, failures=failures, **told)

    @classmethod
    def from_file(cls, path: Path, code: int, log: Path) -> "Result":
        """Read what a row's process left; a process that left nothing is a broken row."""
        if path.exists():
            return cls.from_text(path.read_text())
        lines = log.read_text(errors="replace").strip().splitlines()
        last = lines[-1] if lines else "it said nothing"
        return cls(Verdict.BROKEN, f"the run ended with {code}", {}, (last,))


Run = Callable[[Order], Result]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number and words in the table, and how it is run.

    `seconds_max` ends a row that hangs, and tells which rows are long. A row that is `alone` measures a time: it has
    the machine to itself. One that `waits` leaves a core idle most of the time, so it runs beside two that compute.
    """

    number: int
    measure: str
    goal: str
    run: Run
    seconds_max: int = 900
    alone: bool = False
    waits: bool = False
