"""What a run found, as a table for people and as JSON for the reliability report."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from mutants.mutant import Mutant
from mutants.trial import Trial

WIDTH = 150


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant and its trial."""

    mutant: Mutant
    trial: Trial

    @property
    def survived(self) -> tuple[int, ...]:
        """Return the laws whose tests did not notice."""
        return tuple(law for law in self.mutant.laws if law not in self.trial.broken)

    @property
    def killed(self) -> bool:
        """Tell whether every law it breaks said so."""
        return not self.survived


def figures(
    verdicts: Sequence[Verdict], halves: Sequence[Verdict], seconds: float
) -> dict[str, Any]:
    """Return all that was found as plain JSON data."""
    bugs = [verdict for verdict in verdicts if verdict.mutant.bug]
    return {
        "mutants": len(verdicts),
        "killed": sum(verdict.killed for verdict in verdicts),
        "protocol_bugs": len(bugs),
        "protocol_bugs_killed": sum(verdict.killed for verdict in bugs),
        "laws": sorted({law for verdict in verdicts for law in verdict.mutant.laws}),
        "seconds": round(seconds, 1),
        "trials": [_row(verdict) for verdict in verdicts],
        "halves": [_row(verdict) for verdict in halves],
    }


def _row(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.mutant.name,
        "held": verdict.mutant.held.value,
        "bug": verdict.mutant.bug,
        "laws": list(verdict.mutant.laws),
        "survived": list(verdict.survived),
        "broken": {str(law): why for law, why in sorted(verdict.trial.broken.items())},
        "fault": verdict.trial.fault,
        "seconds": round(verdict.trial.seconds, 1),
    }


def show(console: Console, verdicts: Sequence[Verdict], halves: Sequence[Verdict]) -> None:
    """Print the table."""
    table = Table(box=None, pad_edge=False)
    for head in ("mutant", "held by", "laws", "killed by", "s"):
        table.add_column(head, justify="right" if head == "s" else "left")
    for verdict in (*verdicts, *halves):
        table.add_row(*_cells(verdict))
    console.print(table)


def _cells(verdict: Verdict) -> tuple[str, ...]:
    mutant, trial = verdict.mutant, verdict.trial
    said = next((f"{law:02d}: {why}" for law, why in sorted(trial.broken.items())), "")
    if not verdict.killed:
        said = f"[red]NOT NOTICED by {verdict.survived}[/red] {trial.fault[-80:]}"
    name = f"[bold]{mutant.name}[/bold]" if mutant.bug else mutant.name
    return (
        name,
        mutant.held.value,
        " ".join(map(str, mutant.laws)),
        said[:70],
        f"{trial.seconds:.1f}",
    )


def write(path: Path, found: dict[str, Any]) -> None:
    """Keep what was found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n")
