"""`make bench`: the budgets, measured in one run, as a table and as var/bench.json.

`python -m bench heat` measures nothing and draws docs/images/heat.png anew, `python -m bench colour` the pictures of
docs/COLOUR.md.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bench import (
    colour_chart,
    daemon,
    emulator,
    face,
    heat_figure,
    hub,
    intake,
    last_byte,
    line,
    serial_line,
    usbip,
)
from bench.figure import Figure, show

RESULT = Path("var/bench.json")


def main() -> int:
    """Measure everything, or draw; returns 0 if every budget is kept."""
    if sys.argv[1:] == ["heat"]:
        print(heat_figure.draw())
        return 0
    if sys.argv[1:] == ["colour"]:
        print(*colour_chart.draw())
        return 0
    figures: list[Figure] = []
    for part in (face, last_byte, usbip, serial_line, emulator, line, daemon, hub, intake):
        print(f"{part.__name__} ...", file=sys.stderr, flush=True)
        figures += part.figures()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps([asdict(figure) | {"ratio": figure.ratio} for figure in figures], indent=2)
    )
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
