"""What became of each check: read from the guest while it runs, shown as it comes, kept for the report."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guest import plan
from guest.clock import now_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check: what it was, whether it held, how long it took, what was seen."""

    name: str
    ok: bool
    seconds: float
    told: str


@dataclass
class Results:
    """All of a run, and the lines on the screen."""

    began_s: float
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def green(self) -> bool:
        """Say whether every check held."""
        return bool(self.outcomes) and all(outcome.ok for outcome in self.outcomes)

    def begin(self, name: str) -> None:
        """Show on a terminal that a check has begun; the line is written over by what comes next."""
        if sys.stdout.isatty():
            print(f"\r\x1b[K{self._clock} {name} ...", end="", flush=True)

    def end(self, outcome: Outcome) -> None:
        """Keep and show an outcome."""
        self.outcomes.append(outcome)
        clear = "\r\x1b[K" if sys.stdout.isatty() else ""
        verdict = "ok" if outcome.ok else "FAILED"
        print(f"{clear}{self._clock} {verdict:6} {outcome.name}, {outcome.seconds:.1f} s")
        if outcome.told:
            print(f"{' ' * 18}{outcome.told}")
        sys.stdout.flush()

    @property
    def _clock(self) -> str:
        return f"[{now_s() - self.began_s:6.1f} s]"

    def done(self, name: str, began_s: float) -> None:
        """Keep and show a step of the host's own that went well."""
        self.end(Outcome(name, ok=True, seconds=now_s() - began_s, told=""))

    def take(self, line: dict[str, Any]) -> None:
        """Take one line of the guest's."""
        if "begin" in line:
            self.begin(line["begin"])
        elif "end" in line:
            self.end(Outcome(line["end"], line["ok"], line["seconds"], line["told"]))


class Lines:
    """The guest's lines as they are written; each is given once."""

    def __init__(self, share: Path) -> None:
        self._path = share / plan.RESULTS
        self._read = 0

    def new(self) -> Iterator[dict[str, Any]]:
        """Yield the whole lines written since."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            for raw in file:
                if not raw.endswith(b"\n"):
                    return
                self._read += len(raw)
                yield json.loads(raw)
