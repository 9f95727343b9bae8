"""`python -m reliability.measured.histories SEED STEPS`: steps of the store's Hypothesis machine, in two processes.

Each process lives through batches of random histories, every batch under a seed of its own, until its share of steps is
done. A step is a rule that ran to its end and the machine's invariants after it. Prints one JSON object: the steps, how
many of them changed the store, and of a failure the batch's seed and the falsifying history.
"""

import json
import multiprocessing
import sys
import tempfile
import unittest
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from stateful import test_store_machine

from reliability.machine import MEMORY

PROCESSES = 2
BATCH_EXAMPLES = 100
STEPS_AN_EXAMPLE = 100
FAILURE_CHARS_MAX = 4_000
SEEDS_APART = 1_000_000  # between two processes, so that no batch is lived through twice


def main(words: list[str]) -> int:
    """Share the steps out, add them up, print the sum."""
    first, wanted = int(words[0]), int(words[1])
    shares = [(first + n * SEEDS_APART, wanted // PROCESSES) for n in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        told = pool.starmap(live_through, shares)
    print(json.dumps({
        "steps": sum(one["steps"] for one in told),
        "changes": sum(one["changes"] for one in told),
        "failures": [one["failure"] for one in told if "failure" in one],
    }))  # fmt: skip
    return 0


def live_through(first: int, wanted: int) -> dict[str, Any]:
    """Run batch after batch until so many steps are done, or one fails."""
    if MEMORY.is_dir():
        tempfile.tempdir = str(MEMORY)
    done = {"steps": 0, "changes": 0}

    class Counting(test_store_machine.StoreMachine):
        """The machine as the tests have it, counted. It is looked at once before the first step of a history."""

        def __init__(self) -> None:
            super().__init__()
            done["steps"] -= 1
            done["changes"] -= 1

        def check_invariants(self, settings: Any, output: Any, runtimes: Any) -> None:
            seen = self.seen_version
            super().check_invariants(settings, output, runtimes)
            done["steps"] += 1
            done["changes"] += self.seen_version != seen

    Counting.TestCase.settings = _settings()
    batch = first
    while done["steps"] < wanted:
        heard = unittest.TestResult()
        seed(batch)(Counting).TestCase("runTest").run(heard)
        for _, words in heard.failures + heard.errors:
            return done | {"failure": f"batch {batch}: {words[-FAILURE_CHARS_MAX:]}"}
        batch += 1
    return done


def _settings() -> settings:
    return settings(
        max_examples=BATCH_EXAMPLES, stateful_step_count=STEPS_AN_EXAMPLE, deadline=None, database=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
