"""`make bench`: the budgets, measured in one run, as a table and as var/bench.json."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench import daemon, face, hub, line
from bench.figure import Figure, show

RESULT = Path("var/bench.json")


def main() -> int:
    """Measure everything; returns 0 if every budget is kept."""
    figures: list[Figure] = []
    for part in (face, line, daemon, hub):
        print(f"{part.__name__} ...", file=sys.stderr, flush=True)
        figures += part.figures()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps([asdict(figure) | {"ratio": figure.ratio} for figure in figures], indent=2)
    )
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
