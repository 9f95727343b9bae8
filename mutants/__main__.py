"""`make mutants`: take each rule out of a copy of the tree and see that the test of its law fails.

    python -m mutants                    all of them, as a table and as var/mutants.json
    python -m mutants NAME...            those whose names hold one of these words
    python -m mutants --halves           also each guard alone, where two stand one behind the other
    python -m mutants page               write docs/INVARIANTS.md anew; runs nothing

Exit code 0: every mutant was noticed by every law it breaks. A text that is gone from the tree ends the run.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from mutants import page, trial, verdict
from mutants.copy_of_tree import TreeCopy
from mutants.errors import RunError
from mutants.law import Law, laws
from mutants.mutant import Mutant, RuleTextError, mutants
from mutants.verdict import Verdict

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path("var/mutants.json")
MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that syncs at once, where there is one


def main() -> int:
    """Run what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--json", type=Path, default=RESULT)
    told = parser.parse_args()
    if told.names == ["page"]:
        (ROOT / page.PAGE).write_text(page.text(laws(ROOT), mutants()))
        return 0
    wanted = [m for m in mutants() if not told.names or any(n in m.name for n in told.names)]
    console = Console(width=None if sys.stdout.isatty() else verdict.WIDTH)
    try:
        found, halves, seconds = _run(console, wanted, halves=told.halves, whole=not told.names)
    except (RunError, RuleTextError) as error:
        console.print(f"[red]{error}[/red]")
        return 1
    figures = verdict.figures(found, halves, seconds)
    verdict.show(console, found, halves)
    verdict.write(told.json, figures)
    console.print(
        f"{figures['killed']} of {figures['mutants']} mutants noticed, protocol bugs "
        f"{figures['protocol_bugs_killed']} of {figures['protocol_bugs']}, {seconds:.0f} s"
    )
    return 0 if all(one.killed for one in found) else 1


def _run(
    console: Console, wanted: Sequence[Mutant], *, halves: bool, whole: bool
) -> tuple[list[Verdict], list[Verdict], float]:
    began_s = time.monotonic()
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="ktp-mutants-", dir=parent) as name:
        folder = Path(name)
        for mutant in wanted:
            for edit in mutant.edits:
                edit.check(ROOT)
        tree, known = TreeCopy(ROOT, folder), laws(ROOT)
        tree.check_imports()
        numbers = known if whole else {law for mutant in wanted for law in mutant.laws}
        _require_whole(tree, [known[number] for number in sorted(numbers)], folder)
        second = [half for mutant in wanted for half in mutant.halves()] if halves else []
        with Progress(console=console, transient=True) as progress:
            found = [
                _try(tree, mutant, [known[number] for number in mutant.laws], folder, console)
                for mutant in progress.track([*wanted, *second], description="mutants")
            ]
        return found[: len(wanted)], found[len(wanted) :], time.monotonic() - began_s


def _require_whole(tree: TreeCopy, known: Sequence[Law], folder: Path) -> None:
    """See that every law holds in the copy as it is; else a failure would mean nothing.

    Raises:
        RunError: one does not.
    """
    tested = [law for law in known if law.tests]
    found = trial.run(tree, tested, folder / "whole", trial.WHOLE_S_MAX)
    if found.broken or found.fault:
        raise RunError(f"without any mutant: {dict(found.broken)} {found.fault}")


def _try(
    tree: TreeCopy, mutant: Mutant, broken: Sequence[Law], folder: Path, console: Console
) -> Verdict:
    with tree.mutated(mutant):
        made = Verdict(mutant, trial.run(tree, broken, folder / "trial"))
    if not console.is_terminal:  # where no progress is seen
        console.print(f"{'noticed' if made.killed else 'SURVIVED'}: {mutant.name}", highlight=False)
    return made


if __name__ == "__main__":
    sys.exit(main())
