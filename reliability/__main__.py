"""`make reliability`: the table of docs/RELIABILITY.md, measured in one run; `--short`, `--row N` for less of it.

Exit code 0 if every row that was run keeps its goal, 1 if one does not.
"""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from reliability import report
from reliability.clock import monotonic_s
from reliability.lanes import Lanes, replay
from reliability.row import Order, Result, Verdict
from reliability.table import ROWS

SEED = 20170905


def main() -> int:
    """Run what is asked for."""
    signal.signal(signal.SIGTERM, ended)
    asked = _arguments()
    order = Order(asked.seed, asked.short)
    if asked.row is not None and asked.row != report.SAFETY_ROW:
        return _one(asked.row, order, asked.out)
    began_s = monotonic_s()
    results = Lanes([row for row in ROWS if row.number != report.SAFETY_ROW], order).run()
    results[report.SAFETY_ROW] = report.safety(results)
    report.write(ROWS, results, order, monotonic_s() - began_s)
    for row in ROWS:
        _tell(row.number, results[row.number])
    return int(any(result.verdict is Verdict.BROKEN for result in results.values()))


def ended(number: int, _frame: FrameType | None) -> NoReturn:
    """End as Ctrl-C does, with nothing left running."""
    sys.exit(128 + number)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reliability", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer cases of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--row", type=int, choices=[row.number for row in ROWS])
    parser.add_argument("--out", type=Path, help="write the row's result there as JSON")
    return parser.parse_args()


def _one(number: int, order: Order, out: Path | None) -> int:
    row = next(row for row in ROWS if row.number == number)
    result = row.run(order)
    if out is not None:
        out.write_text(result.text())
    _tell(number, result)
    if result.verdict is Verdict.BROKEN:
        print(f"   again: {result.replay or replay(number, order)}", flush=True)
    return int(result.verdict is Verdict.BROKEN)


def _tell(number: int, result: Result) -> None:
    print(f"{number:>2} {result.verdict}: {result.measured}", flush=True)
    for failure in result.failures[:20]:
        print(f"   {failure}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
