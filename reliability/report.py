"""What a whole run leaves: var/reliability.json and, of the long form, docs/RELIABILITY.md."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from reliability.clock import today
from reliability.machine import PAGE, ROOT, commit, machine
from reliability.row import SAFETY, Order, Result, Row, Verdict

RESULT = Path("var/reliability.json")
SAFETY_ROW = 1

_HEAD = """# Reliability

Made by `make reliability` (two cores, at most 60 minutes); nobody writes this page by hand. `make reliability SHORT=1`
runs fewer cases of each kind, `make reliability ROW=4` one row. A row that could not be run says so and is no pass. A
failure is told below the table with its step and the command that shows it again.

"""


def safety(results: Mapping[int, Result]) -> Result:
    """Make the first row: what every other row counted of duplicate cards, lost blanks and cap breaches."""
    counted = {n: r for n, r in results.items() if any(name in r.figures for name in SAFETY)}
    if not counted:
        return Result.not_run("no row that prints was run")
    sums = {name: sum(r.figures.get(name, 0) for r in counted.values()) for name in SAFETY}
    rows = ", ".join(str(number) for number in sorted(counted))
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sums.items())
    return Result.judged(not any(sums.values()), f"{words} in rows {rows}", sums)


def write(
    rows: tuple[Row, ...], results: Mapping[int, Result], order: Order, seconds: float
) -> None:
    """Write the JSON, and the page if this was the long form of every row."""
    head = {
        "date": today(), "commit": commit(), "seed": order.seed, "short": order.short,
        "machine": machine(), "seconds": round(seconds),
    }  # fmt: skip
    told = head | {"rows": {str(number): asdict(result) for number, result in results.items()}}
    (ROOT / RESULT).parent.mkdir(exist_ok=True)
    (ROOT / RESULT).write_text(json.dumps(told, indent=1))
    if not order.short and {row.number for row in rows} == set(results):
        (ROOT / PAGE).write_text(page(rows, results, head))


def page(rows: tuple[Row, ...], results: Mapping[int, Result], head: Mapping[str, object]) -> str:
    """Return docs/RELIABILITY.md."""
    lines = [
        _HEAD,
        _last_run(head),
        "| # | measure | goal | measured | verdict | seconds |\n|---|---|---|---|---|---|\n",
        *(_line(row, results[row.number]) for row in rows),
    ]
    broken = [row for row in rows if results[row.number].verdict is Verdict.BROKEN]
    if broken:
        lines.append("\n## Failures\n")
        lines += [_failures(row, results[row.number]) for row in broken]
    return "".join(lines)


def _last_run(head: Mapping[str, object]) -> str:
    made = f"{head['date']}, commit {head['commit']}, seed {head['seed']}, {head['seconds']} s"
    return f"Last run: {made}, {head['machine']}.\n\n"


def _line(row: Row, result: Result) -> str:
    cells = (
        row.number,
        row.measure,
        row.goal,
        result.measured,
        result.verdict,
        f"{result.seconds:.0f}",
    )
    return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |\n"


def _failures(row: Row, result: Result) -> str:
    told = "".join(f"- {failure}\n" for failure in result.failures[:20]) or "- below its goal\n"
    again = f"- again: `{result.replay}`\n" if result.replay else ""
    return f"\n### Row {row.number}: {row.measure}\n\n{told}{again}"
