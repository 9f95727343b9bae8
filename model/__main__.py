"""`make model`: the protocol in the model checker, and the production code explored; tables, and var/model.json.

python -m model            everything; where all is as it must be it writes docs/MODEL.md anew
python -m model tla        the model checker alone
python -m model code       the production code alone, and its rules taken out
python -m model trace X    how X breaks a law: a bug of PrintOnce.tla, a rule of the code, or a known limit
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from model import page, table
from model.clock import Watch, today
from model.explorer.mutations import MUTATIONS, explore_without
from model.explorer.plans import FULL, LIMITS
from model.explorer.pool import explored_all
from model.explorer.search import Found, explore
from model.tla.checker import Checked, CheckerError, check
from model.tla.runs import BUGS, TRUE

RESULT = Path("var/model.json")


def main(words: list[str]) -> int:
    """Check and explore; returns 0 if every true model holds and every rule taken out is missed."""
    console = Console(width=table.WIDTH)
    if words[:1] == ["trace"]:
        return _tell_trace(console, words[1:])
    data: dict[str, Any] = {}
    good, watch = True, Watch()
    try:
        if words in ([], ["tla"]):
            good &= _tla(console, data)
        if words in ([], ["code"]):
            good &= _code(console, data)
    except CheckerError as error:
        console.print(f"[red]{error}")
        return 69
    data["as_expected"] = good
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(data, indent=2))
    if good and not words:
        run = f"{today()}, {watch.seconds():.0f} s on {os.cpu_count()} cores"
        page.PAGE.write_text(page.text(data, run))
    return 0 if good else 1


def _tla(console: Console, data: dict[str, Any]) -> bool:
    results: list[Checked] = []
    with _progress(console) as progress:
        task = progress.add_task("TLC", total=len(TRUE) + len(BUGS))
        for run in (*TRUE, *BUGS):
            progress.update(task, description=f"TLC: {run.name}")
            results.append(check(run))
            progress.advance(task)
    table.show_checked(console, results)
    data["tla"] = [table.checked_data(one) for one in results]
    data["tla_states"] = sum(one.states for one in results if not one.run.bugs)
    console.print(
        f"{data['tla_states']:,} states of the true model, "
        f"{sum(one.as_expected for one in results if one.run.bugs)} of {len(BUGS)} bugs found"
    )
    return all(one.as_expected for one in results)


def _code(console: Console, data: dict[str, Any]) -> bool:
    explored: dict[int, tuple[Found, float]] = {}
    mutated: dict[int, tuple[Found, float]] = {}
    with _progress(console) as progress:
        task = progress.add_task("exploring", total=len(FULL) + len(MUTATIONS))
        for kind, place, found, seconds in explored_all():
            (explored if kind == "plan" else mutated)[place] = (found, seconds)
            progress.update(task, advance=1, description=f"explored: {found.plan}")
    plans = [explored[place] for place in range(len(FULL))]
    rules = [(rule, *mutated[place]) for place, rule in enumerate(MUTATIONS)]
    table.show_explored(console, plans)
    table.show_mutated(console, rules)
    data["code"] = [table.explored_data(*one) for one in plans]
    data["code_states"] = sum(found.states for found, _ in plans)
    data["mutations"] = [
        {"rule": rule.name, "breaks": rule.breaks} | table.explored_data(found, seconds)
        for rule, found, seconds in rules
    ]
    broken = [found for found, _ in plans if found.broken is not None]
    for found in broken:
        console.print(f"[red]{found.plan}: {found.broken}", *found.trace, sep="\n  ")
    return not broken and all(table.is_found(rule, found) for rule, found, _ in rules)


def _tell_trace(console: Console, names: list[str]) -> int:
    name = " ".join(names)
    for mutation in MUTATIONS:
        if mutation.name == name:
            found = explore_without(mutation)
            console.print(found.broken, *found.trace, sep="\n  ")
            return 0
    for plan in LIMITS:
        if plan.name == name:
            found = explore(plan)
            console.print(found.broken, *found.trace, sep="\n  ")
            return 0
    for run in (*TRUE, *BUGS):
        if run.name == name:
            console.print(check(run).text, highlight=False, markup=False)
            return 0
    known = [one.name for one in (*MUTATIONS, *LIMITS, *TRUE, *BUGS)]
    console.print(f"no rule is called {name!r}; there are: {', '.join(known)}")
    return 64


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
