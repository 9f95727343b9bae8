"""`python -m reliability.power SEED CUTS [SETTINGS]`: power cuts in this mount namespace; prints one JSON object."""

import json
import signal
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reliability.disk.stage import Settings
from reliability.machine import MEMORY
from reliability.office import open_hub
from reliability.power.campaign import PowerCuts


def main() -> None:
    """Make the cuts."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    settings = Settings(sys.argv[3]) if len(sys.argv) > 3 else Settings.OURS
    failures: list[str] = []
    with TemporaryDirectory(prefix="ktp-power-", dir=MEMORY if MEMORY.is_dir() else None) as made:
        hub = open_hub(Path(made))
        try:
            cuts = PowerCuts.open(hub, Path(made), Random(seed), settings)
            try:
                cuts.run(count)
            except AssertionError as error:
                failures.append(f"after cut {cuts.cuts}: {error}")
            finally:
                cuts.close()
        finally:
            hub.end()
    told = {
        "cuts": cuts.cuts, "commits_acknowledged": cuts.commits_told, "commits_lost": cuts.commits_lost,
        "in_print": cuts.in_print, "cards": len(cuts.office.seen), "people": cuts.office.people.decided,
        "failures": cuts.failures + failures,
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main()
