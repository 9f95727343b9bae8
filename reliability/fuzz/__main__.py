"""`python -m reliability.fuzz SEED COUNT`: so many inputs over all targets; `... one TARGET SEED NUMBER`: one again.

Random bytes to each codec of a driver come behind them. Prints one JSON object: inputs a target, its peak of memory in
MiB, and of a crash the command that shows it again.
"""

import json
import multiprocessing
import sys

from reliability.fuzz.noise import BYTES, BYTES_SHORT, CODECS, crash_of
from reliability.fuzz.run import fuzz, inputs, named
from reliability.fuzz.targets import TARGETS

PROCESSES = 2
LONG_COUNT = 1_000_000


def main(words: list[str]) -> int:
    """Fuzz every target in a process of its own, or show one input again."""
    if words[0] == "one":
        target = named(words[1])
        with target.opened():
            *_, data = inputs(target, int(words[2]), int(words[3]))
            target.take(data)
        return 0
    first, count = int(words[0]), int(words[1])
    work = [(one.name, first, count * one.share // 100) for one in TARGETS]
    with multiprocessing.get_context("spawn").Pool(PROCESSES, maxtasksperchild=1) as pool:
        told = pool.starmap(fuzz, work, chunksize=1)
        size = BYTES if count >= LONG_COUNT else BYTES_SHORT
        noise = pool.starmap(crash_of, [(codec.name, size, first) for codec in CODECS], chunksize=1)
    print(json.dumps({
        "inputs": sum(one["inputs"] for one in told), "targets": told,
        "rss_mib": max(one["rss_mib"] for one in told),
        "noise_bytes": size,
        "codecs": len(CODECS),
        "crashes": [*(one["crash"] for one in told if one["crash"]), *filter(None, noise)],
    }))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
