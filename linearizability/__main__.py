"""`python -m linearizability`: claims of eight stations checked while hubs and database servers die under them.

Prints progress on stderr and one JSON object on stdout; exits with 1 where the history has no lawful order.
"""

import argparse
import json
import sys
from pathlib import Path

from linearizability.run import Plan, run

FAIL_OVERS = 2


def main() -> int:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(prog="linearizability", description=__doc__)
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--fail-over", action="store_true", help="kill the primary, twice")
    parser.add_argument("--kills", type=int, default=40, help="hubs killed with -9")
    parser.add_argument("--records", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the hub's directory is made")
    given = parser.parse_args()
    if given.fail_over and given.store != "postgresql":
        parser.error("--fail-over goes with --store postgresql")
    plan = Plan(
        given.operations, given.store, FAIL_OVERS if given.fail_over else 0, given.records,
        given.seed, given.kills, folder=given.folder,
    )  # fmt: skip
    facts = run(plan, lambda words: print(words, file=sys.stderr, flush=True))
    json.dump(facts, sys.stdout, indent=1)
    print()
    return 0 if facts["linearizable"] else 1


if __name__ == "__main__":
    sys.exit(main())
