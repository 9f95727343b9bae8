"""The hub under claims from eight clients, as `bench.hub_claims` measures it against a real server."""

import json
import subprocess
import sys

from bench.figure import Figure


def figures() -> list[Figure]:
    """Measure claims one by one and in batches of twenty."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.hub_claims"], stdout=subprocess.PIPE, check=True, text=True
    )
    told = json.loads(done.stdout)
    return [
        Figure("claims one by one, 8 clients", told["claims_per_s"], 250, "/s", at_least=True),
        Figure("rights in batches of 20, 30 kB", told["rights_per_s"], 1000, "/s", at_least=True),
    ]
